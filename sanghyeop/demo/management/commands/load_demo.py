"""Load Seoul, the log-ins, the published rounds and the open example round. Run again, it adds nothing."""

from django.core.management.base import BaseCommand
from django.db import transaction

from sanghyeop.demo import people, published, rounds
from sanghyeop.demo.ideas import load_ideas


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--bare", action="store_true", help="only Seoul, the log-ins and an empty open round")

    def handle(self, *args, bare, **options):
        with transaction.atomic():
            city = people.load_seoul()
            organisations = people.load_organisations(city)
            users = people.load_logins(organisations)
            opened, new = rounds.load_open_round(city)
            if bare:
                return
            published.load_published(city)
            cast = people.Cast(users | people.load_cast(organisations), organisations)
            if new:
                load_ideas(opened, cast)
