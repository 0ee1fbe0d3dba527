"""Selection: the officer runs scenarios, a second one confirms the decision, every applicant gets a letter."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.parties.models import City, Membership, User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.planning.models import Plan, Receipt
from sanghyeop.programme.projects.models import Project, Stage
from sanghyeop.programme.review.models import Assignment, PanelMember, Score
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import analysis, moves, queries
from sanghyeop.programme.selection.models import Decision, Line, Scenario
from tests.builders import an_organisation
from tests.selecting import (
    a_decision,
    a_locked_decision,
    a_round,
    a_scenario,
    a_scored_plan,
    ceiling,
    many,
    officer,
    own_rules,
    second_officer,
)

State = Decision.State


@pytest.fixture
def round_(demo):
    return a_round()


@pytest.fixture
def city(client, round_):
    """The browser of the first officer."""
    client.force_login(officer())
    return client


def page(client, name, *args, **query):
    return client.get(reverse(f"selection:{name}", args=args), query)


def the_form(client, round_, **query):
    """Everything that the form of a new scenario would send if nothing were changed."""
    context = page(client, "new", round_.pk, **query).context
    form, data = context["form"], {}
    for field in form:
        value = field.value()
        data[field.html_name] = "" if value is None else value
    for rows in (context["forces"], context["groups"]):
        for row in (rows.management_form, *rows):
            for field in row:
                value = field.value()
                data[field.html_name] = "" if value is None else value
    return data


def send(client, round_, **changes):
    data = the_form(client, round_) | changes
    return client.post(reverse("selection:new", args=[round_.pk]), data)


def scenario_of(response) -> Scenario:
    assert response.status_code == 302, response.content.decode()
    return Scenario.objects.get(pk=response["Location"].rstrip("/").rsplit("/", 1)[1])


# ---------------------------------------------------------------- scenarios


def test_a_scenario_begins_with_the_rounds_rules_and_finds_the_best_portfolio(city, round_):
    best = [a_scored_plan(round_, 90, "강북구", city_krw=150_000_000, district_krw=10_000_000)]
    best.append(a_scored_plan(round_, 85, "노원구", city_krw=150_000_000, district_krw=10_000_000))
    left_out = a_scored_plan(round_, 92, "은평구", city_krw=200_000_000, district_krw=10_000_000)
    failed = a_scored_plan(round_, 50, "중구", title="떨어진 계획서")
    scenario = scenario_of(send(city, round_))
    assert scenario.result["status"] == "optimal"
    assert set(scenario.result["selected"]) == {plan.pk for plan in best}
    shown = page(city, "scenario", round_.pk, scenario.pk).content.decode()
    assert "최적임이 증명된 선정안" in shown
    assert "연차 규칙과 다른 값" not in shown
    assert best[0].title in shown
    out = page(city, "scenario", round_.pk, scenario.pk, show="before")
    assert [row.plan.id for row in out.context["page"]] == [failed.pk]
    assert "최저 합격점" in out.content.decode()
    rejected = page(city, "scenario", round_.pk, scenario.pk, show="out")
    assert [row.plan.id for row in rejected.context["page"]] == [left_out.pk]


def test_the_top_of_the_list_is_compared_with_the_best(city, round_):
    for name in ("강북구", "노원구"):
        a_scored_plan(round_, 85, name, city_krw=150_000_000, district_krw=10_000_000, jobs=7)
    a_scored_plan(round_, 92, "은평구", city_krw=200_000_000, district_krw=10_000_000, jobs=4)
    scenario = a_scenario(round_)
    shown = page(city, "scenario", round_.pk, scenario.pk)
    top = shown.context["picture"].top
    assert top.projects == 1
    assert round(top.share, 1) == round(100 * 92 / 170, 1)
    assert top.jobs == 4
    assert "점수 순으로 위에서부터 뽑을 때와 비교" in shown.content.decode()


def test_a_budget_is_changed_in_won_or_per_cent_and_marked_as_changed(city, round_):
    a_scored_plan(round_, 80)
    scenario = scenario_of(send(city, round_, city_krw="+10%", districts_by="-5%", projects_max="7"))
    assert scenario.asked["city_krw"] == 330_000_000
    assert set(scenario.asked["district_krw"].values()) == {95_000_000}
    assert scenario.asked["projects_max"] == 7
    shown = page(city, "scenario", round_.pk, scenario.pk).content.decode()
    assert "연차 규칙과 다른 값" in shown
    assert "330,000,000원" in shown
    again = page(city, "new", round_.pk, **{"from": scenario.pk})
    assert {"city_krw", "projects_max"} <= again.context["form"].differs


def test_forcing_needs_a_reason_and_shows_its_cost(city, round_):
    for name in ("강북구", "노원구"):
        a_scored_plan(round_, 85, name, city_krw=150_000_000, district_krw=10_000_000, jobs=7)
    weak = a_scored_plan(round_, 70, "은평구", city_krw=200_000_000, district_krw=10_000_000, jobs=4)
    number = weak.receipt.number
    refused = send(city, round_, **{"force-0-plan": number, "force-0-into": "in", "force-0-reason": "  "})
    assert refused.status_code == 422
    assert "까닭을 적어 주세요" in refused.content.decode()
    assert number in refused.content.decode()
    scenario = scenario_of(
        send(city, round_, **{"force-0-plan": number, "force-0-into": "in", "force-0-reason": "시급한 사업"})
    )
    assert scenario.result["selected"] == [weak.pk]
    city.post(reverse("selection:analyse", args=[round_.pk, scenario.pk]))
    shown = page(city, "scenario", round_.pk, scenario.pk)
    cost = shown.context["picture"].forcing[0]
    assert (cost.points, cost.jobs) == ("100.00", 10)
    assert "시급한 사업" in shown.content.decode()


def test_of_an_either_or_group_only_one_is_selected(city, round_):
    one, other = a_scored_plan(round_, 80, "강북구"), a_scored_plan(round_, 81, "노원구")
    rows = {
        "group-0-plan": one.receipt.number, "group-0-group": "가", "group-1-plan": other.receipt.number,
        "group-1-group": "가",
    }  # fmt: skip
    scenario = scenario_of(send(city, round_, **rows))
    assert scenario.result["selected"] == [other.pk]
    alone = send(city, round_, **{"group-0-plan": one.receipt.number, "group-0-group": "나"})
    assert alone.status_code == 422
    assert "둘 이상" in alone.content.decode()


def test_each_rejected_plan_is_told_its_rule_and_the_smallest_change(city, round_):
    a_scored_plan(round_, 90, "강북구", city_krw=50_000_000, district_krw=60_000_000)
    out = a_scored_plan(round_, 70, "강북구", city_krw=50_000_000, district_krw=50_000_000)
    scenario = a_scenario(round_)
    city.post(reverse("selection:analyse", args=[round_.pk, scenario.pk]))
    shown = page(city, "scenario", round_.pk, scenario.pk, show="out")
    row = shown.context["page"].object_list[0]
    assert row.plan.id == out.pk
    assert "강북구 구비 예산 100,000,000원(선정하면 110,000,000원)" in row.why
    assert "신청한 구비를 10,000,000원 줄이는 것" in row.changes
    assert any("심사 점수가 20.01점 더 높은 것" in change for change in row.changes)


def test_the_analysis_is_done_step_by_step_and_says_how_far_it_is(city, round_):
    many(round_, 6)
    scenario = a_scenario(round_)
    address = reverse("selection:analyse", args=[round_.pk, scenario.pk])
    steps = analysis.steps_of(scenario)
    for left in range(len(steps) - 1, 0, -1):
        part = city.post(address, headers={"HX-Request": "true"})
        assert f"{left}단계가 남았습니다" in part.content.decode()
    assert city.post(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    picture = page(city, "scenario", round_.pk, scenario.pk).context["picture"]
    draws, shares = picture.stays
    assert draws == 200
    assert set(shares) == {plan.id for plan in picture.plans.values() if not plan.out}
    assert all(0 <= share <= 100 for share in shares.values())
    again = a_scenario(round_)
    for step in analysis.steps_of(again):
        analysis.work_out(again, step)
    assert {f.step: f.answer for f in again.findings.all()} == {f.step: f.answer for f in scenario.findings.all()}


def test_rules_that_clash_are_named_with_what_to_loosen(city, round_):
    a_scored_plan(round_, 80, "강북구")
    Round.objects.filter(pk=round_.pk).update(districts_min=3)
    scenario = scenario_of(send(city, round_))
    assert scenario.result["status"] == "infeasible"
    shown = page(city, "scenario", round_.pk, scenario.pk).content.decode()
    assert "참여 자치구 하한 3곳" in shown
    assert "하한을 낮춥니다(대상 계획서로 채울 수 있는 것은 많아야 1)" in shown
    assert page(city, "propose", round_.pk, scenario.pk).status_code == 200
    refused = city.post(reverse("selection:propose", args=[round_.pk, scenario.pk]), {})
    assert refused.status_code == 409
    assert not Decision.objects.exists()


def test_scenarios_stand_side_by_side(city, round_):
    many(round_, 8)
    one = a_scenario(round_, name="그대로")
    other = a_scenario(round_, replace(own_rules(round_), city_krw=150_000_000), name="반으로")
    shown = page(city, "compare", round_.pk, s=[one.pk, other.pk])
    comparison = shown.context["comparison"]
    money = next(row for row in comparison.measures if row.label == "시비 예산")
    assert money.values == ["300,000,000원", "150,000,000원"]
    assert money.differs
    assert {row.plan.id for row in shown.context["page"].object_list} == set(one.result["selected"]) ^ set(
        other.result["selected"]
    )
    alone = page(city, "compare", round_.pk, s=[one.pk])
    assert alone.status_code == 302


def test_a_sheet_of_a_scenario_keeps_titles_as_text(city, round_):
    a_scored_plan(round_, 80, title='=HYPERLINK("http://x","y")')
    scenario = a_scenario(round_)
    response = page(city, "scenario_file", round_.pk, scenario.pk)
    book = load_workbook(io.BytesIO(response.content))
    cell = book["계획서"]["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x","y")', "s")


# ---------------------------------------------------------------- decision


def test_two_officers_decide_and_publish(client, round_):
    selected = a_scored_plan(round_, 90, "강북구", city_krw=200_000_000, district_krw=80_000_000, jobs=9)
    rejected = a_scored_plan(round_, 70, "노원구", city_krw=200_000_000, district_krw=10_000_000)
    scenario = a_scenario(round_)
    client.force_login(officer())
    client.post(reverse("selection:propose", args=[round_.pk, scenario.pk]), {"note": "예산 안에서 가장 좋은 안"})
    decision = Decision.objects.get()
    assert decision.state == State.PROPOSED
    move = reverse("selection:move", args=[round_.pk, decision.pk])
    assert client.post(move, {"action": "lock"}).status_code == 403
    client.force_login(second_officer())
    assert Notice.objects.filter(recipient=second_officer(), key=f"decision-proposed-{decision.pk}").exists()
    assert client.post(move, {"action": "publish"}).status_code == 409
    assert client.post(move, {"action": "lock"}).status_code == 422, "not without the tick"
    assert client.post(move, {"action": "lock", "sure": "on"}).status_code == 302
    assert not Project.objects.filter(round=round_).exists()
    unticked = client.post(move, {"action": "publish"})
    assert unticked.status_code == 422
    assert "확인란에 표시해야 이 일을 할 수 있습니다" in unticked.content.decode()
    assert Decision.objects.get().state == State.LOCKED
    assert client.post(move, {"action": "publish", "sure": "on"}).status_code == 302
    decision.refresh_from_db()
    round_.refresh_from_db()
    assert (decision.state, round_.state) == (State.PUBLISHED, Round.State.PUBLISHED)
    project = Project.objects.get(round=round_)
    assert (project.title, project.jobs, project.city_krw, project.district_krw) == (
        selected.title, 9, 200_000_000, 80_000_000,
    )  # fmt: skip
    assert (project.stage, project.district.name) == (Stage.INCUBATION, "강북구")
    assert Plan.objects.get(pk=selected.pk).state == Plan.State.SELECTED
    assert Plan.objects.get(pk=rejected.pk).state == Plan.State.REJECTED
    acts = list(Entry.objects.filter(subject_kind="selection.decision").order_by("id").values_list("action", flat=True))
    assert acts == ["propose", "lock", "publish"]


def test_the_same_officer_cannot_confirm_not_even_in_the_database(round_):
    a_scored_plan(round_, 80)
    decision = a_decision(round_)
    with pytest.raises(NotYours):
        moves.confirm(officer(), decision)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(second_officer=officer())
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(state=State.LOCKED)


def test_nothing_is_decided_from_a_stale_scenario(city, round_):
    plan = a_scored_plan(round_, 80)
    scenario = a_scenario(round_)
    assert "바뀌지 않았습니다" in page(city, "fresh", round_.pk, scenario.pk).content.decode()
    Score.objects.filter(assignment__plan=plan, points__gt=0).update(points=5)
    assert "바뀌었습니다" in page(city, "fresh", round_.pk, scenario.pk).content.decode()
    refused = city.post(reverse("selection:propose", args=[round_.pk, scenario.pk]), {"note": "적은 글"})
    assert refused.status_code == 409
    assert "다시 계산해 주세요" in refused.content.decode()
    assert "적은 글" in refused.content.decode()


def test_scores_that_change_after_the_proposal_stop_the_second_officer(round_):
    plan = a_scored_plan(round_, 80)
    decision = a_decision(round_)
    Score.objects.filter(assignment__plan=plan).update(points=5)
    with pytest.raises(Refused, match="다시 계산해"):
        moves.confirm(second_officer(), decision)


def test_a_scenario_beyond_the_rounds_budget_is_not_decided(round_):
    for name in ("강북구", "노원구"):
        a_scored_plan(round_, 80, name, city_krw=200_000_000, district_krw=10_000_000)
    scenario = a_scenario(round_, replace(own_rules(round_), city_krw=400_000_000))
    with pytest.raises(Refused, match=r"시비 400,000,000원이 예산 300,000,000원보다"):
        moves.propose(officer(), scenario)


def test_a_receipt_that_says_other_figures_stops_the_decision(round_):
    plan = a_scored_plan(round_, 80)
    before = plan.receipt
    Receipt.objects.filter(pk=before.pk).update(withdrawn_at=timezone.now())
    content = before.content | {"positions": [{**before.content["positions"][0], "number": 99}]}
    Receipt.objects.create(plan=plan, number="T-other", content=content, content_hash=before.content_hash, by=before.by)
    scenario = a_scenario(round_)
    with pytest.raises(Refused, match="접수증과 다릅니다"):
        moves.propose(officer(), scenario)


def test_a_decision_is_taken_back_with_a_reason_and_another_proposed(client, round_):
    a_scored_plan(round_, 80)
    decision = a_locked_decision(round_)
    client.force_login(officer())
    move = reverse("selection:move", args=[round_.pk, decision.pk])
    blank = client.post(move, {"action": "cancel", "why": " "})
    assert blank.status_code == 422
    assert client.post(move, {"action": "cancel", "why": "점수를 다시 봅니다"}).status_code == 302
    decision.refresh_from_db()
    assert decision.state == State.CANCELLED
    assert Entry.objects.get(subject_kind="selection.decision", action="cancel").why == "점수를 다시 봅니다"
    assert a_decision(round_).pk != decision.pk


def test_only_one_decision_stands(round_):
    a_scored_plan(round_, 80)
    first = a_decision(round_)
    assert a_decision(round_, first.scenario).pk == first.pk
    with pytest.raises(Refused, match="이미"):
        moves.propose(second_officer(), a_scenario(round_))


def test_a_continuing_project_keeps_its_key(round_):
    before = Project.objects.filter(round__record=True, district__name="강북구").first() or Project.objects.create(
        key="eco", title="지난해 사업", district=a_scored_plan(round_, 61).district
    )
    plan = a_scored_plan(round_, 90, before.district.name, kind="continuing", continues=before)
    decision = moves.publish(officer(), a_locked_decision(round_))
    assert decision.lines.get(plan=plan).project.key == before.key


def test_a_forced_choice_is_seen_by_all_whom_it_concerns(client, round_, django_assert_max_num_queries):
    """Given a weak plan that an officer puts in, two better ones give way: everyone is told of it, and why."""
    better = [
        a_scored_plan(round_, 85, name, title=f"{name} 사업", city_krw=150_000_000, district_krw=10_000_000, jobs=7)
        for name in ("강북구", "노원구")
    ]
    weak = a_scored_plan(
        round_, 70, "은평구", title="시급한 사업", city_krw=200_000_000, district_krw=10_000_000, jobs=4
    )
    scenario = a_scenario(round_, forces={weak: (True, "재난 복구에 꼭 필요합니다.")})
    decision = a_decision(round_, scenario)
    client.force_login(second_officer())
    shown = page(client, "decision", round_.pk).content.decode()
    for told in ("꼭 넣음", "재난 복구에 꼭 필요합니다.", "100.00"):
        assert told in shown
    out = page(client, "decision", round_.pk, show="out").content.decode()
    with django_assert_max_num_queries(10):
        page(client, "decision", round_.pk, show="out")
    assert out.count("넣기로 한 시의 결정에 밀려") == 2
    entry = Entry.objects.get(subject_kind="selection.decision", action="propose")
    assert entry.facts["forces"] == [{"plan": weak.pk, "into": True, "reason": "재난 복구에 꼭 필요합니다."}]
    assert "넣은 계획서 ‘시급한 사업’: 재난 복구에 꼭 필요합니다." in entry.why
    moves.publish(officer(), moves.confirm(second_officer(), decision))
    assert "시가 다음과 같은 까닭으로 선정안에 넣기로 정하였습니다. 재난 복구에" in Line.objects.get(plan=weak).letter
    for plan in better:
        letter = Line.objects.get(plan=plan).letter
        assert "‘시급한 사업’을(를) 넣기로 한 시의 결정에 밀려" in letter
        assert "재난 복구에 꼭 필요합니다." in letter
    assert "재난 복구에 꼭 필요합니다." in page(client, "decision", round_.pk).content.decode()


def test_who_is_out_anyway_is_not_told_of_a_forced_choice(round_):
    weak = a_scored_plan(round_, 70, "은평구", city_krw=100_000_000, district_krw=10_000_000)
    out = a_scored_plan(round_, 90, "강북구", city_krw=400_000_000, district_krw=10_000_000)
    decision = a_decision(round_, a_scenario(round_, forces={weak: (True, "시급한 사업")}))
    assert "displaced_by" not in decision.lines.get(plan=out).reason


def test_what_kept_another_applicants_plan_out_is_not_told_to_others(round_):
    """Given a group of which one is kept out, a third plan gives way to the second."""
    first = a_scored_plan(
        round_, 95, "강북구", title="빠진 사업", city_krw=100_000_000, district_krw=10_000_000, jobs=5
    )
    a_scored_plan(round_, 90, "노원구", city_krw=300_000_000, district_krw=10_000_000, jobs=5)
    third = a_scored_plan(round_, 60, "은평구", city_krw=200_000_000, district_krw=10_000_000, jobs=5)
    moves.publish(officer(), a_locked_decision(round_, a_scenario(round_, forces={first: (False, "비밀 사정")})))
    line = Line.objects.get(plan=third)
    assert line.reason["displaced_by"] == [first.pk]
    assert "다른 계획서 하나를 빼기로 한 시의 결정" in line.letter
    assert "비밀 사정" not in line.letter
    assert "빠진 사업" not in line.letter


def test_the_officer_is_warned_while_sheets_are_missing(city, round_):
    plan = a_scored_plan(round_, 80)
    assert "아직 내지 않은 심사표" not in page(city, "desk", round_.pk).content.decode()
    late = User.objects.create(email="late@example.org", name="늦은 위원")
    member = PanelMember.objects.create(round=round_, user=late, named_by=officer())
    Assignment.objects.create(plan=plan, member=member)
    a_decision(round_)
    for name in ("desk", "decision"):
        shown = page(city, name, round_.pk).content.decode()
        assert "아직 내지 않은 심사표가 1건 있습니다" in shown
        assert reverse("review:progress", args=[round_.pk]) in shown


# ---------------------------------------------------------------- letters


def a_published_round(round_, **more):
    """One selected, one rejected for its district's budget, one that failed; with their people."""
    home = an_organisation("햇살모임", "강북구")
    member = User.objects.create(email="sun@example.org", name="햇살", language="ko")
    Membership.objects.create(user=member, organisation=home, role="member", since="2020-01-01")
    ceiling(round_, "강북구", 100_000_000)
    yes = a_scored_plan(round_, 90, "강북구", title="된 사업", city_krw=50_000_000, district_krw=60_000_000)
    no = a_scored_plan(
        round_, 70, "강북구", title="안 된 사업", city_krw=50_000_000, district_krw=50_000_000, organisation=home
    )
    failed = a_scored_plan(round_, 40, "노원구", title="못 미친 사업")
    decision = moves.publish(officer(), a_locked_decision(round_, **more))
    return decision, member, {line.plan_id: line for line in decision.lines.all()}, yes, no, failed


def test_every_applicant_gets_a_letter_with_its_own_reasons(client, round_):
    _decision, member, lines, yes, no, failed = a_published_round(round_)
    assert "선정되었습니다" in lines[yes.pk].letter
    assert "시비 50,000,000원" in lines[yes.pk].letter
    letter = lines[no.pk].letter
    assert "강북구 구비 예산 100,000,000원" in letter
    assert "신청한 구비를 10,000,000원 줄이는 것" in letter
    assert "느는 것" not in letter
    assert "70.00점" in letter
    assert "위원0" not in letter.replace("위원0의 의견", "")
    assert "최저 합격점" in lines[failed.pk].letter
    assert all("위입니다" not in line.letter and "순위" not in line.letter for line in lines.values())
    notice = Notice.objects.get(recipient=member, key=f"letter-{lines[no.pk].pk}")
    assert notice.body == letter
    client.force_login(member)
    shown = client.get(notice.link)
    assert shown.status_code == 200
    assert "안 된 사업" in shown.content.decode()
    district_officer = User.objects.get(email="district@example.org")
    assert Notice.objects.filter(recipient=district_officer, key__startswith="letter-").count() == 2


def test_a_letter_tells_the_rank_only_where_that_was_decided(round_):
    _decision, _member, lines, _yes, no, _failed = a_published_round(round_, letter_rank=True, letter_comments=False)
    assert "순위: 신규 사업 가운데 2위" in lines[no.pk].letter
    assert "예비 순위: 1번" in lines[no.pk].letter
    assert "심사위원 의견" not in lines[no.pk].letter


def test_a_letter_says_an_opinion_once_however_many_reviewers_share_it(round_):
    plan = a_scored_plan(round_, 80)
    Assignment.objects.filter(plan=plan).update(overall="일자리 계획이 또렷합니다. ")
    decision = moves.publish(officer(), a_locked_decision(round_))
    letter = decision.lines.get(plan=plan).letter
    assert letter.count("일자리 계획이 또렷합니다.") == 1


def test_a_forced_out_plan_is_told_the_officers_reason(round_):
    out = a_scored_plan(round_, 90, "강북구")
    a_scored_plan(round_, 80, "노원구")
    scenario = a_scenario(round_, forces={out: (False, "같은 사업이 다른 재원으로 지원됩니다.")})
    moves.publish(officer(), a_locked_decision(round_, scenario))
    assert "같은 사업이 다른 재원으로 지원됩니다." in Line.objects.get(plan=out).letter


def test_nobody_reads_another_ones_letter_nor_one_before_publication(client, round_):
    _decision, member, lines, yes, no, _failed = a_published_round(round_)
    client.force_login(member)
    assert page(client, "letter", round_.pk, lines[yes.pk].pk).status_code == 404
    client.force_login(User.objects.get(email="district@example.org"))
    assert page(client, "letter", round_.pk, lines[no.pk].pk).status_code == 200
    client.force_login(User.objects.get(email="reviewer@example.org"))
    assert page(client, "letter", round_.pk, lines[no.pk].pk).status_code == 403


def test_before_publication_only_officers_see_anything(client, round_):
    plan = a_scored_plan(round_, 80)
    decision = a_locked_decision(round_)
    line = decision.lines.get()
    client.force_login(User.objects.get(email="district@example.org"))
    assert page(client, "letter", round_.pk, line.pk).status_code == 404
    assert page(client, "decision", round_.pk).status_code == 403
    assert Plan.objects.get(pk=plan.pk).state == Plan.State.SUBMITTED
    client.force_login(officer())
    assert "미리보기" in page(client, "letter", round_.pk, line.pk).content.decode()


def test_the_desk_says_what_waits(round_):
    a_scored_plan(round_, 80)
    assert "선정안을 만들어" in str(queries.tasks_for(officer())[0].title)
    decision = a_decision(round_)
    assert queries.tasks_for(officer()) == []
    assert "확정을 기다립니다" in str(queries.tasks_for(second_officer())[0].title)
    moves.confirm(second_officer(), decision)
    assert "발표해 주세요" in str(queries.tasks_for(officer())[0].title)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("city_krw", "1000000000000000000", "금액이 너무 큽니다"),
        ("city_krw", "-5", "0원 이상"),
        ("city_krw", "많이", "읽지 못했습니다"),
        ("city_krw", "+많이%", "비율은"),
        ("weight_score", "-1", "0"),
        ("weight_score", "무겁게", "숫자"),
        ("weight_score", "NaN", "숫자"),
        ("weight_score", "0", "모두 0"),
        ("projects_max", "0", "1"),
        ("projects_max", "3.5", "정수"),
        ("draws", "100000", "2000"),
        ("name", "", "필수"),
        ("force-0-plan", "T-99999", "그런 계획서가 없습니다"),
        ("force-TOTAL_FORMS", "x", "확인"),
    ],
)
def test_bad_input_comes_back_with_a_message_and_all_that_was_typed(city, round_, field, typed, said):
    a_scored_plan(round_, 80)
    response = send(city, round_, **{"name": "공들인 이름", field: typed})
    text = response.content.decode()
    assert response.status_code == 422
    assert said in text
    if field != "name":
        assert "공들인 이름" in text
    assert not Scenario.objects.exists()


def test_a_sent_form_works_once(city, round_):
    a_scored_plan(round_, 80)
    data = the_form(city, round_) | {"once": "0d3ad37c-95b8-4a60-9e42-2fd3c4ea5bd8"}
    address = reverse("selection:new", args=[round_.pk])
    assert city.post(address, data)["Location"] == city.post(address, data)["Location"]
    assert Scenario.objects.count() == 1


def test_addresses_of_another_round_lead_nowhere(city, round_):
    a_scored_plan(round_, 80)
    scenario, other = a_scenario(round_), Round.objects.create(city=round_.city, year=2019, name="지난 연차")
    elsewhere = City.objects.create(code="99", name="다른 시")
    foreign = Round.objects.create(city=elsewhere, year=2027, name="다른 시의 연차")
    for name in ("desk", "candidates", "new", "compare", "decision"):
        assert page(city, name, foreign.pk).status_code == 404
    assert page(city, "scenario", other.pk, scenario.pk).status_code == 404
    decision = a_decision(round_, scenario)
    assert city.post(reverse("selection:move", args=[other.pk, decision.pk]), {"action": "cancel"}).status_code == 404
    assert page(city, "letter", other.pk, decision.lines.get().pk).status_code == 404
    assert page(city, "new", round_.pk, **{"from": "9" * 30, "in": "x"}).status_code == 200


def test_a_scenario_is_not_run_for_a_round_that_is_still_open(city, round_):
    Round.objects.filter(pk=round_.pk).update(state=Round.State.OPEN)
    assert send(city, round_).status_code == 409


@pytest.mark.parametrize("count", [3, 100])
def test_every_page_takes_at_most_ten_queries(city, round_, django_assert_max_num_queries, count):
    Round.objects.filter(pk=round_.pk).update(city_budget_krw=3_500_000_000)
    many(round_, count)
    scenario, other = a_scenario(Round.objects.get(pk=round_.pk)), a_scenario(Round.objects.get(pk=round_.pk))
    city.post(reverse("selection:analyse", args=[round_.pk, scenario.pk]))
    pages = [("list",), ("desk", round_.pk), ("candidates", round_.pk), ("new", round_.pk)]
    pages += [(name, round_.pk, scenario.pk) for name in ("scenario", "fresh", "propose", "scenario_file")]
    for name, *args in pages:
        with django_assert_max_num_queries(10):
            assert page(city, name, *args).status_code == 200
    for show in ("out", "before"):
        with django_assert_max_num_queries(10):
            page(city, "scenario", round_.pk, scenario.pk, show=show)
    with django_assert_max_num_queries(10):
        assert page(city, "new", round_.pk, **{"from": scenario.pk}).status_code == 200
    with django_assert_max_num_queries(10):
        assert page(city, "compare", round_.pk, s=[scenario.pk, other.pk]).status_code == 200
    decision = a_decision(Round.objects.get(pk=round_.pk), scenario)
    for show in ("in", "out", "before"):
        with django_assert_max_num_queries(10):
            assert page(city, "decision", round_.pk, show=show).status_code == 200
    with django_assert_max_num_queries(10):
        assert page(city, "decision_file", round_.pk, decision.pk).status_code == 200
    with django_assert_max_num_queries(10):
        assert page(city, "letter", round_.pk, decision.lines.first().pk).status_code == 200
    with django_assert_max_num_queries(2):
        queries.tasks_for(User.objects.get(email="resident@example.org"))
