from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "sanghyeop.ground.rulebook"
    label = "rulebook"
