"""Two people at the same second: one does it, the other hears about it; the books have it once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.trail.models import Entry as Act
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.funding import changing, moves, paying, queries
from sanghyeop.programme.funding.models import Change, Grant, Instalment
from tests.funding import (
    a_grant,
    a_paid_grant,
    a_project,
    an_agreed_grant,
    another_district_officer,
    city_officer,
    district_officer,
    member,
    spend,
)
from tests.selecting import second_officer
from tests.test_selection_at_once import both_at_once, kinds

pytestmark = [
    pytest.mark.both_databases, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_demo"),
]  # fmt: skip


def fresh(row):
    return type(row)._default_manager.get(pk=row.pk)


def test_two_officers_pay_the_same_instalment_and_it_is_paid_once():
    grant = an_agreed_grant()
    asked = moves.ask(member(), grant.instalments.get())
    one, other = district_officer(), another_district_officer()
    ends = both_at_once(lambda: paying.pay_out(one, fresh(asked)), lambda: paying.pay_out(other, fresh(asked)))
    assert kinds(ends) == ["Instalment", "Refused"]
    assert "새로 고쳐" in str(next(end for end in ends if isinstance(end, Refused)))
    assert Entry.objects.filter(book=grant.book).count() == 1
    assert Act.objects.filter(subject_kind="funding.instalment", action="pay").count() == 1
    assert queries.balances(grant)["cash"]["city"] == 100_000_000


def test_two_officers_decide_two_grants_and_the_numbers_differ():
    first, second = a_grant(), a_grant(project=a_project("둘째"))
    one, other = city_officer(), second_officer()
    both_at_once(lambda: moves.decide(one, fresh(first)), lambda: moves.decide(other, fresh(second)))
    year = timezone.localdate().year
    assert sorted(Grant.objects.values_list("number", flat=True)) == [f"{year}-11-0001", f"{year}-11-0002"]


def test_two_officers_prepare_one_project_and_there_is_one_grant():
    project = a_project()
    rows = [moves.Row("operating", "city", "재료비", 1_000_000)]
    one, other = district_officer(), another_district_officer()
    ends = both_at_once(lambda: moves.open_grant(one, project, rows), lambda: moves.open_grant(other, project, rows))
    assert kinds(ends) == ["Grant", "Grant"]
    assert ends[0] == ends[1]
    assert Grant.objects.get().budget_lines.count() == 1


def test_one_takes_the_payment_back_while_the_other_approves_a_change():
    grant = a_paid_grant()
    spend(grant, "재료비", 3_000_000)
    line = grant.budget_lines.get(item="홍보비")
    to = grant.budget_lines.get(item="재료비")
    change = changing.ask(member(), grant, "옮깁니다", {(line.pk, "own"): -1_000_000, (to.pk, "own"): 1_000_000})
    one, other = district_officer(), another_district_officer()
    instalment = grant.instalments.get()
    ends = both_at_once(
        lambda: paying.take_back(one, fresh(instalment), "잘못 보냈습니다"),
        lambda: changing.approve(other, fresh(change)),
    )
    assert kinds(ends) == ["Change", "Refused"]  # part of the money is spent already
    assert fresh(change).state == Change.State.APPROVED
    assert fresh(instalment).state == Instalment.State.PAID
    assert sum(queries.allotted(grant).values()) == 170_000_000


def test_two_changes_of_one_line_never_go_below_what_is_spent():
    grant = a_paid_grant()
    spend(grant, "홍보비", 4_000_000)
    line, to = grant.budget_lines.get(item="홍보비"), grant.budget_lines.get(item="재료비")
    deltas = {(line.pk, "own"): -5_000_000, (to.pk, "own"): 5_000_000}
    first = changing.ask(member(), grant, "하나", deltas)
    second = changing.ask(member(), grant, "둘", deltas)
    one, other = district_officer(), another_district_officer()
    ends = both_at_once(lambda: changing.approve(one, fresh(first)), lambda: changing.approve(other, fresh(second)))
    assert kinds(ends) == ["Change", "Refused"]
    assert queries.budget(line)["own"] == 5_000_000
