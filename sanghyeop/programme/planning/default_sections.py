"""The sections of a plan for a round that has none of its own yet: rows to begin with, which an officer edits."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from sanghyeop.programme.rounds.models import Kind

#: Key, title, what to write there for a new project, what to write for a continuing one ("" = the same).
SECTIONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "need",
        gettext_noop("지역의 필요"),
        gettext_noop("누가 어떤 어려움을 겪고 있습니까? 주민의 말과 지역의 수치를 함께 적어 주세요."),
        gettext_noop("지난해 사업으로 무엇이 나아졌고 무엇이 아직 남았습니까?"),
    ),
    (
        "work",
        gettext_noop("사업 내용"),
        gettext_noop("무엇을, 누구에게, 어디에서, 언제 합니까? 달마다 할 일을 적어 주세요."),
        gettext_noop("지난해와 달라지는 점을 먼저 적고, 올해 달마다 할 일을 적어 주세요."),
    ),
    (
        "system",
        gettext_noop("추진 체계"),
        gettext_noop("시와 자치구, 민간단체가 저마다 맡는 일과 도와줄 곳을 적어 주세요."),
        "",
    ),
    (
        "jobs",
        gettext_noop("일자리"),
        gettext_noop("어떤 사람을 뽑아 어떻게 가르치고 어떤 일을 맡깁니까? 안전과 근무 환경도 적어 주세요."),
        gettext_noop("지난해 일한 사람은 어떻게 되었고, 올해는 몇 사람을 이어서 또는 새로 뽑습니까?"),
    ),
    (
        "revenue",
        gettext_noop("수입과 자립"),
        gettext_noop("지원이 끝난 뒤 무엇으로 이어 갑니까? 누가 얼마를 내고 쓸지 적어 주세요."),
        gettext_noop("지난해의 수입과 비용을 적고, 지원 없이 이어 갈 때를 적어 주세요."),
    ),
    (
        "effect",
        gettext_noop("기대 효과"),
        gettext_noop("무엇이 얼마나 좋아지며 그것을 어떻게 잽니까?"),
        "",
    ),
)


def rows(kind: str) -> list[dict[str, object]]:
    """``key``, ``order``, ``title`` and ``guidance`` of the sections for a kind of project."""
    return [
        {"key": key, "order": order, "title": title, "guidance": (again if kind == Kind.CONTINUING else "") or new}
        for order, (key, title, new, again) in enumerate(SECTIONS, start=1)
    ]
