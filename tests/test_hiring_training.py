"""Before hiring comes training: attendance earns the allowance or the fee back, then somebody says whom to hire."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.hiring import placing, training
from sanghyeop.programme.hiring.models import Application, Placement, Session
from sanghyeop.programme.hiring.queries import hired
from tests import hiring as h
from tests.builders import a_person
from tests.ideas import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def course():
    """Three trainees, one of whom has accepted the only seat; 80 per cent needed; two sessions of five hours."""
    project = h.a_project()
    h.a_rule(project.round, "training_rate", value=80, basis="지침")
    post, intake = h.a_post(project), h.an_intake(project.round)
    h.a_call(intake, project, [post])
    for _ in range(3):
        h.applies(intake, post)
    h.announced(intake)
    offer = Placement.objects.get()
    placing.accept(offer.person, offer)
    begun = training.begin(
        person("member"), project, list(Application.objects.all()), title="행사 운영", allowance_krw=400_000
    )
    for number in range(2):
        Session.objects.create(training=begun, on=timezone.localdate() + number * h.DAY, hours=5)
    return begun


def attend(course, *hours):
    trainees = list(course.trainees.order_by("pk"))
    for session in course.sessions.all():
        training.mark(person("member"), session, {t.pk: Decimal(n) for t, n in zip(trainees, hours, strict=True)})


def test_who_attended_enough_gets_the_allowance_and_who_missed_an_hour_more_gets_nothing(course):
    attend(course, "5", "4", "3.9")
    assert course.rate_needed == 80 and course.basis == "지침"
    assert [(d.percent, d.finished, d.allowance_krw) for d in training.dues(course)] == [
        (100, True, 400_000), (80, True, 400_000), (78, False, 0)
    ]  # fmt: skip


def test_nobody_attends_longer_than_the_session_and_strangers_write_nothing(course):
    with pytest.raises(Refused):
        attend(course, "6", "4", "4")
    with pytest.raises(NotYours):
        training.mark(a_person(), course.sessions.first(), {})


def test_after_the_training_somebody_else_may_be_hired_each_with_a_reason(course):
    attend(course, "5", "5", "1")
    holder = Placement.objects.get()
    seated = course.trainees.get(application=holder.application)
    other = course.trainees.exclude(pk=seated.pk).first()
    assert not hired(course.project).exists()  # still in training
    with pytest.raises(Refused, match="남은 인원"):
        training.hire(h.officer(), other, holder.post, "실습을 가장 잘함")
    with pytest.raises(Refused, match="까닭"):
        training.turn_down(h.officer(), seated, " ")
    training.turn_down(h.officer(), seated, "출석은 했으나 실습을 마치지 못함")
    offer = training.hire(h.officer(), other, holder.post, "실습을 가장 잘함")
    assert offer.state == "offered" and offer.origin == "training"
    placing.accept(offer.person, offer)
    assert [p.person for p in hired(course.project)] == [other.person]
