"""Naming the panel: who reviews, who chairs, which fields they know, how many plans they take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.review import assigning, moves
from sanghyeop.programme.review import permissions as who
from sanghyeop.programme.review.models import Affinity, Assignment, PanelMember
from sanghyeop.programme.rounds.models import Round

#: States of a round in which its panel may still change.
PANEL_OPEN = (Round.State.DRAFT, Round.State.OPEN, Round.State.REVIEW)


def _check(actor: Any, round_: Round) -> Round:
    round_ = lock(round_)
    if not who.runs_review(actor, round_):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if round_.state not in PANEL_OPEN:
        raise Refused(_("심사가 끝난 연차의 심사위원은 바꿀 수 없습니다."))
    return round_


def _write_levels(member: PanelMember, levels: Mapping[int, int]) -> None:
    Affinity.objects.filter(member=member).delete()
    Affinity.objects.bulk_create(
        [Affinity(member=member, field_id=field, level=level) for field, level in levels.items() if level]
    )


def _seat_chair(round_: Round, member: PanelMember, chair: bool) -> None:
    """One chair at a time: a new one takes over from the one before."""
    if chair:
        round_.panel.filter(chair=True).exclude(pk=member.pk).update(chair=False)
    PanelMember.objects.filter(pk=member.pk).update(chair=chair)
    member.chair = chair


@transaction.atomic
def name_member(
    actor: Any,
    round_: Round,
    user: Any,
    *,
    home_district: District | None = None,
    max_load: int | None = None,
    chair: bool = False,
    levels: Mapping[int, int] | None = None,
) -> PanelMember:
    """Name a person to the panel and tell him or her. ``levels``: field id → 1 to 3.

    Someone who had left comes back, and pledges anew. Raises ``Refused`` for a person without a panel role or one
    who sits on the panel already.
    """
    round_ = _check(actor, round_)
    if not any(user.roles.has(role) for role in who.PANEL_ROLES):
        raise Refused(_("심사위원이나 전담 전문가로 등록된 사람만 위촉할 수 있습니다."))
    member = PanelMember.objects.filter(round=round_, user=user).first()
    if member and member.left_at is None:
        raise Refused(_("이미 이 연차의 심사위원입니다."))
    if member is None:
        member = PanelMember(round=round_, user=user)
    member.round, member.user = round_, user
    member.home_district, member.max_load, member.chair = home_district, max_load, False
    member.named_by, member.named_at, member.left_at, member.pledged_at = actor, timezone.now(), None, None
    member.save()
    _write_levels(member, levels or {})
    _seat_chair(round_, member, chair)
    record(actor, member, "name_member", chair=chair, home=home_district.code if home_district else "", load=max_load)
    with override(user.language):
        notify(
            [user],
            f"review-named-{member.pk}-{member.named_at:%Y%m%d%H%M%S%f}",
            _("심사위원으로 위촉되었습니다: %(round)s") % {"round": round_},
            _("계획서를 보기 전에 이해관계를 신고하고 서약해 주세요."),
            reverse("review:pledge", args=[member.pk]),
            round_.pk,
        )
    return member


@transaction.atomic
def change_member(
    actor: Any,
    member: PanelMember,
    *,
    home_district: District | None,
    max_load: int | None,
    chair: bool,
    levels: Mapping[int, int],
) -> PanelMember:
    """Change a member's district, load, fields, chair. Conflicts follow at once, being computed."""
    round_ = _check(actor, member.round)
    member = lock(member)
    if member.left_at:
        raise Refused(_("이미 심사에서 빠진 위원입니다."))
    member.home_district, member.max_load = home_district, max_load
    member.save(update_fields=["home_district", "max_load"])
    _write_levels(member, levels)
    _seat_chair(round_, member, chair)
    record(actor, member, "change_member", chair=chair, home=home_district.code if home_district else "", load=max_load)
    return member


@transaction.atomic
def remove_member(actor: Any, member: PanelMember, why: str) -> PanelMember:
    """Take a member off the panel; unfinished plans go to others, finished sheets still count."""
    round_ = _check(actor, member.round)
    user = member.user
    member = lock(member)
    member.user = user
    if member.left_at:
        raise Refused(_("이미 심사에서 빠진 위원입니다."))
    if not why.strip():
        raise Refused(_("까닭을 적어 주세요."))
    gone = []
    for sheet in (
        Assignment.objects.select_for_update(of=("self",))
        .filter(member=member, state__in=(Assignment.State.ASSIGNED, Assignment.State.STARTED))
        .select_related("plan__round", "member__user")
    ):
        moves.TABLE.make(actor, sheet, "release", why)
        gone.append((sheet.plan_id, member.pk))
    member.left_at, member.chair = timezone.now(), False
    member.save(update_fields=["left_at", "chair"])
    record(actor, member, "remove_member", why=why, handed_on=len(gone))
    assigning.hand_on(actor, round_, gone)
    with override(user.language):
        notify(
            [user],
            f"review-left-{member.pk}-{member.left_at:%Y%m%d%H%M%S%f}",
            _("심사위원에서 해촉되었습니다: %(round)s") % {"round": round_},
            _("까닭: %(why)s") % {"why": why.strip()},
            "",
            round_.pk,
        )
    return member
