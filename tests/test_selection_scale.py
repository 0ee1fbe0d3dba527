"""No officer and no applicant is told to score more than the round's criteria and bonuses give."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from sanghyeop.engines.portfolio import VALUE_SCALE
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import words
from sanghyeop.programme.selection.asked import names_of


@dataclass(frozen=True)
class Places:
    highest: Decimal | None

    def district(self, code: str) -> str:
        return code

    def field(self, key: int | str) -> str:
        return str(key)


def told(score: str | None, more: int, highest: str | None = "103") -> list[str]:
    """What is advised to a plan that lacks so many points, or as many won of the city's budget."""
    reason = {
        "changes": [
            {"code": "value", "amount": more * VALUE_SCALE, "and_value": 0, "subject": ""},
            {"code": "city_budget", "amount": 5_000_000, "and_value": 0, "subject": ""},
        ]
    }
    names = Places(Decimal(highest) if highest else None)
    return words.changes(reason, names, Decimal(1), Decimal(0), Decimal(score) if score else None)


def test_points_within_the_scale_are_advised_and_beyond_it_only_the_other_way():
    assert told("80.00", 23) == ["심사 점수가 23.00점 더 높은 것", "시비 예산이 5,000,000원 느는 것"]
    assert told("80.01", 23) == ["시비 예산이 5,000,000원 느는 것"]
    assert len(told("80.01", 23, highest=None)) == 2
    assert len(told(None, 23)) == 2


@pytest.mark.both_databases
def test_the_highest_score_is_that_of_the_criteria_and_bonuses(demo, django_assert_num_queries):
    round_ = Round.objects.get(state=Round.State.OPEN)
    with django_assert_num_queries(2):
        names = names_of(round_)
    criteria = {}
    for criterion in round_.criteria.all():
        criteria[criterion.kind] = criteria.get(criterion.kind, 0) + criterion.points
    assert names.highest == max(criteria.values()) + sum(bonus.points for bonus in round_.bonuses.all())
    assert names.highest >= 100
