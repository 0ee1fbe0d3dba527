from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "sanghyeop.ground.notices"
    label = "notices"
