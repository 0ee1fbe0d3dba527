"""Conflicts of interest (제척·기피·회피), found before anyone is assigned.

Layers: own district, own organisation, own work (computed from facts on every reading, so that a new membership or a
changed plan counts at once), declared by the reviewer, reported by others, and plans that the reviewer stepped
back from.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.parties.models import Membership, Organisation
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review import permissions
from sanghyeop.programme.review.models import Assignment, Conflict, PanelMember
from sanghyeop.programme.review.moves import is_over

OWN_DISTRICT, OWN_ORGANISATION, OWN_WORK = "own_district", "own_organisation", "own_work"
STEPPED_BACK = "stepped_back"
ORIGINS = {
    OWN_DISTRICT: gettext_lazy("같은 자치구(제척)"),
    OWN_ORGANISATION: gettext_lazy("같은 기관·단체(제척)"),
    OWN_WORK: gettext_lazy("본인이 쓴 아이디어·계획서(제척)"),
    Conflict.Origin.DECLARED.value: Conflict.Origin.DECLARED.label,
    Conflict.Origin.REPORTED.value: Conflict.Origin.REPORTED.label,
    STEPPED_BACK: gettext_lazy("이미 회피한 계획서"),
}


@dataclass(frozen=True)
class Ground:
    """Why a member may not review a plan: the layer it comes from, and what exactly (a name or a written reason)."""

    origin: str
    what: str
    conflict_id: int | None = None  # the stored row behind it, where there is one

    @property
    def label(self) -> Any:
        return ORIGINS[self.origin]


#: (plan id, member id) → grounds
Conflicts = dict[tuple[int, int], list[Ground]]


LEGAL_FORMS = ["주식회사", "(주)", "사단법인", "(사)", "재단법인", "(재)"]  # as data
LEGAL_FORMS += ["사회적협동조합", "협동조합", "(예시)"]  # as data


def plain_name(name: str) -> str:
    """A name as it is compared: without spaces, width, case and the usual legal forms."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    for form in LEGAL_FORMS:
        plain = plain.replace(form, "")
    return "".join(letter for letter in plain if letter.isalnum())


class Organisations:
    """Organisations that are one and the same: by row, by business number, by name or published alias."""

    def __init__(self) -> None:
        self.marks: dict[int, set[str]] = defaultdict(set)

    def add(self, pk: int, name: str, business_number: str, alias: str | None) -> None:
        marks = self.marks[pk]
        marks |= {f"name:{plain}" for plain in (plain_name(name), plain_name(alias or "")) if plain}
        number = "".join(letter for letter in business_number if letter.isdigit())
        if number:
            marks.add(f"number:{number}")

    def marks_of(self, pk: int) -> set[str]:
        return {f"row:{pk}"} | self.marks[pk]


def find_conflicts(
    members: Sequence[PanelMember], plans: Sequence[Plan], stepped_back: Iterable[tuple[int, int]] | None = None
) -> Conflicts:
    """All conflicts between these members (of one round) and these plans. Four queries, however many there are;
    three where the pairs (plan id, member id) that ended by stepping back are given.

    Time and memory grow with the number of conflicts, not with members times plans. ``plans`` have ``idea``
    selected. The district layer takes memberships that did not end before the round was made; the organisation
    layer takes every membership, past or present.
    """
    found: Conflicts = defaultdict(list)
    if not members or not plans:
        return {}
    by_user = {member.user_id: member for member in members}
    round_made = timezone.localdate(members[0].round.created_at)
    plans_in: dict[int, list[Plan]] = defaultdict(list)
    plans_of: dict[int, list[Plan]] = defaultdict(list)
    for plan in plans:
        plans_in[plan.district_id].append(plan)
        plans_of[plan.organisation_id].append(plan)
        for author in {plan.created_by_id, plan.idea.author_id if plan.idea else None}:
            if author in by_user:
                found[plan.pk, by_user[author].pk].append(Ground(OWN_WORK, plan.title))

    same = Organisations()
    for pk, name, number, alias in Organisation.objects.filter(pk__in=list(plans_of)).values_list(
        "pk", "name", "business_number", "aliases__name"
    ):
        same.add(pk, name, number, alias)
    by_mark: dict[str, set[int]] = defaultdict(set)
    for pk in plans_of:
        for mark in same.marks_of(pk):
            by_mark[mark].add(pk)

    home: dict[int, dict[int, str]] = defaultdict(dict)  # member → district → what
    for member in members:
        if member.home_district_id in plans_in:
            home[member.pk][member.home_district_id] = _("사는 곳")
    belongs: dict[int, dict[int, str]] = defaultdict(dict)  # member → organisation of a plan → what
    for user, pk, name, number, district, alias, until in Membership.objects.filter(
        user_id__in=list(by_user)
    ).values_list(
        "user_id", "organisation_id", "organisation__name", "organisation__business_number",
        "organisation__district_id", "organisation__aliases__name", "until",
    ):  # fmt: skip
        member = by_user[user]
        if district in plans_in and (until is None or until >= round_made):
            home[member.pk].setdefault(district, name)
        same.add(pk, name, number, alias)
        for mark in same.marks_of(pk):
            for organisation in by_mark.get(mark, ()):
                belongs[member.pk].setdefault(organisation, name)
    for pk, districts in home.items():
        for district, what in districts.items():
            ground = Ground(OWN_DISTRICT, what)
            for plan in plans_in[district]:
                found[plan.pk, pk].append(ground)
    for pk, organisations in belongs.items():
        for organisation, what in organisations.items():
            ground = Ground(OWN_ORGANISATION, what)
            for plan in plans_of[organisation]:
                found[plan.pk, pk].append(ground)

    plan_of = {plan.pk: plan for plan in plans}
    ids = [member.pk for member in members]
    for row in Conflict.objects.filter(member_id__in=ids, lifted_at=None):
        ground = Ground(row.origin, row.reason, row.pk)
        if row.plan_id:
            touched = [plan_of[row.plan_id]] if row.plan_id in plan_of else []
        elif row.district_id:
            touched = plans_in.get(row.district_id, [])
        else:
            alike = set().union(*(by_mark.get(mark, set()) for mark in same.marks_of(row.organisation_id or 0)))
            touched = [plan for organisation in alike for plan in plans_of[organisation]]
        for plan in touched:
            found[plan.pk, row.member_id].append(ground)
    if stepped_back is None:
        stepped_back = Assignment.objects.filter(member_id__in=ids, state=Assignment.State.RECUSED).values_list(
            "plan_id", "member_id"
        )
    members_here = set(ids)
    for plan_id, member_id in stepped_back:
        if plan_id in plan_of and member_id in members_here:
            found[plan_id, member_id].append(Ground(STEPPED_BACK, ""))
    return dict(found)


def conflict_between(member: PanelMember, plan: Plan) -> list[Ground]:
    """The grounds between one member and one plan, but that of having stepped back. Three queries."""
    return find_conflicts([member], [plan], ()).get((plan.pk, member.pk), [])


def _write(actor: Any, member: PanelMember, origin: str, reason: str, **thing: Any) -> Conflict:
    if not reason.strip():
        raise Refused(_("까닭을 적어 주세요."))
    written = Conflict.objects.create(member=member, origin=origin, reason=reason.strip(), by=actor, **thing)
    record(actor, member, f"conflict_{origin}", why=reason, conflict=written.pk, **{k: v.pk for k, v in thing.items()})
    return written


def why_not_declared() -> str:
    """What a reviewer is told who finds a conflict after the review: the sheet stands, the officer decides."""
    return _(
        "심사가 끝나 여기서는 신고할 수 없습니다. 이해충돌을 알게 되셨다면 시 담당자에게 알려 주세요. "
        "담당자가 기록하고 선정할 때 살핍니다."
    )


@transaction.atomic
def declare(actor: Any, member: PanelMember, reason: str, **thing: Any) -> Conflict:
    """A reviewer declares a conflict with ``plan``, ``organisation`` or ``district`` (one of them)."""
    member = lock(member)
    if member.user_id != actor.pk or member.left_at:
        raise NotYours(_("본인의 이해관계만 신고할 수 있습니다."))
    if is_over(member.round):
        raise Refused(why_not_declared())
    return _write(actor, member, Conflict.Origin.DECLARED, reason, **thing)


@transaction.atomic
def report(actor: Any, member: PanelMember, reason: str, **thing: Any) -> Conflict:
    """The officer enters what somebody else reported."""
    member = lock(member)
    if not permissions.runs_review(actor, member.round):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    return _write(actor, member, Conflict.Origin.REPORTED, reason, **thing)


@transaction.atomic
def lift(actor: Any, conflict: Conflict, why: str) -> Conflict:
    """The officer sets a declared or reported conflict aside, with the reason."""
    conflict = lock(conflict)
    if not permissions.runs_review(actor, conflict.member.round):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if conflict.lifted_at:
        raise Refused(_("이미 해제한 신고입니다."))
    if not why.strip():
        raise Refused(_("까닭을 적어 주세요."))
    conflict.lifted_at = timezone.now()
    conflict.save(update_fields=["lifted_at"])
    record(actor, conflict.member, "conflict_lifted", why=why, conflict=conflict.pk)
    return conflict


def review_plans(round_: Any) -> Any:
    """The plans of a round that are reviewed: submitted ones, also after their selection. One query when read."""
    return Plan.objects.filter(round=round_, state__in=(Plan.State.SUBMITTED, Plan.State.SELECTED, Plan.State.REJECTED))
