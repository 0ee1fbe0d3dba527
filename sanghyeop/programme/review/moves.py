"""The table of allowed moves of an assignment, and what a reviewer and the chair do with a score sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.trail.moves import Move, MoveTable, NotYours, Refused, lock, record
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review import permissions as who
from sanghyeop.programme.review.models import Assignment, PanelMember, Score, ScoreChoice
from sanghyeop.programme.rounds.models import Criterion, Period, Round
from sanghyeop.programme.rounds.queries import is_open

State = Assignment.State


def why_closed(round_: Round) -> str | None:
    """Why no sheet may be written now, or None: the round stands in review, inside the step's dates."""
    if round_.state != Round.State.REVIEW:
        return _("지금은 심사 단계가 아닙니다.")
    if not is_open(round_, Period.Step.REVIEW):
        return _("심사 기간이 아닙니다. 마감이 지났거나 아직 시작하지 않았습니다.")
    return None


def why_not_written(sheet: Assignment) -> str | None:
    if sheet.plan.state != Plan.State.SUBMITTED:
        return _("이 계획서는 더 이상 심사 대상이 아닙니다.")
    if sheet.member.pledged_at is None:
        return _("먼저 이해관계를 확인하고 서약해 주세요.")
    return why_closed(sheet.plan.round)


def why_not_reopened(sheet: Assignment) -> str | None:
    return why_closed(sheet.plan.round)


def why_over(sheet: Assignment) -> str | None:
    """Why nobody leaves a sheet any more, or None: once the review is over, what was handed in stands."""
    if not is_over(sheet.plan.round):
        return None
    return _("심사가 끝나 회피할 수 없습니다. 이해충돌을 알게 되셨다면 시 담당자에게 알려 주세요.")


def is_over(round_: Round) -> bool:
    """Whether the review has ended: its sheets stand, and its reviewers declare and pledge nothing any more."""
    return round_.state not in (Round.State.DRAFT, Round.State.OPEN, Round.State.REVIEW)


_OPEN = gettext_lazy("심사 기간이며 서약을 마침")
_REVIEWER, _CHAIR, _OFFICER = gettext_lazy("배정된 심사위원"), gettext_lazy("위원장"), gettext_lazy("시 담당자")

#: What is done beside the moves, as the trail tells it.
ACTS = {
    "name_member": gettext_lazy("심사위원 위촉"),
    "change_member": gettext_lazy("심사위원 정보 고침"),
    "remove_member": gettext_lazy("심사위원에서 빼기"),
    "pledge": gettext_lazy("서약"),
    "conflict_declared": gettext_lazy("이해충돌 신고"),
    "conflict_reported": gettext_lazy("신고받은 이해충돌 기록"),
    "conflict_lifted": gettext_lazy("이해충돌 신고 해제"),
    "confirm_assignment": gettext_lazy("배정안 확정"),
    "assign": gettext_lazy("심사위원 배정"),
    "remind_reviewers": gettext_lazy("심사위원에게 알림 보내기"),
    "grant_bonus": gettext_lazy("가점 확인"),
    "take_back_bonus": gettext_lazy("가점 거두기"),
    "choose_score": gettext_lazy("선정에 쓸 점수 정하기"),
}
TABLE = MoveTable(
    gettext_lazy("심사표"),
    dict(State.choices),
    (
        Move("start", gettext_lazy("작성 시작"), (State.ASSIGNED,), State.STARTED,
             who.own_sheet, _REVIEWER, why_not_written, _OPEN),
        Move("submit", gettext_lazy("심사표 제출"), (State.STARTED,), State.DONE,
             who.own_sheet, _REVIEWER, why_not_written, _OPEN),
        Move("reopen", gettext_lazy("심사표 다시 열기"), (State.DONE,), State.STARTED,
             who.chairs_sheet, _CHAIR, why_not_reopened, gettext_lazy("심사 기간"), why=True),
        Move("step_back", gettext_lazy("회피"), Assignment.HELD, State.RECUSED,
             who.own_sheet, _REVIEWER, why_over, gettext_lazy("심사가 끝나기 전"), why=True),
        Move("exclude", gettext_lazy("제척"), Assignment.HELD, State.RECUSED,
             who.runs_sheet, _OFFICER, why=True),
        Move("release", gettext_lazy("배정 해제"), (State.ASSIGNED, State.STARTED), State.RELEASED,
             who.runs_sheet, _OFFICER, why=True),
        Move("assign_again", gettext_lazy("다시 배정"), (State.RELEASED,), State.ASSIGNED,
             who.runs_sheet, _OFFICER),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What a reviewer wrote: by criterion id, only the boxes that could be read. ``overall`` None: not readable."""

    points: Mapping[int, int | None] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    overall: str | None = None


class Clash(Refused):
    """The sheet was saved from another window since; ``sheet`` and ``scores`` are what stands now."""

    def __init__(self, sheet: Assignment, scores: dict[int, Score]):
        super().__init__(
            _("다른 창에서 이 심사표를 고쳤습니다. 아래에서 견주어 보고 남길 내용으로 다시 저장해 주세요.")
        )
        self.sheet, self.scores = sheet, scores


class Incomplete(Refused):
    """A sheet that may not be handed in yet; ``missing`` are the criterion ids that lack points or a reason."""

    def __init__(self, missing: list[int], overall: bool):
        super().__init__(_("모든 항목에 점수와 까닭을, 끝에 종합 의견을 적어야 낼 수 있습니다."))
        self.missing, self.overall = missing, overall


def criteria_of(plan: Plan) -> list[Criterion]:
    """The criteria of the plan's kind, in order. One query."""
    return list(Criterion.objects.filter(round_id=plan.round_id, kind=plan.kind).order_by("order", "id"))


def scores_of(sheet: Assignment) -> dict[int, Score]:
    """By criterion id. One query."""
    return {score.criterion_id: score for score in Score.objects.filter(assignment=sheet)}


def _locked(sheet: Assignment) -> Assignment:
    """The row locked, with the plan, the round and the member that were read with it."""
    locked = lock(sheet)
    locked.plan, locked.member = sheet.plan, sheet.member
    return locked


@transaction.atomic
def save(actor: Any, sheet: Assignment, answers: Answers, version: int, window: str = "") -> Assignment:
    """Save what is filled in so far. Raises ``Clash`` when another window saved something else since ``version``.

    Points out of a criterion's range and criteria of another kind are refused: the form has told before.
    """
    sheet = _locked(sheet)
    if sheet.state == State.ASSIGNED:
        TABLE.check(actor, sheet, "start")
    else:
        TABLE.check(actor, sheet, "submit")
    criteria = {criterion.pk: criterion for criterion in criteria_of(sheet.plan)}
    stored = scores_of(sheet)
    changed = []
    for pk in {*answers.points, *answers.reasons}:
        if pk not in criteria:
            raise Refused(_("이 계획서의 심사 항목이 아닙니다."))
        score = stored.get(pk) or Score(assignment=sheet, criterion_id=pk)
        points = answers.points.get(pk, score.points)
        reason = answers.reasons.get(pk, score.reason)
        if points is not None and not 0 <= points <= criteria[pk].points:
            raise Refused(_("점수가 배점을 벗어났습니다."))
        if (points, reason) != (score.points, score.reason):
            changed.append(Score(assignment=sheet, criterion_id=pk, points=points, reason=reason))
    overall = sheet.overall if answers.overall is None else answers.overall
    if not changed and overall == sheet.overall:
        return sheet
    if version != sheet.version and not (window and window == sheet.saved_from):
        raise Clash(sheet, stored)
    Score.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["assignment", "criterion"], update_fields=["points", "reason"]
    )
    sheet.overall, sheet.saved_at, sheet.saved_from = overall, timezone.now(), window[:36]
    sheet.version += 1
    sheet.save(update_fields=["overall", "saved_at", "saved_from", "version"])
    if sheet.state == State.ASSIGNED:
        TABLE.make(actor, sheet, "start")
    return sheet


def submit(actor: Any, sheet: Assignment, answers: Answers, version: int, window: str = "") -> Assignment:
    """Save, then hand in for good. Raises ``Incomplete``; what was filled in stays saved then."""
    return _hand_in(actor, save(actor, sheet, answers, version, window))


@transaction.atomic
def _hand_in(actor: Any, sheet: Assignment) -> Assignment:
    sheet = _locked(sheet)
    TABLE.check(actor, sheet, "submit")
    stored = scores_of(sheet)
    missing = [
        criterion.pk
        for criterion in criteria_of(sheet.plan)
        if criterion.pk not in stored or stored[criterion.pk].points is None or not stored[criterion.pk].reason.strip()
    ]
    if missing or not sheet.overall.strip():
        raise Incomplete(missing, not sheet.overall.strip())
    sheet.done_at = timezone.now()
    sheet.save(update_fields=["done_at"])
    return TABLE.make(actor, sheet, "submit", total=sum(score.points or 0 for score in stored.values()))


@transaction.atomic
def reopen(actor: Any, sheet: Assignment, why: str) -> Assignment:
    """The chair gives a finished sheet back to its reviewer, with the reason, while the review is open."""
    sheet = _locked(sheet)
    TABLE.make(actor, sheet, "reopen", why)
    sheet.done_at = None
    sheet.save(update_fields=["done_at"])
    with override(sheet.member.user.language):
        notify(
            [sheet.member.user],
            f"review-reopened-{sheet.pk}-{sheet.version}-{timezone.now():%Y%m%d%H%M%S}",
            _("심사표가 다시 열렸습니다: %(plan)s") % {"plan": sheet.plan.title},
            _("위원장이 심사표를 다시 열었습니다. 까닭: %(why)s") % {"why": why.strip()},
            reverse("review:sheet", args=[sheet.pk]),
            sheet.plan.round_id,
        )
    return sheet


@transaction.atomic
def pledge(actor: Any, member: PanelMember) -> PanelMember:
    """The reviewer confirms to have declared every conflict of interest; only then plans open."""
    member = lock(member)
    if not who.on_panel(actor, member):
        raise NotYours(_("본인만 서약할 수 있습니다."))
    if member.pledged_at is None:
        if is_over(member.round):
            raise Refused(_("심사가 끝나 서약할 수 없습니다."))
        member.pledged_at = timezone.now()
        member.save(update_fields=["pledged_at"])
        record(actor, member, "pledge")
    return member


@transaction.atomic
def choose_score(actor: Any, round_: Round, which: str, reason: str) -> ScoreChoice:
    """The chair chooses which score selection works with; recorded with the reason."""
    round_ = lock(round_)
    if not who.is_chair(actor, round_):
        raise NotYours(_("위원장만 고를 수 있습니다."))
    if round_.state not in (Round.State.REVIEW, Round.State.SELECTION):
        raise Refused(_("지금은 심사 단계가 아닙니다."))
    if which not in ScoreChoice.Which.values:
        raise Refused(_("고를 수 없는 점수입니다."))
    if not reason.strip():
        raise Refused(_("까닭을 적어 주세요."))
    choice = ScoreChoice.objects.create(round=round_, which=which, reason=reason.strip(), by=actor)
    record(actor, round_, "choose_score", why=reason, which=which)
    return choice


@transaction.atomic
def remind(actor: Any, round_: Round, members: list[PanelMember]) -> int:
    """Remind members of the sheets they owe, at most once a day each. Returns how many were told."""
    if not who.sees_results(actor, round_):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    closed = why_closed(round_)
    if closed:
        raise Refused(closed)
    today = timezone.localdate()
    owed: dict[int, int] = {}
    for pk in Assignment.objects.filter(
        member__in=members, state__in=(State.ASSIGNED, State.STARTED), plan__state=Plan.State.SUBMITTED
    ).values_list("member_id", flat=True):
        owed[pk] = owed.get(pk, 0) + 1
    told = [member for member in members if owed.get(member.pk)]
    for member in told:
        with override(member.user.language):
            notify(
                [member.user],
                f"review-remind-{round_.pk}-{today}",
                _("심사표 %(count)d건이 남아 있습니다") % {"count": owed[member.pk]},
                _("%(round)s: 마감 전에 심사표를 내 주세요.") % {"round": round_},
                reverse("review:desk"),
                round_.pk,
            )
    Assignment.objects.filter(member__in=told, state__in=(State.ASSIGNED, State.STARTED)).update(
        reminded_at=timezone.now()
    )
    record(actor, round_, "remind_reviewers", members=[member.pk for member in told])
    return len(told)
