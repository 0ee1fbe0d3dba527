"""The life of an idea as a table, and one function per action of its author and of the district."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.files import moves as files
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.pictures import Rewritten
from sanghyeop.ground.trail.moves import Move, MoveTable, NotYours, Refused, lock, record
from sanghyeop.programme.discovery import permissions
from sanghyeop.programme.discovery.letters import tell
from sanghyeop.programme.discovery.models import Check, Committee, Idea, Judgement, Picture
from sanghyeop.programme.rounds.closing import why_closed
from sanghyeop.programme.rounds.models import Period, Round

S = Idea.State
AUTHOR, OFFICER = gettext_lazy("글쓴이"), gettext_lazy("그 자치구 담당자")


class Changed(Refused):
    """Someone saved another version in the meantime; ``idea`` is how it stands now."""

    def __init__(self, reason: str, idea: Idea) -> None:
        super().__init__(reason)
        self.idea = idea


def closed(idea: Idea) -> str | None:
    """Why the round takes no ideas now, with the moment, or None."""
    reason = why_closed(idea.round, Period.Step.IDEAS)
    return reason and _("%(reason)s 접수 기간에만 올리거나 고칠 수 있습니다.") % {"reason": reason}


def unchecked(idea: Idea) -> str | None:
    if not idea.checks.filter(feasible=True).exists():
        return _("할 수 있다고 본 부서 검토가 있어야 위원회에 올릴 수 있습니다.")
    return None


def unchosen(idea: Idea) -> str | None:
    if not idea.judgements.filter(chosen=True).exists():
        return _("구 일자리위원회가 고른 아이디어만 채택할 수 있습니다. 회의 결과를 먼저 기록해 주세요.")
    return None


def speaks_for_others(idea: Idea) -> str | None:
    if idea.twins.filter(state=S.MERGED).exists():
        return _("다른 분의 아이디어와 합쳐져 함께 이어 가는 아이디어라 거둘 수 없습니다.")
    return None


def merged_further(idea: Idea) -> str | None:
    """Why a merge cannot be undone now: the idea that lives on has its answer, or was merged itself."""
    if idea.merged_into is None or idea.merged_into.state not in Idea.UNANSWERED:
        return _("이어진 아이디어가 이미 답변을 받았거나 다른 아이디어와 합쳐져 되돌릴 수 없습니다.")
    return None


def _return(action: str, label: Any, from_state: str, noted: str, state: str, guard: Any = None) -> Move:
    """A row that leads back to the state noted in the field ``noted``; its guard lets only that one through."""

    def elsewhere(idea: Idea) -> str | None:
        if getattr(idea, noted) != state:
            return _("그 상태에서 온 것이 아닙니다.")
        return guard(idea) if guard else None

    here = gettext_lazy("이 상태에서 왔을 때만")
    return Move(action, label, (from_state,), state, permissions.officer_of, OFFICER, elsewhere, here, why=True)


OPEN_GUARD = gettext_lazy("아이디어 접수 기간")
#: What is done beside the moves, as the trail tells it.
ACTS = {
    "post": gettext_lazy("아이디어 올리기"),
    "meet": gettext_lazy("위원회 회의 기록"),
    "judge": gettext_lazy("위원회의 판단"),
    "absorb": gettext_lazy("다른 아이디어를 합쳐 받음"),
    "split": gettext_lazy("합쳐 받은 것 되돌림"),
    "support": gettext_lazy("지지하기"),
    "take_back": gettext_lazy("지지 거두기"),
    "comment": gettext_lazy("의견 쓰기"),
    "hide_comment": gettext_lazy("의견 가리기"),
    "show_comment": gettext_lazy("의견 다시 보이기"),
    "report": gettext_lazy("신고하기"),
    "dismiss_report": gettext_lazy("신고를 문제 없음으로 처리"),
}
TABLE = MoveTable(
    gettext_lazy("아이디어"),
    dict(S.choices),
    (
        Move("edit", gettext_lazy("고치기"), (S.POSTED,), S.POSTED, permissions.author, AUTHOR, closed, OPEN_GUARD),
        Move(
            "withdraw",
            gettext_lazy("거두기"),
            Idea.UNANSWERED,
            S.WITHDRAWN,
            permissions.author,
            AUTHOR,
            speaks_for_others,
            gettext_lazy("합쳐진 아이디어가 없음"),
            why=True,
        ),
        Move(
            "check", gettext_lazy("부서 검토 적기"), (S.POSTED, S.CHECKING), S.CHECKING, permissions.officer_of, OFFICER
        ),
        Move(
            "put_before",
            gettext_lazy("위원회에 올리기"),
            (S.CHECKING,),
            S.COMMITTEE,
            permissions.officer_of,
            OFFICER,
            unchecked,
            gettext_lazy("할 수 있다고 본 부서 검토가 있음"),
        ),
        Move(
            "send_back",
            gettext_lazy("부서 검토로 돌리기"),
            (S.COMMITTEE,),
            S.CHECKING,
            permissions.officer_of,
            OFFICER,
            why=True,
        ),
        Move(
            "adopt",
            gettext_lazy("채택하기"),
            (S.COMMITTEE,),
            S.ADOPTED,
            permissions.officer_of,
            OFFICER,
            unchosen,
            gettext_lazy("위원회가 고름"),
            why=True,
        ),
        Move(
            "decline",
            gettext_lazy("채택하지 않는 까닭 답하기"),
            Idea.UNANSWERED,
            S.DECLINED,
            permissions.officer_of,
            OFFICER,
            why=True,
        ),
        Move(
            "reopen",
            gettext_lazy("다시 검토하기"),
            (S.DECLINED,),
            S.CHECKING,
            permissions.officer_of,
            OFFICER,
            why=True,
        ),
        Move(
            "merge", gettext_lazy("같은 아이디어와 합치기"), Idea.UNANSWERED, S.MERGED, permissions.officer_of, OFFICER
        ),
        *(
            _return("unmerge", gettext_lazy("합치기 되돌리기"), S.MERGED, "merged_from", state, merged_further)
            for state in Idea.UNANSWERED
        ),
        Move(
            "hide",
            gettext_lazy("가리기"),
            tuple(s for s in S.values if s != S.HIDDEN),
            S.HIDDEN,
            permissions.officer_of,
            OFFICER,
            why=True,
        ),
        *(
            _return("show", gettext_lazy("다시 보이기"), S.HIDDEN, "hidden_from", state)
            for state in S.values
            if state != S.HIDDEN
        ),
    ),
)


@dataclass(frozen=True)
class NewPicture:
    """A picture to add: just read, or held since an earlier sending of the same form (``hold``)."""

    picture: Rewritten | StoredFile
    alt: str


def hold(who: Any, picture: Rewritten) -> StoredFile:
    """Keep a good picture of a form that is not complete yet, so that it need not be chosen again.

    What no idea takes up is forgotten after a day (``manage.py forget_left_pictures``).
    """
    return files.hold(who, picture, StoredFile.Purpose.IDEA_PICTURE)


def post(
    author: Any, facts: Mapping[str, Any], pictures: Sequence[NewPicture] = (), counter: Mapping[str, str] | None = None
) -> Idea:
    """Take in an idea. ``facts`` are its fields by name; ``counter`` the name and contact of the person for
    whom an officer of the district writes it down.

    Raises ``Refused`` after the deadline, ``NotYours`` for a foreign organisation or district.
    """
    with transaction.atomic():
        idea = Idea(author=author, **facts, **(counter or {}))
        reason = closed(idea)
        if reason:
            raise Refused(reason)
        if idea.organisation_id and not permissions.may_name_organisation(author, idea.organisation_id):
            raise NotYours(_("속해 있는 단체의 이름으로만 제안할 수 있습니다."))
        if counter is not None and not permissions.officer_of(author, idea):
            raise NotYours(_("담당하는 자치구의 아이디어만 대신 적을 수 있습니다."))
        idea.save()
        _add_pictures(author, idea, pictures)
        at_counter: dict[str, Any] = {"counter": True} if counter is not None else {}
        record(author, idea, "post", "", S.POSTED, pictures=len(pictures), **at_counter)
        return idea


def _add_pictures(author: Any, idea: Idea, pictures: Sequence[NewPicture]) -> None:
    for new in pictures:
        stored = new.picture if isinstance(new.picture, StoredFile) else hold(author, new.picture)
        Picture.objects.create(idea=idea, file=stored, alt=new.alt)


def edit(
    author: Any,
    idea: Idea,
    facts: Mapping[str, Any],
    version: int,
    pictures: Sequence[NewPicture] = (),
    without: Iterable[int] = (),
) -> Idea:
    """Change an idea that nobody has begun to check. ``version`` is the one that the author has read,
    ``without`` the pictures to take away. Raises ``Changed`` when another tab saved first."""
    with transaction.atomic():
        idea = lock(idea)
        TABLE.check(author, idea, "edit")
        if idea.version != version:
            raise Changed(_("다른 창에서 먼저 고친 내용이 있습니다. 아래에서 견주어 보고 다시 저장해 주세요."), idea)
        changed = sorted(name for name, value in facts.items() if getattr(idea, name) != value)
        for name, value in facts.items():
            setattr(idea, name, value)
        if idea.organisation_id and not permissions.may_name_organisation(author, idea.organisation_id):
            raise NotYours(_("속해 있는 단체의 이름으로만 제안할 수 있습니다."))
        idea.version += 1
        idea.edited_at = timezone.now()
        idea.save()
        removed, _rows = idea.pictures.filter(pk__in=list(without)).delete()
        _add_pictures(author, idea, pictures)
        return TABLE.make(author, idea, "edit", changed=changed, pictures_added=len(pictures), pictures_removed=removed)


def withdraw(author: Any, idea: Idea, why: str) -> Idea:
    with transaction.atomic():
        return TABLE.make(author, lock(idea), "withdraw", why)


def check(officer: Any, idea: Idea, department: str, feasible: bool, opinion: str) -> Check:
    """Write down what a department says about an idea."""
    with transaction.atomic():
        idea = lock(idea)
        first = idea.state == S.POSTED
        TABLE.make(officer, idea, "check", department=department, feasible=feasible, opinion=opinion)
        written = Check.objects.create(idea=idea, department=department, feasible=feasible, opinion=opinion, by=officer)
        if first:
            tell(idea, "check", supporters=False)
        return written


def put_before(officer: Any, idea: Idea) -> Idea:
    """Put an idea before the district's committee."""
    with transaction.atomic():
        TABLE.make(officer, idea := lock(idea), "put_before")
        tell(idea, "put_before")
        return idea


def send_back(officer: Any, idea: Idea, why: str) -> Idea:
    with transaction.atomic():
        TABLE.make(officer, idea := lock(idea), "send_back", why)
        tell(idea, "send_back", why, supporters=False)
        return idea


def record_meeting(
    officer: Any,
    round_: Round,
    district: Any,
    held_on: datetime.date,
    attendees: int,
    minutes: str,
    judgements: Mapping[int, tuple[bool, str]],
    no_winner: bool = False,
) -> Committee:
    """Record a meeting of the committee with what it said about ideas before it (by key: chosen, reason).

    Raises ``Refused`` when an idea is no longer before the committee, or choice and ‘no winner’ disagree.
    """
    if not officer.roles.officer_of_district(district.pk):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if no_winner == any(chosen for chosen, _reason in judgements.values()):
        raise Refused(_("고른 아이디어를 표시하거나, 없으면 ‘채택작 없음’을 표시해 주세요."))
    with transaction.atomic():
        ideas = list(
            Idea.objects.select_for_update()
            .filter(pk__in=judgements, round=round_, district=district, state=S.COMMITTEE)
            .order_by("pk")
        )
        if len(ideas) != len(judgements):
            raise Refused(_("그 사이에 상태가 바뀐 아이디어가 있습니다. 화면을 새로 고쳐 확인해 주세요."))
        meeting = Committee.objects.create(
            round=round_,
            district=district,
            held_on=held_on,
            attendees=attendees,
            minutes=minutes,
            no_winner=no_winner,
            by=officer,
        )
        record(officer, meeting, "meet", attendees=attendees, held_on=str(held_on), no_winner=no_winner)
        for idea in ideas:
            chosen, reason = judgements[idea.pk]
            Judgement.objects.create(meeting=meeting, idea=idea, chosen=chosen, reason=reason)
            record(officer, idea, "judge", idea.state, idea.state, reason, meeting=meeting.pk, chosen=chosen)
            tell(idea, "chosen" if chosen else "not_chosen", reason, supporters=False)
        return meeting


def answer(officer: Any, idea: Idea, adopt: bool, words: str) -> Idea:
    """The district's answer: it adopts the idea, or says why not. Author and supporters are told."""
    action = "adopt" if adopt else "decline"
    with transaction.atomic():
        idea = lock(idea)
        TABLE.check(officer, idea, action, words)
        idea.answer, idea.answered_at = words.strip(), timezone.now()
        idea.save(update_fields=["answer", "answered_at"])
        TABLE.make(officer, idea, action, words)
        tell(idea, action, words)
        return idea


def reopen(officer: Any, idea: Idea, why: str) -> Idea:
    """Look again at an idea that was declined; the former answer stays in the trail."""
    with transaction.atomic():
        idea = lock(idea)
        TABLE.make(officer, idea, "reopen", why)
        idea.answer, idea.answered_at = "", None
        idea.save(update_fields=["answer", "answered_at"])
        tell(idea, "reopen", why)
        return idea


def hide(officer: Any, idea: Idea, why: str) -> Idea:
    """Hide an idea from everyone but its author and the district."""
    with transaction.atomic():
        idea = lock(idea)
        TABLE.check(officer, idea, "hide", why)
        idea.hidden_from = idea.state
        idea.save(update_fields=["hidden_from"])
        TABLE.make(officer, idea, "hide", why)
        tell(idea, "hide", why, supporters=False)
        return idea


def show(officer: Any, idea: Idea, why: str) -> Idea:
    """Show a hidden idea again, in the state that it was hidden from."""
    with transaction.atomic():
        TABLE.make(officer, idea := lock(idea), "show", why)
        tell(idea, "show", why, supporters=False)
        return idea
