from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "sanghyeop.web"
    label = "web"
