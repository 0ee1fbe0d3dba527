from django.apps import AppConfig


class EmploymentConfig(AppConfig):
    name = "sanghyeop.programme.employment"
    label = "employment"
