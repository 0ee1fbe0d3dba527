from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "sanghyeop.programme.rounds"
    label = "rounds"
