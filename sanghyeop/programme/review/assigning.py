"""Who reviews which plan: proposed by the exact optimiser, confirmed by the officer, mended when someone steps back."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from typing import Any

import numpy as np
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sanghyeop.engines import assignment as engine
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import Membership, User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused, entry_of, lock, record
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review import permissions as who
from sanghyeop.programme.review.board import Board, Pair, read_board
from sanghyeop.programme.review.conflicts import (
    declare,
    find_conflicts,
    report,
)
from sanghyeop.programme.review.models import Assignment, Conflict, PanelMember, Proposal
from sanghyeop.programme.review.moves import TABLE
from sanghyeop.programme.rounds.models import Round

State = Assignment.State

#: States of a round in which plans are handed out: after the call's deadline, until selection begins.
ASSIGNING_OPEN = (Round.State.OPEN, Round.State.REVIEW)


#: What follows when a proposal is confirmed.
CONFIRMING = gettext_lazy(
    "확정하면 심사위원에게 바로 알림이 가고 맡은 계획서가 열립니다. "
    "그 뒤에는 배정을 한 건씩 까닭을 적고 풀 수 있습니다."
)


def _check(actor: Any, round_: Round) -> Round:
    """The round locked: one officer at a time hands out plans."""
    round_ = lock(round_)
    if not who.runs_review(actor, round_):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if round_.state not in ASSIGNING_OPEN:
        raise Refused(_("지금 단계에서는 심사위원을 배정할 수 없습니다."))
    return round_


def solve(board: Board) -> engine.Assignment:
    """The best assignment that keeps what has begun or was set by hand, and as much as it can of the rest."""
    stay, free, _gone = board.held()
    needed = board.needed(board.round.reviews_per_plan)
    return engine.assign(
        board.affinity(),
        needed=needed,
        load_most=board.load_most(),
        load_least=board.load_least(needed),
        conflicts=board.mask,
        fixed=board.cells(stay),
        current=board.cells(free) if free else None,
    )


def propose(actor: Any, round_: Round) -> Proposal:
    """Ask the optimiser and keep its answer for the officer to look at. Nothing is assigned yet.

    Nothing is locked while it thinks: what changes meanwhile changes the basis, and ``confirm`` refuses then.
    """
    with transaction.atomic():
        round_ = _check(actor, round_)
        board = read_board(round_)
    if not board.members:
        raise Refused(_("먼저 심사위원을 위촉해 주세요."))
    if not board.plans:
        raise Refused(_("아직 제출된 계획서가 없습니다."))
    began = time.perf_counter()
    found = solve(board)
    seconds = time.perf_counter() - began
    levels = board.affinity()[found.task, found.person]
    plans, members = board.plans, board.members
    pairs = {(plans[i].pk, members[j].pk) for i, j in zip(found.task.tolist(), found.person.tolist(), strict=True)}
    stay, free, gone = board.held()
    now = set(stay) | set(free) | set(gone)
    narrow = found.bottleneck
    answer = {
        "added": sorted(pairs - now),
        "dropped": sorted(now - pairs),
        "kept": len(pairs & now),
        "loads": {members[j].pk: int(load) for j, load in enumerate(found.load)},
        "affinity": int(levels.sum()),
        "levels": {level: int((levels == level).sum()) for level in range(4)},
        "proven": found.proven,
        "seconds": round(seconds, 3),
        "shortages": [
            {
                "plan": plans[lack.task].pk,
                "needed": lack.needed,
                "missing": lack.missing,
                "conflicted": lack.conflicted,
                "full": lack.full,
                "reason": lack.reason,
            }
            for lack in found.shortages
        ],
        "bottleneck": narrow
        and {
            "plans": [plans[i].pk for i in np.asarray(narrow.tasks).tolist()],
            "members": [members[j].pk for j in np.asarray(narrow.people).tolist()],
            "needed": int(narrow.needed),
            "room": int(narrow.room),
            "outside": int(narrow.outside),
        },
    }
    return Proposal.objects.create(round=round_, basis=board.basis(), answer=answer, by=actor)


@transaction.atomic
def confirm(actor: Any, proposal: Proposal) -> Proposal:
    """Assign what was proposed. Refused when the panel, the conflicts, plans or assignments changed since."""
    round_ = _check(actor, proposal.round)
    proposal = lock(proposal)
    if proposal.confirmed_at:
        raise Refused(_("이미 확정한 배정안입니다."))
    board = read_board(round_)
    if board.basis() != proposal.basis:
        raise Refused(
            _("배정안을 만든 뒤에 심사위원, 이해충돌, 계획서나 배정이 바뀌었습니다. 배정안을 다시 만들어 주세요.")
        )
    answer = proposal.answer
    _change(
        actor, board, [tuple(pair) for pair in answer["added"]], [tuple(pair) for pair in answer["dropped"]],
        _("배정안 확정"),
    )  # fmt: skip
    proposal.confirmed_at = timezone.now()
    proposal.save(update_fields=["confirmed_at"])
    record(actor, round_, "confirm_assignment", added=len(answer["added"]), dropped=len(answer["dropped"]))
    return proposal


def _change(actor: Any, board: Board, added: list[Pair], dropped: list[Pair], why: str) -> None:
    """Write pairs that come and go, with the trail and one notice per member. ``actor`` of a repair is None."""
    plan_of = {plan.pk: plan for plan in board.plans}
    member_of = {member.pk: member for member in board.members}
    touched = {*added, *dropped}
    rows: dict[Pair, Assignment] = {}
    for row in Assignment.objects.select_for_update().filter(
        plan_id__in={plan for plan, _m in touched}, member_id__in={member for _p, member in touched}
    ):
        rows[row.plan_id, row.member_id] = row
    for plan, member in dropped:
        row = rows[plan, member]
        row.plan, row.member = plan_of[plan], member_of[member]
        row.plan.round = board.round
        if (plan, member) in board.conflicts:
            ground = board.conflicts[plan, member][0]
            TABLE.make(actor, row, "exclude", f"{ground.label}: {ground.what}".rstrip(": "))
        else:
            TABLE.make(actor, row, "release", why)
    new: list[Assignment] = []
    for plan, member in added:
        again = rows.get((plan, member))
        if again is None:
            new.append(Assignment(plan=plan_of[plan], member=member_of[member]))
        else:
            again.plan, again.member, again.by_hand = plan_of[plan], member_of[member], False
            again.plan.round = board.round
            again.save(update_fields=["by_hand"])
            TABLE.make(actor, again, "assign_again", why)
    Assignment.objects.bulk_create(new, batch_size=1000)
    Entry.objects.bulk_create([entry_of(actor, row, "assign", "", State.ASSIGNED, why) for row in new], batch_size=500)
    _tell(board.round, member_of, added)
    _tell_of_ends(board.round, member_of, dropped, why)


def _tell_of_ends(round_: Round, member_of: dict[int, PanelMember], gone: list[Pair], why: str) -> None:
    stamp = timezone.now().strftime("%Y%m%d%H%M%S%f")
    for member, count in Counter(member for _p, member in gone).items():
        person = member_of[member].user
        with override(person.language):
            notify(
                [person],
                f"review-released-{round_.pk}-{stamp}",
                _("배정된 계획서 %(count)d건이 다른 위원에게 넘어갔습니다") % {"count": count},
                f"{round_} {why}".strip(),
                reverse("review:desk"),
                round_.pk,
            )


def _tell(round_: Round, member_of: dict[int, PanelMember], added: list[Pair]) -> None:
    stamp = timezone.now().strftime("%Y%m%d%H%M%S%f")
    for member, count in Counter(member for _p, member in added).items():
        person = member_of[member].user
        with override(person.language):
            notify(
                [person],
                f"review-assigned-{round_.pk}-{stamp}",
                _("심사할 계획서 %(count)d건이 배정되었습니다") % {"count": count},
                str(round_),
                reverse("review:desk"),
                round_.pk,
            )


@transaction.atomic
def assign_by_hand(actor: Any, plan: Plan, member: PanelMember) -> Assignment:
    """The officer sets a pair; refused with the ground of a conflict, or when the member's load is full."""
    round_ = _check(actor, plan.round)
    plan, member = lock(plan), PanelMember.objects.select_related("user").get(pk=member.pk)
    plan.round = member.round = round_
    if plan.state != Plan.State.SUBMITTED:
        raise Refused(_("제출된 계획서만 배정할 수 있습니다."))
    if member.left_at or member.round_id != plan.round_id:
        raise Refused(_("이 연차의 심사위원이 아닙니다."))
    grounds = find_conflicts([member], [plan]).get((plan.pk, member.pk))
    if grounds:
        raise Refused(
            _("이해충돌이 있어 배정할 수 없습니다: %(ground)s %(what)s")
            % {"ground": grounds[0].label, "what": grounds[0].what}
        )
    most = round_.reviewer_load if member.max_load is None else member.max_load
    held = Assignment.objects.filter(member=member, state__in=Assignment.HELD, plan__state=Plan.State.SUBMITTED)
    load = held.count()
    if load >= most:
        raise Refused(_("이 위원은 이미 최대 건수(%(most)d건)를 맡았습니다.") % {"most": most})
    row = Assignment.objects.select_for_update().filter(plan=plan, member=member).first()
    if row is None:
        row = Assignment.objects.create(plan=plan, member=member, by_hand=True)
        record(actor, row, "assign", "", State.ASSIGNED, by_hand=True)
    else:
        row.plan, row.member, row.by_hand = plan, member, True
        row.save(update_fields=["by_hand"])
        TABLE.make(actor, row, "assign_again", by_hand=True)
    _tell(round_, {member.pk: member}, [(plan.pk, member.pk)])
    return row


@transaction.atomic
def release(actor: Any, sheet: Assignment, why: str) -> Assignment:
    """The officer takes an unfinished plan away from a member; nobody is put in the place."""
    round_ = _check(actor, sheet.plan.round)
    locked = lock(sheet)
    locked.plan, locked.member = sheet.plan, sheet.member
    locked.plan.round = round_
    TABLE.make(actor, locked, "release", why)
    _tell_of_ends(round_, {locked.member_id: locked.member}, [(locked.plan_id, locked.member_id)], why)
    return locked


@transaction.atomic
def step_back(actor: Any, sheet: Assignment, why: str) -> Assignment:
    """A reviewer steps back from a plan: access ends at once, another reviewer takes the place."""
    round_ = lock(sheet.plan.round)
    locked = lock(sheet)
    locked.plan, locked.member = sheet.plan, sheet.member
    TABLE.make(actor, locked, "step_back", why)
    hand_on(actor, round_, [(locked.plan_id, locked.member_id)])
    return locked


@transaction.atomic
def settle(actor: Any, round_: Round) -> int:
    """End every assignment in which a conflict has come up since, and find others. Returns how many ended."""
    round_ = _check(actor, round_)
    return _settle(actor, round_)


def _settle(actor: Any, round_: Round) -> int:
    board = read_board(round_)
    _stay, _free, gone = board.held()
    if gone:
        _change(actor, board, [], gone, "")
        hand_on(actor, round_, gone)
    return len(gone)


@transaction.atomic
def declare_and_hand_on(actor: Any, member: PanelMember, reason: str, **thing: Any) -> Conflict:
    """A reviewer declares a conflict; plans that it touches leave his or her desk at once."""
    round_ = lock(member.round)
    written = declare(actor, member, reason, **thing)
    if round_.state in ASSIGNING_OPEN:
        _settle(None, round_)
    return written


@transaction.atomic
def report_and_hand_on(actor: Any, member: PanelMember, reason: str, **thing: Any) -> Conflict:
    """The officer enters a reported conflict; plans that it touches leave the member's desk at once."""
    round_ = lock(member.round)
    written = report(actor, member, reason, **thing)
    if round_.state in ASSIGNING_OPEN:
        _settle(actor, round_)
    return written


def hand_on(actor: Any, round_: Round, gone: list[Pair]) -> list[Pair]:
    """Fill the places of pairs that just ended, changing as few others as possible. Call inside a transaction.

    A plan is filled up to the number of reviewers that it had; where nobody is free, the city's officers are told.
    Returns the pairs that came.
    """
    if not gone or round_.state not in ASSIGNING_OPEN:
        return []
    board = read_board(round_)
    had: dict[int, int] = defaultdict(int)
    for pair in board.pairs:
        had[pair.plan_id] += 1
    for plan_id, _member in gone:
        had[plan_id] += 1
    wanted = np.array([min(had[plan.pk], round_.reviews_per_plan) for plan in board.plans], np.int64)
    stay, free, _in_conflict = board.held()
    if not board.members or not board.plans:
        _tell_officers(round_, sorted({plan for plan, _m in gone}))
        return []
    found = engine.repair(
        board.affinity(),
        board.cells([*stay, *free]),
        stepped_back=board.cells(gone),
        needed=board.needed(wanted),
        load_most=board.load_most(),
        conflicts=board.mask,
        fixed=board.cells(stay),
    )
    ids = [(board.plans[i].pk, board.members[j].pk) for i, j in found.added]
    _change(None, board, ids, [(board.plans[i].pk, board.members[j].pk) for i, j in found.dropped], _("회피 뒤 재배정"))
    short = {board.plans[lack.task].pk for lack in found.shortages} & {plan for plan, _m in gone}
    if short:
        _tell_officers(round_, sorted(short))
    return ids


def _tell_officers(round_: Round, plans: list[int]) -> None:
    officers = User.objects.filter(
        memberships__role=Membership.Role.CITY_OFFICER,
        memberships__organisation__city=round_.city_id,
        memberships__until=None,
    ).distinct()
    stamp = timezone.now().strftime("%Y%m%d%H%M%S%f")
    for person in officers:
        with override(person.language):
            notify(
                [person],
                f"review-short-{round_.pk}-{stamp}",
                _("심사위원이 모자란 계획서가 %(count)d건 있습니다") % {"count": len(plans)},
                _("회피한 자리를 맡을 위원이 없습니다. 위원을 더 위촉하거나 최대 건수를 올려 주세요."),
                reverse("review:assignments", args=[round_.pk]),
                round_.pk,
            )
