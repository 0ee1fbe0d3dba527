from django.apps import AppConfig


class SpendingConfig(AppConfig):
    name = "sanghyeop.programme.spending"
    label = "spending"

    def ready(self) -> None:
        from django.urls import reverse

        from sanghyeop.programme.funding.documents import PAGES
        from sanghyeop.programme.funding.queries import HELD, KEEPS_OPEN
        from sanghyeop.programme.spending.queries import held_by_line, waiting_until

        HELD.append(held_by_line)  # a change may not take from a line what a payment waits for
        KEEPS_OPEN.append(waiting_until)  # a payment that waits could not be approved in a closed month
        PAGES["spending.expense"] = lambda grant, number: reverse("spending:expense", args=[grant.pk, number])
