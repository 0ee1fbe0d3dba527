"""Load Seoul, the published rounds and the open example round. Run again, it adds nothing."""

from django.core.management.base import BaseCommand
from django.db import transaction

from sanghyeop.demo import people, published, rounds


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        with transaction.atomic():
            city = people.load_seoul()
            people.load_cast(city)
            published.load_published(city)
            rounds.load_open_round(city)
