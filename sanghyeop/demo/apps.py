from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "sanghyeop.demo"
    label = "demo"
