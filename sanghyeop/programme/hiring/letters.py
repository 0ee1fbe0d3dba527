"""What applicants are told, each in his or her own language."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sanghyeop.ground.moments import when
from sanghyeop.ground.notices.moves import notify
from sanghyeop.programme.hiring.checking import is_barrier
from sanghyeop.programme.hiring.models import Application, Placement

#: Occasion: subject and body, with %(post)s, %(project)s, %(until)s, %(number)s, %(why)s.
WORDS: dict[str, tuple[Any, Any]] = {
    "offer": (
        gettext_lazy("‘%(post)s’ 자리에 합격하셨습니다"),
        gettext_lazy(
            "%(project)s 사업의 ‘%(post)s’ 자리에 합격하셨습니다(접수번호 %(number)s).\n\n"
            "%(until)s까지 수락하거나 사양해 주세요. "
            "기한까지 답하지 않으시면 합격이 사라지고 대기하는 분께 차례가 넘어갑니다."
        ),
    ),
    "waiting": (
        gettext_lazy("모집 결과를 알려 드립니다"),
        gettext_lazy(
            "이번 모집에서는 자리를 드리지 못했습니다(접수번호 %(number)s). "
            "고르신 자리마다 대기 순번이 있고, 자리가 비면 순번대로 알려 드립니다.\n\n%(why)s"
        ),
    ),
    "ineligible": (
        gettext_lazy("모집 결과를 알려 드립니다"),
        gettext_lazy(
            "참여 자격을 갖추지 못해 이번 모집에서 배치하지 못했습니다(접수번호 %(number)s).\n\n%(why)s\n\n"
            "사실과 다르면 자치구 담당자에게 알려 주세요."
        ),
    ),
    "lapsed": (
        gettext_lazy("‘%(post)s’ 합격의 답할 기한이 지났습니다"),
        gettext_lazy("기한까지 답하지 않으셔서 합격이 사라졌습니다(접수번호 %(number)s)."),
    ),
    "cancelled": (
        gettext_lazy("‘%(post)s’ 배치를 취소했습니다"),
        gettext_lazy("까닭: %(why)s (접수번호 %(number)s)"),
    ),
}


def tell(occasion: str, application: Application, placement: Placement | None = None, why: str = "") -> None:
    """Write the notice of an occasion to the applicant. One query (two more where rows are not loaded)."""
    person = application.applicant
    with override(person.language):
        facts = {
            "number": application.number,
            "post": placement.post if placement else "",
            "project": placement.post.project if placement else "",
            "until": when(placement.answer_by) if placement else "",
            "why": why,
        }
        subject, body = WORDS[occasion]
        key = f"hiring-{occasion}-{application.pk}-{placement.pk if placement else 0}"
        link = reverse("hiring:application", args=[application.pk])
        notify([person], key, str(subject) % facts, str(body) % facts, link, application.intake.round_id)


def reasons_of(application: Application) -> str:
    """What kept somebody out, each with the fact that it rests on."""
    rows = [row for row in application.checks.all() if is_barrier(row) and row.holds is False]
    return "\n".join(_("- %(rule)s: %(fact)s") % {"rule": row.said, "fact": row.fact} for row in rows)


def waits_of(application: Application) -> str:
    """The place in the waiting list of each post: how many eligible people stand before."""
    return "\n".join(
        _("- %(post)s: %(place)d번째 순위") % {"post": choice.post, "place": choice.place}
        for choice in application.choices.all()
        if choice.place is not None
    )
