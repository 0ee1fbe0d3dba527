from django.apps import AppConfig


class SpendingConfig(AppConfig):
    name = "sanghyeop.programme.spending"
    label = "spending"

    def ready(self) -> None:
        from sanghyeop.programme.funding.queries import HELD
        from sanghyeop.programme.spending.queries import held_by_line

        HELD.append(held_by_line)  # a change may not take from a line what a payment waits for
