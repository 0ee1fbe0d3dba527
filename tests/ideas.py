"""Builders for stories about ideas: defaults that tell only what matters."""

from __future__ import annotations

import datetime
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from sanghyeop.ground.parties.models import District, Membership, Organisation, User
from sanghyeop.programme.discovery import moves
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.rounds.models import Period, Round

HERE = "강북구"


def person(email: str) -> User:
    """One of the demo's people, by the part before the @, as if in a new request."""
    return User.objects.get(email=f"{email}@example.org")


def someone(name: str) -> User:
    """Another resident."""
    return User.objects.create_user(f"{name}@example.net", name, "a-long-password")


def officer_elsewhere(district: str = "은평구") -> User:
    user = someone(f"officer-{district}")
    office = Organisation.objects.get(district__name=district, kind="district")
    Membership.objects.create(user=user, organisation=office, role=Membership.Role.DISTRICT_OFFICER)
    return user


def open_round() -> Round:
    return Round.objects.get(state=Round.State.OPEN)


def here() -> District:
    return District.objects.get(name=HERE)


def words(**changes: Any) -> dict[str, Any]:
    """What a resident types."""
    return {
        "title": "맞벌이 가정 아이 등하원 돌봄",
        "need": "아침 일곱 시에 출근하면 아이를 데려다줄 사람이 없습니다.",
        "for_whom": "맞벌이 부모",
        "place": "수유동",
        "jobs": "등하원 동행 도우미 10명",
        **changes,
    }


def sent(**changes: Any) -> dict[str, Any]:
    """What the form sends."""
    return {"round": open_round().pk, "district": here().pk, "field": "", **words(), **changes}


def an_idea(author: User | None = None, **changes: Any) -> Idea:
    facts = {"round": open_round(), "district": here(), **words(), **changes}
    return moves.post(author or person("resident"), facts)


def in_committee(idea: Idea) -> Idea:
    """The idea after its department check, before the committee."""
    moves.check(person("district"), idea, "일자리과", True, "할 수 있습니다.")
    return moves.put_before(person("district"), idea)


def close_ideas(when: datetime.timedelta = datetime.timedelta(minutes=1)) -> None:
    """The deadline of the round's ideas passed some time ago."""
    Period.objects.filter(step=Period.Step.IDEAS).update(closes_at=timezone.now() - when)


def photo(name: str = "photo.jpg", size: tuple[int, int] = (400, 300), **options: Any) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", size, "green").save(written, "JPEG", **options)
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")
