"""Posts come from the plan; residents apply, are checked, are placed by points and lots, and move up."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from sanghyeop.cli import main
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.rulebook.models import Rate, Source
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.hiring import applying, checking, lottery, moves, papers, placing
from sanghyeop.programme.hiring.models import Application, Check, Choice, Destruction, Intake, Paper, Placement
from sanghyeop.programme.hiring.privacy import Sent
from sanghyeop.programme.hiring.queries import hired
from sanghyeop.programme.rounds import copying
from tests import hiring as h
from tests import selecting
from tests.builders import a_person
from tests.ideas import officer_elsewhere

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.both_databases]


@pytest.fixture
def project():
    return h.a_project()


def standing(application: Application) -> Placement | None:
    return application.placements.filter(state__in=Placement.STANDING).first()


def test_the_posts_of_a_selected_project_are_the_positions_of_its_plan():
    round_ = selecting.a_round()
    plan = selecting.a_scored_plan(round_, 80, "강북구", jobs=7)
    decision = selecting.a_locked_decision(round_)
    selecting.moves.publish(selecting.second_officer(), decision)
    project = decision.lines.get().project
    posts = moves.make_posts(h.officer(), project)
    position = plan.positions.get()
    assert [(p.title, p.quota, p.months, p.hours_a_week, p.wage_an_hour_krw) for p in posts] == [
        (position.title, 7, position.months, position.hours_a_week, position.wage_an_hour_krw)
    ]
    assert moves.make_posts(h.officer(), project) == posts  # a second time makes no more
    with pytest.raises(NotYours):
        moves.make_posts(officer_elsewhere(), project)
    with pytest.raises(Refused):
        h.a_post(project)


def test_the_rule_and_the_fact_stand_beside_each_decision_and_an_officer_corrects_one_with_a_reason(project):
    round_ = project.round
    h.a_rule(round_, "age_min", value=18, basis="근로기준법 제64조")
    h.a_rule(round_, "income_max", value=80, basis="지침")
    h.a_rule(round_, "group_points", code="disabled", points=5)
    post, intake = h.a_post(project), h.an_intake(round_)
    h.a_call(intake, project, [post])
    sent = h.applies(intake, post, facts={"income": 120, "groups": ["disabled"]})
    rows = {row.kind: row for row in sent.checks.all()}
    assert rows["age_min"].holds and rows["age_min"].basis == "근로기준법 제64조"
    assert rows["income_max"].holds is False and "120%" in rows["income_max"].fact
    assert rows["group_points"].points == 5
    with pytest.raises(NotYours):
        checking.correct(officer_elsewhere(), rows["income_max"], True, Decimal(0), "서류 확인")
    with pytest.raises(Refused):
        checking.correct(h.officer(), rows["income_max"], True, Decimal(0), " ")
    intake = h.past_deadline(intake)
    assert checking.settle_all(h.officer(), intake) == (1, 0)
    sent.refresh_from_db()
    assert sent.state == "ineligible"
    checking.correct(h.officer(), rows["income_max"], True, Decimal(0), "건강보험료로 보면 70%입니다.")
    sent.refresh_from_db()
    assert sent.state == "eligible"
    entry = Entry.objects.get(action="correct")
    assert entry.facts["before"]["holds"] is False and entry.facts["after"]["holds"] is True


def test_more_points_come_first_and_nobody_left_out_envies_someone_with_fewer(project):
    h.a_rule(project.round, "group_points", code="disabled", points=5)
    cook, driver, intake = h.a_post(project, "조리"), h.a_post(project, "배달"), h.an_intake(project.round)
    h.a_call(intake, project, [cook, driver])
    low = h.applies(intake, cook, driver)
    high = h.applies(intake, cook, driver, facts={"groups": ["disabled"]})
    out = h.applies(intake, cook)
    draw = h.placed(intake)
    assert standing(high).post == cook and standing(low).post == driver and standing(out) is None
    assert draw.counts == {
        "applicants": 3, "placed": 2, "unplaced": 1, "pairs": 2, "blocking_pairs": 0, "first_choice": 1,
        "mean_rank": 1.5,
    }  # fmt: skip


def test_anyone_can_draw_the_lots_again_from_what_is_published(project):
    post, intake = h.a_post(project), h.an_intake(project.round)
    h.a_call(intake, project, [post])
    sent = [h.applies(intake, post) for _ in range(5)]
    published = lottery.commitment(intake.lottery_secret)
    draw = h.placed(intake)
    assert lottery.commitment(Intake.objects.get().lottery_secret) == published
    assert lottery.seed_of(intake.lottery_secret, draw.numbers) == draw.seed
    lots = lottery.lots(draw.seed, draw.numbers)
    assert {a.number: a.choices.get().lot for a in sent} == lots
    winner = Placement.objects.get().application
    assert lots[winner.number] == 1
    placing.undo(h.officer(), Intake.objects.get(), "다시 보려고 합니다")
    again = placing.draw(h.officer(), Intake.objects.get())
    assert again.seed == draw.seed and Placement.objects.get().application == winner


def test_anyone_runs_the_whole_placement_again_by_the_command_and_gets_the_very_same(project, client, tmp_path, capsys):
    """Two reserved groups, one without an applicant; points that differ by post; more equal ones than seats."""
    h.a_rule(project.round, "group_points", code="senior", points=0)
    h.a_rule(project.round, "group_points", code="youth", points=0)
    h.a_rule(project.round, "suitability", value=20)
    posts = [h.a_post(project, title, quota) for title, quota in (("조리", 2), ("=배달;밤", 3), ("세탁", 1))]
    intake = h.an_intake(project.round)
    h.a_call(intake, project, posts, {posts[0].pk: [("senior", 1)], posts[1].pk: [("senior", 1), ("youth", 1)]})
    people = []
    for number in range(14):
        more = {"facts": {"groups": ["senior"]}} if number % 5 == 0 else {}
        people.append(h.applies(intake, *(posts[(number + k) % 3] for k in range(1 + number % 3)), **more))
    Choice.objects.filter(application=people[3]).update(suitability=Decimal("12.5"))
    Choice.objects.filter(application=people[8]).update(suitability=Decimal("7.25"))
    page = f"/jobs/intakes/{intake.pk}/"
    h.placed(intake)
    assert client.get(f"{page}placement.zip").status_code == 404  # before the announcement
    placing.announce(h.officer(), Intake.objects.get(pk=intake.pk))
    draw = intake.draws.get()
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(f"{page}placement.zip").streaming_content))) as archive:
        archive.extractall(tmp_path)
    command = re.search(r"<code>sanghyeop (match .*?)</code>", client.get(page).content.decode()).group(1)
    assert f"--seed {draw.seed} " in command
    assert main([tmp_path.joinpath(w).as_posix() if w.endswith(".csv") else w for w in command.split()]) == 0
    capsys.readouterr()
    again = (tmp_path / "again.csv").read_bytes()
    assert again == (tmp_path / "placement.csv").read_bytes()
    stand = {p.application.number: f"P{p.post_id}" for p in Placement.objects.select_related("application")}
    assert {row["applicant"]: row["position"] for row in csv.DictReader(io.StringIO(again.decode()))} == stand
    assert len(stand) == 6 and any(p.reserved_for for p in Placement.objects.all())
    told = b"".join(path.read_bytes() for path in tmp_path.iterdir()).decode()
    assert not any(person.name in told for person in people)


def test_a_reserved_seat_goes_to_its_group_and_to_anyone_when_nobody_of_it_applies(project):
    h.a_rule(project.round, "group_points", code="senior", value=65, points=0)
    post, intake = h.a_post(project, quota=2), h.an_intake(project.round)
    h.a_call(intake, project, [post], {post.pk: [("senior", 1)]})
    h.a_rule(project.round, "group_points", code="disabled", points=9)
    young = [h.applies(intake, post, facts={"groups": ["disabled"]}) for _ in range(3)]
    old = h.applies(intake, post, born_on=datetime.date(1950, 1, 1))
    h.announced(intake)
    assert standing(old).reserved_for == "senior"
    assert sum(standing(a) is not None for a in young) == 1
    placing.decline(old.applicant, standing(old))  # nobody else of the group waits
    assert sum(standing(a) is not None for a in young) == 2


def test_a_declined_or_lapsed_offer_moves_up_the_next_one_by_itself(project):
    post, intake = h.a_post(project), h.an_intake(project.round)
    h.a_call(intake, project, [post])
    for _ in range(3):
        h.applies(intake, post)
    h.announced(intake)
    first, second, third = (c.application for c in Choice.objects.order_by("place"))
    assert Notice.objects.filter(recipient=first.applicant, key__startswith="hiring-offer").exists()
    assert "2번째" in Notice.objects.get(recipient=second.applicant).body
    with pytest.raises(NotYours):
        placing.decline(second.applicant, standing(first))
    placing.decline(first.applicant, standing(first))
    offer = standing(second)
    assert offer.state == "offered" and offer.origin == "waiting"
    with pytest.raises(Refused):
        placing.lapse(offer)
    Placement.objects.filter(pk=offer.pk).update(answer_by=timezone.now())
    with pytest.raises(Refused):
        placing.accept(second.applicant, offer)
    call_command("lapse_offers")
    assert standing(second) is None and standing(third).state == "offered"
    placing.accept(third.applicant, standing(third))
    assert [p.person for p in hired(project)] == [third.applicant]
    placing.cancel(h.officer(), standing(third), "연락이 되지 않음")
    assert not Placement.objects.filter(state__in=Placement.STANDING).exists()  # nobody is asked twice


def test_who_holds_an_unanswered_offer_moves_to_a_post_that_was_wished_more_and_makes_room(project):
    cook, driver, intake = h.a_post(project, "조리"), h.a_post(project, "배달"), h.an_intake(project.round)
    h.a_call(intake, project, [cook, driver])
    h.a_rule(project.round, "group_points", code="disabled", points=5)
    h.a_rule(project.round, "group_points", code="veteran", points=2)
    best = h.applies(intake, cook, facts={"groups": ["disabled"]})
    middle = h.applies(intake, cook, driver, facts={"groups": ["veteran"]})
    last = h.applies(intake, driver)
    h.announced(intake)
    assert standing(middle).post == driver and standing(last) is None
    applying.withdraw(best.applicant, best)
    assert standing(middle).post == cook and standing(last).post == driver
    assert middle.placements.filter(state="moved").count() == 1


def test_the_same_person_under_two_accounts_is_shown_to_the_officer_and_never_merged(project):
    post, intake = h.a_post(project), h.an_intake(project.round)
    h.a_call(intake, project, [post])
    facts = h.personal(name="김 하나")
    first = applying.send(a_person(), intake, facts, [post])
    second = applying.send(
        a_person(), intake, facts | {"name": "김하나", "phone": facts["phone"].replace("-", " ")}, [post]
    )
    for application, other in ((first, second), (second, first)):
        row = application.checks.get(kind=Check.SAME_PERSON)
        assert row.holds is None and other.number in row.fact
    intake = h.past_deadline(intake)
    assert checking.settle_all(h.officer(), intake) == (0, 2)
    with pytest.raises(Refused):
        placing.draw(h.officer(), intake)
    checking.correct(h.officer(), first.checks.get(), True, Decimal(0), "본인 확인")
    checking.correct(h.officer(), second.checks.get(), False, Decimal(0), "같은 사람의 두 번째 계정")
    assert checking.settle_all(h.officer(), intake) == (2, 0)
    assert list(Application.objects.values_list("state", flat=True)) == ["eligible", "ineligible"]


def test_a_call_that_closed_a_second_ago_takes_nothing_more(project):
    post, intake = h.a_post(project), h.an_intake(project.round)
    h.a_call(intake, project, [post])
    sent = h.applies(intake, post)
    intake = h.past_deadline(intake)
    with pytest.raises(Refused, match="마감"):
        h.applies(intake, post)
    with pytest.raises(Refused, match="마감"):
        applying.change(sent.applicant, sent, 0, h.personal(), [post])


def test_one_application_a_person_and_two_windows_find_each_other_out(project):
    post, intake = h.a_post(project), h.an_intake(project.round)
    h.a_call(intake, project, [post])
    sent = h.applies(intake, post)
    with pytest.raises(Refused, match="이미"):
        applying.send(sent.applicant, intake, h.personal(), [post])
    applying.change(sent.applicant, sent, 0, h.personal(name="새 이름"), [post])
    with pytest.raises(applying.Changed):
        applying.change(sent.applicant, sent, 0, h.personal(name="낡은 창"), [post])
    applying.withdraw(sent.applicant, Application.objects.get())
    assert applying.send(sent.applicant, intake, h.personal(), [post]).state == "sent"


def test_earlier_and_simultaneous_placements_are_counted_here_whatever_was_declared(project):
    h.a_rule(project.round, "repeat_max", value=0, over_years=2)
    h.a_rule(project.round, "simultaneous")
    post, intake = h.a_post(project), h.an_intake(project.round)
    h.a_call(intake, project, [post])
    someone = a_person()
    first = h.applies(intake, post, who=someone, facts={"other_job": False})
    h.announced(intake)
    placing.accept(someone, standing(first))
    first.placements.get().post.__class__.objects.update(ends_on=timezone.localdate() + h.DAY)
    other = h.a_project("다른 사업")
    more, later = h.a_post(other, "배달"), h.an_intake(project.round, name="가을 모집")
    h.a_call(later, other, [more])
    again = h.applies(later, more, who=someone, facts={"other_job": False})
    rows = {row.kind: row for row in again.checks.all()}
    assert rows["simultaneous"].holds is False
    assert "2025" in rows["repeat_max"].fact and rows["repeat_max"].holds is False


def test_papers_of_those_not_hired_are_destroyed_after_the_period_and_the_proof_stays(
    project, django_capture_on_commit_callbacks
):
    post, intake = h.a_post(project), h.an_intake(project.round)
    h.a_call(intake, project, [post])
    sent = [h.applies(intake, post) for _ in range(2)]
    with django_capture_on_commit_callbacks(execute=True):
        for application in sent:
            content = f"%PDF-{application.number}".encode()
            papers.hand_in(application.applicant, application, "경력증명서", Sent("a.pdf", content, "application/pdf"))
    with pytest.raises(NotYours):
        papers.take_back(a_person(), sent[0].papers.get())
    h.announced(intake)
    hired_one = Placement.objects.get().application
    source = Source.objects.create(code="hiring-act", title="채용절차의 공정화에 관한 법률")
    assert papers.to_destroy(timezone.now() + 400 * h.DAY) == []  # no rule, nothing destroyed
    Rate.objects.create(
        key=papers.KEEP_DAYS, value=180, unit="days", valid_from=datetime.date(2020, 1, 1), source=source
    )
    assert papers.destroy_all(timezone.now() + 180 * h.DAY) == []
    paths = {p.application_id: p.file.content.name for p in Paper.objects.all()}
    with django_capture_on_commit_callbacks(execute=True):
        papers.destroy_all(timezone.now() + 181 * h.DAY)
    proof = Destruction.objects.get()
    assert proof.paper.application != hired_one and proof.rule.value == 180 and len(proof.sha256) == 64
    assert Paper.objects.get(application=hired_one).file is not None
    assert StoredFile.objects.count() == 1
    assert [default_storage.exists(paths[a.pk]) for a in sent] == [a == hired_one for a in sent]


def test_the_participation_rules_go_along_when_a_round_is_copied(project):
    h.a_rule(project.round, "age_min", value=19, basis="지침")
    made = copying.next_year(selecting.officer(), project.round)
    assert made.participant_rules.get().value == 19
