"""Load Seoul, the log-ins, the published rounds and the example rounds. Run again, it adds nothing."""

from django.core.management.base import BaseCommand
from django.db import transaction

from sanghyeop.demo import grants, people, published, rounds
from sanghyeop.demo.employment import load_employment, load_holidays
from sanghyeop.demo.examples import make
from sanghyeop.demo.hiring import load_hiring
from sanghyeop.demo.ideas import load_ideas
from sanghyeop.demo.plans import load_plans, load_projects_of_last_year
from sanghyeop.demo.reviews import load_reviews
from sanghyeop.demo.spending import load_spending

SEED = 2027
OPEN_PLANS, SUPPLEMENTARY_PLANS = 100, 30


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--bare", action="store_true", help="only Seoul, the log-ins and an empty open round")

    def say(self, what):
        self.stdout.write(f"{what} ... ", ending="")
        self.stdout.flush()

    def handle(self, *args, bare, **options):
        with transaction.atomic():
            self.say("Seoul")
            city = people.load_seoul()
            organisations = people.load_organisations(city)
            users = people.load_logins(organisations)
            grants.load_rules(city)
            opened, new = rounds.load_open_round(city)
            if not bare:
                self.say("published rounds")
                published.load_published(city)
            if new and not bare:
                self.load_examples(city, opened, people.Cast(users | people.load_cast(organisations), organisations))
        self.stdout.write("done")

    def load_examples(self, city, opened, cast):
        plans = make.example_plans(SEED, OPEN_PLANS)
        last_year, _new = rounds.load_last_year(city)
        projects = load_projects_of_last_year(last_year, cast, plans)
        self.say("grants")
        grants.load_grants(last_year, cast, plans, projects)
        self.say("payments and a settlement")
        load_spending(last_year, cast)
        grants.load_rule_of(opened, cast.users["city@example.org"])
        self.say("ideas")
        ideas = load_ideas(opened, cast)
        self.say(f"{OPEN_PLANS} plans of the open call")
        load_plans(opened, cast, plans, ideas, projects)
        self.say(f"{SUPPLEMENTARY_PLANS} plans and their reviews of the supplementary call")
        supplementary, _new = rounds.load_supplementary(city)
        plans = make.example_plans(SEED + 1, SUPPLEMENTARY_PLANS)
        load_plans(supplementary, cast, [plan | {"idea": None} for plan in plans], {}, {})
        rounds.close_intake(supplementary)
        load_reviews(supplementary, cast, plans)
        self.say("jobs and their applicants")
        load_hiring(last_year, cast)
        self.say("contracts and a month of pay")
        load_holidays()
        load_employment(last_year, cast)
