from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "sanghyeop.ground.trail"
    label = "trail"
