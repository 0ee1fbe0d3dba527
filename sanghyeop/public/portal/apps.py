from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sanghyeop.public.portal"
    label = "portal"
