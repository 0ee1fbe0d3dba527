from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "sanghyeop.ground.ledger"
    label = "ledger"
