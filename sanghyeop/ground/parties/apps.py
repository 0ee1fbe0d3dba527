from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "sanghyeop.ground.parties"
    label = "parties"
