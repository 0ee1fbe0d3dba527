"""The board: all that decides who reads what, as arrays for the optimiser."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review.conflicts import Conflicts, find_conflicts, review_plans
from sanghyeop.programme.review.models import Affinity, Assignment, PanelMember
from sanghyeop.programme.rounds.models import Round

State = Assignment.State
Pair = tuple[int, int]  # plan id, member id


@dataclass
class Board:
    """All that decides who reads what, as it stands: plans by members."""

    round: Round
    plans: list[Plan]
    members: list[PanelMember]  # on the panel today
    pairs: list[Assignment]  # held by them, and sheets that members who left had finished
    conflicts: Conflicts
    levels: dict[Pair, int]  # (member id, field id) → 1 to 3

    def __post_init__(self) -> None:
        self.row = {plan.pk: i for i, plan in enumerate(self.plans)}
        self.column = {member.pk: j for j, member in enumerate(self.members)}

    def load_most(self) -> np.ndarray:
        return np.array(
            [self.round.reviewer_load if m.max_load is None else m.max_load for m in self.members], np.int64
        )

    def affinity(self) -> np.ndarray:
        """Plans by members, 0 to 3."""
        fields = sorted({plan.field_id for plan in self.plans})
        place = {field: k for k, field in enumerate(fields)}
        known = np.zeros((len(fields), len(self.members)), np.int32)
        for (member, field), level in self.levels.items():
            if field in place and member in self.column:
                known[place[field], self.column[member]] = level
        return known[[place[plan.field_id] for plan in self.plans]] if self.plans else known[:0]

    def load_least(self, needed: np.ndarray) -> np.ndarray:
        """Three quarters of everyone's fair share, as far as each may take it: what the optimiser tries to give
        before it looks at affinity. The whole share would leave it no choice."""
        most = self.load_most()
        takers = int((most > 0).sum())
        return np.minimum(most, int(needed.sum()) * 3 // (4 * takers) if takers else 0)

    @cached_property
    def mask(self) -> np.ndarray:
        """Plans by members: where there is a conflict."""
        mask = np.zeros((len(self.plans), len(self.members)), bool)
        row, column = self.row, self.column
        mask[[row[plan] for plan, _m in self.conflicts], [column[member] for _p, member in self.conflicts]] = True
        return mask

    def cells(self, pairs: Sequence[Pair]) -> np.ndarray:
        inside = [(self.row[p], self.column[m]) for p, m in pairs if p in self.row and m in self.column]
        return np.array(inside, np.int64).reshape(-1, 2)

    def needed(self, wanted: np.ndarray | int) -> np.ndarray:
        """Reviews that members of today still have to give: those of members who left count already."""
        left = np.zeros(len(self.plans), np.int64)
        for pair in self.pairs:
            if pair.member_id not in self.column and pair.plan_id in self.row:
                left[self.row[pair.plan_id]] += 1
        return np.maximum(np.broadcast_to(wanted, len(self.plans)) - left, 0)

    def held(self) -> tuple[list[Pair], list[Pair], list[Pair]]:
        """Pairs that stay (begun, finished or set by hand), that may change, and that have to go for a conflict."""
        stay: list[Pair] = []
        free: list[Pair] = []
        gone: list[Pair] = []
        for pair in self.pairs:
            key = (pair.plan_id, pair.member_id)
            if pair.member_id not in self.column:
                continue
            if key in self.conflicts:
                gone.append(key)
            elif pair.by_hand or pair.state != State.ASSIGNED:
                stay.append(key)
            else:
                free.append(key)
        return stay, free, gone

    def basis(self) -> str:
        """A hash of all that the proposal rests on."""
        facts = [
            [self.round.reviews_per_plan, self.round.reviewer_load],
            [(plan.pk, plan.field_id) for plan in self.plans],
            [(member.pk, member.max_load) for member in self.members],
            sorted((pair.plan_id, pair.member_id, pair.state, pair.by_hand) for pair in self.pairs),
            sorted((*key, level) for key, level in self.levels.items()),
        ]
        found = hashlib.sha256(json.dumps(facts).encode())
        found.update(np.packbits(self.mask).tobytes())  # the conflicts: there are many
        return found.hexdigest()


def read_board(round_: Round) -> Board:
    """Seven queries, however many plans and members."""
    plans = list(review_plans(round_).filter(state=Plan.State.SUBMITTED).select_related("idea").order_by("id"))
    members = list(round_.panel.filter(left_at=None).select_related("user").order_by("id"))
    for member in members:
        member.round = round_
    ids = {member.pk for member in members}
    rows = list(Assignment.objects.filter(plan__round=round_).order_by("id"))
    here = {plan.pk for plan in plans}  # a plan that was withdrawn frees its reviewers
    pairs = [
        row
        for row in rows
        if row.plan_id in here and (row.state == State.DONE or (row.state in Assignment.HELD and row.member_id in ids))
    ]
    ended = [(row.plan_id, row.member_id) for row in rows if row.state == State.RECUSED]
    levels = {
        (member, field): level
        for member, field, level in Affinity.objects.filter(member_id__in=ids).values_list(
            "member_id", "field_id", "level"
        )
    }
    return Board(round_, plans, members, pairs, find_conflicts(members, plans, ended), levels)
