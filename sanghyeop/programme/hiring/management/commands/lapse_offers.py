"""Let offers lapse whose deadline has passed, and offer the seats to the next ones. Run every hour."""

from django.core.management.base import BaseCommand

from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.hiring import placing


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        lapsed = 0
        for placement in list(placing.overdue()):
            try:
                placing.lapse(placement)
            except Refused:  # answered in the meantime
                continue
            lapsed += 1
        self.stdout.write(f"{lapsed} offers lapsed")
