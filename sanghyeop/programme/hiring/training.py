"""Training before hiring: who trains, who attended how much, what is due to whom, and who is hired after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import Refused, lock, record
from sanghyeop.programme.hiring import letters, moves, placing
from sanghyeop.programme.hiring import permissions as who
from sanghyeop.programme.hiring.models import (
    Application,
    Attendance,
    Placement,
    Post,
    Rule,
    Session,
    Trainee,
    Training,
)
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round


@dataclass(frozen=True)
class Due:
    """What one trainee has attended and what that earns: won of allowance and of fee to give back."""

    trainee: Trainee
    hours: Decimal
    percent: Decimal
    finished: bool
    allowance_krw: int
    fee_krw: int


def rate_rule(round_: Round) -> Rule | None:
    """The round's rule of how much has to be attended. One query."""
    return round_.participant_rules.filter(kind=Rule.Kind.TRAINING_RATE).select_related("source").last()


@transaction.atomic
def begin(actor: Any, project: Project, applications: Sequence[Application], **facts: Any) -> Training:
    """Begin a training with eligible applicants of the project's intakes. The rate needed is that of the round's rule;
    without one it has to be among ``facts``."""
    moves.must(who.runs(actor, project))
    rule = rate_rule(project.round) if project.round else None
    if rule is not None and rule.value is not None:
        facts |= {"rate_needed": rule.value, "basis": rule.basis or (rule.source.title if rule.source else "")}
    if facts.get("rate_needed") is None:
        raise Refused(_("수료에 필요한 출석률을 정해 주세요."))
    if not applications or any(a.state != Application.State.ELIGIBLE for a in applications):
        raise Refused(_("자격이 있는 지원자를 한 명 이상 고르세요."))
    if any(not a.choices.filter(post__project=project).exists() for a in applications):
        raise Refused(_("이 사업의 자리에 지원한 사람만 교육할 수 있습니다."))
    training = Training.objects.create(project=project, **facts)
    Trainee.objects.bulk_create(
        Trainee(training=training, application=a, person_id=a.applicant_id) for a in applications
    )
    record(actor, training, "begin_training", to_state=training.state, trainees=len(applications))
    return training


@transaction.atomic
def mark(actor: Any, session: Session, hours: Mapping[int, Decimal]) -> None:
    """Write how many hours each trainee (by key) was at a session, over what was written before."""
    training = lock(session.training)
    moves.must(who.runs_training(actor, training))
    if training.state != Training.State.RUNNING:
        raise Refused(_("채용을 정한 뒤에는 출석을 고칠 수 없습니다."))
    own = set(training.trainees.values_list("pk", flat=True))
    if not own.issuperset(hours) or any(not 0 <= number <= session.hours for number in hours.values()):
        raise Refused(_("교육 시간보다 많이 적을 수 없습니다."))
    before = dict(session.attendance.values_list("trainee", "hours"))
    for trainee, number in hours.items():
        Attendance.objects.update_or_create(session=session, trainee_id=trainee, defaults={"hours": number})
    changed = {str(t): [str(before.get(t, "")), str(n)] for t, n in hours.items() if before.get(t) != n}
    record(actor, training, "attend", session=session.pk, hours=changed)


def dues(training: Training) -> list[Due]:
    """What every trainee attended and what is due: all or nothing from the rate needed on. Three queries.

    Attendance is hours attended of all hours held; posting the sums is the books' part.
    """
    held = training.sessions.aggregate(n=Sum("hours"))["n"] or Decimal(0)
    attended = dict(
        Attendance.objects.filter(session__training=training).order_by().values_list("trainee").annotate(n=Sum("hours"))
    )
    found = []
    for trainee in training.trainees.select_related("application", "person"):
        hours = attended.get(trainee.pk) or Decimal(0)
        finished = bool(held) and hours * 100 >= training.rate_needed * held and trainee.state != Trainee.State.LEFT
        percent = hours * 100 / held if held else Decimal(0)
        found.append(
            Due(
                trainee,
                hours,
                percent,
                finished,
                training.allowance_krw if finished else 0,
                training.fee_krw if finished else 0,
            )
        )
    return found


@transaction.atomic
def hire(actor: Any, trainee: Trainee, post: Post, why: str) -> Placement:
    """Hire a trainee for a post, with a reason: the accepted placement stands, or the person is offered the post."""
    intake = lock(trainee.application.intake)
    trainee, post = lock(trainee), lock(post)
    if post.project_id != trainee.training.project_id:
        raise Refused(_("다른 사업의 자리입니다."))
    _decide(actor, trainee, "hire", why)
    standing = trainee.application.placements.filter(state__in=Placement.STANDING).first()
    if standing is not None:
        if standing.post_id != post.pk:
            raise Refused(_("이 사람은 ‘%(post)s’ 자리에 배치되어 있습니다.") % {"post": standing.post})
        return standing
    if post.placements.filter(state__in=Placement.STANDING).count() >= post.quota:
        raise Refused(_("이 자리에는 남은 인원이 없습니다."))
    placement = Placement.objects.create(
        post=post,
        application=trainee.application,
        person_id=trainee.person_id,
        origin=Placement.Origin.TRAINING,
        why=why[:500],
    )
    placing.offer(None, intake, placement)
    letters.tell("offer", trainee.application, placement)
    return placement


@transaction.atomic
def turn_down(actor: Any, trainee: Trainee, why: str, left: bool = False) -> Trainee:
    """Not hired after the training (or left it), with a reason. A seat held in the project is given up; it is not
    offered to somebody who has not trained."""
    lock(trainee.application.intake)
    trainee = _decide(actor, lock(trainee), "leave" if left else "turn_down", why)
    held = trainee.application.placements.filter(
        state__in=Placement.STANDING, post__project=trainee.training.project_id
    ).first()
    if held is not None:
        moves.PLACEMENT.make(None, held, "cancel", why)
        letters.tell("cancelled", trainee.application, held, why)
    return trainee


def _decide(actor: Any, trainee: Trainee, action: str, why: str) -> Trainee:
    move = moves.TRAINEE.check(actor, trainee, action, why)
    assert move is not None
    # Before the state, which the move writes: the database wants the reason with it.
    trainee.decided_why, trainee.decided_by = why.strip()[:500], actor
    trainee.save(update_fields=["decided_why", "decided_by"])
    return moves.TRAINEE.make(actor, trainee, action, why)
