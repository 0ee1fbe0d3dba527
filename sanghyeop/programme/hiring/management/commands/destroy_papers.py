"""Destroy the documents of applicants who were not hired once the period of the rule ``hiring.keep_days`` is over.

Run every day. What was destroyed stays on record by kind, hash, time and rule, without name or content.
"""

from django.core.management.base import BaseCommand

from sanghyeop.programme.hiring import papers


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--list", action="store_true", help="only say what would be destroyed")

    def handle(self, *args, **options):
        if options["list"]:
            for paper, rule in papers.to_destroy():
                self.stdout.write(f"{paper.application.number} paper {paper.pk} rule {rule.pk}")
            return
        for proof in papers.destroy_all():
            self.stdout.write(f"{proof.paper.application.number} {proof.sha256} {proof.at.isoformat()}")
        self.stdout.write("done")
