from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name = "sanghyeop.programme.selection"
    label = "selection"
