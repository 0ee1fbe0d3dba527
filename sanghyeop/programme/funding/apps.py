from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "sanghyeop.programme.funding"
    label = "funding"
