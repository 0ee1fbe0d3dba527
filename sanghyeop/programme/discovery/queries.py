"""Reads that pages share."""

from __future__ import annotations

import contextlib
import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanghyeop.engines import likeness
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.notices.tasks import Task
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.programme.discovery import permissions
from sanghyeop.programme.discovery.models import Check, Comment, Idea, Judgement, Picture, Report, Support
from sanghyeop.programme.rounds.models import Period, Round

#: More words, or longer ones, do not make a search clearer.
MOST_WORDS, LONGEST_SEARCH = 10, 100


def with_supporters(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Annotates ``supporters``: different people whose support counts for the idea. No query of its own."""
    counted = (
        Support.objects.filter(idea=OuterRef("pk")).order_by().values("idea").annotate(n=Count("user", distinct=True))
    )
    return ideas.annotate(supporters=Coalesce(Subquery(counted.values("n")), 0))


def public_ideas() -> QuerySet[Idea]:
    """Ideas that anyone may read, of rounds that are shown. One query when read."""
    return Idea.objects.exclude(state__in=Idea.GONE).exclude(round__state=Round.State.DRAFT)


def containing(ideas: QuerySet[Idea], text: str) -> QuerySet[Idea]:
    """Ideas that have every word of the text in them, also as a part of a word (돌봄 in 아이돌봄을).

    Both sides go through the same pieces, so it works alike on both databases, in any Unicode form. A text
    without a letter or digit finds nothing.
    """
    searched = likeness.words(text[:LONGEST_SEARCH])[:MOST_WORDS]
    for word in searched:
        ideas = ideas.filter(bigrams__contains=" ".join(likeness.pieces(word)))
    return ideas if searched else ideas.none()


def posted_before(author: Any, facts: Mapping[str, Any]) -> Idea | None:
    """The idea that this person has posted with these very words already: one that stands. One query."""
    return Idea.objects.filter(author=author, **facts).exclude(state__in=Idea.GONE).first()


def idea_for_page(pk: int, user: Any) -> Idea | None:
    """One idea with all that its page needs of it. Three queries (idea, calendar, pictures)."""
    mine = Support.objects.filter(idea=OuterRef("pk"), user=user.pk) if user.pk else Support.objects.none()
    return (
        with_supporters(Idea.objects.exclude(round__state=Round.State.DRAFT))
        .select_related("round", "district", "field", "author", "organisation", "merged_into")
        .prefetch_related("round__periods", "pictures__file")
        .annotate(supported=Exists(mine))
        .filter(pk=pk)
        .first()
    )


def held_pictures(user: Any, keys: Iterable[str]) -> dict[str, StoredFile]:
    """Pictures that a person sent with a form that was not complete, by key. One query, none without keys."""
    wanted = []
    for key in keys:
        with contextlib.suppress(ValueError):
            wanted.append(uuid.UUID(key))
    if not wanted:
        return {}
    found = left_pictures().filter(key__in=wanted, uploaded_by=user)
    return {str(stored.key): stored for stored in found}


def left_pictures() -> QuerySet[StoredFile]:
    """Pictures that belong to no idea: held for a form, or taken away. One query when read."""
    return StoredFile.objects.filter(purpose=StoredFile.Purpose.IDEA_PICTURE).exclude(
        Exists(Picture.objects.filter(file=OuterRef("pk")))
    )


def comments_of(idea: Idea) -> QuerySet[Comment]:
    """Comments read at an idea, in the order written, with where they come from. One query when read."""
    return idea.comments.select_related("author", "given_to").order_by("pk")


def stages(idea: Idea) -> list[tuple[Any, bool, bool]]:
    """Label, done and here of the stages from the posting to the answer; empty for an idea out of the funnel."""
    state = Idea.State(idea.state)
    order = [*Idea.UNANSWERED, state if idea.answer else None]
    if state not in order:
        return []
    here = order.index(state)
    labels = [*(s.label for s in Idea.UNANSWERED), state.label if idea.answer else _("답변")]
    return [(label, i < here, i == here) for i, label in enumerate(labels)]


@dataclass(frozen=True)
class Step:
    """One step on an idea's way, in plain words."""

    at: datetime.datetime
    words: str
    why: str
    who: str
    other: int | None  # key of the twin that it tells of


#: Steps of the way that are shown, newest last; more than this many are never made in practice.
MOST_STEPS = 100


def way_of(idea: Idea, user: Any) -> list[Step]:
    """What has happened to an idea so far, oldest first. Names of officers are for officers. One query."""
    words = {
        "post": _("아이디어를 올렸습니다."),
        "edit": _("글을 고쳤습니다."),
        "withdraw": _("글쓴이가 아이디어를 거두었습니다."),
        "check": "",
        "put_before": _("구 일자리위원회에 올렸습니다."),
        "send_back": _("부서 검토로 돌렸습니다."),
        "judge": "",
        "adopt": _("자치구가 채택했습니다."),
        "decline": _("자치구가 채택하지 않는 까닭을 답했습니다."),
        "reopen": _("자치구가 다시 검토하기로 했습니다."),
        "merge": _("‘%(kept_title)s’ 아이디어와 합쳐졌습니다."),
        "absorb": _("‘%(twin_title)s’ 아이디어가 이 아이디어로 합쳐졌습니다."),
        "split": _("‘%(twin_title)s’ 아이디어와 합친 것을 되돌렸습니다."),
        "unmerge": _("‘%(kept_title)s’ 아이디어와 합친 것을 되돌렸습니다."),
        "hide": _("담당자가 글을 가렸습니다."),
        "show": _("담당자가 글을 다시 보이게 했습니다."),
    }
    officer = permissions.officer_of(user, idea)
    steps = []
    for entry in trail_of(idea).filter(action__in=words).order_by("pk")[:MOST_STEPS]:
        text, why = words[entry.action] % entry.facts, entry.why
        if entry.action == "check":
            fits = _("할 수 있음") if entry.facts["feasible"] else _("하기 어려움")
            text, why = f"{entry.facts['department']}: {fits}", entry.facts["opinion"]
        elif entry.action == "judge":
            text = (
                _("구 일자리위원회가 골랐습니다.")
                if entry.facts["chosen"]
                else _("구 일자리위원회가 고르지 않았습니다.")
            )
        elif entry.action == "post" and entry.facts.get("counter"):
            text = _("구청 창구에서 담당자가 대신 적어 올렸습니다.")
        elif entry.action in ("adopt", "decline"):
            why = ""  # shown as the district's answer
        own = entry.actor_id == idea.author_id and not idea.at_counter
        who = _("글쓴이") if own else _("자치구 담당자")
        if officer and entry.actor:
            who = entry.actor.name
        twin = entry.facts.get("kept") or entry.facts.get("twin")
        steps.append(Step(entry.at, text, why, who, twin))
    return steps


def marks_of(idea: Idea) -> likeness.Marks:
    return np.frombuffer(bytes(idea.marks), dtype=np.uint32)


@dataclass(frozen=True)
class Alike:
    idea: Idea
    percent: int
    mergeable: bool = False


def rank_alike(
    rows: list[tuple[int, str, int, Any]], title: str, text: likeness.Marks, district: int | None = None
) -> list[tuple[int, float]]:
    """Keys of the ideas most like a title and a whole text, best first, with their likeness (0 to 1).

    ``rows``: key, title, district and marks of the ideas to compare with. The title is looked for on its own in
    them, in those of the district, and so is the whole text: each keeps its place in the list, so that a longer
    text loses nothing that the title has found.
    """
    if not rows:
        return []
    corpus = likeness.corpus([np.frombuffer(marks, dtype=np.uint32) for _pk, _title, _district, marks in rows])
    by_title = likeness.likeness(likeness.marks(title), corpus)
    written = title.strip()
    by_title[np.array([other.strip() == written for _pk, other, _district, _marks in rows])] = 1.0
    rankings = [by_title, likeness.likeness(text, corpus)]
    if district is not None:
        here = np.array([place == district for _pk, _title, place, _marks in rows])
        rankings.insert(0, np.where(here, by_title, 0.0))
    found = likeness.in_turns(rankings, int(settings.ALIKE["most"]), settings.ALIKE["from"])
    return [(rows[i][0], score) for i, score in found]


def _to_compare(ideas: QuerySet[Idea]) -> list[tuple[int, str, int, Any]]:
    """What ``rank_alike`` compares with. One query."""
    return list(ideas.order_by("pk").values_list("pk", "title", "district", "marks"))


def _shown(near: list[tuple[int, float]], merging: Idea | None = None) -> list[Alike]:
    """The ideas found, with what is shown of them. One query."""
    rows = with_supporters(Idea.objects.select_related("district")).in_bulk([pk for pk, _score in near])
    open_ = merging is not None and merging.state in Idea.UNANSWERED
    return [
        Alike(rows[pk], round(100 * score), open_ and rows[pk].state in Idea.UNANSWERED)
        for pk, score in near
        if pk in rows
    ]


def alike_while_typing(round_ids: Iterable[int], title: str, need: str, district: int | None = None) -> list[Alike]:
    """Ideas of these rounds like what someone is typing, best first. Two queries, none for an empty text."""
    text = likeness.marks(f"{title}\n{need}")
    if not len(text):
        return []
    living = public_ideas().exclude(state=Idea.State.MERGED).filter(round__in=list(round_ids))
    return _shown(rank_alike(_to_compare(living), title, text, district))


def twin_candidates(idea: Idea) -> list[Alike]:
    """Likely twins of an idea in its round and district, best first; those that wait for an answer as this one
    does are ``mergeable``. Two queries."""
    return _shown(rank_alike(_to_compare(_beside(idea)), idea.title, marks_of(idea)), idea)


def _beside(idea: Idea) -> QuerySet[Idea]:
    """Other living ideas of the same round and district, also answered ones: who writes an answer should know
    what was answered to the same wish."""
    return (
        Idea.objects.filter(round=idea.round_id, district=idea.district_id)
        .exclude(state__in=[*Idea.GONE, Idea.State.MERGED])
        .exclude(pk=idea.pk)
    )


def districts_ideas(user: Any) -> QuerySet[Idea]:
    """All ideas of the districts that a person is an officer of, with what waits at each. One query when read.

    Annotates ``supporters``, ``checked``, ``feasible``, ``judged``, ``chosen`` (whether there is one),
    ``reported`` (open reports) and ``late`` (the round takes no more ideas).
    """
    of_idea = {"idea": OuterRef("pk")}
    reports = Report.objects.filter(state=Report.State.OPEN, **of_idea).order_by().values("idea")
    return with_supporters(
        Idea.objects.filter(district__in=user.roles.officer_districts())
        .exclude(round__state=Round.State.DRAFT)
        .select_related("round", "district", "field", "merged_into")
    ).annotate(
        checked=Exists(Check.objects.filter(**of_idea)),
        feasible=Exists(Check.objects.filter(feasible=True, **of_idea)),
        judged=Exists(Judgement.objects.filter(**of_idea)),
        chosen=Exists(Judgement.objects.filter(chosen=True, **of_idea)),
        reported=Coalesce(Subquery(reports.annotate(n=Count("pk")).values("n")), 0),
        late=_late(),
    )


def _late() -> Exists:
    """Whether the round of an idea takes no more ideas."""
    over = Period.objects.filter(round=OuterRef("round"), step=Period.Step.IDEAS, closes_at__lte=timezone.now())
    return Exists(over)


def waits_for(idea: Any) -> str:
    """What an idea of ``districts_ideas`` waits for, in plain words; "" when it has its answer."""
    if idea.state == Idea.State.POSTED:
        return _("부서 검토")
    if idea.state == Idea.State.CHECKING:
        return _("위원회에 올리기") if idea.feasible else _("다른 부서 검토나 답변")
    if idea.state == Idea.State.COMMITTEE:
        if idea.chosen:
            return _("채택 답변")
        return _("답변") if idea.judged else _("위원회 회의 기록")
    return ""


def best_twins(user: Any, ideas: Iterable[Idea]) -> dict[int, int]:
    """For the ideas of a page that wait for an answer, how like (per cent) the likeliest twin of each is.
    One query, as many comparisons as rows on the page."""
    shown = [i for i in ideas if i.state in Idea.UNANSWERED]
    if not shown:
        return {}
    living = Idea.objects.filter(
        district__in={i.district_id for i in shown}, round__in={i.round_id for i in shown}
    ).exclude(state__in=[*Idea.GONE, Idea.State.MERGED])
    groups: dict[tuple[int, int], list[tuple[int, Any]]] = {}
    for pk, round_id, district_id, marks in living.values_list("pk", "round_id", "district_id", "marks"):
        groups.setdefault((round_id, district_id), []).append((pk, np.frombuffer(marks, dtype=np.uint32)))
    corpora = {key: likeness.corpus([marks for _pk, marks in group]) for key, group in groups.items()}
    found = {}
    for idea in shown:
        key = (idea.round_id, idea.district_id)
        near = likeness.nearest(marks_of(idea), corpora[key], 2, settings.ALIKE["twins_from"])
        others = [score for i, score in near if groups[key][i][0] != idea.pk]
        if others:
            found[idea.pk] = round(100 * others[0])
    return found


def reports_for(user: Any) -> QuerySet[Report]:
    """Reports about ideas and comments of the person's districts, open ones first. One query when read."""
    return (
        Report.objects.filter(idea__district__in=user.roles.officer_districts())
        .select_related("idea__district", "idea__author", "comment__author", "reporter", "handled_by")
        .annotate(closed=~Q(state=Report.State.OPEN))
        .order_by("closed", "-pk")
    )


def unanswered() -> QuerySet[Idea]:
    """Ideas of closed idea periods that still have no answer, the oldest first. One query when read."""
    return (
        with_supporters(public_ideas().filter(state__in=Idea.UNANSWERED).annotate(late=_late()).filter(late=True))
        .select_related("round", "district")
        .order_by("round", "district__code", "pk")
    )


def by_district(ideas: QuerySet[Idea]) -> list[dict[str, Any]]:
    """``district`` (key), ``name`` and ``n`` (ideas) of each district that has some. One query."""
    name = "district__name_en" if get_language() == "en" else "district__name"
    rows = Idea.objects.filter(pk__in=ideas.order_by().values("pk")).order_by("district__code")
    return [dict(row) for row in rows.values("district", name=F(name)).annotate(n=Count("pk"))]


def before_committee(round_: Round, district_id: int) -> QuerySet[Idea]:
    """Ideas that wait for the committee's next meeting, most supported first. Two queries when read."""
    waiting = Idea.objects.filter(round=round_, district=district_id, state=Idea.State.COMMITTEE)
    return (
        with_supporters(waiting)
        .prefetch_related(Prefetch("checks", Check.objects.order_by("pk")))
        .order_by("-supporters", "pk")  # type: ignore[misc]  # annotated above
    )


def tasks_for(user: Any) -> list[Task]:
    """What waits for a district officer here: ideas to answer, reports. Two queries, none for others."""
    districts = user.roles.officer_districts()
    if not districts:
        return []
    waiting = dict(
        Idea.objects.filter(district__in=districts, state__in=Idea.UNANSWERED)
        .exclude(round__state=Round.State.DRAFT)
        .order_by()
        .annotate(late=_late())
        .values_list("late")
        .annotate(n=Count("pk"))
    )
    reports = Report.objects.filter(idea__district__in=districts, state=Report.State.OPEN).count()
    funnel = reverse("discovery:funnel")
    rows = (
        (_("접수가 끝났는데 아직 답변하지 못한 아이디어"), f"{funnel}?waits=late", waiting.get(True, 0)),
        (_("접수 중인 아이디어 검토와 답변"), f"{funnel}?waits=answer", waiting.get(False, 0)),
        (_("확인할 신고"), reverse("discovery:reports"), reports),
    )
    return [Task(title, url, count=count) for title, url, count in rows if count]
