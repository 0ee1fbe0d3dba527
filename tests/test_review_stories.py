"""Review: the officer builds the panel and assigns, reviewers pledge, fill in and step back, the chair chooses."""

from __future__ import annotations

import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.parties.models import District, Membership, User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.review import assigning, moves, panel
from sanghyeop.programme.review.models import Assignment, Conflict, PanelMember, Proposal, Score, ScoreChoice
from sanghyeop.programme.review.results import results_of
from sanghyeop.programme.rounds.models import Round
from tests.builders import a_person, a_plan, an_organisation, in_review, the_round, with_criteria

State = Assignment.State


@pytest.fixture
def round_(demo):
    with_criteria(the_round(), 30, 30, 20, 20)
    return in_review(the_round(), reviews_per_plan=2, reviewer_load=5, quorum=2, drop_extremes_from=None)


@pytest.fixture
def officer(round_):
    return User.objects.get(email="city@example.org")


@pytest.fixture
def reviewer(round_):
    return User.objects.get(email="reviewer@example.org")


@pytest.fixture
def chair(round_):
    return User.objects.get(email="chair@example.org")


def a_panel(officer, round_, chair, *reviewers):
    """The chair reads nothing; the others take the round's load."""
    panel.name_member(officer, round_, chair, chair=True, max_load=0)
    return [panel.name_member(officer, round_, person) for person in reviewers]


def assign_all(officer, round_):
    return assigning.confirm(officer, assigning.propose(officer, round_))


def filled(sheet, points=10, version=0, **more):
    """What a browser sends for a full sheet."""
    data = {"version": version, "window": "a", "overall": "좋은 계획입니다."}
    for i, criterion in enumerate(moves.criteria_of(sheet.plan)):
        data |= {f"points_{criterion.pk}": points, f"reason_{criterion.pk}": f"까닭 {i}"}
    return data | more


def hand_in(sheet, points):
    """The reviewer hands in the sheet with these points for each criterion."""
    criteria = moves.criteria_of(sheet.plan)
    answers = moves.Answers(
        {c.pk: p for c, p in zip(criteria, points)}, {c.pk: f"까닭 {c.pk}" for c in criteria}, "종합 의견"
    )
    return moves.submit(sheet.member.user, sheet, answers, sheet.version)


def pledged(*members):
    for member in members:
        moves.pledge(member.user, member)


def test_the_officer_names_a_panel_proposes_and_confirms(client, officer, round_, reviewer, chair):
    plans = [a_plan(round_, "강북구"), a_plan(round_, "노원구")]
    client.force_login(officer)
    page = client.get(reverse("review:panel", args=[round_.pk]), {"q": "한심사"})
    assert "한심사" in page.content.decode()
    gangbuk = District.objects.get(name="강북구")
    climate = round_.fields.get(code="climate")
    answer = client.post(
        reverse("review:panel", args=[round_.pk]),
        {"user": reviewer.pk, "home_district": gangbuk.pk, "max_load": "", f"level_{climate.pk}": 3},
    )
    assert answer.status_code == 302
    for person in (chair, a_person("세째", "reviewer"), a_person("네째", "expert")):
        client.post(
            reverse("review:panel", args=[round_.pk]),
            {"user": person.pk, "max_load": "", "chair": "on" if person == chair else ""},
        )
    assert round_.panel.count() == 4
    assert Notice.objects.filter(recipient=reviewer, subject__contains="위촉").exists()

    answer = client.post(reverse("review:propose", args=[round_.pk]), {})
    proposal = Proposal.objects.get()
    assert answer["Location"] == reverse("review:proposal", args=[proposal.pk])
    assert Assignment.objects.count() == 0, "nothing is assigned before the officer confirms"
    page = client.get(answer["Location"]).content.decode()
    assert "이보다 나은 배정이 없음을" in page
    assert client.post(answer["Location"]).status_code == 422
    assert Assignment.objects.count() == 0, "not without the tick"
    assert client.post(answer["Location"], {"sure": "on"}).status_code == 302
    assert Assignment.objects.count() == 4
    assert not Assignment.objects.filter(plan=plans[0], member__user=reviewer).exists(), "own district"
    assert Assignment.objects.filter(plan=plans[1], member__user=reviewer).exists(), "knows the field best"
    assert Entry.objects.filter(action="assign", round_id=round_.pk).count() == 4
    assert client.post(answer["Location"], {"sure": "on"}).status_code == 409, "the same proposal is confirmed once"


def test_a_proposal_from_before_a_new_conflict_is_not_confirmed(officer, round_, reviewer, chair):
    plan = a_plan(round_)
    members = a_panel(officer, round_, chair, reviewer, a_person("세째", "reviewer"), a_person("네째", "reviewer"))
    proposal = assigning.propose(officer, round_)
    assigning.declare_and_hand_on(reviewer, members[0], "자문을 했습니다", plan=plan)
    with pytest.raises(assigning.Refused, match="다시 만들어"):
        assigning.confirm(officer, proposal)


def test_no_plan_opens_before_the_pledge(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구", title="텃밭 가꾸기")
    other = a_plan(round_, "도봉구", title="빗물 모으기")
    [member, *_rest] = a_panel(officer, round_, chair, reviewer, a_person(role="reviewer"), a_person(role="expert"))
    sheet = assigning.assign_by_hand(officer, plan, member)
    client.force_login(reviewer)
    assert "텃밭" not in client.get(reverse("review:desk")).content.decode()
    answer = client.get(reverse("review:sheet", args=[sheet.pk]))
    assert answer["Location"] == reverse("review:pledge", args=[member.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "텃밭 가꾸기" in page
    # Declares one plan with a reason; without a reason it is asked for.
    address = f"{reverse('review:pledge', args=[member.pk])}?plan={other.pk}"
    assert client.post(address, {"act": "declare", "reason": " "}).status_code == 422
    assert client.post(address, {"act": "declare", "reason": "친척이 일합니다"}).status_code == 302
    assert Conflict.objects.get().plan == other
    # A pledge without its box is no pledge.
    assert client.post(reverse("review:pledge", args=[member.pk]), {"act": "pledge"}).status_code == 422
    client.post(reverse("review:pledge", args=[member.pk]), {"act": "pledge", "true": "1"})
    page = client.get(reverse("review:sheet", args=[sheet.pk])).content.decode()
    assert "이런 필요가 있습니다." in page
    with pytest.raises(assigning.Refused, match="이해충돌"):
        assigning.assign_by_hand(officer, other, member)


def test_a_sheet_saves_itself_and_is_handed_in_only_when_full(client, officer, round_, reviewer, chair):
    [member] = a_panel(officer, round_, chair, reviewer)
    sheet = assigning.assign_by_hand(officer, a_plan(round_, "노원구"), member)
    pledged(member)
    client.force_login(reviewer)
    first = moves.criteria_of(sheet.plan)[0]
    save = reverse("review:save", args=[sheet.pk])
    answer = client.post(
        save, {"version": 0, "window": "a", f"points_{first.pk}": "２５", f"reason_{first.pk}": "필요가 뚜렷함"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert "저장했습니다" in answer.content.decode()
    assert Score.objects.get(criterion=first).points == 25
    sheet.refresh_from_db()
    assert sheet.state == State.STARTED

    address = reverse("review:sheet", args=[sheet.pk])
    answer = client.post(address, {**filled(sheet, 10, 1), f"reason_{first.pk}": "  ", "act": "submit", "sure": "on"})
    assert answer.status_code == 422
    assert "이 점수를 준 까닭을 적어 주세요" in answer.content.decode()
    version = re.search(r'id="sheet-version" value="(\d+)"', answer.content.decode()).group(1)
    same = filled(sheet, 10, version) | {f"reason_{c.pk}": "좋음" for c in moves.criteria_of(sheet.plan)}
    answer = client.post(address, same | {"act": "submit"})
    assert answer.status_code == 422
    assert "내기 전에 확인란에" in answer.content.decode()
    version = re.search(r'id="sheet-version" value="(\d+)"', answer.content.decode()).group(1)
    same |= {"version": version}
    answer = client.post(address, same | {"act": "submit", "sure": "on"})
    assert answer.status_code == 422
    assert "모든 항목의 까닭이 같습니다" in answer.content.decode()
    answer = client.post(address, same | {"act": "submit", "sure": "on", "same_reasons": "on", "version": version})
    assert answer.status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == State.DONE
    assert client.post(address, filled(sheet, 20, sheet.version)).status_code == 409, "finished sheets are frozen"
    assert "좋음" in client.get(address).content.decode()


@pytest.mark.parametrize("typed", ["31", "-1", "많이", "1000000000", "7.5", "<b>3</b>", "1e1", "９９"])
def test_points_that_are_none_are_told_beside_the_box_and_kept(client, officer, round_, reviewer, chair, typed):
    [member] = a_panel(officer, round_, chair, reviewer)
    sheet = assigning.assign_by_hand(officer, a_plan(round_, "노원구"), member)
    pledged(member)
    client.force_login(reviewer)
    first = moves.criteria_of(sheet.plan)[0]
    data = filled(sheet, 10) | {f"points_{first.pk}": typed, f"reason_{first.pk}": "<script>alert(1)</script>"}
    for act in ("save", "submit"):
        answer = client.post(reverse("review:sheet", args=[sheet.pk]), data | {"act": act})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "0점부터 30점까지의 정수로" in page
        assert f'value="{typed}"'.replace("<", "&lt;").replace(">", "&gt;") in page
        assert "<script>alert" not in page
    # All other boxes are saved.
    assert Score.objects.filter(assignment=sheet, points=10).count() == len(moves.criteria_of(sheet.plan)) - 1


def test_two_windows_find_each_other_out_and_nothing_is_lost(client, officer, round_, reviewer, chair):
    [member] = a_panel(officer, round_, chair, reviewer)
    sheet = assigning.assign_by_hand(officer, a_plan(round_, "노원구"), member)
    pledged(member)
    client.force_login(reviewer)
    address = reverse("review:sheet", args=[sheet.pk])
    assert client.post(address, filled(sheet, 10, 0, window="first")).status_code == 302
    answer = client.post(address, filled(sheet, 12, 0, window="second", overall="둘째 창의 의견"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "둘째 창의 의견" in page
    assert "좋은 계획입니다." in page, "what is stored stands beside what was typed"
    assert set(Score.objects.values_list("points", flat=True)) == {10}
    # Saved again from the page that showed both, it holds.
    assert client.post(address, filled(sheet, 12, 1, window="second")).status_code == 302
    # A window's own saves never clash, even when an answer came late.
    assert client.post(address, filled(sheet, 13, 1, window="second")).status_code == 302
    # The same from htmx replaces the whole form.
    answer = client.post(
        reverse("review:save", args=[sheet.pk]), filled(sheet, 14, 0, window="first"), headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#sheet")


def test_after_the_deadline_nothing_is_saved_and_the_words_stay_on_the_page(client, officer, round_, reviewer, chair):
    [member] = a_panel(officer, round_, chair, reviewer)
    sheet = assigning.assign_by_hand(officer, a_plan(round_, "노원구"), member)
    pledged(member)
    in_review(round_, closes_in=-1)
    client.force_login(reviewer)
    answer = client.post(reverse("review:sheet", args=[sheet.pk]), filled(sheet, 10, overall="늦은 의견"))
    assert answer.status_code == 409
    assert "늦은 의견" in answer.content.decode()
    assert not Score.objects.exists()


def test_a_reviewer_steps_back_and_another_takes_the_place(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    spare = a_person("예비", "reviewer")
    members = a_panel(officer, round_, chair, reviewer, a_person("둘째", "reviewer"))
    assign_all(officer, round_)
    panel.name_member(officer, round_, spare)
    pledged(members[0])
    sheet = Assignment.objects.get(plan=plan, member=members[0])
    client.force_login(reviewer)
    assert client.post(reverse("review:step_back", args=[sheet.pk]), {"back-why": ""}).status_code == 422
    answer = client.post(reverse("review:step_back", args=[sheet.pk]), {"back-why": "아는 사람이 있습니다"})
    assert answer.status_code == 302
    assert client.get(reverse("review:sheet", args=[sheet.pk])).status_code == 404, "access ends at once"
    held = Assignment.objects.filter(plan=plan, state__in=Assignment.HELD)
    assert {row.member.user.name for row in held} == {"둘째", "예비"}
    assert Notice.objects.filter(recipient=spare, subject__contains="배정").exists()
    entry = Entry.objects.get(action="step_back")
    assert (entry.why, entry.to_state) == ("아는 사람이 있습니다", State.RECUSED)


def test_after_the_review_nothing_is_to_write_and_nobody_steps_back(client, officer, round_, reviewer, chair):
    a_panel(officer, round_, chair, reviewer)
    a_plan(round_)
    assign_all(officer, round_)
    pledged(*PanelMember.objects.filter(user=reviewer))
    sheet = Assignment.objects.get(member__user=reviewer)
    client.force_login(reviewer)
    assert "쓸 심사표 1건" in client.get(reverse("review:desk")).content.decode()
    Round.objects.filter(pk=round_.pk).update(state=Round.State.SELECTION)
    desk = client.get(reverse("review:desk")).content.decode()
    assert "쓸 심사표" not in desk
    assert "심사가 끝났습니다. 낸 심사표 0건" in desk
    address = reverse("review:step_back", args=[sheet.pk])
    assert address not in client.get(reverse("review:sheet", args=[sheet.pk])).content.decode()
    refused = client.post(address, {"back-why": "아는 사람이 있습니다"})
    assert refused.status_code == 409
    assert "심사가 끝나 회피할 수 없습니다" in refused.content.decode()
    sheet.refresh_from_db()
    assert sheet.state == Assignment.State.ASSIGNED


def test_when_nobody_is_left_the_officers_are_told(officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    members = a_panel(officer, round_, chair, reviewer, a_person("둘째", "reviewer"))
    assign_all(officer, round_)
    sheet = Assignment.objects.select_related("plan__round", "member__user").get(plan=plan, member=members[0])
    assigning.step_back(reviewer, sheet, "바쁩니다")
    assert Notice.objects.filter(recipient=officer, subject__contains="모자란").exists()


def test_taking_a_member_off_the_panel_hands_on_unfinished_plans(client, officer, round_, reviewer, chair):
    plans = [a_plan(round_, "노원구"), a_plan(round_, "도봉구")]
    second = a_person("둘째", "reviewer")
    members = a_panel(officer, round_, chair, reviewer, second)
    assign_all(officer, round_)
    pledged(*members)
    done = Assignment.objects.select_related("plan__round", "member__user").get(plan=plans[0], member=members[0])
    hand_in(done, [20, 20, 10, 10])
    panel.name_member(officer, round_, a_person("세째", "reviewer"))
    client.force_login(officer)
    assert client.post(reverse("review:remove_member", args=[members[0].pk]), {"remove-why": ""}).status_code == 422
    client.post(reverse("review:remove_member", args=[members[0].pk]), {"remove-why": "사임"})
    names = {row.member.user.name for row in Assignment.objects.filter(plan=plans[1], state__in=Assignment.HELD)}
    assert names == {"둘째", "세째"}
    done.refresh_from_db()
    assert done.state == State.DONE, "a finished sheet still counts"
    assert results_of(round_)[plans[0].pk].sheets == 1
    proposal = assigning.propose(officer, round_)
    assert proposal.answer["added"] == [], "the finished sheet of the one who left still fills its place"


def test_a_membership_found_later_closes_the_plan_and_the_officer_replaces(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구", organisation=an_organisation("푸른마을 협동조합", "노원구"))
    members = a_panel(officer, round_, chair, reviewer, a_person("둘째", "reviewer"), a_person("세째", "reviewer"))
    sheet = assigning.assign_by_hand(officer, plan, members[0])
    pledged(members[0])
    alike = an_organisation("(사) 푸른마을", "은평구")  # another row, the same body by name
    Membership.objects.create(user=reviewer, organisation=alike, role="member", since="2018-01-01", until="2019-01-01")
    client.force_login(reviewer)
    answer = client.get(reverse("review:sheet", args=[sheet.pk]))
    assert answer.status_code == 403
    assert "이런 필요가 있습니다." not in answer.content.decode()
    client.force_login(officer)
    page = client.get(reverse("review:conflicts", args=[round_.pk])).content.decode()
    assert "배정한 뒤에 드러난 충돌이 1건" in page
    client.post(reverse("review:propose", args=[round_.pk]), {"act": "settle"})
    held = Assignment.objects.filter(plan=plan, state__in=Assignment.HELD)
    assert members[0].pk not in {row.member_id for row in held}
    assert held.count() == 1


def test_the_officer_reports_and_lifts_a_conflict(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    [member] = a_panel(officer, round_, chair, reviewer)
    client.force_login(officer)
    address = reverse("review:conflicts", args=[round_.pk])
    bad = {"member": member.pk, "plan": 10**15, "reason": "제보"}
    assert client.post(address, bad).status_code == 422
    assert client.post(address, bad | {"plan": plan.pk}).status_code == 302
    conflict = Conflict.objects.get()
    assert "다른 사람 신고" in client.get(address).content.decode()
    with pytest.raises(assigning.Refused):
        assigning.assign_by_hand(officer, plan, member)
    client.post(reverse("review:lift", args=[conflict.pk]), {"why": "사실이 아님을 확인"})
    assert assigning.assign_by_hand(officer, plan, member).by_hand
    assert Entry.objects.filter(action="conflict_lifted", why="사실이 아님을 확인").exists()


def test_the_chair_sees_progress_reads_sheets_and_reopens(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    members = a_panel(officer, round_, chair, reviewer, a_person("둘째", "reviewer"))
    assign_all(officer, round_)
    pledged(*members)
    sheet = Assignment.objects.select_related("plan__round", "member__user").get(plan=plan, member=members[0])
    hand_in(sheet, [30, 20, 10, 0])
    client.force_login(chair)
    page = client.get(reverse("review:progress", args=[round_.pk])).content.decode()
    assert "둘째(배정)" in page
    client.post(reverse("review:remind", args=[round_.pk]), {"member": [m.pk for m in members]})
    assert Notice.objects.filter(subject__contains="남아 있습니다").count() == 1, "only the one who owes something"
    assert client.get(reverse("review:read", args=[sheet.pk])).status_code == 200
    assert client.post(reverse("review:reopen", args=[sheet.pk]), {"why": " "}).status_code == 422
    client.post(reverse("review:reopen", args=[sheet.pk]), {"why": "점수와 까닭이 어긋납니다"})
    sheet.refresh_from_db()
    assert (sheet.state, sheet.done_at) == (State.STARTED, None)
    client.force_login(officer)
    hand_in(Assignment.objects.select_related("plan__round", "member__user").get(pk=sheet.pk), [30, 20, 10, 0])
    assert client.post(reverse("review:reopen", args=[sheet.pk]), {"why": "담당자"}).status_code == 422, "chair only"


def test_nobody_else_sees_scores(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    members = a_panel(officer, round_, chair, reviewer, a_person("둘째", "reviewer"))
    assign_all(officer, round_)
    pledged(*members)
    theirs = Assignment.objects.get(plan=plan, member=members[1])
    client.force_login(reviewer)
    for name, pk in (("results", round_.pk), ("progress", round_.pk), ("worked", plan.pk), ("read", theirs.pk)):
        assert client.get(reverse(f"review:{name}", args=[pk])).status_code == 404, name
    assert client.get(reverse("review:sheet", args=[theirs.pk])).status_code == 404
    assert client.get(reverse("review:result_file", args=[round_.pk])).status_code == 403
    # A chair who reviews a plan does not see its other scores before handing in.
    panel.change_member(officer, round_.panel.get(user=chair), home_district=None, max_load=5, chair=True, levels={})
    assigning.assign_by_hand(officer, plan, round_.panel.get(user=chair))
    client.force_login(chair)
    assert plan.title not in client.get(reverse("review:results", args=[round_.pk])).content.decode()
    assert client.get(reverse("review:worked", args=[plan.pk])).status_code == 409


def test_the_chair_chooses_the_score_with_a_reason(client, officer, round_, reviewer, chair):
    plans = [a_plan(round_, name) for name in ("노원구", "도봉구", "은평구", "중구")]
    people = [a_person(f"위원{i}", "reviewer") for i in range(4)]
    members = a_panel(officer, round_, chair, *people)
    PanelMember.objects.filter(pk__in=[m.pk for m in members]).update(max_load=4)
    round_ = in_review(round_, reviews_per_plan=4)
    assign_all(officer, round_)
    pledged(*members)
    for i, plan in enumerate(plans):
        for j, member in enumerate(members):
            sheet = Assignment.objects.select_related("plan__round", "member__user").get(plan=plan, member=member)
            hand_in(sheet, [25 - 4 * (j == 0), 20 - i, 15, 10 + (i * j) % 3])
    client.force_login(chair)
    page = client.get(reverse("review:results", args=[round_.pk])).content.decode()
    assert "단순 평균으로 셈하면 4건 가운데 0건" in page
    assert "위원0" in page
    assert "<svg" in page
    address = reverse("review:choose", args=[round_.pk])
    assert client.post(address, {"which": "corrected", "reason": " "}).status_code == 422
    assert client.post(address, {"which": "nonsense", "reason": "왜"}).status_code == 422
    assert client.post(address, {"which": "corrected", "reason": "위원0이 유난히 엄격함"}).status_code == 302
    assert ScoreChoice.objects.get().by == chair
    result = results_of(round_)[plans[0].pk]
    assert (result.which, result.score) == ("corrected", result.corrected)
    assert result.raw != result.corrected
    client.force_login(officer)
    assert client.post(address, {"which": "raw", "reason": "담당자"}).status_code == 422, "the chair chooses"
    page = client.get(reverse("review:worked", args=[plans[0].pk])).content.decode()
    assert "선정에는 보정 점수를 씁니다" in page
    book = load_workbook(io.BytesIO(client.get(reverse("review:result_file", args=[round_.pk])).content))
    assert book.active.max_row == 5


def test_the_result_sheet_runs_no_formula(client, officer, round_):
    a_plan(round_, "노원구", title='=HYPERLINK("http://bad")')
    client.force_login(officer)
    book = load_workbook(io.BytesIO(client.get(reverse("review:result_file", args=[round_.pk])).content))
    cell = book.active["C2"]
    assert (cell.data_type, cell.value[:2]) == ("s", "'=")


def test_bonus_points_need_evidence_and_keep_to_the_cap(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    members = a_panel(officer, round_, chair, reviewer, a_person("둘째", "reviewer"))
    assign_all(officer, round_)
    pledged(*members)
    for sheet in Assignment.objects.select_related("plan__round", "member__user"):
        hand_in(sheet, [30, 30, 20, 10])
    client.force_login(officer)
    first, second = round_.bonuses.all()
    address = reverse("review:grant", args=[plan.pk, first.pk])
    assert client.post(address, {"evidence": " "}).status_code == 422
    assert client.post(address, {"evidence": "채용 계획서 3쪽"}).status_code == 302
    assert client.post(address, {"evidence": "다시"}).status_code == 422
    client.post(reverse("review:grant", args=[plan.pk, second.pk]), {"evidence": "협약서"})
    result = results_of(round_)[plan.pk]
    assert (result.score, result.bonus, result.total) == (90, 5, 95)
    page = client.get(reverse("review:worked", args=[plan.pk])).content.decode()
    assert "가점 합 6점이 한도를 넘어 5점만 인정합니다." in page
    client.post(reverse("review:take_grant", args=[plan.pk, second.pk]), {"why": "협약이 깨짐"})
    assert results_of(round_)[plan.pk].total == 93


def test_a_continuing_plan_is_judged_apart_with_the_bonus_of_its_grade(officer, round_, reviewer, chair):
    last_year = Round.objects.create(city=round_.city, year=round_.year - 1, name="지난해", record=True)
    organisation = an_organisation("이어가는 단체", "노원구")
    project = Project.objects.create(
        round=last_year, key="farm", title="텃밭", district=organisation.district, grade="excellent"
    )
    with_criteria(round_, 50, 50, kind="continuing")
    round_.grade_rules.update_or_create(grade="excellent", defaults={"bonus_points": 3})
    again = a_plan(round_, "노원구", organisation=organisation, kind="continuing", continues=project)
    fresh = a_plan(round_, "도봉구")
    members = a_panel(officer, round_, chair, reviewer, a_person("둘째", "reviewer"))
    assign_all(officer, round_)
    pledged(*members)
    for sheet in Assignment.objects.select_related("plan__round", "member__user"):
        hand_in(sheet, [40, 30] if sheet.plan == again else [30, 30, 20, 10])
    results = results_of(round_)
    assert (results[again.pk].raw, results[again.pk].bonus, results[again.pk].total) == (70, 3, 73)
    assert (results[again.pk].rank, results[fresh.pk].rank) == (1, 1), "each kind has its own order"


def test_a_withdrawn_plan_frees_its_reviewers(officer, round_, reviewer, chair):
    gone, left = a_plan(round_, "노원구"), a_plan(round_, "도봉구")
    members = a_panel(officer, round_, chair, reviewer, a_person("둘째", "reviewer"))
    PanelMember.objects.filter(pk__in=[member.pk for member in members]).update(max_load=1)
    for member in members:
        assigning.assign_by_hand(officer, gone, member)
    type(gone).objects.filter(pk=gone.pk).update(state="withdrawn")
    assign_all(officer, round_)
    assert Assignment.objects.filter(plan=left, state__in=Assignment.HELD).count() == 2
    assert gone.pk not in results_of(round_)


def test_a_released_reviewer_is_told_and_may_come_back(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    [member] = a_panel(officer, round_, chair, reviewer)
    sheet = assigning.assign_by_hand(officer, plan, member)
    client.force_login(officer)
    address = reverse("review:release", args=[sheet.pk])
    assert client.post(address, {"why": " "}).status_code == 409
    assert client.post(address, {"why": "건수를 고르게"}).status_code == 302
    assert Notice.objects.filter(recipient=reviewer, subject__contains="넘어갔습니다").exists()
    assert client.post(reverse("review:plan", args=[plan.pk]), {"member": member.pk}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == State.ASSIGNED
    for bad in ("", "x", str(10**30)):
        assert client.post(reverse("review:plan", args=[plan.pk]), {"member": bad}).status_code == 404


def test_the_desk_says_what_waits(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    client.force_login(officer)
    assert "심사위원과 위원장을 위촉해 주세요" in client.get("/desk/").content.decode()
    [member] = a_panel(officer, round_, chair, reviewer)
    assert "심사위원이 모자란 계획서가 있습니다" in client.get("/desk/").content.decode()
    assigning.assign_by_hand(officer, plan, member)
    client.force_login(reviewer)
    assert "서약해 주세요" in client.get("/desk/").content.decode()
    pledged(member)
    assert "심사표를 작성해 주세요" in client.get("/desk/").content.decode()


def test_an_officer_of_another_city_finds_nothing(client, officer, round_):
    plan = a_plan(round_, "노원구")
    stranger = a_person(role="reviewer")
    client.force_login(stranger)
    for name in ("panel", "conflicts", "assignments"):
        assert client.get(reverse(f"review:{name}", args=[round_.pk])).status_code == 403
    assert client.get(reverse("review:round", args=[round_.pk])).status_code == 404
    Membership.objects.filter(user=stranger).update(role="city_officer")
    from sanghyeop.ground.parties.models import City, Organisation

    busan = City.objects.create(code="26", name="부산")
    Membership.objects.filter(user=stranger).update(
        organisation=Organisation.objects.create(city=busan, name="부산", kind="city")
    )
    for name, pk in (
        ("round", round_.pk),
        ("panel", round_.pk),
        ("conflicts", round_.pk),
        ("plan", plan.pk),
        ("results", round_.pk),
    ):
        assert client.get(reverse(f"review:{name}", args=[pk])).status_code == 404


def test_who_sits_on_the_panel_is_led_from_the_officers_page_to_the_own(client, officer, round_, reviewer, chair):
    a_panel(officer, round_, chair, reviewer)
    address = reverse("review:round", args=[round_.pk])
    client.force_login(chair)
    answer = client.get(address)
    assert answer["Location"] == reverse("review:progress", args=[round_.pk])
    assert client.get(answer["Location"]).status_code == 200
    client.force_login(reviewer)
    assert client.get(address)["Location"] == reverse("review:desk")


def test_who_may_not_see_a_page_is_told_what_to_do_next(client, officer, round_, chair):
    client.force_login(chair)
    answer = client.get(reverse("review:panel", args=[round_.pk]))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert chair.name in page
    assert 'href="/desk/"' in page
    assert "역할을 등록해" in page


def test_the_officers_desk_says_how_the_review_goes(client, officer, round_, reviewer, chair):
    plan = a_plan(round_, "노원구")
    [one, two] = a_panel(officer, round_, chair, reviewer, a_person("세째", "reviewer"))
    pledged(one, two)
    first, second = (assigning.assign_by_hand(officer, plan, member) for member in (one, two))
    hand_in(first, (20, 20, 10, 10))
    client.force_login(officer)
    page = client.get("/desk/").content.decode()
    assert "심사표 2건 가운데 1건을 냈고 1건이 남았습니다" in page
    assert reverse("review:round", args=[round_.pk]) in page
    hand_in(second, (20, 20, 10, 10))
    assert "심사표 2건이 모두 들어왔습니다" in client.get("/desk/").content.decode()


def test_a_proposal_that_was_left_is_found_again_until_it_is_confirmed(client, officer, round_, reviewer, chair):
    a_plan(round_, "노원구")
    a_panel(officer, round_, chair, reviewer, a_person("세째", "reviewer"))
    proposal = assigning.propose(officer, round_)
    client.force_login(officer)
    link = reverse("review:proposal", args=[proposal.pk])
    pages = [reverse(f"review:{name}", args=[round_.pk]) for name in ("round", "assignments")]
    assert all(link in client.get(page).content.decode() for page in pages)
    assigning.confirm(officer, proposal)
    assert not any(link in client.get(page).content.decode() for page in pages)


def test_after_the_review_nobody_declares_a_conflict_but_the_officer_may_note_one(
    client, officer, round_, reviewer, chair
):
    plan = a_plan(round_, "노원구")
    [member] = a_panel(officer, round_, chair, reviewer)
    pledged(member)
    client.force_login(reviewer)
    address = reverse("review:pledge", args=[member.pk])
    assert "신고하기" in client.get(address).content.decode()
    Round.objects.filter(pk=round_.pk).update(state=Round.State.SELECTION)
    page = client.get(address).content.decode()
    assert "심사가 끝나 여기서는 신고할 수 없습니다" in page
    assert 'value="declare"' not in page
    answer = client.post(f"{address}?plan={plan.pk}", {"act": "declare", "reason": "친척이 일합니다"})
    assert answer.status_code == 422
    assert "시 담당자에게 알려 주세요" in answer.content.decode()
    assert "친척이 일합니다" in answer.content.decode(), "nothing typed is lost"
    assert not Conflict.objects.exists()
    assert address not in client.get(reverse("review:desk")).content.decode()
    assigning.report_and_hand_on(officer, PanelMember.objects.get(pk=member.pk), "뒤늦게 알려 왔습니다", plan=plan)
    assert Conflict.objects.get().origin == "reported"
