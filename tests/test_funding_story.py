"""A selected project receives its money: prepared, decided, agreed, paid; each step by whom it belongs to."""

from __future__ import annotations

import pytest
from django.utils import timezone

from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.funding import agreement, moves, queries
from sanghyeop.programme.funding.models import Grant, Instalment
from tests.funding import (
    DAY,
    a_grant,
    a_paid_grant,
    an_agreed_grant,
    another_district_officer,
    city_officer,
    decided,
    district_officer,
    member,
    paid,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def test_a_grant_is_decided_signed_by_three_and_paid_into_the_books():
    grant = a_grant()
    assert queries.allotted(grant) == {"city": 100_000_000, "district": 60_000_000, "own": 10_000_000}
    assert [str(line) for line in grant.budget_lines.all()] == ["인건비", "재료비", "홍보비", "장비"]
    grant = decided(grant)
    assert grant.number == f"{grant.decided_on.year}-11-0001"
    seen = agreement.content_hash(grant)
    for person, party in ((city_officer(), "city"), (district_officer(), "district"), (member(), "operator")):
        assert grant.state == Grant.State.DECIDED
        grant = moves.sign(person, grant, party, seen)
    assert grant.state == Grant.State.AGREED
    instalment = paid(grant.instalments.get())
    assert instalment.state == Instalment.State.PAID
    assert queries.balances(grant)["cash"] == {"city": 100_000_000, "district": 60_000_000, "own": 10_000_000, "": 0}
    entry = Entry.objects.get(book=grant.book)
    assert entry.document == f"funding.instalment:{instalment.pk}"
    assert entry.by == district_officer()


def test_a_change_before_the_last_signature_takes_the_others_off():
    grant = decided(a_grant())
    seen = agreement.content_hash(grant)
    grant = moves.sign(city_officer(), grant, "city", seen)
    grant = moves.word(member(), grant, "다시 쓴 협약", seen)
    assert not grant.signatures.exists()
    with pytest.raises(Refused, match="바뀌었습니다"):
        moves.sign(district_officer(), grant, "district", seen)
    with pytest.raises(Refused, match="바뀌었습니다"):
        moves.word(district_officer(), grant, "늦은 글", seen)


def test_who_may_do_what():
    grant = a_grant()
    with pytest.raises(NotYours):
        moves.decide(district_officer(), grant)
    grant = decided(grant)
    with pytest.raises(NotYours):
        moves.sign(member(), grant, "city", agreement.content_hash(grant))
    with pytest.raises(NotYours):
        moves.set_instalment(member(), grant, None, due_on=timezone.localdate(), milestone="", shares={"city": 1})
    grant = an_agreed_grant()
    instalment = grant.instalments.get()
    with pytest.raises(NotYours):
        moves.ask(district_officer(), instalment)
    with pytest.raises(NotYours):
        moves.pay_out(member(), moves.ask(member(), instalment))


def test_a_payment_is_taken_back_by_a_reversing_entry():
    grant = a_paid_grant()
    instalment = grant.instalments.get()
    with pytest.raises(Refused, match="까닭"):
        moves.take_back(district_officer(), instalment, " ")
    instalment = moves.take_back(another_district_officer(), instalment, "다른 사업의 계좌로 보냈습니다")
    assert instalment.state == Instalment.State.CANCELLED
    assert [entry.reverses_id is not None for entry in Entry.objects.filter(book=grant.book)] == [True, False]
    assert not any(queries.balances(grant)["cash"].values())
    again = moves.set_instalment(
        district_officer(), grant, None, due_on=timezone.localdate(), milestone="", shares={"city": 100_000_000}
    )
    assert paid(again, 0).order == 2


def test_no_more_is_paid_than_the_budget_has_nor_on_a_day_that_cannot_be():
    grant = an_agreed_grant()
    with pytest.raises(Refused, match="0원까지만"):
        moves.set_instalment(
            district_officer(), grant, None, due_on=timezone.localdate(), milestone="", shares={"city": 1}
        )
    asked = moves.ask(member(), grant.instalments.get())
    with pytest.raises(Refused, match="앞으로 올 날"):
        moves.pay_out(district_officer(), asked, timezone.localdate() + DAY)
    with pytest.raises(Refused, match="교부결정일"):
        moves.pay_out(district_officer(), asked, grant.decided_on - DAY)


def test_paid_afterwards_nothing_is_paid_before_it_was_spent():
    grant = an_agreed_grant(paying="after")
    with pytest.raises(Refused, match="쓴 돈이 아직"):
        paid(grant.instalments.get())
