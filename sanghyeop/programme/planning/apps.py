from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "sanghyeop.programme.planning"
    label = "planning"
