from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "sanghyeop.ground.files"
    label = "files"
