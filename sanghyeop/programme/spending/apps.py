from django.apps import AppConfig


class SpendingConfig(AppConfig):
    name = "sanghyeop.programme.spending"
    label = "spending"
