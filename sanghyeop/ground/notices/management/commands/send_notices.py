"""Mail the notices that wait: once, or again and again with --every."""

import time

from django.core.management.base import BaseCommand

from sanghyeop.ground.notices.outbox import send_waiting


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--every", type=int, metavar="SECONDS", help="look again after so many seconds")

    def handle(self, *args, every, **options):
        while True:
            sent, failed = send_waiting()
            if sent or failed or not every:
                self.stdout.write(f"{sent} notices mailed, {failed} put off")
            if not every:
                return
            time.sleep(every)
