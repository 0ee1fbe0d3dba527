"""The lives of intakes, calls, applications and placements as tables, and what an office does with the first two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sanghyeop.ground.trail.moves import Move, MoveTable, NotYours, Refused, lock, record
from sanghyeop.programme.hiring import permissions as who
from sanghyeop.programme.hiring.models import (
    Application,
    Call,
    Intake,
    Placement,
    Post,
    Reserve,
    Rule,
    Trainee,
    Training,
)
from sanghyeop.programme.hiring.queries import positions_of
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.projects.queries import PUBLIC_STATES
from sanghyeop.programme.rounds.models import Round

N, C, A, P = Intake.State, Call.State, Application.State, Placement.State
DISTRICT = gettext_lazy("그 자치구 담당자")
OPERATOR = gettext_lazy("그 자치구 담당자와 수행기관")
APPLICANT = gettext_lazy("지원한 사람")
PROGRAM = gettext_lazy("프로그램")


def nobody(user: Any, subject: Any) -> bool:
    """Moves of the program itself."""
    return False


def not_public(intake: Intake) -> str | None:
    if intake.closes_at <= timezone.now():
        return _("접수 마감이 이미 지났습니다. 마감을 늦추어 주세요.")
    return None


def applied_to(intake: Intake) -> str | None:
    if intake.applications.exists():
        return _("이미 지원한 사람이 있어 준비로 되돌릴 수 없습니다.")
    return None


def not_ready_to_place(intake: Intake) -> str | None:
    """Why an intake cannot be placed yet, or None. Two queries."""
    if intake.closes_at > timezone.now():
        return _("접수 마감이 지난 뒤에 배치할 수 있습니다.")
    if intake.applications.filter(state=A.SENT).exists():
        return _("자격을 아직 확인하지 않은 지원서가 있습니다.")
    if not intake.applications.filter(state=A.ELIGIBLE).exists():
        return _("자격이 있는 지원자가 없습니다.")
    return None


def answers_open(intake: Intake) -> str | None:
    if Placement.objects.filter(application__intake=intake, state=P.OFFERED).exists():
        return _("아직 답하지 않은 합격자가 있습니다.")
    return None


def not_taking(intake: Intake) -> str | None:
    """Why an intake takes no applications at this moment, or None."""
    now = timezone.now()
    if intake.state != N.OPEN or now < intake.opens_at:
        return _("지금은 지원을 받지 않습니다.")
    if now >= intake.closes_at:
        return _("접수가 마감되었습니다. 마감된 뒤에는 지원하거나 고칠 수 없습니다.")
    return None


def call_cannot_stand(call: Call) -> str | None:
    """Why a call cannot be published, or None."""
    if call.intake.state not in (N.DRAFT, N.OPEN) or call.intake.closes_at <= timezone.now():
        return _("이 모집 회차는 이미 접수를 마쳤습니다.")
    if not call.posts.exists():
        return _("모집할 자리를 하나 이상 고르세요.")
    return None


def call_applied_to(call: Call) -> str | None:
    if call.posts.filter(choices__application__state__in=[A.SENT, A.ELIGIBLE]).exists():
        return _("이미 지원한 사람이 있어 공고를 거둘 수 없습니다.")
    return None


def application_closed(application: Application) -> str | None:
    return not_taking(application.intake)


def being_placed(application: Application) -> str | None:
    if application.intake.state == N.PLACED:
        return _("배치 결과를 확인하고 있습니다. 결과가 발표된 뒤에 거두어 주세요.")
    return None


def undecided(application: Application) -> str | None:
    if application.checks.filter(holds=None).exists():
        return _("아직 판단하지 않은 항목이 있습니다.")
    return None


def answered_late(placement: Placement) -> str | None:
    if placement.answer_by is not None and placement.answer_by <= timezone.now():
        return _("답할 수 있는 기한이 지났습니다.")
    return None


def answer_still_open(placement: Placement) -> str | None:
    if placement.answer_by is not None and placement.answer_by > timezone.now():
        return _("답할 수 있는 기한이 아직 지나지 않았습니다.")
    return None


INTAKE = MoveTable(
    gettext_lazy("모집 회차"),
    dict(N.choices),
    (
        Move(
            "open", gettext_lazy("모집 열기"), (N.DRAFT,), N.OPEN, who.runs_intake, DISTRICT,
            not_public, gettext_lazy("접수 마감이 아직 오지 않았을 때"),
        ),
        Move(
            "take_back", gettext_lazy("준비로 되돌리기"), (N.OPEN,), N.DRAFT, who.runs_intake, DISTRICT,
            applied_to, gettext_lazy("아직 아무도 지원하지 않았을 때"), why=True,
        ),
        Move(
            "place", gettext_lazy("추첨하고 배치하기"), (N.OPEN,), N.PLACED, who.runs_intake, DISTRICT,
            not_ready_to_place, gettext_lazy("마감이 지나고 모든 지원서의 자격을 확인했을 때"),
        ),
        Move("undo", gettext_lazy("배치 되돌리기"), (N.PLACED,), N.OPEN, who.runs_intake, DISTRICT, why=True),
        Move("announce", gettext_lazy("결과 발표"), (N.PLACED,), N.ANNOUNCED, who.runs_intake, DISTRICT),
        Move(
            "close", gettext_lazy("모집 마치기"), (N.ANNOUNCED,), N.CLOSED, who.runs_intake, DISTRICT,
            answers_open, gettext_lazy("모든 합격자가 답했거나 기한이 지났을 때"),
        ),
    ),
)  # fmt: skip
CALL = MoveTable(
    gettext_lazy("모집 공고"),
    dict(C.choices),
    (
        Move("edit", gettext_lazy("고치기"), (C.DRAFT, C.PUBLISHED), C.DRAFT, who.runs_call, OPERATOR,
             call_applied_to, gettext_lazy("아직 아무도 지원하지 않았을 때")),
        Move("publish", gettext_lazy("공고하기"), (C.DRAFT,), C.PUBLISHED, who.publishes_call, OPERATOR,
             call_cannot_stand, gettext_lazy("모집할 자리가 있고 마감이 오지 않았을 때")),
        Move("withdraw", gettext_lazy("공고 거두기"), (C.DRAFT, C.PUBLISHED), C.WITHDRAWN, who.runs_call, OPERATOR,
             call_applied_to, gettext_lazy("아직 아무도 지원하지 않았을 때"), why=True),
    ),
)  # fmt: skip
APPLICATION = MoveTable(
    gettext_lazy("지원서"),
    dict(A.choices),
    (
        Move("edit", gettext_lazy("고치기"), (A.SENT,), A.SENT, who.applicant, APPLICANT,
             application_closed, gettext_lazy("접수 기간")),
        Move("withdraw", gettext_lazy("지원 거두기"), (A.SENT, A.ELIGIBLE, A.INELIGIBLE), A.WITHDRAWN,
             who.applicant, APPLICANT,
             being_placed, gettext_lazy("배치 결과를 확인하는 동안이 아닐 때")),
        Move("accept", gettext_lazy("자격 있음으로 확인"), (A.SENT, A.INELIGIBLE), A.ELIGIBLE, who.decides, DISTRICT,
             undecided, gettext_lazy("모든 항목을 판단했을 때")),
        Move("refuse", gettext_lazy("자격 없음으로 확인"), (A.SENT, A.ELIGIBLE), A.INELIGIBLE, who.decides, DISTRICT,
             undecided, gettext_lazy("모든 항목을 판단했을 때")),
    ),
)  # fmt: skip
PLACEMENT = MoveTable(
    gettext_lazy("배치"),
    dict(P.choices),
    (
        Move("offer", gettext_lazy("합격 알리기"), (P.PROPOSED,), P.OFFERED, who.runs_placement, DISTRICT),
        Move("accept", gettext_lazy("수락하기"), (P.OFFERED,), P.ACCEPTED, who.placed_person, APPLICANT,
             answered_late, gettext_lazy("답할 기한 안")),
        Move("decline", gettext_lazy("사양하기"), (P.OFFERED, P.ACCEPTED), P.DECLINED, who.placed_person, APPLICANT),
        Move("lapse", gettext_lazy("기한이 지남"), (P.OFFERED,), P.LAPSED, who.runs_placement, PROGRAM,
             answer_still_open, gettext_lazy("답할 기한이 지났을 때")),
        Move("move_up", gettext_lazy("더 바라던 자리로 옮김"), (P.OFFERED,), P.MOVED, nobody, PROGRAM),
        Move("cancel", gettext_lazy("배치 취소"), (P.PROPOSED, P.OFFERED, P.ACCEPTED), P.CANCELLED,
             who.runs_placement, DISTRICT, why=True),
    ),
)  # fmt: skip
TRAINING = MoveTable(
    gettext_lazy("채용 전 교육"),
    dict(Training.State.choices),
    (
        Move("decide", gettext_lazy("채용 정하기"), (Training.State.RUNNING,), Training.State.DECIDED,
             who.runs_training, OPERATOR),
    ),
)  # fmt: skip
TRAINEE = MoveTable(
    gettext_lazy("교육생"),
    dict(Trainee.State.choices),
    (
        Move("hire", pgettext_lazy("trainee", "채용"), (Trainee.State.TRAINING,), Trainee.State.HIRED,
             who.runs_trainee, OPERATOR, why=True),
        Move("turn_down", gettext_lazy("채용하지 않음"), (Trainee.State.TRAINING,), Trainee.State.NOT_HIRED,
             who.runs_trainee, OPERATOR, why=True),
        Move("leave", gettext_lazy("그만둠"), (Trainee.State.TRAINING,), Trainee.State.LEFT,
             who.runs_trainee, OPERATOR, why=True),
    ),
)  # fmt: skip

#: Acts that change no state, in words for the trail.
ACTS = {
    "make_posts": gettext_lazy("계획서의 직무로 자리 만들기"),
    "add_post": gettext_lazy("자리 적기"),
    "begin_intake": gettext_lazy("모집 회차 만들기"),
    "begin_call": gettext_lazy("모집 공고 쓰기"),
    "change_rules": gettext_lazy("참여 규칙 고침"),
    "send": gettext_lazy("지원하기"),
    "correct": gettext_lazy("판단 고침"),
    "judge_suitability": gettext_lazy("직무 적합도 적기"),
    "hand_in": gettext_lazy("서류 내기"),
    "take_paper_back": gettext_lazy("서류 거두기"),
    "destroy": gettext_lazy("서류 파기"),
    "begin_training": gettext_lazy("교육 시작"),
    "attend": gettext_lazy("출석 적기"),
}


def must(allowed: bool) -> None:
    """Raises ``NotYours`` where something is not allowed."""
    if not allowed:
        raise NotYours(_("이 일을 할 권한이 없습니다."))


@transaction.atomic
def make_posts(actor: Any, project: Project, year: int = 1) -> list[Post]:
    """The posts of a project's ``year`` of support from the positions of its selected plan, once.

    Raises ``NotYours``, or ``Refused`` where the project has no plan here (it was published before).
    """
    project = lock(project)
    must(who.runs(actor, project))
    standing = list(project.posts.filter(year=year))
    if standing:
        return standing
    positions = positions_of(project, year)
    if not positions:
        raise Refused(_("이 사업에는 직무가 적힌 계획서가 없습니다. 자리를 직접 적어 주세요."))
    posts = Post.objects.bulk_create(
        Post(
            project=project,
            year=year,
            order=order,
            title=position.title,
            quota=position.number,
            months=position.months,
            hours_a_week=position.hours_a_week,
            wage_an_hour_krw=position.wage_an_hour_krw,
        )
        for order, position in enumerate(positions)
    )
    record(actor, project, "make_posts", year=year, posts=[post.pk for post in posts])
    return posts


@transaction.atomic
def add_post(actor: Any, project: Project, **facts: Any) -> Post:
    """A post of a project that has no plan here. Raises ``NotYours``, or ``Refused`` where the plan names them."""
    project = lock(project)
    must(who.runs(actor, project))
    if positions_of(project):
        raise Refused(_("이 사업의 자리는 선정된 계획서가 정합니다."))
    last = project.posts.filter(year=facts.get("year", 1)).order_by("-order").first()
    post = Post.objects.create(project=project, order=last.order + 1 if last else 0, **facts)
    record(actor, project, "add_post", post=post.pk, title=post.title, quota=post.quota)
    return post


@transaction.atomic
def begin_intake(actor: Any, round_: Round, **facts: Any) -> Intake:
    """A new intake of a district in a published round. Raises ``NotYours`` and ``Refused``."""
    intake = Intake(round=round_, created_by=actor, **facts)
    must(who.runs_intake(actor, intake))
    if round_.state not in PUBLIC_STATES or round_.record:
        raise Refused(_("결과를 발표한 연차의 사업만 참여자를 모집할 수 있습니다."))
    intake.save()
    record(actor, intake, "begin_intake", to_state=intake.state)
    return intake


@transaction.atomic
def change_intake(actor: Any, intake: Intake, action: str, why: str = "") -> Intake:
    """Open an intake, take it back or close it; placing and announcing stand in ``placing.py``."""
    assert action in ("open", "take_back", "close")
    return INTAKE.make(actor, lock(intake), action, why)


@transaction.atomic
def begin_call(
    actor: Any, intake: Intake, project: Project, posts: Sequence[Post], reserves: Mapping[int, Any], **facts: Any
) -> Call:
    """A draft of a project's call with the posts that it offers; ``reserves``: post → (group, seats) pairs."""
    must(who.runs(actor, project))
    if intake.district_id != project.district_id or intake.round_id != project.round_id:
        raise Refused(_("그 자치구와 연차의 모집 회차를 골라 주세요."))
    try:
        with transaction.atomic():
            call = Call.objects.create(intake=intake, project=project, created_by=actor, **facts)
    except IntegrityError:
        raise Refused(_("이 모집 회차에는 이미 이 사업의 공고가 있습니다.")) from None
    offer_posts(call, posts, reserves)
    record(actor, call, "begin_call", to_state=call.state, posts=[post.pk for post in posts])
    return call


def offer_posts(call: Call, posts: Sequence[Post], reserves: Mapping[int, Any]) -> None:
    """Which posts the call offers, with the seats kept for groups. Raises ``Refused`` for a post that is taken."""
    call.posts.exclude(pk__in=[post.pk for post in posts]).update(call=None)
    for wanted in posts:
        post = lock(wanted)
        if post.project_id != call.project_id:
            raise Refused(_("다른 사업의 자리입니다."))
        if post.call_id not in (None, call.pk):
            raise Refused(_("‘%(post)s’은(는) 이미 다른 공고로 모집합니다.") % {"post": post})
        kept = dict(reserves.get(post.pk, ()))
        if sum(kept.values()) > post.quota:
            raise Refused(_("‘%(post)s’의 우선 인원이 모집 인원보다 많습니다.") % {"post": post})
        post.call = call
        post.starts_on, post.ends_on, post.duties = wanted.starts_on, wanted.ends_on, wanted.duties
        post.save(update_fields=["call", "starts_on", "ends_on", "duties"])
        post.reserves.all().delete()
        Reserve.objects.bulk_create(Reserve(post=post, group=group, seats=seats) for group, seats in kept.items())


@transaction.atomic
def edit_call(actor: Any, call: Call, posts: Sequence[Post], reserves: Mapping[int, Any], **facts: Any) -> Call:
    """Change a call that nobody has applied to; a published one is a draft again until it is published."""
    call = CALL.make(actor, lock(call), "edit")
    for name, value in facts.items():
        setattr(call, name, value)
    call.published_at = None
    call.save()
    offer_posts(call, posts, reserves)
    return call


@transaction.atomic
def publish_call(actor: Any, call: Call) -> Call:
    """The call is public as soon as its intake is open."""
    call = lock(call)
    call.published_at = timezone.now()
    call.save(update_fields=["published_at"])
    return CALL.make(actor, call, "publish")


@transaction.atomic
def withdraw_call(actor: Any, call: Call, why: str) -> Call:
    call = CALL.make(actor, lock(call), "withdraw", why)
    call.posts.update(call=None)
    return call


@transaction.atomic
def change_rules(actor: Any, round_: Round, rules: Sequence[Rule], gone: Sequence[Rule] = (), why: str = "") -> None:
    """Write a round's participation rules. What was decided under the old ones stays as it was decided."""
    must(who.sets_rules(actor, round_))
    for rule in gone:
        rule.delete()
    for rule in rules:
        rule.round = round_
        rule.save()
    record(actor, round_, "change_rules", why=why, rules=len(rules), removed=len(gone))
