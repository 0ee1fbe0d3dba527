"""The placement of an intake: the draw, its result, answers, and the waiting list behind every seat."""

from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.engines.matching import Proof
from sanghyeop.ground.trail.moves import Refused, lock
from sanghyeop.programme.hiring import letters, lottery, moves, rerun
from sanghyeop.programme.hiring.models import Application, Check, Choice, Draw, Intake, Placement, Post, Rule
from sanghyeop.programme.hiring.seats import Applicant, Seat, Seats, placement_of, the_group

S = Placement.State
#: Hour of the day, in Seoul, until which an offer can be answered.
LAST_HOUR = datetime.time(18)


@transaction.atomic
def draw(actor: Any, intake: Intake) -> Draw:
    """Draw lots, place everyone who is eligible, and keep the proof's counts. Raises ``Refused`` (see the table)."""
    intake = lock(intake)
    moves.INTAKE.check(actor, intake, "place")
    applications = list(
        intake.applications.filter(state=Application.State.ELIGIBLE).prefetch_related("checks__rule", "choices")
    )
    posts = list(
        Post.objects.filter(call__intake=intake).select_related("project").prefetch_related("reserves").order_by("pk")
    )
    numbers = [application.number for application in applications]
    seed = lottery.seed_of(intake.lottery_secret, numbers)
    lots = lottery.lots(seed, numbers)
    kept = list(dict.fromkeys(reserve.group for post in posts for reserve in post.reserves.all()))
    rows: dict[int, list[Choice]] = defaultdict(list)
    applicants = []
    for application in applications:
        own = points_of(application)
        ranked = list(application.choices.all())
        for choice in ranked:
            choice.lot = lots[application.number]
            choice.points = own + (choice.suitability or Decimal(0))
            rows[choice.post_id].append(choice)
        wanted = [(choice.post_id, int(choice.points * 100)) for choice in ranked if choice.points is not None]
        group = the_group(sorted(groups_of(application)), kept)
        applicants.append(Applicant(application.pk, lots[application.number], wanted, group))
    for of_post in rows.values():
        of_post.sort(key=lambda c: (-(c.points or Decimal(0)), c.lot or 0))
        for number, choice in enumerate(of_post, start=1):
            choice.place = number
    seats = {p.pk: Seats(p.quota, tuple((r.group, r.seats) for r in p.reserves.all())) for p in posts}
    placed, proof = placement_of(applicants, seats)
    if proof.blocking_pairs or proof.over_quota:
        raise Refused(_("배치가 안정적이지 않아 저장하지 않았습니다. 담당자에게 알려 주세요."))
    Choice.objects.bulk_update([c for of_post in rows.values() for c in of_post], ["lot", "points", "place"])
    made = Draw.objects.create(
        intake=intake,
        seed=seed,
        numbers=sorted(numbers),
        counts=counts_of(placed, len(applicants), proof),
        entered=rerun.entered(applicants, {a.pk: a.number for a in applications}, posts, seats, placed),
        by=actor,
    )
    people = {application.pk: application.applicant_id for application in applications}
    Placement.objects.bulk_create(
        Placement(post_id=s.post, application_id=pk, person_id=people[pk], rank=s.rank, reserved_for=s.reserved_for)
        for pk, s in sorted(placed.items())
    )
    moves.INTAKE.make(actor, intake, "place", seed=seed, counts=made.counts)
    return made


def counts_of(placed: dict[int, Seat], applicants: int, proof: Proof) -> dict[str, Any]:
    """What the proof counts; a result with a blocking pair is never kept."""
    ranks = [seat.rank for seat in placed.values()]
    return {
        "applicants": applicants,
        "placed": len(placed),
        "unplaced": applicants - len(placed),
        "pairs": proof.pairs,
        "blocking_pairs": proof.blocking_pairs,
        "first_choice": ranks.count(1),
        "mean_rank": round(sum(ranks) / len(ranks), 2) if ranks else None,
    }


def points_of(application: Application) -> Decimal:
    """The points of all rules that hold. No query where ``checks`` are prefetched."""
    return sum((row.points for row in application.checks.all() if row.holds), Decimal(0))


def groups_of(application: Application) -> set[str]:
    """Preferred groups as decided, also after a correction. No query where ``checks__rule`` is prefetched."""
    return {
        row.rule.code
        for row in application.checks.all()
        if row.kind == Rule.Kind.GROUP_POINTS and row.holds and row.rule is not None
    }


@transaction.atomic
def undo(actor: Any, intake: Intake, why: str) -> Intake:
    """Take back a placement that is not announced, with a reason. The secret is the same: so is the result, unless
    applications or decisions have changed."""
    intake = moves.INTAKE.make(actor, lock(intake), "undo", why)
    intake.draws.filter(cancelled_at=None).update(cancelled_at=timezone.now())
    Placement.objects.filter(application__intake=intake).delete()
    Choice.objects.filter(application__intake=intake).update(lot=None, points=None, place=None)
    return intake


@transaction.atomic
def announce(actor: Any, intake: Intake) -> Intake:
    """Publish the result: offers with a deadline, the waiting list, reasons to those who were not eligible."""
    intake = moves.INTAKE.make(actor, lock(intake), "announce")
    everyone = (
        intake.applications.exclude(state=Application.State.WITHDRAWN)
        .select_related("applicant", "intake")
        .prefetch_related("checks", "choices__post", "placements__post__project")
    )
    for application in everyone:
        standing = [p for p in application.placements.all() if p.state == S.PROPOSED]
        if standing:
            offer(actor, intake, standing[0])
            letters.tell("offer", application, standing[0])
        elif application.state == Application.State.ELIGIBLE:
            letters.tell("waiting", application, why=letters.waits_of(application))
        else:
            letters.tell("ineligible", application, why=letters.reasons_of(application))
    return intake


def offer(actor: Any, intake: Intake, placement: Placement) -> None:
    """Make a proposed placement an offer that stands for the intake's number of days."""
    placement.offered_at = timezone.now()
    last = timezone.localdate() + datetime.timedelta(days=intake.answer_days)
    placement.answer_by = timezone.make_aware(datetime.datetime.combine(last, LAST_HOUR))
    placement.save(update_fields=["offered_at", "answer_by"])
    moves.PLACEMENT.make(actor, placement, "offer")


def _locked(placement: Placement) -> Placement:
    """The placement as it is now, with its intake locked before it: the same order everywhere."""
    lock(placement.application.intake)
    return lock(placement)


@transaction.atomic
def accept(actor: Any, placement: Placement) -> Placement:
    """Take the offered seat; the person waits for no other any more."""
    placement = moves.PLACEMENT.make(actor, _locked(placement), "accept")
    placement.answered_at = timezone.now()
    placement.save(update_fields=["answered_at"])
    return placement


@transaction.atomic
def decline(actor: Any, placement: Placement, why: str = "") -> Placement:
    """Give up a seat that was offered or taken; the next one moves up."""
    placement = moves.PLACEMENT.make(actor, _locked(placement), "decline", why)
    return _vacated(placement, why)


@transaction.atomic
def cancel(actor: Any, placement: Placement, why: str) -> Placement:
    """The district takes a placement back with a reason; the next one moves up."""
    placement = moves.PLACEMENT.make(actor, _locked(placement), "cancel", why)
    letters.tell("cancelled", placement.application, placement, why)
    return _vacated(placement, why)


@transaction.atomic
def lapse(placement: Placement) -> Placement:
    """An offer that nobody answered in time goes to the next one. Raises ``Refused`` while it stands."""
    placement = moves.PLACEMENT.make(None, _locked(placement), "lapse")
    letters.tell("lapsed", placement.application, placement)
    return _vacated(placement, "")


def _vacated(placement: Placement, why: str) -> Placement:
    placement.answered_at = timezone.now()
    placement.why = why.strip()[:500]
    placement.save(update_fields=["answered_at", "why"])
    fill(placement.application.intake, [placement.post])
    return placement


def overdue() -> Any:
    """Offers whose deadline has passed. One query when read."""
    return Placement.objects.filter(state=S.OFFERED, answer_by__lte=timezone.now()).order_by("answer_by", "pk")


def fill(intake: Intake, posts: list[Post]) -> list[Placement]:
    """Offer free seats to those who wait, and the seats that these leave behind to the next ones.

    Who has an offer that is not answered yet moves up to a post that he or she prefers; who has accepted does not. A
    seat that was kept for a group goes to the next of that group first.
    """
    made: list[Placement] = []
    if intake.state != Intake.State.ANNOUNCED:
        return made
    waiting = list(posts)
    while waiting:
        post = waiting.pop()
        while True:
            standing = post.placements.filter(state__in=Placement.STANDING)
            if standing.count() >= post.quota:
                break
            group = _group_short(post)
            choice = (next_waiting(post, group) if group else None) or next_waiting(post)
            if choice is None:
                break
            left = choice.application.placements.filter(state=S.OFFERED).select_related("post").first()
            if left is not None:
                moves.PLACEMENT.make(None, left, "move_up")
                waiting.append(left.post)
            placement = Placement.objects.create(
                post=post,
                application=choice.application,
                person_id=choice.application.applicant_id,
                origin=Placement.Origin.WAITING,
                rank=choice.rank,
                reserved_for=group if group and group in groups_of(choice.application) else "",
            )
            offer(None, intake, placement)
            letters.tell("offer", choice.application, placement)
            made.append(placement)
    return made


def _group_short(post: Post) -> str:
    """The first group whose reserved seats are not all taken, "" for none. Two queries."""
    taken = list(post.placements.filter(state__in=Placement.STANDING).values_list("reserved_for", flat=True))
    return next((r.group for r in post.reserves.all() if taken.count(r.group) < r.seats), "")


def next_waiting(post: Post, group: str = "") -> Choice | None:
    """Whose turn it is for a post: the first in its order who has no better seat and was not offered it before."""
    standing = Placement.objects.filter(application=OuterRef("application"), state__in=Placement.STANDING)
    found = (
        Choice.objects.filter(post=post, place__isnull=False, application__state=Application.State.ELIGIBLE)
        .exclude(Exists(Placement.objects.filter(application=OuterRef("application"), post=post)))
        .filter(~Exists(standing) | Exists(standing.filter(state=S.OFFERED, rank__gt=OuterRef("rank"))))
        .select_related("application__applicant", "application__intake")
        .order_by("place")
    )
    if group:
        member = Check.objects.filter(
            Q(application=OuterRef("application")), kind=Rule.Kind.GROUP_POINTS, holds=True, rule__code=group
        )
        found = found.filter(Exists(member))
    return found.first()
