"""Three parties write, sign and hand in a plan: the way from an adopted idea to the receipt, in the browser's forms."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from sanghyeop.ground.moments import when
from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.trail.models import Entry
from sanghyeop.programme.planning import moves, queries
from sanghyeop.programme.planning.models import Plan, Receipt
from sanghyeop.programme.rounds.models import Period
from tests.plans import a_plan, an_adopted_idea, open_round, people, ready_plan, signed, submitted, written

pytestmark = pytest.mark.django_db


def as_(client, user):
    client.force_login(user)
    return client


def close_the_call(round_=None):
    """The deadline for plans has just passed."""
    now = timezone.now()
    Period.objects.filter(round=round_ or open_round(), step="plans").update(
        opens_at=now - datetime.timedelta(days=30), closes_at=now - datetime.timedelta(seconds=1)
    )


def test_from_an_adopted_idea_to_the_receipt(client, demo):
    who, idea = people(), an_adopted_idea()
    # The district officer finds the idea and begins the plan with the association.
    as_(client, who.district)
    assert idea.title in client.get("/plans/begin/").content.decode()
    page = client.get(f"/plans/begin/?idea={idea.pk}")
    organisation = page.context["form"].fields["organisation"].queryset.get(memberships__user=who.organisation)
    facts = {
        "idea": idea.pk, "title": "아이스팩 되살림", "organisation": organisation.pk, "years": 1,
        "field": open_round().fields.first().pk, "summary": "",
    }  # fmt: skip
    made = client.post("/plans/begin/", facts)
    assert made.status_code == 302
    plan = Plan.objects.get(idea=idea)
    assert made["Location"] == f"/plans/{plan.pk}/"
    assert [s.key for s in plan.sections.all()] == ["need", "work", "system", "jobs", "revenue", "effect"]
    # The member writes the sections and the tables.
    as_(client, who.organisation)
    for section in plan.sections.all():
        answer = client.post(f"/plans/{plan.pk}/section/{section.key}/edit/", {"body": "우리 글", "base": 0})
        assert answer.status_code == 302
    row = {
        "year": 1,
        "title": "수거원",
        "number": "4",
        "months": "10",
        "hours_a_week": "20",
        "wage_an_hour_krw": "12,500원",
    }
    assert client.post(f"/plans/{plan.pk}/positions/", row).status_code == 302
    for category, purse, amount in (
        ("personnel", "city", "60,000,000"),
        ("operating", "district", "３０,０００,０００ 원"),
    ):
        line = {"year": 1, "category": category, "purse": purse, "item": "내역", "basis": "", "amount_krw": amount}
        assert client.post(f"/plans/{plan.pk}/budget/", line).status_code == 302
    # The rules hold, but nobody has signed: there is no button to submit, and the move refuses.
    page = client.get(f"/plans/{plan.pk}/").content.decode()
    assert "제출하기" not in page and "아직 서명하지 않은 기관" in page
    assert client.post(f"/plans/{plan.pk}/submit/").status_code == 409
    # Each of the three signs the same content.
    for party in ("organisation", "district", "city"):
        as_(client, getattr(who, party))
        page = client.get(f"/plans/{plan.pk}/sign/")
        answer = client.post(f"/plans/{plan.pk}/sign/", {"party": party, "hash": page.context["now"].content_hash})
        assert answer.status_code == 302
    # The district hands it in and gets a receipt with a number.
    as_(client, who.district)
    assert "제출하기" in client.get(f"/plans/{plan.pk}/").content.decode()
    answer = client.post(f"/plans/{plan.pk}/submit/", follow=True)
    receipt = Receipt.objects.get(plan=plan)
    assert re.fullmatch(r"\d{4}-11305-0001", receipt.number)
    text = answer.content.decode()
    assert receipt.number in text and receipt.content_hash in text and "우리 글" in text
    check = client.get(f"/plans/{plan.pk}/receipts/{receipt.number}/check/?hash={receipt.content_hash.upper()}")
    assert check.context["same"] and "같습니다." in check.content.decode()
    assert Notice.objects.filter(key=f"plan-submitted-{receipt.number}").count() == 3
    assert list(Entry.objects.filter(subject_id=plan.pk, action="submit").values_list("to_state")) == [("submitted",)]


def test_a_later_edit_takes_all_signatures_off_and_tells_the_signers(client, demo):
    who, plan = people(), signed(written(a_plan()), "city district")
    section = plan.sections.first()
    as_(client, who.organisation)
    client.post(f"/plans/{plan.pk}/section/{section.key}/edit/", {"body": "다른 글", "base": section.version})
    assert not plan.signatures.filter(cleared_at=None).exists()
    for person in (who.city, who.district):
        notice = Notice.objects.get(recipient=person, key__startswith="signature-cleared")
        assert who.organisation.name in notice.body and section.title in notice.body
    # The signer sees what has changed since.
    page = as_(client, who.city).get(f"/plans/{plan.pk}/sign/")
    (change,) = page.context["changes"]
    assert change.where == section.title
    assert "<del" in page.content.decode() and "<ins" in page.content.decode()


def test_saving_without_a_change_keeps_the_signatures(client, demo):
    plan = ready_plan()
    section = plan.sections.first()
    as_(client, people().organisation)
    client.post(f"/plans/{plan.pk}/section/{section.key}/edit/", {"body": section.body, "base": section.version})
    assert plan.signatures.filter(cleared_at=None).count() == 3
    assert section.versions.count() == 1


def test_a_comment_does_not_touch_the_signatures_and_can_be_resolved_and_opened_again(client, demo):
    who, plan = people(), ready_plan()
    as_(client, who.district)
    key = plan.sections.first().key
    assert (
        client.post(f"/plans/{plan.pk}/section/{key}/comments/", {"body": "<script>숫자를 더 적어 주세요"}).status_code
        == 302
    )
    said = plan.sections.first().comments.get()
    assert said.party == "district"
    page = as_(client, who.organisation).get(f"/plans/{plan.pk}/section/{key}/").content.decode()
    assert "&lt;script&gt;" in page
    for resolved in ("1", "0"):
        client.post(f"/plans/{plan.pk}/comments/{said.pk}/", {"resolved": resolved})
        said.refresh_from_db()
        assert (said.resolved_at is not None) == (resolved == "1")
    assert plan.signatures.filter(cleared_at=None).count() == 3


def said_to_be_closed(plan):
    closes_at = plan.round.periods.get(step="plans").closes_at
    return f"계획서 접수 기간은 {when(closes_at)}에 마감되었습니다."


def test_the_deadline_passes_while_the_form_is_open(client, demo):
    plan = ready_plan()
    as_(client, people().district)
    assert "제출하기" in client.get(f"/plans/{plan.pk}/").content.decode()
    close_the_call()
    answer = client.post(f"/plans/{plan.pk}/submit/")
    assert answer.status_code == 409 and said_to_be_closed(plan) in answer.content.decode()
    plan.refresh_from_db()
    assert plan.state == "draft" and not Receipt.objects.exists()
    # The draft is still there to read.
    assert client.get(f"/plans/{plan.pk}/read/").status_code == 200
    page = client.get(f"/plans/{plan.pk}/").content.decode()
    assert "초안으로 남아" in page and said_to_be_closed(plan) in page
    # Nor can another plan be begun, and the reason names the moment, too.
    idea = an_adopted_idea("늦은 생각")
    late = client.post(f"/plans/begin/?idea={idea.pk}", {"idea": idea.pk})
    assert late.status_code == 422 and said_to_be_closed(plan) in late.content.decode()
    assert said_to_be_closed(plan) in client.get("/plans/begin/").content.decode()


def test_the_same_submission_sent_twice_gives_one_receipt(client, demo):
    plan = ready_plan()
    as_(client, people().district)
    first = client.post(f"/plans/{plan.pk}/submit/")
    again = client.post(f"/plans/{plan.pk}/submit/")
    assert first["Location"] == again["Location"]
    assert Receipt.objects.count() == 1


def test_a_submitted_plan_is_frozen_on_every_page(client, demo):
    plan = submitted(ready_plan())
    section, position, line = plan.sections.first(), plan.positions.first(), plan.budget_lines.first()
    before = queries.standing(plan).content_hash
    as_(client, people().organisation)
    row = {"year": 1, "title": "다른 직무", "number": 1, "months": 1, "hours_a_week": 10, "wage_an_hour_krw": 15000}
    cost = {"year": 1, "category": "operating", "purse": "own", "item": "다른 것", "amount_krw": 1}
    for path, data in (
        (f"section/{section.key}/edit/", {"body": "몰래 고친 글", "base": section.version}),
        ("positions/", row),
        (f"positions/{position.pk}/remove/", {}),
        ("budget/", cost),
        (f"budget/{line.pk}/remove/", {}),
        ("forecast/", {"revenue-1": "100", "base": "x"}),
        ("facts/", {"title": "다른 이름", "field": plan.field_id, "years": 1, "summary": "", "base": "x"}),
        ("give-up/", {"why": "까닭"}),
    ):
        answer = client.post(f"/plans/{plan.pk}/{path}", data)
        assert answer.status_code in (409, 422), path
        for word in ("몰래 고친 글", "다른 직무", "다른 것", "다른 이름"):
            if word in data.values():
                assert word in answer.content.decode(), "what was typed is kept"
    assert queries.standing(Plan.objects.get()).content_hash == before == plan.receipt.content_hash


def test_a_plan_withdrawn_before_the_deadline_is_a_draft_again_and_its_receipt_stays(client, demo):
    who, plan = people(), submitted(ready_plan())
    first = plan.receipt.number
    # The organisation alone cannot take it back; the district can, with a reason.
    assert as_(client, who.organisation).post(f"/plans/{plan.pk}/withdraw/", {"why": "고칠 것"}).status_code == 403
    as_(client, who.district)
    assert client.post(f"/plans/{plan.pk}/withdraw/", {"why": " "}).status_code == 422
    assert client.post(f"/plans/{plan.pk}/withdraw/", {"why": "예산을 고치기로 함"}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == "draft" and plan.submitted_at is None and plan.receipt is None
    assert not plan.signatures.filter(cleared_at=None).exists()
    assert "예산을 고치기로 함" in client.get(f"/plans/{plan.pk}/receipts/{first}/").content.decode()
    # Signed and submitted anew it gets the next number.
    submitted(signed(plan))
    assert [r.number[-4:] for r in plan.receipts.all()] == ["0001", "0002"]


def test_a_submitted_plan_cannot_be_withdrawn_after_the_deadline(client, demo):
    plan = submitted(ready_plan())
    close_the_call()
    answer = as_(client, people().city).post(f"/plans/{plan.pk}/withdraw/", {"why": "늦은 생각"})
    assert answer.status_code == 422 and "늦은 생각" in answer.content.decode()
    assert Plan.objects.get().state == "submitted"


def test_a_district_hands_in_no_more_plans_than_the_round_allows(client, demo):
    round_ = open_round()
    round_.plans_per_district = 1
    round_.save()
    submitted(ready_plan("첫째"))
    second = ready_plan("둘째")
    answer = as_(client, people().district).post(f"/plans/{second.pk}/submit/")
    assert answer.status_code == 409 and "1건을 이미" in answer.content.decode()


def test_one_person_does_not_sign_for_two_parties(demo):
    from sanghyeop.ground.parties.models import Membership

    who, plan = people(), written(a_plan())
    Membership.objects.create(user=who.district, organisation=plan.organisation, role="member")
    signed(plan, "district")
    with pytest.raises(moves.Refused, match="한 사람이 두 기관"):
        moves.sign(who.district, plan, "organisation", queries.standing(plan).content_hash)


def test_nobody_signs_what_he_has_not_seen(client, demo):
    plan = written(a_plan())
    as_(client, people().city)
    seen = client.get(f"/plans/{plan.pk}/sign/").context["now"].content_hash
    section = plan.sections.first()
    as_(client, people().organisation).post(
        f"/plans/{plan.pk}/section/{section.key}/edit/", {"body": "고친 글", "base": section.version}
    )
    answer = as_(client, people().city).post(f"/plans/{plan.pk}/sign/", {"party": "city", "hash": seen})
    assert answer.status_code == 409 and not plan.signatures.exists()


def test_others_see_nothing_of_a_plan(client, demo):
    from sanghyeop.ground.parties.models import District, Membership, Organisation, User

    plan = written(a_plan())
    stranger = User.objects.create_user("stranger@example.org", "다른 구", "x")
    office = Organisation.objects.get(kind="district", district=District.objects.get(name="노원구"))
    Membership.objects.create(user=stranger, organisation=office, role="district_officer")
    as_(client, stranger)
    for path in (
        "",
        "read/",
        "facts/",
        "positions/",
        "budget/",
        "forecast/",
        "sign/",
        "history/",
        "withdraw/",
        "section/need/",
        "section/need/edit/",
    ):
        assert client.get(f"/plans/{plan.pk}/{path}").status_code == 404, path
    assert client.post(f"/plans/{plan.pk}/submit/").status_code == 404
    assert plan.title not in client.get("/plans/?round=all").content.decode()
    assert as_(client, User.objects.get(email="resident@example.org")).get(f"/plans/{plan.pk}/").status_code == 403


def test_an_idea_has_one_live_plan_and_is_free_again_when_it_is_given_up(demo):
    plan = a_plan()
    with pytest.raises(moves.Refused, match="이미 있습니다"):
        a_plan(idea=plan.idea)
    moves.give_up(people().organisation, plan, "함께할 사람이 없음")
    assert a_plan(idea=plan.idea).pk != plan.pk


def test_typed_text_survives_a_lost_login(client, demo):
    plan = a_plan()
    path = f"/plans/{plan.pk}/section/need/edit/"
    kept = client.post(path, {"body": "오래 쓴 글", "base": "0"})
    assert kept.status_code == 401 and "오래 쓴 글" in kept.content.decode()
    as_(client, people().organisation)
    sent_on = client.post("/login/continue/", {"kept_target": path, "kept-body": "오래 쓴 글", "kept-base": "0"})
    assert "오래 쓴 글" in sent_on.content.decode() and path in sent_on.content.decode()
    assert client.post(path, {"body": "오래 쓴 글", "base": "0"}).status_code == 302
    assert plan.sections.get(key="need").body == "오래 쓴 글"


def last_years_project(grade, district="강북구"):
    from sanghyeop.ground.parties.models import District
    from sanghyeop.programme.projects.models import Project
    from sanghyeop.programme.rounds.models import Round

    now = open_round()
    last = Round.objects.create(city=now.city, year=now.year - 1, name="지난해", state="published")
    place = District.objects.get(name=district)
    return Project.objects.create(round=last, key="ice", district=place, title="아이스팩 첫해", grade=grade)


@pytest.mark.parametrize(("grade", "words"), [("poor", "‘미흡’"), ("", "중간평가 등급이 없어")])
def test_a_project_whose_grade_does_not_let_it_go_on_is_refused(client, demo, grade, words):
    project = last_years_project(grade)
    with pytest.raises(moves.Refused, match=words):
        a_plan(idea=None, continues=project)
    page = as_(client, people().district).get("/plans/begin/").content.decode()
    assert project.title not in page


def test_a_project_of_last_year_goes_on_with_a_plan_of_its_own_kind(client, demo):
    project, who = last_years_project("excellent"), people()
    as_(client, who.district)
    assert project.title in client.get("/plans/begin/").content.decode()
    form = client.get(f"/plans/begin/?continues={project.pk}").context["form"]
    facts = {
        "continues": project.pk, "title": "아이스팩 둘째 해", "years": 1, "summary": "",
        "organisation": form.fields["organisation"].queryset.get(memberships__user=who.organisation).pk,
        "field": open_round().fields.first().pk,
    }  # fmt: skip
    assert client.post("/plans/begin/", facts).status_code == 302
    plan = Plan.objects.get()
    assert (plan.kind, plan.continues, plan.idea) == ("continuing", project, None)
    assert "지난해 사업으로" in plan.sections.get(key="need").guidance
    again = client.post("/plans/begin/", facts)
    assert again.status_code == 422 and "아이스팩 둘째 해" in again.content.decode()
    assert queries.standing(plan).content["continues"]["grade"] == "excellent"


def test_nobody_begins_a_plan_for_others_or_from_an_idea_that_is_not_adopted(demo):
    who, idea = people(), an_adopted_idea("남의 동네", "노원구")
    with pytest.raises(moves.NotYours):
        a_plan(by=who.city, idea=idea)
    with pytest.raises(moves.Refused, match="자치구가 다릅니다"):
        a_plan(idea=idea)
    posted = an_adopted_idea("아직 접수")
    type(posted).objects.filter(pk=posted.pk).update(state="posted", answer="")
    with pytest.raises(moves.Refused, match="채택된 아이디어"):
        a_plan(idea=posted)
    close_the_call()
    with pytest.raises(moves.Refused, match="에 마감되었습니다"):
        a_plan("늦은 계획")


def test_the_city_words_the_sections_and_plans_begun_later_have_them(client, demo):
    old = a_plan("먼저 시작한 것")
    round_ = open_round()
    path = f"/plans/sections/{round_.pk}/new/"
    assert as_(client, people().district).get(path).status_code == 403
    page = as_(client, people().city).get(path).context["page_"]
    sent = {}
    for form in page.forms:
        for name in ("order", "title", "guidance"):
            sent[f"{form.prefix}-{name}"] = form.initial[name]
    first = page.forms[0].prefix
    sent |= {f"{first}-title": "주민이 말한 필요", f"{page.forms[-1].prefix}-title": ""}
    sent |= {"new-order": "7", "new-title": "안전", "new-guidance": "안전하게 일할 길을 적어 주세요."}
    assert client.post(path, sent).status_code == 302
    titles = [section.title for section in a_plan("나중에 시작한 것").sections.all()]
    assert titles[0] == "주민이 말한 필요" and titles[-1] == "안전" and "기대 효과" not in titles
    assert "기대 효과" in [section.title for section in old.sections.all()]
    sent[f"{first}-order"] = "-1"
    assert client.post(path, sent).status_code == 422


def test_the_hours_and_the_wage_are_commented_with_their_source(client, demo):
    from sanghyeop.ground.rulebook.models import Rate, Source

    source = Source.objects.create(code="test", title="시험 고시", url="https://example.org/wage")
    day = datetime.date(open_round().year, 1, 1)
    for key, value in (("wage.minimum_hour", 13_000), ("hours.weekly_holiday", 15), ("hours.insurance_month", 60)):
        Rate.objects.filter(key=key).delete()
        Rate.objects.create(key=key, value=value, unit="x", valid_from=day, source=source, note=key)
    plan = written(a_plan())
    page = as_(client, people().organisation).get(f"/plans/{plan.pk}/positions/").content.decode()
    assert "최저임금(13,000원)보다 낮습니다" in page and "https://example.org/wage" in page
    assert "주 15시간 이상이라 주휴수당이 생깁니다" in page
    stops = [check.rule for check in queries.standing(plan).checks if check.stops]
    assert stops == ["minimum_wage"]


def test_the_desk_says_what_to_sign_and_what_to_write(client, demo):
    who = people()
    signed(written(a_plan("서명할 것")), "district")
    a_plan("쓸 것")
    titles = {task.title: task.count for task in queries.tasks_for(who.organisation)}
    assert list(titles.values()) == [1, 1]
    assert as_(client, who.organisation).get("/desk/").status_code == 200


def test_a_district_sees_its_own_organisations_first_and_finds_others(client, demo, django_assert_max_num_queries):
    idea, place = an_adopted_idea(), an_adopted_idea("또 하나").district
    other = place.city.districts.exclude(pk=place.pk).first()
    kind = open_round().eligible_kinds.first().organisation_kind
    for n in range(40):
        Organisation.objects.create(city=place.city, district=other, kind=kind, name=f"먼 동네 단체 {n}")
    near = Organisation.objects.create(city=place.city, district=place, kind=kind, name="우리 동네 단체")
    as_(client, people().district)
    address = f"/plans/begin/?idea={idea.pk}"
    with django_assert_max_num_queries(10):
        page = client.get(address).content.decode()
    assert "우리 동네 단체" in page and "먼 동네 단체" not in page
    # Looking for another keeps what was typed and needs no script.
    typed = {"idea": idea.pk, "title": "바꾼 이름", "summary": "쓰던 소개", "organisation": near.pk}
    found = client.post("/plans/begin/", typed | {"search": "먼 단체 37", "find": "1"})
    page = found.content.decode()
    assert found.status_code == 200 and not Plan.objects.exists()
    assert "먼 동네 단체 37" in page and "먼 동네 단체 38" not in page and "단체 1곳을 찾아" in page
    assert "바꾼 이름" in page and "쓰던 소개" in page and f'<option value="{near.pk}" selected>' in page
    assert (
        "찾지 못했습니다" in client.post("/plans/begin/", typed | {"search": "없는 곳", "find": "1"}).content.decode()
    )
    # Whoever was found may be chosen.
    far = Organisation.objects.get(name="먼 동네 단체 37")
    field = open_round().fields.first().pk
    made = client.post("/plans/begin/", typed | {"organisation": far.pk, "field": field, "years": 1})
    assert made.status_code == 302 and Plan.objects.get().organisation == far
