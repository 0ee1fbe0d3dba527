"""Selection: whatever the rules, a decided portfolio keeps them and its totals equal a recount."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.engines.portfolio import broken_rules
from sanghyeop.programme.selection import running
from sanghyeop.programme.selection.asked import Asked
from sanghyeop.programme.selection.candidates import Candidate
from sanghyeop.programme.selection.deciding import waiting_list
from sanghyeop.programme.selection.forms import read_percent, share_of
from sanghyeop.programme.selection.picture import figures
from sanghyeop.programme.selection.recount import Counted, faults

DISTRICTS, FIELDS = ("11305", "11350", "11380"), (1, 2)


class Plain:
    """Districts and fields under their codes."""

    def district(self, code):
        return code

    def field(self, key):
        return str(key)


@st.composite
def candidates(draw):
    return [
        Candidate(
            id=key, number=f"T-{key}", content_hash="", title=f"계획서 {key}",
            district=draw(st.sampled_from(DISTRICTS)), district_name="", field=draw(st.sampled_from(FIELDS)),
            field_name="", organisation="", kind="new", group="", jobs=draw(st.integers(1, 9)),
            city_krw=draw(st.integers(1, 200)) * 1_000_000, district_krw=draw(st.integers(0, 80)) * 1_000_000,
            score=str(Decimal(draw(st.integers(6000, 10000))) / 100), sd="1.00", rank=None,
            out=draw(st.sampled_from(("", "", "", "points"))),
        )
        for key in range(1, draw(st.integers(1, 9)) + 1)
    ]  # fmt: skip


@st.composite
def rules(draw):
    some = st.none() | st.integers(1, 4)
    return Asked(
        city_krw=draw(st.integers(0, 600)) * 1_000_000,
        district_krw={code: draw(st.integers(0, 150)) * 1_000_000 for code in DISTRICTS if draw(st.booleans())},
        projects_max=draw(some),
        per_district_max=draw(some),
        districts_min=draw(st.none() | st.integers(1, 2)),
        field_min={key: 1 for key in FIELDS if draw(st.integers(0, 4)) == 0},
        field_max={key: draw(st.integers(1, 3)) for key in FIELDS if draw(st.booleans())},
        weight_score=Decimal(draw(st.integers(0, 3))),
        weight_jobs=Decimal(draw(st.integers(1, 3))),
        groups={key: "가" for key in range(1, 10) if draw(st.integers(0, 3)) == 0},
    )


def as_counted(c):
    return Counted(c.id, c.title, c.district, c.field, "", c.jobs, c.city_krw, c.district_krw, 0)


@given(candidates(), rules(), st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_recount_agrees_with_the_solver(found, asked, data):
    eligible = [c.id for c in found if not c.out]
    forces = {key: data.draw(st.booleans()) for key in eligible if data.draw(st.integers(0, 5)) == 0}
    result = running.run(found, asked, forces)
    if result["status"] == "infeasible":
        assert result["clash"]
        return
    selected = [c for c in found if c.id in result["selected"]]
    assert not any(c.out for c in selected)
    assert list(faults([as_counted(c) for c in selected], asked, Plain())) == []
    assert all((key in result["selected"]) == into for key, into in forces.items())
    assert figures(selected)["city_krw"] == sum(c.city_krw for c in selected) <= asked.city_krw
    counts = Counter(asked.groups.get(c.id) for c in selected)
    assert all(number <= 1 for name, number in counts.items() if name)


@given(candidates(), rules(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_recount_finds_what_the_solvers_own_check_finds(found, asked, data):
    found = [replace(c, out="") for c in found]
    chosen = {c.id for c in found if data.draw(st.booleans())}
    problem = running.problem_of(found, asked, {})
    broken = broken_rules(problem, problem.mask(str(key) for key in chosen))
    told = list(faults([as_counted(c) for c in found if c.id in chosen], asked, Plain()))
    assert len(told) == len(broken)


@given(candidates())
def test_the_waiting_list_is_in_order_of_scores_without_gaps(found):
    places = waiting_list(found)
    assert sorted(places.values()) == list(range(1, len(found) + 1))
    by_place = sorted(found, key=lambda c: places[c.id])
    scores = [Decimal(c.score) for c in by_place]
    assert scores == sorted(scores, reverse=True)


@given(st.integers(0, 10**14), st.integers(-100, 300))
def test_a_percentage_is_exact_to_the_won(amount, change):
    share = read_percent(f"{change:+d}%")
    assert share_of(amount, share) == amount * (100 + change) // 100


@pytest.mark.parametrize("text", ["%", "+%", "1e9%", "-101%", "NaN%", "Infinity%", "5%%"])
def test_what_is_no_percentage_is_refused(text):
    with pytest.raises(ValueError):
        read_percent(text)
