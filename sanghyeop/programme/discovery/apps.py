from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "sanghyeop.programme.discovery"
    label = "discovery"
