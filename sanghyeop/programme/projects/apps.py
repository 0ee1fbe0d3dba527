from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "sanghyeop.programme.projects"
    label = "projects"
