"""Fill pretalx's database: one event whose call is open, N submissions of N/1.3 speakers.

In pretalx's environment:

python -m bench.seed_pretalx N
"""

from __future__ import annotations

import datetime
import os
import sys
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretalx.settings")
import django

django.setup()

from django.db import transaction
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from pretalx.event.models import Event
from pretalx.event.utils import create_organiser_with_team
from pretalx.person.models import SpeakerProfile, User
from pretalx.submission.models import Submission, SubmissionType, Track

from bench.words import text, title

ORGANISER = "organiser@example.org"


def seed(count: int) -> None:
    random = Random(1)
    with scopes_disabled(), transaction.atomic():
        boss = User.objects.create_superuser(password=None, email=ORGANISER, name="Organiser")
        organiser, team = create_organiser_with_team(name="City", slug="city", users=[boss])
        event = Event.objects.create(
            name="Jobs",
            slug="jobs",
            organiser=organiser,
            is_public=True,
            date_from=(now() + datetime.timedelta(days=90)).date(),
            date_to=(now() + datetime.timedelta(days=92)).date(),
            timezone="Asia/Seoul",
            email="city@example.org",
            locale_array="en",
            locale="en",
        )
    with scope(event=event), transaction.atomic():
        event.build_initial_data()
        team.limit_events.add(event)
        SubmissionType.objects.create(event=event, name="Continuing", default_duration=90)
        tracks = [Track.objects.create(event=event, name=name, color="#336699") for name in ("Care", "Climate", "Town")]
        event.feature_flags["use_tracks"] = True
        event.save()
        event.cfp.deadline = now() + datetime.timedelta(days=30)
        event.cfp.headline = "Call"
        event.cfp.text = text(random, 800)
        event.cfp.save()
        kinds = list(event.submission_types.all())
        speakers = []
        for number in range(max(1, int(count / 1.3))):
            speaker = User.objects.create_user(name=f"Speaker {number}", email=f"speaker{number}@example.org")
            SpeakerProfile.objects.create(user=speaker, event=event, biography=text(random, 400))
            speakers.append(speaker)
        for number in range(count):
            submission = Submission.objects.create(
                event=event,
                title=title(random),
                submission_type=random.choice(kinds),
                track=random.choice(tracks),
                abstract=text(random, 300),
                description=text(random, 1500),
                content_locale="en",
            )
            speaker = speakers[number % len(speakers)]
            submission.speakers.add(speaker)
            submission.log_action("pretalx.submission.create", person=speaker)


if __name__ == "__main__":
    seed(int(sys.argv[1]))
