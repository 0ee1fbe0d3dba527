"""Jobs in the browser's eyes: what residents and offices see, send and are refused."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanghyeop.ground.parties.models import District
from sanghyeop.programme.hiring import moves, placing
from sanghyeop.programme.hiring.models import Application, Call, Check, Intake, Look, Placement
from sanghyeop.programme.hiring.queries import tasks_for
from tests import hiring as h
from tests import selecting
from tests.builders import a_person, an_organisation
from tests.ideas import officer_elsewhere, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def project():
    return h.a_project()


@pytest.fixture
def job(project):
    """An open intake with two posts."""
    h.a_rule(project.round, "income_max", value=80)
    h.a_rule(project.round, "group_points", code="disabled", points=5)
    posts = [h.a_post(project, "조리"), h.a_post(project, "배달")]
    intake = h.an_intake(project.round)
    return h.a_call(intake, project, posts)


def filled(**changes):
    return {
        "name": "윤주민", "born_on": "19900315", "phone": "010-1234-5678",
        "district": District.objects.get(name="강북구").pk, "income": "80", "groups": ["disabled"],
        "agree": "on", "once": str(uuid.uuid4()),
    } | changes  # fmt: skip


def apply_url(job):
    return f"/jobs/intakes/{job.intake_id}/apply/"


def test_anyone_finds_open_jobs_and_a_search_engine_reads_each_post(client, job):
    page = client.get("/jobs/?q=조리").content.decode()
    assert job.title in page
    assert job.title not in client.get("/jobs/?q=용접").content.decode()
    response = client.get(f"/jobs/{job.pk}/")
    html = response.content.decode()
    nonce, text = re.search(r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>', html).groups()
    assert f"'nonce-{nonce}'" in response["Content-Security-Policy"]
    found = json.loads(text)
    assert [row["title"] for row in found] == ["조리", "배달"]
    assert {row["@type"] for row in found} == {"JobPosting"}
    assert found[0]["validThrough"] and found[0]["baseSalary"]["value"]["value"] == 12_121
    h.past_deadline(job.intake)
    assert job.title not in client.get("/jobs/").content.decode()


def test_the_words_of_a_call_cannot_end_the_script_element(client, job):
    Call.objects.update(text="</script><script>alert(1)</script>")
    assert "<script>alert" not in client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_resident_ranks_posts_without_javascript_and_sends(client, job):
    client.force_login(person("resident"))
    cook, driver = job.posts.all()
    page = client.get(f"{apply_url(job)}?post={driver.pk}").content.decode()
    assert "2. " not in page and 'value="윤주민"' in page
    form = filled(choice=[driver.pk])
    page = client.post(apply_url(job), form | {"arrange": "add", "add": cook.pk})
    assert page.status_code == 200 and "1. 배달" in page.content.decode() and "2. 조리" in page.content.decode()
    form["choice"] = [driver.pk, cook.pk]
    page = client.post(apply_url(job), form | {"arrange": f"up:{cook.pk}", "name": "고친 이름"}).content.decode()
    assert "1. 조리" in page and 'value="고친 이름"' in page and "is-error" not in page
    assert not Application.objects.exists()
    form["choice"] = [cook.pk, driver.pk]
    response = client.post(apply_url(job), form)
    sent = Application.objects.get()
    assert response["Location"] == f"/jobs/mine/{sent.pk}/"
    assert client.post(apply_url(job), form)["Location"] == response["Location"]  # sent twice
    assert Application.objects.count() == 1
    assert [c.post for c in sent.choices.all()] == [cook, driver]
    assert (sent.born_on.isoformat(), sent.phone) == ("1990-03-15", "01012345678")
    page = client.get(response["Location"]).content.decode()
    assert "기준중위소득의 80% 이하" in page and sent.number in page


@pytest.mark.parametrize("text", ["900315-1234567", "9003151234567", "９００３１５－２２３４５６７", "900315-1******"])
def test_a_resident_registration_number_is_refused_in_every_field(client, job, text):
    client.force_login(person("resident"))
    for name in ("words", "name"):
        response = client.post(apply_url(job), filled(choice=[job.posts.first().pk], **{name: f"제 번호는 {text}"}))
        assert response.status_code == 422 and "주민등록번호는 받지 않습니다" in response.content.decode()
    assert not Application.objects.exists()


def test_a_form_with_gaps_says_where_and_keeps_the_rest(client, job):
    client.force_login(person("resident"))
    response = client.post(apply_url(job), filled(choice=[job.posts.first().pk], born_on="1990-02-30", phone="12"))
    page = response.content.decode()
    assert response.status_code == 422 and 'id="id_born_on_error"' in page and 'id="id_phone_error"' in page
    assert 'value="1990-02-30"' in page and "1. 조리" in page
    response = client.post(apply_url(job), filled())
    assert response.status_code == 409 and "자리를 하나 이상" in response.content.decode()


def test_the_deadline_passes_while_the_form_is_open(client, job):
    client.force_login(person("resident"))
    h.past_deadline(job.intake)
    response = client.post(apply_url(job), filled(choice=[job.posts.first().pk], words="꼭 하고 싶습니다"))
    page = response.content.decode()
    assert response.status_code == 409 and "마감되었습니다" in page and "꼭 하고 싶습니다" in page


def test_only_what_the_rules_ask_is_asked(client, job):
    client.force_login(person("resident"))
    page = client.get(apply_url(job)).content.decode()
    assert 'name="income"' in page and 'name="groups"' in page
    assert 'name="property"' not in page and 'name="unemployed"' not in page
    assert "개인정보 보호법" in page


def test_a_resident_changes_what_was_sent_and_withdraws_it(client, job):
    cook, driver = job.posts.all()
    sent = h.applies(job.intake, cook, who=person("resident"))
    client.force_login(person("resident"))
    page = client.get(f"/jobs/mine/{sent.pk}/edit/").content.decode()
    assert f'name="choice" value="{cook.pk}"' in page and 'name="version" value="0"' in page
    form = filled(choice=[driver.pk, cook.pk], version="0")
    assert client.post(f"/jobs/mine/{sent.pk}/edit/", form).status_code == 302
    assert client.post(f"/jobs/mine/{sent.pk}/edit/", form).status_code == 409  # from an older window
    assert [c.post for c in sent.choices.all()] == [driver, cook]
    client.post(f"/jobs/mine/{sent.pk}/withdraw/")
    assert Application.objects.get().state == "withdrawn"


def test_papers_are_private_and_what_is_no_document_is_refused(client, job):
    sent = h.applies(job.intake, job.posts.first(), who=person("resident"))
    client.force_login(person("resident"))
    address = f"/jobs/mine/{sent.pk}/papers/"
    bad = SimpleUploadedFile("a.pdf", b"MZ\x90", "application/pdf")
    assert client.post(address, {"kind": "증명서", "file": bad}).status_code == 422
    named = SimpleUploadedFile("900315-1234567.pdf", b"%PDF-1.7", "application/pdf")
    assert client.post(address, {"kind": "증명서", "file": named}).status_code == 422
    good = SimpleUploadedFile("a.pdf", b"%PDF-1.7 text", "application/pdf")
    assert client.post(address, {"kind": "증명서", "file": good}).status_code == 302
    paper = sent.papers.get()
    assert b"".join(client.get(f"/jobs/papers/{paper.pk}/").streaming_content) == b"%PDF-1.7 text"
    client.force_login(a_person())
    assert client.get(f"/jobs/papers/{paper.pk}/").status_code == 404
    client.force_login(h.officer())
    assert client.get(f"/jobs/papers/{paper.pk}/").status_code == 200
    assert Look.objects.get().what == "paper"


def test_an_officer_who_looks_at_an_application_is_named_to_its_applicant(client, job):
    sent = h.applies(job.intake, job.posts.first(), who=person("resident"))
    client.force_login(h.officer())
    assert sent.name in client.get(f"/jobs/office/applicants/{sent.pk}/").content.decode()
    look = Look.objects.get()
    assert (look.by, look.whose, look.from_address) == (h.officer(), person("resident"), "127.0.0.1")
    client.force_login(person("resident"))
    assert h.officer().name in client.get(f"/jobs/mine/{sent.pk}/").content.decode()
    client.force_login(officer_elsewhere())
    assert client.get(f"/jobs/office/applicants/{sent.pk}/").status_code == 404


def test_an_operator_sees_only_those_who_wish_for_its_own_posts(client, job, project):
    other = h.a_project("다른 사업", an_organisation())
    elsewhere = h.a_post(other, "청소")
    h.a_call(job.intake, other, [elsewhere])
    mine, not_mine = h.applies(job.intake, job.posts.first()), h.applies(job.intake, elsewhere)
    client.force_login(person("member"))
    page = client.get(f"/jobs/office/intakes/{job.intake_id}/applicants/").content.decode()
    assert mine.number in page and not_mine.number not in page
    assert client.get(f"/jobs/office/applicants/{not_mine.pk}/").status_code == 404


def test_the_district_goes_from_an_intake_to_an_announced_result_and_a_resident_answers(client, project):
    h.a_post(project, "조리")
    client.force_login(h.officer())
    facts = {
        "round": project.round_id, "district": project.district_id, "name": "가을 모집",
        "opens_at": "2026-01-01T09:00", "closes_at": "2099-01-01T18:00", "answer_days": 3, "most_choices": 5,
    }  # fmt: skip
    address = client.post("/jobs/office/intakes/new/", facts)["Location"]
    intake = Intake.objects.get()
    post = project.posts.get()
    call_form = {
        "intake": intake.pk, "title": "조리 모집", "text": "함께 일해요", "place": "수유동", f"post_{post.pk}": "on",
    }  # fmt: skip
    assert client.post(f"/jobs/office/projects/{project.pk}/call/", call_form).status_code == 302
    call = Call.objects.get()
    client.post(f"/jobs/office/calls/{call.pk}/do/publish/")
    client.post(f"{address}do/open/")
    client.force_login(person("resident"))
    client.post(apply_url(call), filled(choice=[post.pk]))
    intake = h.past_deadline(Intake.objects.get())
    assert [t.count for t in tasks_for(h.officer())] == [1]
    client.force_login(h.officer())
    client.post(f"{address}settle/")
    client.post(f"{address}do/place/")
    assert Placement.objects.get().state == "proposed"
    client.force_login(person("resident"))
    sent = Application.objects.get()
    assert "수락하기" not in client.get(f"/jobs/mine/{sent.pk}/").content.decode()  # not announced yet
    client.force_login(h.officer())
    client.post(f"{address}do/announce/")
    client.force_login(person("resident"))
    page = client.get(f"/jobs/mine/{sent.pk}/").content.decode()
    assert "수락하기" in page
    assert "합격에 답하기" in client.get("/desk/").content.decode()
    offer = Placement.objects.get()
    for _ in range(2):
        assert client.post(f"/jobs/offers/{offer.pk}/answer/", {"answer": "accept"}).status_code == 302
    assert Placement.objects.get().state == "accepted"
    client.logout()
    page = client.get(f"/jobs/intakes/{intake.pk}/").content.decode()
    assert sent.number in page and intake.lottery_secret in page and "윤주민" not in page


def test_the_secret_of_the_lottery_is_shown_to_nobody_before_the_result(client, job):
    for who in (person("city"), h.officer(), person("member")):
        client.force_login(who)
        for address in (f"/jobs/intakes/{job.intake_id}/", f"/jobs/office/intakes/{job.intake_id}/"):
            assert job.intake.lottery_secret not in client.get(address).content.decode()


def test_an_officer_corrects_a_decision_on_the_page(client, job):
    sent = h.applies(job.intake, job.posts.first(), facts={"income": 120})
    row = sent.checks.get(kind="income_max")
    client.force_login(h.officer())
    address = f"/jobs/office/checks/{row.pk}/"
    assert client.post(address, {"holds": "yes", "why": ""}).status_code == 422
    assert client.post(address, {"holds": "yes", "why": "건강보험료로 확인"}).status_code == 302
    assert Check.objects.get(pk=row.pk).corrected_why == "건강보험료로 확인"


def test_points_for_suitability_differ_by_post_and_need_a_reason(client, job, project):
    h.a_rule(project.round, "suitability", points=20)
    cook, driver = job.posts.all()
    first, second = h.applies(job.intake, cook, driver), h.applies(job.intake, cook, driver)
    client.force_login(person("member"))
    for application, points in ((first, 5), (second, 19)):
        address = f"/jobs/office/choices/{application.choices.get(post=cook).pk}/"
        assert client.post(address, {"points": "21", "why": "면접"}).status_code == 422
        assert client.post(address, {"points": points, "why": "면접"}).status_code == 302
    for row in Check.objects.filter(holds=None):
        row.holds = True
        row.save()
    h.placed(job.intake)
    assert Placement.objects.get(post=cook).application == second


def test_the_city_writes_the_rules_of_a_round(client, project):
    client.force_login(selecting.officer())
    address = f"/jobs/office/rounds/{project.round_id}/rules/"
    assert client.post(address, {"kind": "age_min", "points": "0"}).status_code == 422
    assert client.post(address, {"kind": "age_min", "value": "18", "points": "0", "basis": "지침"}).status_code == 302
    rule = project.round.participant_rules.get()
    assert "만 18세 이상" in client.get(address).content.decode()
    client.post(address, {"remove": rule.pk})
    assert not project.round.participant_rules.exists()


@pytest.mark.parametrize("many", [1, 60])
def test_no_page_asks_more_than_ten_questions_of_the_database(
    client, job, project, many, django_assert_max_num_queries
):
    cook, driver = job.posts.all()
    sent = [h.applies(job.intake, cook, driver) for _ in range(many)]
    Check.objects.filter(holds=None).update(holds=True)
    mine = h.applies(job.intake, driver, who=person("resident"), facts={"income": 10})
    other = h.an_intake(project.round, name="다른 회차")
    pages = {
        None: ["/jobs/", f"/jobs/{job.pk}/", f"/jobs/intakes/{other.pk}/"],
        "resident": ["/jobs/", f"/jobs/{job.pk}/", f"/jobs/intakes/{other.pk}/apply/", "/jobs/mine/",
                     f"/jobs/mine/{mine.pk}/", f"/jobs/mine/{mine.pk}/edit/"],
        "district": ["/jobs/office/", f"/jobs/office/intakes/{job.intake_id}/",
                     f"/jobs/office/intakes/{job.intake_id}/applicants/", f"/jobs/office/applicants/{sent[0].pk}/",
                     f"/jobs/office/projects/{project.pk}/posts/"],
        "member": ["/jobs/office/", f"/jobs/office/intakes/{job.intake_id}/applicants/"],
    }  # fmt: skip
    for who, addresses in pages.items():
        client.logout()
        if who:
            client.force_login(person(who))
        for address in addresses:
            with django_assert_max_num_queries(10, info=address):
                assert client.get(address).status_code == 200
    h.announced(job.intake)
    for who, addresses in {
        "resident": [f"/jobs/mine/{mine.pk}/", "/jobs/mine/", f"/jobs/intakes/{job.intake_id}/"],
        "district": [f"/jobs/office/intakes/{job.intake_id}/placements/", f"/jobs/office/intakes/{job.intake_id}/"],
    }.items():
        client.force_login(person(who))
        for address in addresses:
            with django_assert_max_num_queries(10, info=address):
                assert client.get(address).status_code == 200


def test_who_accepted_may_still_give_the_seat_up(client, job):
    sent = h.applies(job.intake, job.posts.first(), who=person("resident"), facts={"income": 10})
    h.announced(job.intake)
    offer = placing.accept(person("resident"), sent.placements.get())
    assert {m.action for m in moves.PLACEMENT.open_to(person("resident"), offer)} == {"decline"}
    client.force_login(person("resident"))
    client.post(f"/jobs/offers/{offer.pk}/answer/", {"answer": "decline"})
    assert Placement.objects.get().state == "declined"
