"""Notices reach people on the site and by mail, once."""

from __future__ import annotations

import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.notices.outbox import send_waiting
from sanghyeop.ground.parties.models import User

pytestmark = pytest.mark.django_db


class ServerIsAway(BaseEmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("away")


@pytest.fixture
def resident():
    return User.objects.create_user("resident@example.org", "주민")


def test_the_same_occasion_gives_one_notice(resident):
    for _ in range(2):
        notify([resident, resident], "idea-1-adopted", "채택되었습니다", "본문", "/ideas/1/")
    assert Notice.objects.count() == 1


def test_a_notice_is_mailed_once_with_its_address(resident, settings):
    settings.SITE_URL = "https://jobs.example.org"
    notify([resident], "idea-1-adopted", "채택되었습니다", "본문", "/ideas/1/")
    assert send_waiting() == (1, 0)
    assert send_waiting() == (0, 0)
    assert mail.outbox[0].to == ["resident@example.org"]
    assert "https://jobs.example.org/ideas/1/" in mail.outbox[0].body


def test_a_mail_server_that_is_away_loses_nothing(resident, settings):
    notify([resident], "k", "제목", "본문")
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.ServerIsAway"
    assert send_waiting() == (0, 1)
    assert send_waiting() == (0, 0)  # it waits
    Notice.objects.update(next_attempt_at=Notice.objects.get().created_at)
    settings.EMAIL_BACKEND = good
    assert send_waiting() == (1, 0)


def test_one_reads_only_ones_own_notices(client, resident):
    other = User.objects.create_user("other@example.org", "남")
    notify([other], "k", "비밀", "본문")
    client.force_login(resident)
    assert client.get(f"/notices/{Notice.objects.get().pk}/").status_code == 404
    assert "비밀" not in client.get("/notices/").content.decode()


def test_opening_a_notice_marks_it_read(client, resident):
    notify([resident], "k", "제목", "<script>alert(1)</script>")
    client.force_login(resident)
    page = client.get(f"/notices/{Notice.objects.get().pk}/").content.decode()
    assert "<script>alert" not in page
    assert Notice.objects.get().read_at is not None
