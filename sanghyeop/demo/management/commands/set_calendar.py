"""For demos only: set when a step of an example round closes and opens, also in the past, where no officer could."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sanghyeop.programme.rounds.models import Period, Round


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("step", choices=Period.Step.values)
        parser.add_argument("closes", type=datetime.datetime.fromisoformat, help="such as 2026-03-02T18:00, in Seoul")
        parser.add_argument("--opens", type=datetime.datetime.fromisoformat, help="the same for the opening")
        parser.add_argument("--call", choices=Round.Call.values, default=Round.Call.MAIN)

    def handle(self, *_words: Any, **options: Any) -> None:
        year, call, step = options["year"], options["call"], options["step"]
        rows = Period.objects.filter(round__year=year, round__call=call, round__example=True, step=step)
        period = rows.select_related("round").first()
        if period is None:
            raise CommandError(f"No example round of {year} ({call}) has the step {step}.")
        period.closes_at = timezone.make_aware(options["closes"])
        opens_at = timezone.make_aware(options["opens"]) if options["opens"] else period.opens_at
        period.opens_at = min(opens_at, period.closes_at - datetime.timedelta(hours=1))
        period.save()
        self.stdout.write(f"{period.round}: {step} closes at {timezone.localtime(period.closes_at):%Y-%m-%d %H:%M}")
