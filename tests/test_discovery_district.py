"""The district runs its funnel: departments check, the committee chooses, every idea gets an answer."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.utils import timezone

from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.discovery import moves, queries, voices
from sanghyeop.programme.discovery.models import Check, Committee, Idea, Judgement, Report
from tests.ideas import (
    an_idea,
    close_ideas,
    here,
    in_committee,
    officer_elsewhere,
    open_round,
    person,
    sent,
    someone,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def subjects(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("subject", flat=True))


def meeting_form(**changes):
    return {"held_on": "2026-01-20", "attendees": "9", "minutes": "심의했습니다.", **changes}


def test_an_idea_goes_from_the_department_to_the_committee_to_its_adoption(client):
    idea = an_idea()
    voices.support(person("member"), idea, True)
    client.force_login(person("district"))
    client.post(f"/ideas/{idea.pk}/check/", {"department": "일자리과", "feasible": "yes", "opinion": "예산이 됩니다"})
    client.post(f"/ideas/{idea.pk}/check/", {"department": "보육과", "feasible": "no", "opinion": "차량이 없습니다"})
    client.post(f"/ideas/{idea.pk}/do/put_before/")
    form = meeting_form(**{f"decision_{idea.pk}": "yes", f"reason_{idea.pk}": "꼭 필요합니다"})
    response = client.post("/ideas/district/meetings/new/", form)
    meeting = Committee.objects.get()
    assert response["Location"] == f"/ideas/district/meetings/{meeting.pk}/"
    assert "꼭 필요합니다" in client.get(response["Location"]).content.decode()
    client.post(f"/ideas/{idea.pk}/answer/", {"decision": "adopt", "words": "내년에 함께 계획하겠습니다"})
    idea.refresh_from_db()
    assert (idea.state, idea.answer) == ("adopted", "내년에 함께 계획하겠습니다")
    client.logout()
    page = client.get(f"/ideas/{idea.pk}/").content.decode()
    for shown in ("예산이 됩니다", "차량이 없습니다", "꼭 필요합니다", "내년에 함께 계획하겠습니다", "자치구 담당자"):
        assert shown in page
    assert person("district").name not in page
    told = subjects(person("resident"))
    assert [("검토" in t, "올렸" in t, "골랐" in t, "채택" in t).index(True) for t in told] == [0, 1, 2, 3]
    assert len(subjects(person("member"))) == 2  # put before the committee, adopted


def test_the_district_answers_why_not(client):
    idea = an_idea()
    client.force_login(person("district"))
    assert client.post(f"/ideas/{idea.pk}/answer/", {"decision": "decline", "words": ""}).status_code == 422
    client.post(f"/ideas/{idea.pk}/answer/", {"decision": "decline", "words": "이미 보육과 사업이 있습니다"})
    idea.refresh_from_db()
    assert idea.state == "declined"
    assert "이미 보육과 사업이 있습니다" in client.get(f"/ideas/{idea.pk}/").content.decode()
    assert Entry.objects.get(action="decline").why == "이미 보육과 사업이 있습니다"


def test_an_answer_sent_twice_is_given_once(client):
    idea = an_idea()
    client.force_login(person("district"))
    form = {"decision": "decline", "words": "어렵습니다", "once": str(uuid.uuid4())}
    assert [client.post(f"/ideas/{idea.pk}/answer/", form).status_code for _click in range(2)] == [302, 302]
    assert Entry.objects.filter(action="decline").count() == 1
    late = client.post(f"/ideas/{idea.pk}/answer/", form | {"once": str(uuid.uuid4()), "words": "다른 창의 답"})
    assert late.status_code == 409


def test_only_what_the_committee_chose_is_adopted(client):
    idea = in_committee(an_idea())
    client.force_login(person("district"))
    response = client.post(f"/ideas/{idea.pk}/answer/", {"decision": "adopt", "words": "좋습니다 그대로"})
    assert response.status_code == 422
    assert "위원회가 고른" in response.content.decode() and "좋습니다 그대로" in response.content.decode()


def test_only_what_a_department_finds_feasible_comes_before_the_committee():
    idea = an_idea()
    moves.check(person("district"), idea, "일자리과", False, "어렵습니다")
    with pytest.raises(Refused):
        moves.put_before(person("district"), idea)


def test_the_committee_may_name_no_winner(client):
    idea = in_committee(an_idea())
    client.force_login(person("district"))
    reason = {f"decision_{idea.pk}": "no", f"reason_{idea.pk}": "더 다듬어야 합니다"}
    assert client.post("/ideas/district/meetings/new/", meeting_form(**reason)).status_code == 422
    client.post("/ideas/district/meetings/new/", meeting_form(no_winner="on", **reason))
    assert Committee.objects.get().no_winner
    assert not Judgement.objects.get().chosen
    idea.refresh_from_db()
    assert idea.state == "committee"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"attendees": "0"}, "attendees"),
        ({"attendees": "-3"}, "attendees"),
        ({"attendees": "아홉"}, "attendees"),
        ({"attendees": "9" * 30}, "attendees"),
        ({"held_on": "2999-01-01"}, "held_on"),
        ({"held_on": "어제"}, "held_on"),
        ({"minutes": ""}, "minutes"),
        ({"minutes": "가" * 5001}, "minutes"),
        ({"reason": ""}, "reason_{pk}"),
        ({"decision": "maybe"}, "decision_{pk}"),
        ({"no_winner": "on"}, "no_winner"),
    ],
)
def test_a_meeting_with_a_slip_is_not_recorded_and_keeps_what_was_typed(client, changes, field):
    idea = in_committee(an_idea())
    client.force_login(person("district"))
    form = meeting_form(**{"decision": "yes", "reason": "이 까닭은 남습니다"} | changes)
    form |= {f"decision_{idea.pk}": form.pop("decision"), f"reason_{idea.pk}": form.pop("reason")}
    response = client.post("/ideas/district/meetings/new/", form)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{field.format(pk=idea.pk)}_error"' in page
    assert form[f"reason_{idea.pk}"] in page and form["minutes"] in page
    assert not Committee.objects.exists()


def test_a_meeting_does_not_judge_an_idea_that_has_moved_on():
    idea = in_committee(an_idea())
    moves.answer(person("district"), idea, False, "거두었습니다")
    facts = (open_round(), here(), datetime.date(2026, 1, 20), 9, "회의")
    with pytest.raises(Refused):
        moves.record_meeting(person("district"), *facts, {idea.pk: (True, "좋음")})
    assert not Committee.objects.exists()


def test_an_idea_is_sent_back_and_a_declined_one_looked_at_again(client):
    idea = in_committee(an_idea())
    client.force_login(person("district"))
    client.post(f"/ideas/{idea.pk}/do/send_back/", {"why": "부서 의견이 더 필요합니다"})
    idea.refresh_from_db()
    assert idea.state == "checking"
    client.post(f"/ideas/{idea.pk}/answer/", {"decision": "decline", "words": "어렵습니다"})
    client.post(f"/ideas/{idea.pk}/do/reopen/", {"why": "예산이 생겼습니다"})
    idea.refresh_from_db()
    assert (idea.state, idea.answer) == ("checking", "")


OFFICER_PAGES = ("check/", "answer/", "twins/", "merge/{other}/")


def test_nobody_but_the_districts_own_officer_runs_its_funnel(client):
    idea, other = an_idea(), an_idea(person("member"))
    for user, status in ((person("resident"), 403), (person("city"), 403), (officer_elsewhere(), 404)):
        client.force_login(user)
        for page in OFFICER_PAGES:
            address = f"/ideas/{idea.pk}/{page.format(other=other.pk)}"
            assert client.get(address).status_code == status, (user, address)
            assert client.post(address, {"decision": "decline", "words": "x"}).status_code == status
        assert client.post(f"/ideas/{idea.pk}/do/hide/", {"why": "싫어서"}).status_code == 403
    assert Idea.objects.filter(state="posted").count() == 2
    assert not Check.objects.exists()


def test_the_funnel_shows_the_own_district_with_what_waits(client):
    mine = in_committee(an_idea(title="강북의 아이디어"))
    officer = officer_elsewhere("은평구")
    elsewhere = officer.roles.memberships[0].organisation.district
    an_idea(title="은평의 아이디어", district=elsewhere)
    client.force_login(person("district"))
    page = client.get("/ideas/district/").content.decode()
    assert "강북의 아이디어" in page and "은평의 아이디어" not in page and "위원회 회의 기록" in page
    assert "강북의 아이디어" not in client.get("/ideas/district/?state=posted").content.decode()
    facts = (open_round(), here(), datetime.date(2026, 1, 20), 9, "회의")
    moves.record_meeting(person("district"), *facts, {mine.pk: (True, "좋음")})
    assert "채택 답변" in client.get("/ideas/district/").content.decode()


def test_an_unanswered_idea_stays_a_task_of_the_desk_and_is_listed_for_all(client):
    idea = an_idea()
    assert not queries.unanswered().exists()
    (task,) = queries.tasks_for(person("district"))
    assert task.count == 1 and task.url.endswith("waits=answer")
    close_ideas()
    (task,) = queries.tasks_for(person("district"))
    assert "답변하지 못한" in task.title and task.url.endswith("waits=late")
    assert idea.title in client.get("/ideas/unanswered/").content.decode()
    moves.answer(person("district"), idea, False, "어렵습니다")
    assert queries.tasks_for(person("district")) == []
    assert idea.title not in client.get("/ideas/unanswered/").content.decode()
    assert queries.tasks_for(officer_elsewhere()) == [] == queries.tasks_for(person("resident"))


def test_an_officer_writes_down_the_idea_of_someone_without_internet(client):
    client.force_login(person("district"))
    page = client.get("/ideas/district/counter/").content.decode()
    assert here().name in page and "은평구" not in page
    assert client.post("/ideas/district/counter/", sent(counter_name="")).status_code == 422
    client.post("/ideas/district/counter/", sent(counter_name="김어르신", counter_contact="010-0000-0000"))
    idea = Idea.objects.get()
    posted = Entry.objects.get(action="post")
    assert posted.actor == person("district") and posted.facts["counter"] is True
    assert "김어르신" in client.get(f"/ideas/{idea.pk}/").content.decode()
    client.logout()
    page = client.get(f"/ideas/{idea.pk}/").content.decode()
    assert "대신 적" in page and "김어르신" not in page and "010-0000-0000" not in page
    facts = {"round": open_round(), "district": here(), **words()}
    stranger = officer_elsewhere()
    with pytest.raises(NotYours):
        moves.post(stranger, facts, counter={"counter_name": "남"})


def test_an_officer_hides_what_was_reported_and_shows_it_again(client):
    idea = an_idea()
    for name in ("이웃", "다른이웃"):
        voices.report(someone(name), idea, "욕설")
    client.force_login(person("district"))
    report = Report.objects.first()
    assert "욕설" in client.get("/ideas/district/reports/").content.decode()
    assert client.post(f"/ideas/district/reports/{report.pk}/", {"decision": "hide", "why": ""}).status_code == 422
    client.post(f"/ideas/district/reports/{report.pk}/", {"decision": "hide", "why": "욕설이 있습니다"})
    assert set(Report.objects.values_list("state", "handled_why")) == {("upheld", "욕설이 있습니다")}
    idea.refresh_from_db()
    assert (idea.state, idea.hidden_from) == ("hidden", "posted")
    again = client.post(f"/ideas/district/reports/{report.pk}/", {"decision": "dismiss", "why": "다시 보니 괜찮음"})
    assert again.status_code == 422 and "이미 처리" in again.content.decode()
    client.post(f"/ideas/{idea.pk}/do/show/", {"why": "고쳤습니다"})
    idea.refresh_from_db()
    assert idea.state == "posted"
    assert any("가렸습니다" in subject for subject in subjects(person("resident")))


def test_an_officer_hides_a_comment_or_finds_nothing_wrong(client):
    idea = an_idea()
    bad, fine = (
        voices.comment(person("member"), idea, "광고입니다"),
        voices.comment(person("member"), idea, "반대합니다"),
    )
    reporter = someone("이웃")
    first, second = voices.report(reporter, idea, "광고", bad), voices.report(reporter, idea, "싫음", fine)
    client.force_login(person("district"))
    client.post(f"/ideas/district/reports/{first.pk}/", {"decision": "hide", "why": "광고"})
    client.post(f"/ideas/district/reports/{second.pk}/", {"decision": "dismiss", "why": "의견일 뿐입니다"})
    client.logout()
    page = client.get(f"/ideas/{idea.pk}/").content.decode()
    assert "광고입니다" not in page and "반대합니다" in page
    assert {"hide_comment", "dismiss_report"} <= set(Entry.objects.values_list("action", flat=True))
    client.force_login(person("district"))
    client.post(f"/ideas/district/reports/{first.pk}/", {"decision": "show_comment", "why": "잘못 보았습니다"})
    bad.refresh_from_db()
    assert not bad.hidden


def test_an_officer_elsewhere_sees_no_reports_of_this_district(client):
    report = voices.report(someone("이웃"), an_idea(), "욕설")
    client.force_login(officer_elsewhere())
    assert "욕설" not in client.get("/ideas/district/reports/").content.decode()
    address = f"/ideas/district/reports/{report.pk}/"
    assert client.post(address, {"decision": "hide", "why": "x"}).status_code == 404
    with pytest.raises(NotYours):
        voices.handle(officer_elsewhere("도봉구"), report, True, "x")


def test_notices_come_in_the_readers_own_language():
    idea = an_idea()
    reader = someone("reader")
    reader.language = "en"
    reader.save()
    voices.support(reader, idea, True)
    moves.answer(person("district"), idea, False, "어렵습니다")
    assert Notice.objects.filter(recipient__in=[reader, person("resident")]).count() == 2
    assert Notice.objects.latest("pk").created_at <= timezone.now()
