"""The pages of grants: what each role sees and presses there; what is typed wrongly; how many questions they ask."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.ledger import moves as ledger
from sanghyeop.ground.ledger.accounts import Account, Category, Purse
from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.ledger.moves import Posting
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.programme.funding import calling, changing, moves, queries
from sanghyeop.programme.funding.models import Bid, Change, Grant, Instalment, OperatorCall
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import moves as selection
from tests import spending
from tests.builders import a_person, an_organisation, the_round
from tests.funding import (
    DAY,
    a_grant,
    a_paid_grant,
    a_project,
    agreed,
    an_agreed_grant,
    city_officer,
    decided,
    district_officer,
    member,
    spend,
)
from tests.selecting import a_locked_decision, a_round, a_scored_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def page(name: str, *args) -> str:
    return reverse(f"funding:{name}", args=args)


def text_of(response) -> str:
    return response.content.decode()


def published_project():
    """A project of a selection that was published just now."""
    round_ = a_round()
    a_scored_plan(round_, 90)
    decision = a_locked_decision(round_)
    selection.publish(city_officer(), decision)
    return decision.lines.get().project


def test_from_the_published_selection_the_district_prepares_and_the_city_decides(client):
    project = published_project()
    client.force_login(district_officer())
    assert "교부를 준비하기" in text_of(client.get("/desk/"))
    answer = client.post(page("to_prepare"), {"project": [project.pk]})
    grant = Grant.objects.get(project=project)
    assert answer.url == page("show", grant.pk)
    assert queries.allotted(grant) == {"city": 90_000_000, "district": 60_000_000, "own": 0}
    assert grant.operator == project.organisation
    assert grant.conditions.count() == 6
    assert "교부결정일" not in text_of(client.get(page("show", grant.pk)))  # not the district's to decide
    client.force_login(city_officer())
    assert "교부결정일" in text_of(client.get(page("show", grant.pk)))
    client.post(page("decide", grant.pk), {"on": timezone.localdate().isoformat()})
    grant.refresh_from_db()
    assert grant.state == Grant.State.DECIDED
    # Prepared again, the same grant comes back.
    assert moves.prepare(district_officer(), project) == grant


def test_a_project_of_an_unpublished_round_is_not_prepared(client):
    with pytest.raises(moves.Refused, match="발표한 연차"):
        moves.prepare(district_officer(), a_project())


def test_three_sign_on_the_page_and_the_operator_asks_and_is_paid(client):
    grant = decided(a_grant())
    for person, party in ((city_officer(), "city"), (district_officer(), "district"), (member(), "operator")):
        client.force_login(person)
        shown = client.get(page("agreement", grant.pk))
        client.post(page("agreement", grant.pk), {"action": "sign", "party": party, "hash": shown.context["hash"]})
    grant.refresh_from_db()
    assert grant.state == Grant.State.AGREED
    instalment = grant.instalments.get()
    moving = page("move_instalment", grant.pk, instalment.pk)
    client.post(moving, {"action": "ask"})
    client.force_login(district_officer())
    assert "신청한 교부를 지급하기" in text_of(client.get("/desk/"))
    tomorrow = (timezone.localdate() + DAY).isoformat()
    refused = client.post(moving, {"action": "pay", "paid_on": tomorrow})
    assert refused.status_code == 409
    assert "앞으로 올 날" in text_of(refused)
    assert tomorrow in text_of(refused)
    wrong = client.post(moving, {"action": "pay", "paid_on": "2027-02-29"})
    assert wrong.status_code == 422
    assert "달력에 있는 날짜" in text_of(wrong)
    assert client.post(moving, {"action": "pay", "paid_on": timezone.localdate().isoformat()}).status_code == 302
    shown = text_of(client.get(page("show", grant.pk)))
    assert "170,000,000원" in shown
    journal = text_of(client.get(page("journal", grant.pk) + "?account=grant"))
    assert "합계 170,000,000원" in journal
    entry = Entry.objects.get(book=grant.book)
    seen = text_of(client.get(page("entry", grant.pk, entry.pk)))
    assert entry.hash in seen
    assert f"#instalment-{instalment.pk}" in seen
    again = client.post(moving, {"action": "pay", "paid_on": timezone.localdate().isoformat()})
    assert again.status_code == 409
    assert "새로 고쳐" in text_of(again)
    assert Entry.objects.filter(book=grant.book).count() == 1


def test_words_typed_while_another_changed_them_are_kept(client):
    grant = decided(a_grant())
    client.force_login(member())
    seen = client.get(page("agreement", grant.pk)).context["hash"]
    moves.word(district_officer(), grant, "먼저 고친 글", seen)
    clash = client.post(page("agreement", grant.pk), {"text": "나중에 고친 글", "base": seen})
    assert clash.status_code == 409
    assert "나중에 고친 글" in text_of(clash)
    assert "먼저 고친 글" in text_of(clash)
    sent_again = client.post(page("agreement", grant.pk), {"text": "나중에 고친 글", "base": clash.context["hash"]})
    assert sent_again.status_code == 302


def test_dates_and_conditions_before_the_decision(client):
    grant = a_grant()
    client.force_login(district_officer())
    form = {
        "starts_on": "2027-03-02", "ends_on": "2027-12-31", "paying": "after",
        "condition-TOTAL_FORMS": 2, "condition-INITIAL_FORMS": 1,
        "condition-0-text": "장비는 자치구의 물품으로 등록합니다.", "condition-0-law": "지방보조금법",
        "condition-1-text": "", "condition-1-law": "근거만",
    }  # fmt: skip
    wrong = client.post(page("edit", grant.pk), form)
    assert wrong.status_code == 422
    assert "근거만" in text_of(wrong)
    assert client.post(page("edit", grant.pk), form | {"condition-1-law": ""}).status_code == 302
    grant.refresh_from_db()
    assert (grant.paying, grant.ends_on) == ("after", datetime.date(2027, 12, 31))
    assert [row.text for row in grant.conditions.all()] == ["장비는 자치구의 물품으로 등록합니다."]
    far = client.post(page("edit", grant.pk), form | {"ends_on": "2931-01-01"})
    assert "연도를 다시" in text_of(far)


def test_money_typed_in_any_way_and_none_beyond_the_budget(client):
    grant = a_grant()
    client.force_login(district_officer())
    row = grant.instalments.get()
    where = page("instalment", grant.pk, row.pk)
    typed = {"due_on": "2027-03-02", "milestone": "", "city": "６0,000,000원", "district": "", "own": ""}
    assert client.post(where, typed).status_code == 302
    assert queries.shares_of(Instalment.objects.get(pk=row.pk)) == {"city": 60_000_000, "district": 0, "own": 0}
    for bad, said in (("-1", "0원 이상"), ("1.5", "읽지 못했습니다"), ("100,000,001", "100,000,000원까지만")):
        answer = client.post(where, typed | {"city": bad})
        assert answer.status_code in (409, 422)
        assert said in text_of(answer)
        assert bad in text_of(answer)
    nothing = client.post(where, typed | {"due_on": "", "city": "5"})
    assert "하나는 적어" in text_of(nothing)


def test_a_change_is_asked_for_and_approved_on_the_pages(client):
    grant = a_paid_grant()
    lines = {str(line): line for line in grant.budget_lines.all()}
    client.force_login(member())
    form = client.get(page("ask_change", grant.pk)).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"why": "홍보비를 재료비로 옮깁니다"}
    typed["ends_on"] = grant.ends_on.isoformat()
    typed[f"l{lines['홍보비'].pk}-own"] = "4,000,000"
    typed[f"l{lines['재료비'].pk}-own"] = "6,000,000"
    answer = client.post(page("ask_change", grant.pk), typed)
    change = Change.objects.get()
    assert answer.url == page("change", grant.pk, change.pk)
    assert change.state == Change.State.ASKED  # the round has no rule that would allow it
    moving = page("move_change", grant.pk, change.pk)
    assert client.post(moving, {"action": "approve"}).status_code == 403
    client.force_login(district_officer())
    assert "사업변경 승인하기" in text_of(client.get("/desk/"))
    missing = client.post(moving, {"action": "refuse", "why": ""})
    assert missing.status_code == 422
    assert client.post(moving, {"action": "approve"}).status_code == 302
    assert queries.budget(lines["재료비"]) == {"city": 20_000_000, "district": 10_000_000, "own": 6_000_000}
    late = client.post(moving, {"action": "approve"})
    assert late.status_code == 409


def test_a_change_adds_a_line_to_the_budget(client):
    grant = a_paid_grant()
    lines = {str(line): line for line in grant.budget_lines.all()}
    client.force_login(member())
    asking = page("ask_change", grant.pk)
    form = client.get(asking).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"why": "차량을 빌려야 합니다"}
    typed["ends_on"] = grant.ends_on.isoformat()
    typed[f"l{lines['홍보비'].pk}-own"] = "7,000,000"
    for wrong, field, said in (
        ({"n0-own": "3,000,000"}, "n0-category", "비목을 골라"),
        ({"n0-category": "operating", "n0-own": "3,000,000"}, "n0-item", "이름을 적어"),
        ({"n0-category": "operating", "n0-item": "홍보비", "n0-own": "1"}, "n0-item", "이미 있는"),
        ({"n0-category": "operating", "n0-item": "차량 임차료"}, "n0-city", "금액을 재원"),
        ({"n0-category": "operating", "n0-item": "차량 임차료", "n0-own": "-3"}, "n0-own", "0원 이상"),
    ):
        answer = client.post(asking, typed | wrong)
        assert answer.status_code == 422
        assert said in str(answer.context["form"].errors[field])
        assert answer.context["form"]["why"].value() == typed["why"]
    new = {"n0-category": "operating", "n0-item": "차량 임차료", "n0-basis": "하루 10만원", "n0-own": "3,000,000"}
    assert client.post(asking, typed | new).status_code == 302
    change = Change.objects.get()
    assert change.state == Change.State.ASKED
    assert not grant.budget_lines.filter(item="차량 임차료").exists()  # nothing is there before it is approved
    client.force_login(district_officer())
    shown = client.get(page("change", grant.pk, change.pk))
    assert "새 내역" in text_of(shown)
    assert client.post(page("move_change", grant.pk, change.pk), {"action": "approve"}).status_code == 302
    line = grant.budget_lines.get(item="차량 임차료")
    assert queries.budget(line) == {"city": 0, "district": 0, "own": 3_000_000}
    assert line.basis == "하루 10만원"
    assert sum(queries.allotted(grant).values()) == 170_000_000
    assert spending.approved(grant, 30_000, item="차량 임차료").state == "approved"


def test_two_changes_add_the_same_line_and_the_second_is_told(client):
    grant = a_paid_grant()
    line = grant.budget_lines.get(item="홍보비")
    added = [changing.Added("operating", "차량", {"own": 1_000})]
    first, second = (
        changing.ask(member(), grant, "차량", {(line.pk, "own"): -1_000}, added=added) for _number in range(2)
    )
    changing.approve(district_officer(), first)
    with pytest.raises(moves.Refused, match="이미 있는 예산 내역"):
        changing.approve(district_officer(), second)


def test_an_instalment_is_asked_for_with_its_paper(client):
    grant = an_agreed_grant()
    row = grant.instalments.get()
    client.force_login(member())
    moving = page("move_instalment", grant.pk, row.pk)
    broken = SimpleUploadedFile("채용.pdf", b"%PDF-1.4 cut", "application/pdf")
    answer = client.post(moving, {"action": "ask", "paper": broken})
    assert answer.status_code == 422
    assert "끝까지 있지 않습니다" in text_of(answer)
    good = SimpleUploadedFile("채용.pdf", spending.pdf(), "application/pdf")
    assert client.post(moving, {"action": "ask", "paper": good}).status_code == 302
    client.force_login(district_officer())
    assert "채용.pdf" in text_of(client.get(page("show", grant.pk)))
    got = client.get(page("paper", grant.pk, row.pk))
    assert (got.status_code, got["Content-Type"]) == (200, "application/pdf")
    assert client.post(moving, {"action": "send_back", "why": "명단도 붙여 주세요"}).status_code == 302
    moves.ask(member(), grant.instalments.get())
    client.post(moving, {"action": "pay", "paid_on": timezone.localdate().isoformat()})
    paid_out = grant.instalments.get()
    assert (paid_out.state, paid_out.paper.name) == ("paid", "채용.pdf")
    client.force_login(a_person("남", "member", an_organisation("다른 단체", "은평구")))
    assert client.get(page("paper", grant.pk, row.pk)).status_code == 404


def test_the_round_s_rule_is_worded_by_the_city_and_copied_with_the_round(client):
    round_ = the_round()
    client.force_login(city_officer())
    assert "교부·집행 규칙" in text_of(client.get(reverse("rounds:overview", args=[round_.pk])))
    form = {
        "paying": "advance", "free_change": "20", "source": "공모 지침",
        "instalment-TOTAL_FORMS": 2, "instalment-INITIAL_FORMS": 0,
        "instalment-0-share": "60", "instalment-0-months": "0", "instalment-0-milestone": "",
        "instalment-1-share": "30", "instalment-1-months": "", "instalment-1-milestone": "중간보고 뒤",
    }  # fmt: skip
    wrong = client.post(page("rule", round_.pk), form)
    assert wrong.status_code == 422
    assert "지금은 90" in text_of(wrong)
    assert client.post(page("rule", round_.pk), form | {"instalment-1-share": "40"}).status_code == 302
    grant = a_grant()
    assert [sum(queries.shares_of(row).values()) for row in grant.instalments.all()] == [102_000_000, 68_000_000]
    Round.objects.filter(pk=round_.pk).update(state=Round.State.CLOSED)
    client.post(reverse("rounds:copy", args=[round_.pk]))
    copied = Round.objects.get(copied_from=round_)
    assert queries.rule_of(copied).free_change == Decimal(20)


def test_the_district_finds_an_operator_by_its_own_call(client):
    grant = a_grant()
    client.force_login(district_officer())
    closes = timezone.localtime() + 5 * DAY
    answer = client.post(
        page("open_call", grant.pk), {"terms": "청소 경험이 있는 단체", "closes_at": f"{closes:%Y-%m-%dT%H:%M}"}
    )
    call = OperatorCall.objects.get()
    assert answer.url == page("call", call.pk)
    grant.refresh_from_db()
    assert grant.operator is None
    ours = an_organisation("새 단체", "노원구")
    client.force_login(a_person("누리", "member", ours))
    assert "골목 돌봄" in text_of(client.get(page("calls")))
    bid = {"action": "bid", "organisation": ours.pk, "proposal": "열 명이 합니다"}
    assert client.post(page("call", call.pk), bid).status_code == 302
    assert client.post(page("call", call.pk), bid | {"proposal": "고쳐 씁니다"}).status_code == 302
    made = Bid.objects.get()
    assert made.proposal == "고쳐 씁니다"
    papers = [SimpleUploadedFile(f"{name}.pdf", spending.pdf(), "application/pdf") for name in ("등록증", "실적")]
    empty = client.post(page("call", call.pk), bid | {"proposal": "", "papers": papers[:1]})
    assert empty.status_code == 422  # the paper stays though the form was not complete
    kept = StoredFile.objects.get(purpose="grant_paper")
    assert f'name="held" value="{kept.key}"' in empty.content.decode()
    assert client.post(page("call", call.pk), bid | {"held": str(kept.key), "papers": papers[1:]}).status_code == 302
    assert [paper.file.name for paper in made.papers.all()] == ["등록증.pdf", "실적.pdf"]
    first = made.papers.first()
    assert client.get(page("bid_paper", call.pk, first.pk)).status_code == 200
    assert client.post(page("call", call.pk), bid | {"remove": str(first.pk)}).status_code == 302
    assert made.papers.get().file.name == "실적.pdf"
    made.refresh_from_db()
    client.force_login(a_person("남", "member", an_organisation("다른 단체", "은평구")))
    assert client.get(page("bid_paper", call.pk, made.papers.get().pk)).status_code == 404
    client.force_login(district_officer())
    record = {
        "action": "conclude", "met_on": timezone.localdate().isoformat(), "committee": "가 위원\n나 위원",
        "winner": str(made.pk), "reason": "경험이 많습니다", f"points_{made.pk}": "88.5",
    }  # fmt: skip
    assert client.post(page("call", call.pk), record).status_code == 409  # still open
    OperatorCall.objects.update(closes_at=timezone.now() - DAY)
    assert client.post(page("call", call.pk), record | {"reason": " "}).status_code == 422
    assert client.post(page("call", call.pk), record).status_code == 302
    grant.refresh_from_db()
    assert grant.operator == ours
    client.force_login(a_person("다른", "member", an_organisation("늦은 단체", "노원구")))
    late = client.post(page("call", call.pk), bid)
    assert late.status_code == 422  # not the own organisation
    with pytest.raises(moves.Refused):
        calling.bid(member(), call, member().memberships.get().organisation, "늦었습니다")


def test_a_call_may_have_no_winner(client):
    grant = a_grant()
    call = calling.open_call(district_officer(), grant, "조건", timezone.now() + DAY)
    OperatorCall.objects.update(closes_at=timezone.now() - DAY)
    client.force_login(district_officer())
    record = {
        "action": "conclude", "met_on": timezone.localdate().isoformat(), "committee": "가 위원",
        "winner": "none", "reason": "신청이 없었습니다",
    }  # fmt: skip
    assert client.post(page("call", call.pk), record).status_code == 302
    call.refresh_from_db()
    assert call.state == OperatorCall.State.NO_WINNER


def test_an_organisation_has_its_names_and_its_grants(client):
    grant = a_paid_grant()
    client.force_login(district_officer())
    where = page("organisation", grant.operator_id)
    shown = text_of(client.get(where))
    assert "골목 돌봄" in shown
    assert "170,000,000원" in shown
    assert "시행령 제4조" in shown
    client.post(page("add_alias", grant.operator_id), {"name": "옛 이름"})
    assert "옛 이름" in text_of(client.get(where))
    assert client.post(page("add_alias", grant.operator_id), {"name": "옛 이름"}).status_code == 409
    client.force_login(member())
    assert client.get(where).status_code == 200
    other = Organisation.objects.exclude(pk=grant.operator_id).filter(kind="association").first()
    assert client.get(page("organisation", other.pk)).status_code == 404


def test_a_month_is_closed_with_a_tick_and_takes_no_entry_any_more(client):
    grant = a_paid_grant()
    client.force_login(district_officer())
    month = (timezone.localdate() - 90 * DAY).strftime("%Y-%m")
    assert client.post(page("months", grant.pk), {"month": month}).status_code == 422
    assert client.post(page("months", grant.pk), {"month": month, "sure": "on"}).status_code == 302
    assert client.post(page("months", grant.pk), {"month": month, "sure": "on"}).status_code == 422
    with pytest.raises(ledger.MonthClosed):
        spend(grant, "재료비", 1_000, days_ago=90)
    client.force_login(member())
    assert client.get(page("months", grant.pk)).context["closes"] is False


def test_spending_ahead_and_lagging_is_told_with_its_rule(client):
    grant = a_paid_grant()  # a third of the time has passed
    client.force_login(city_officer())
    assert "집행이 더딥니다" in text_of(client.get(page("show", grant.pk)))
    for line, amount in (("인건비", 40_000_000), ("재료비", 29_000_000)):
        spend(grant, line, amount)
    pace = text_of(client.get(page("pace", grant.pk)))
    assert "집행이 더딥니다" not in pace
    assert "빠름" in pace  # 재료비 alone
    assert "운영 기준(예시)" in pace
    assert "골목 돌봄" not in text_of(client.get(page("list") + "?pace=lag"))
    assert client.get(page("list") + "?pace=nonsense&district=x&state=y").status_code == 200


def test_duties_come_by_themselves_per_grantee_and_year(client):
    grant = an_agreed_grant()
    client.force_login(district_officer())
    assert "해당하지 않음" in text_of(client.get(page("show", grant.pk)))
    a_grant(budget=(("personnel", "city", "인건비", 140_000_000),), project=a_project("둘째"))
    duties = {duty.kind: duty for duty in client.get(page("show", grant.pk)).context["duties"]}
    assert duties["verification"].holds  # 160 and 140 million of public money
    assert not duties["audit"].holds
    assert duties["settlement"].due > grant.ends_on
    assert "300,000,000원" in duties["verification"].because


def test_strangers_see_nothing(client):
    grant = a_paid_grant()
    entry = Entry.objects.get(book=grant.book)
    stranger = a_person("남", "member", an_organisation("남의 단체", "노원구"))
    client.force_login(stranger)
    for name, *more in (("show",), ("agreement",), ("journal",), ("entry", entry.pk), ("months",), ("pace",)):
        assert client.get(page(name, grant.pk, *more)).status_code == 404


def busy(grant: Grant, entries: int) -> None:
    lines = list(grant.budget_lines.all())
    for number in range(entries):
        line = lines[number % 2]
        ledger.post(
            grant.book, key=f"busy-{number}", date=timezone.localdate() - (number % 80) * DAY, event="test", by=None,
            lines=[
                Posting(Account.COST, 1_000, Purse.CITY, Category(line.category), line.pk),
                Posting(Account.CASH, -1_000, Purse.CITY),
            ],
        )  # fmt: skip


@pytest.mark.parametrize("many", [False, True])
def test_pages_ask_at_most_ten_questions(client, many, django_assert_max_num_queries):
    grant = a_paid_grant()
    if many:
        busy(grant, 60)
        for number in range(12):
            agreed(a_grant(project=a_project(f"사업 {number}")))
    entry = Entry.objects.filter(book=grant.book).first()
    begun, ready = a_grant(project=a_project("준비")), decided(a_grant(project=a_project("결정")))
    round_ = the_round()
    for person in (city_officer(), district_officer(), member()):
        client.force_login(person)
        for where in (
            page("list"), page("list") + "?pace=lag&wait=pay", page("show", grant.pk), page("agreement", grant.pk),
            page("show", begun.pk), page("show", ready.pk),
            page("journal", grant.pk), page("journal", grant.pk) + "?account=cost&purse=city",
            page("entry", grant.pk, entry.pk), page("months", grant.pk), page("measures", grant.pk),
            page("pace", grant.pk), page("trail", grant.pk), page("changes", grant.pk), page("calls"),
            page("organisation", grant.operator_id), "/desk/",
        ):  # fmt: skip
            with django_assert_max_num_queries(25 if where == "/desk/" else 10, info=where):
                assert client.get(where).status_code == 200, where
    client.force_login(district_officer())
    for where in (
        page("ask_change", grant.pk), page("to_prepare"), page("operator", grant.pk), page("edit", grant.pk),
        page("instalment", grant.pk, grant.instalments.get().pk), page("open_call", grant.pk),
    ):  # fmt: skip
        with django_assert_max_num_queries(10, info=where):
            assert client.get(where).status_code == 200, where
    client.force_login(city_officer())
    with django_assert_max_num_queries(10, info=where):
        assert client.get(page("rule", round_.pk)).status_code == 200
