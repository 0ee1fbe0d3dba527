"""The demo's log-ins, one per role."""

from django.core.management.base import BaseCommand

from sanghyeop.demo.people import LOGINS, PASSWORD, Role


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        self.stdout.write(f"Log in with one of these; the password is always {PASSWORD}")
        for email, name, role, *_ in LOGINS:
            self.stdout.write(f"  {email:<24}{Role(role).label if role else '주민'} {name}")
