"""Load Seoul, the log-ins, the published rounds and the example rounds. Run again, it adds nothing."""

from django.core.management.base import BaseCommand
from django.db import transaction

from sanghyeop.demo import people, published, rounds
from sanghyeop.demo.examples import make
from sanghyeop.demo.ideas import load_ideas
from sanghyeop.demo.plans import load_plans, load_projects_of_last_year
from sanghyeop.demo.reviews import load_reviews

SEED = 2027
OPEN_PLANS, SUPPLEMENTARY_PLANS = 100, 40


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
            if not new:
                return
            plans = make.example_plans(SEED, OPEN_PLANS)
            last_year, _new = rounds.load_last_year(city)
            projects = load_projects_of_last_year(last_year, cast, plans)
            load_plans(opened, cast, plans, load_ideas(opened, cast), projects)
            supplementary, _new = rounds.load_supplementary(city)
            plans = make.example_plans(SEED + 1, SUPPLEMENTARY_PLANS)
            load_plans(supplementary, cast, [plan | {"idea": None} for plan in plans], {}, {})
            rounds.close_intake(supplementary)
            load_reviews(supplementary, cast, plans)
