"""Documents that applicants hand in: kept privately, destroyed after the legal period for those not hired."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import forget, keep
from sanghyeop.ground.rulebook.models import Rate
from sanghyeop.ground.rulebook.queries import NoRate, rate
from sanghyeop.ground.trail.moves import Refused, lock, record
from sanghyeop.programme.hiring import moves
from sanghyeop.programme.hiring import permissions as who
from sanghyeop.programme.hiring.models import Application, Destruction, Intake, Paper, Placement
from sanghyeop.programme.hiring.privacy import Sent

#: The rule that says after how many days from the result the papers of those not hired are destroyed.
KEEP_DAYS = "hiring.keep_days"
MOST_PAPERS = 10


@transaction.atomic
def hand_in(actor: Any, application: Application, kind: str, sent: Sent) -> Paper:
    """Keep a document with an application, until the result is announced."""
    application = lock(application)
    moves.must(who.applicant(actor, application))
    refuse_if_over(application)
    if application.papers.filter(file__isnull=False).count() >= MOST_PAPERS:
        raise Refused(_("서류는 %(most)d개까지 낼 수 있습니다.") % {"most": MOST_PAPERS})
    stored = keep(actor, StoredFile.Purpose.APPLICATION_PAPER, sent.name, sent.content, sent.content_type)
    paper = Paper.objects.create(application=application, kind=kind, file=stored)
    record(actor, application, "hand_in", paper=paper.pk, kind=kind)
    return paper


@transaction.atomic
def take_back(actor: Any, paper: Paper) -> None:
    """The applicant takes a document back: nothing of it is kept."""
    application = lock(paper.application)
    moves.must(who.applicant(actor, application))
    refuse_if_over(application)
    destroy(paper, None, _("지원자가 거둠"), actor)


def refuse_if_over(application: Application) -> None:
    if application.state == Application.State.WITHDRAWN or application.intake.state not in (
        Intake.State.DRAFT,
        Intake.State.OPEN,
    ):
        raise Refused(_("결과가 정해진 뒤에는 서류를 내거나 거둘 수 없습니다."))


def destroy(paper: Paper, rule: Rate | None, why: str, actor: Any = None) -> Destruction:
    """Destroy a document's file and keep the proof: kind, hash, size, time and rule, nothing of its content."""
    stored = paper.file
    assert stored is not None
    proof = Destruction.objects.create(
        paper=paper, kind=paper.kind, sha256=stored.sha256, size=stored.size, rule=rule, why=why[:300]
    )
    paper.file = None
    paper.save(update_fields=["file"])
    record(actor, paper.application, "destroy", paper=paper.pk, sha256=stored.sha256, why=why)
    transaction.on_commit(lambda: forget(stored))
    return proof


def to_destroy(now: datetime.datetime | None = None) -> list[tuple[Paper, Rate]]:
    """Documents whose period is over, each with the rule: of applications without an accepted placement, so many days
    after the intake's deadline or after the withdrawal was possible. One query and one a district."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    found = []
    rules: dict[str, Rate | None] = {}
    for paper in _not_hired():
        intake = paper.application.intake
        code = intake.district.code
        if code not in rules:
            try:
                rules[code] = rate(KEEP_DAYS, today, [intake.district.city.code, code])
            except NoRate:
                rules[code] = None
        rule = rules[code]
        if rule is not None and decided_on(intake) + datetime.timedelta(days=int(rule.value)) < today:
            found.append((paper, rule))
    return found


def decided_on(intake: Intake) -> datetime.date:
    """The day from which the period counts: that of the last draw, of the deadline where there was none."""
    draws = [d for d in intake.draws.all() if d.cancelled_at is None]
    return timezone.localdate(draws[0].at if draws else intake.closes_at)


def _not_hired() -> QuerySet[Paper]:
    hired = Placement.objects.filter(application=OuterRef("application"), state__in=Placement.STANDING)
    return (
        Paper.objects.filter(file__isnull=False)
        .exclude(Exists(hired))
        .select_related("file", "application__intake__district__city")
        .prefetch_related("application__intake__draws")
        .order_by("pk")
    )


def destroy_all(now: datetime.datetime | None = None) -> list[Destruction]:
    """Destroy what ``to_destroy`` names, each in its own transaction."""
    done = []
    for paper, rule in to_destroy(now):
        with transaction.atomic():
            fresh = lock(paper)
            if fresh.file_id is not None:
                done.append(destroy(fresh, rule, _("보유 기간이 지남")))
    return done
