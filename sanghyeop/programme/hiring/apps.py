from django.apps import AppConfig


class HiringConfig(AppConfig):
    name = "sanghyeop.programme.hiring"
    label = "hiring"
