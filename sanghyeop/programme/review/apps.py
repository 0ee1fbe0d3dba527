from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "sanghyeop.programme.review"
    label = "review"
