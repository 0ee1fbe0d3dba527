"""Delete pictures that no idea shows: sent with a form that was never finished, or taken away by the author."""

import datetime

from django.core.management.base import BaseCommand
from django.utils import timezone

from sanghyeop.ground.files.moves import forget
from sanghyeop.programme.discovery.queries import left_pictures


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--hours", type=int, default=24, help="leave pictures younger than this (24)")

    def handle(self, *args, **options):
        before = timezone.now() - datetime.timedelta(hours=options["hours"])
        gone = [forget(stored) for stored in left_pictures().filter(uploaded_at__lt=before)]
        self.stdout.write(f"{len(gone)} pictures deleted")
