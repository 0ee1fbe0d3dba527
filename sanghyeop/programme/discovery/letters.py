"""What an idea's author and supporters are told, each in his or her own language."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import User
from sanghyeop.programme.discovery.models import Idea

#: Occasion: subject and body, with %(title)s, %(district)s, %(why)s, %(other)s.
WORDS: dict[str, tuple[Any, Any]] = {
    "check": (
        _("‘%(title)s’ 아이디어의 부서 검토를 시작했습니다"),
        _("%(district)s이(가) 이 아이디어를 살펴보고 있습니다. 결과가 나오면 알려 드리겠습니다."),
    ),
    "put_before": (
        _("‘%(title)s’ 아이디어를 구 일자리위원회에 올렸습니다"),
        _("%(district)s이(가) 이 아이디어를 구 일자리위원회에 올렸습니다. 회의 결과를 알려 드리겠습니다."),
    ),
    "send_back": (_("‘%(title)s’ 아이디어를 다시 부서에서 검토합니다"), _("까닭: %(why)s")),
    "chosen": (_("구 일자리위원회가 ‘%(title)s’ 아이디어를 골랐습니다"), _("까닭: %(why)s")),
    "not_chosen": (_("구 일자리위원회가 ‘%(title)s’ 아이디어를 고르지 않았습니다"), _("까닭: %(why)s")),
    "adopt": (
        _("‘%(title)s’ 아이디어를 채택했습니다"),
        _("%(district)s의 답변:\n\n%(why)s\n\n이제 시와 자치구, 민간단체가 함께 사업계획을 세울 수 있습니다."),
    ),
    "decline": (_("‘%(title)s’ 아이디어에 답변했습니다"), _("%(district)s의 답변:\n\n%(why)s")),
    "reopen": (_("‘%(title)s’ 아이디어를 다시 검토합니다"), _("까닭: %(why)s")),
    "hide": (
        _("‘%(title)s’ 아이디어를 가렸습니다"),
        _("까닭: %(why)s\n\n이 아이디어는 글쓴이와 자치구 담당자만 볼 수 있습니다."),
    ),
    "show": (_("‘%(title)s’ 아이디어를 다시 보이게 했습니다"), _("까닭: %(why)s")),
    "hide_comment": (
        _("‘%(title)s’ 아이디어에 쓰신 의견을 가렸습니다"),
        _("까닭: %(why)s"),
    ),
    "merge": (
        _("‘%(title)s’ 아이디어가 ‘%(other)s’ 아이디어와 합쳐졌습니다"),
        _("두 아이디어의 뜻이 같아 하나로 이어 갑니다. 지지와 의견도 함께 옮겨졌습니다.\n\n%(why)s"),
    ),
    "absorb": (
        _("‘%(other)s’ 아이디어가 ‘%(title)s’ 아이디어로 합쳐졌습니다"),
        _("두 아이디어의 뜻이 같아 하나로 이어 갑니다. 지지와 의견도 함께 옮겨졌습니다.\n\n%(why)s"),
    ),
    "unmerge": (
        _("‘%(title)s’ 아이디어와 ‘%(other)s’ 아이디어의 합치기를 되돌렸습니다"),
        _("지지와 의견도 제자리로 돌아갔습니다.\n\n까닭: %(why)s"),
    ),
}


def supporters_of(idea: Idea) -> list[User]:
    """Different people whose support counts for the idea now. One query."""
    return list(User.objects.filter(supports__idea=idea).distinct())


def tell(
    idea: Idea,
    occasion: str,
    why: str = "",
    *,
    other: str = "",
    supporters: bool = True,
    people: list[User] | None = None,
) -> None:
    """Write the notice of an occasion to the author and, where it concerns them, the supporters.

    ``people`` names other recipients instead. At most five queries.
    """
    if people is None:
        people = [idea.author, *(supporters_of(idea) if supporters else [])]
    subject, body = WORDS[occasion]
    link = reverse("discovery:show", args=[idea.pk])
    key = f"idea-{idea.pk}-{occasion}-{timezone.now():%Y%m%d%H%M%S%f}"
    for language in sorted({person.language for person in people}):
        with translation.override(language):
            facts = {"title": idea.title, "district": str(idea.district), "why": why.strip(), "other": other}
            notify(
                [person for person in people if person.language == language],
                key,
                str(subject) % facts,
                str(body) % facts,
                link,
                idea.round_id,
            )
