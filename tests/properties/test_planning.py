"""Properties of plans: rules, content, merging, differences, and the table of moves walked at random."""

from __future__ import annotations

import copy
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.planning import budget, moves, queries, writing
from sanghyeop.programme.planning.budget import Line, Post
from sanghyeop.programme.planning.content import hash_of
from sanghyeop.programme.planning.differences import difference
from sanghyeop.programme.planning.forms import read_pasted
from sanghyeop.programme.planning.merging import clashes, merged, passages
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.planning.rules import Facts, Limits, check
from tests.plans import a_plan, people, written

MARKS = ("=== mine", "=== theirs", "=== end")
texts = st.lists(st.sampled_from(["가", "나", "다", "라", "", "마 바"]), max_size=8).map("\n".join)
lines = st.lists(
    st.builds(
        Line,
        year=st.integers(1, 3),
        category=st.sampled_from(Category.values),
        purse=st.sampled_from(Purse.values),
        amount_krw=st.integers(0, 10**14),
    ),
    max_size=12,
)
percents = st.none() | st.decimals(0, 100, places=2)


# Merging


@given(texts, texts, texts)
def test_passages_put_end_to_end_give_each_text_again(base, mine, theirs):
    found = passages(base, mine, theirs)
    for name, text in (("base", base), ("mine", mine), ("theirs", theirs)):
        assert "\n".join(line for passage in found for line in getattr(passage, name)) == text


@given(texts, texts, texts)
def test_a_merge_never_loses_a_line_that_somebody_wrote(base, mine, theirs):
    found = passages(base, mine, theirs)
    result = merged(found, MARKS).split("\n")
    for passage in found:
        if passage.kind in ("mine", "both", "clash"):
            assert all(line in result for line in passage.mine)
        if passage.kind in ("theirs", "clash"):
            assert all(line in result for line in passage.theirs)
    for text in (mine, theirs):
        for line in set(text.split("\n")) - set(base.split("\n")):
            assert line in result


@given(texts, texts)
def test_where_only_one_wrote_the_merge_is_what_he_or_she_wrote(base, mine):
    for found in (passages(base, mine, base), passages(base, base, mine), passages(base, mine, mine)):
        assert merged(found, MARKS) == mine
        assert clashes(found) == 0


def test_changes_in_different_paragraphs_are_put_together():
    found = passages("하나\n둘\n셋", "하나!\n둘\n셋", "하나\n둘\n셋\n넷")
    assert (merged(found, MARKS), clashes(found)) == ("하나!\n둘\n셋\n넷", 0)


# Differences


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_difference_holds_both_texts(old, new):
    pieces = difference(old, new)
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new
    assert all(a.kind != b.kind for a, b in pairwise(pieces))


def test_a_difference_is_told_in_words():
    same, removed, added, _rest = difference("주민 20명을 뽑습니다.", "주민 25명을 뽑습니다.")
    assert (same.text, removed.text, added.text) == ("주민 ", "20명을", "25명을")


# Rules and sums


@given(lines)
def test_the_tables_add_up(rows):
    for table in budget.table(rows):
        assert table["total"] == sum(table["sums"]) == sum(row["total"] for row in table["rows"])
    assert sum(table["total"] for table in budget.table(rows)) == budget.total(rows)


@given(lines, st.none() | st.integers(0, 10**14), percents, percents, percents, st.integers(1, 3))
def test_a_rule_holds_exactly_when_the_plan_keeps_its_limit(rows, most, district, low, high, years):
    limits = Limits(3, most, district, {"operating": (low, high)})
    found = {c.rule: c for c in check(Facts(years, [Post(1, "일", 1, 1, Decimal(10), 10_000)], rows), limits)}
    for year in range(1, years + 1):
        city = sum(r.amount_krw for r in rows if r.year == year and r.purse == "city")
        own_share = sum(r.amount_krw for r in rows if r.year == year and r.purse == "district")
        if most is not None:
            assert found[f"project_max:{year}"].ok == (city <= most)
        if district is not None and city + own_share:
            assert found[f"district_share:{year}"].ok == (own_share * 100 >= district * (city + own_share))
    whole, part = sum(r.amount_krw for r in rows), sum(r.amount_krw for r in rows if r.category == "operating")
    if whole and not (low is None and high is None):
        keeps = (low is None or part * 100 >= low * whole) and (high is None or part * 100 <= high * whole)
        assert found["category_share:operating"].ok == keeps
    beyond = any(r.year > years for r in rows)
    assert ("rows_in_years" in found) == beyond


@given(st.integers(1, 1000), st.integers(1, 12), st.decimals("0.5", 52, places=1), st.integers(0, 10**9))
def test_pay_is_exact_to_half_a_won_a_month(number, months, hours, wage):
    post = Post(1, "일", number, months, hours, wage)
    assert abs(post.month_krw - hours * 365 / 84 * wage) <= Decimal("0.5001")
    assert post.year_krw == post.month_krw * months * number


def test_pay_of_forty_hours_with_weekly_holiday_is_about_209_hours():
    post = Post(1, "일", 1, 1, Decimal(40), 10_000)
    assert round((post.month_krw + post.holiday_month_krw) / 10_000) == 209


@pytest.mark.parametrize(("wage", "ok"), [(10_029, False), (10_030, True)])
def test_a_wage_below_the_minimum_stops_a_plan(wage, ok):
    facts = Facts(1, [Post(1, "수거원", 1, 1, Decimal(20), wage)])
    (row,) = [c for c in check(facts, Limits(2, minimum_wage_krw=Decimal(10_030))) if c.rule == "minimum_wage"]
    assert row.ok is ok and row.stops is not ok
    (row,) = [c for c in check(facts, Limits(2, wage_year=2027)) if c.rule == "minimum_wage"]
    assert row.ok is None and not row.stops and "2027" in row.advice


# Content


contents = st.fixed_dictionaries(
    {
        "title": st.text(max_size=10),
        "years": st.integers(1, 5),
        "sections": st.lists(
            st.fixed_dictionaries({"key": st.text(max_size=3), "body": st.text(max_size=9)}), max_size=3
        ),
        "budget": st.lists(st.fixed_dictionaries({"year": st.integers(), "amount_krw": st.integers()}), max_size=3),
    }
)


@given(contents, contents)
def test_the_hash_changes_exactly_when_the_content_does(one, other):
    assert hash_of(one) == hash_of(copy.deepcopy(one)) == hash_of(dict(reversed(one.items())))
    assert (hash_of(one) == hash_of(other)) == (one == other)


# Pasting


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), max_size=12), st.booleans())
def test_what_is_copied_from_a_spreadsheet_is_read_back(rows, numbered):
    text = "달\t수입\t비용\n" + "\n".join(
        (f"{n}월\t" if numbered else "") + f"{revenue:,}\t{cost:,}" for n, (revenue, cost) in enumerate(rows, start=1)
    )
    values, faults = read_pasted(text, 12)
    assert not faults
    assert len(values) == 2 * len(rows)
    for n, (revenue, cost) in enumerate(rows, start=1):
        assert (values[f"revenue-{n}"], values[f"cost-{n}"]) == (f"{revenue:,}", f"{cost:,}")


def test_lines_that_cannot_be_read_are_named():
    assert read_pasted("1\t2\t3\t4\n13월\t1\t2\n1월\t5\t6", 12) == (
        {"revenue-1": "5", "cost-1": "6"},
        ["1\t2\t3\t4", "13월\t1\t2"],
    )


# The table of moves


steps = st.lists(
    st.one_of(
        st.tuples(st.just("sign"), st.sampled_from(["city", "district", "organisation"])),
        st.tuples(st.just("edit"), st.sampled_from(["city", "district", "organisation"])),
        st.tuples(st.sampled_from(["submit", "withdraw", "give_up", "mark_selected", "mark_rejected"]),
                  st.sampled_from(["city", "district", "organisation"])),
    ),
    min_size=3,
    max_size=14,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_walk_yields_a_submitted_plan_without_three_signatures_under_its_content(demo, data):
    """Any order of signing, editing, submitting, taking back: a plan that is in has three people's names under it."""
    with transaction.atomic():
        plan, who = written(a_plan()), people()
        for number, (action, party) in enumerate(data.draw(steps)):
            actor = getattr(who, party)
            plan.refresh_from_db()
            try:
                with transaction.atomic():
                    if action == "sign":
                        moves.sign(actor, plan, party, queries.standing(plan).content_hash)
                    elif action == "edit":
                        section = plan.sections.first()
                        writing.save_section(actor, section, f"글 {number}", section.version)
                    elif action in ("withdraw", "give_up"):
                        getattr(moves, action)(actor, plan, "까닭")
                    else:
                        getattr(moves, action)(actor, plan)
            except Refused:
                pass
            assert_in_means_signed(Plan.objects.get(pk=plan.pk))
        transaction.set_rollback(True)


def assert_in_means_signed(plan):
    signatures = list(plan.signatures.filter(cleared_at=None))
    if plan.state in ("submitted", "selected", "rejected"):
        assert plan.receipt.content_hash == hash_of(plan.receipt.content) == queries.standing(plan).content_hash
        assert {s.party for s in signatures} == {"city", "district", "organisation"}
        assert len({s.by_id for s in signatures}) == 3
        assert {s.content_hash for s in signatures} == {plan.receipt.content_hash}
    else:
        assert plan.receipt is None
        now = queries.standing(plan).content_hash
        assert all(s.content_hash == now for s in signatures)
