"""The letters (통지서): one for each applicant, with its own reasons, generated from the decision's data."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import Membership, User
from sanghyeop.programme.planning.models import Receipt
from sanghyeop.programme.review.models import Assignment
from sanghyeop.programme.selection import words
from sanghyeop.programme.selection.asked import Asked, Names, names_of
from sanghyeop.programme.selection.candidates import receipts_of
from sanghyeop.programme.selection.models import Decision, Force, Line
from sanghyeop.programme.selection.queries import forces_by_plan
from sanghyeop.programme.selection.totals import displacing

LANGUAGES = {"ko": "letter", "en": "letter_en"}


def comments_of(lines: Iterable[Line]) -> dict[int, list[str]]:
    """Plan → what the panel wrote about it, without names, each opinion once, in an order that does not follow the
    members'. One query."""
    found = defaultdict(list)
    for plan, sheet, text in Assignment.objects.filter(
        plan__in=[line.plan_id for line in lines], state=Assignment.State.DONE
    ).values_list("plan_id", "pk", "overall"):
        if text.strip():
            found[plan].append((hashlib.sha256(f"{plan}:{sheet}".encode()).digest(), text.strip()))
    return {plan: list(dict.fromkeys(text for _order, text in sorted(texts))) for plan, texts in found.items()}


def write(decision: Decision, lines: list[Line]) -> None:
    """Put the text of every line's letter into it, in both languages; saving is the caller's. Five queries."""
    receipts = receipts_of([line.plan_id for line in lines])
    comments = comments_of(lines) if decision.letter_comments else {}
    names = names_of(decision.round)
    asked = Asked.from_json(decision.scenario.asked)
    forces = forces_by_plan(decision.scenario)
    for line in lines:
        for language, column in LANGUAGES.items():
            with override(language):
                parts = paragraphs(
                    decision,
                    line,
                    receipts.get(line.plan_id),
                    comments.get(line.plan_id, []),
                    names,
                    asked,
                    forces,
                )
                setattr(line, column, "\n\n".join(parts))


def paragraphs(
    decision: Decision,
    line: Line,
    receipt: Receipt | None,
    comments: list[str],
    names: Names,
    asked: Asked,
    forces: Mapping[int, Force],
) -> list[str]:
    """The letter in the language that is active, paragraph by paragraph."""
    plan, round_ = line.plan, decision.round
    number = receipt.number if receipt else f"#{plan.pk}"
    found = [
        _("%(organisation)s, %(district)s 귀하") % {"organisation": plan.organisation, "district": plan.district},
        _("‘%(round)s’에 제출하신 사업계획서 ‘%(plan)s’(접수 번호 %(number)s)의 심사와 선정 결과를 알려 드립니다.")
        % {"round": round_, "plan": plan.title, "number": number},
    ]
    if line.selected:
        found += [
            _("결과: 선정되었습니다. 축하드립니다."),
            _("첫해 지원 내용: 시비 %(city)s, 구비 %(district)s, 일자리 %(jobs)s개")
            % {"city": words.won(line.city_krw), "district": words.won(line.district_krw), "jobs": line.jobs},
        ]
        if line.plan_id in forces:
            found.append(
                _("이 사업은 시가 다음과 같은 까닭으로 선정안에 넣기로 정하였습니다. %(why)s")
                % {"why": forces[line.plan_id].reason}
            )
    else:
        found += [_("결과: 아쉽게도 이번에는 선정되지 않았습니다."), *why_rejected(line, names, asked, forces)]
    found += about_score(decision, line)
    if comments:
        listed = "\n".join(f"- {text}" for text in comments)
        found.append(_("심사위원 의견:\n%(comments)s") % {"comments": listed})
    if line.selected:
        found.append(_("사업은 ‘숙성’ 단계에서 시작합니다. 협약과 교부 절차는 시 담당자가 따로 안내해 드리겠습니다."))
    else:
        found.append(
            _("정성껏 준비해 주신 계획에 깊이 감사드립니다. 내용을 보완하여 다음 공모에 다시 신청해 주시기 바랍니다.")
        )
    found.append(f"{today()}\n{round_.city}")
    return found


def today() -> str:
    # Translators: a date format of Django's, as in 2026년 11월 24일.
    return date_format(timezone.localdate(), _("Y년 n월 j일"))


def why_rejected(line: Line, names: Names, asked: Asked, forces: Mapping[int, Force]) -> list[str]:
    """The rule that kept it out, and what in the applicants' own hands would have brought it in."""
    reason = line.reason
    if reason.get("out"):
        return [_("까닭: %(why)s") % {"why": words.out_before(reason["out"])}]
    if line.plan_id in forces:
        told = _("까닭: 담당자가 다음과 같은 까닭으로 선정 대상에서 뺐습니다. %(why)s")
        return [told % {"why": forces[line.plan_id].reason}]
    found = [_("까닭: %(why)s") % {"why": words.kept_out(reason, names)}] if "kept_out_by" in reason else []
    found += words.displaced(displacing(line, forces), public=True)
    if "changes" not in reason:
        return found
    changes = words.changes(reason, names, asked.weight_score, asked.weight_jobs, line.score, words.OWN_CHANGES)
    if changes:
        found.append(
            _("다른 조건이 모두 같을 때 선정에 필요했던 변화(다음 가운데 하나):\n%(changes)s")
            % {"changes": "\n".join(f"- {change}" for change in changes)}
        )
    elif "kept_out_by" in reason:
        found.append(words.nothing_alone())
    return found


def about_score(decision: Decision, line: Line) -> list[str]:
    if line.score is None:
        return []
    found = [_("심사 점수(가점 포함): %(score)s점") % {"score": f"{Decimal(line.score):.2f}"}]
    if decision.letter_rank and line.rank is not None:
        found.append(
            _("순위: %(kind)s 사업 가운데 %(rank)s위") % {"kind": line.plan.get_kind_display(), "rank": line.rank}
        )
        if line.waiting is not None:
            found.append(_("예비 순위: %(place)s번") % {"place": line.waiting})
    return found


def readers_of(lines: Iterable[Line]) -> dict[int, list[User]]:
    """Plan → the people of the organisation and the officers of the district. One query."""
    lines = list(lines)
    today_ = timezone.localdate()
    rows = (
        Membership.objects.filter(
            Q(role=Membership.Role.MEMBER, organisation__in={line.plan.organisation_id for line in lines})
            | Q(
                role=Membership.Role.DISTRICT_OFFICER,
                organisation__district__in={line.plan.district_id for line in lines},
            ),
            Q(until__isnull=True) | Q(until__gte=today_),
            since__lte=today_,
            user__is_active=True,
        )
        .select_related("user", "organisation")
        .order_by("id")
    )
    members, officers = defaultdict(list), defaultdict(list)
    for row in rows:
        if row.role == Membership.Role.MEMBER:
            members[row.organisation_id].append(row.user)
        else:
            officers[row.organisation.district_id].append(row.user)
    return {line.plan_id: [*members[line.plan.organisation_id], *officers[line.plan.district_id]] for line in lines}


def send(decision: Decision, lines: list[Line]) -> None:
    """A notice with the letter to the people of each plan, in their language."""
    readers = readers_of(lines)
    for line in lines:
        by_language = defaultdict(list)
        for person in readers[line.plan_id]:
            by_language[person.language if person.language in LANGUAGES else "ko"].append(person)
        for language, people in by_language.items():
            with override(language):
                notify(
                    people,
                    f"letter-{line.pk}",
                    _("선정 결과 통지서: %(plan)s") % {"plan": line.plan.title},
                    getattr(line, LANGUAGES[language]),
                    reverse("selection:letter", args=[decision.round_id, line.pk]),
                    decision.round_id,
                )


def text_of(line: Line) -> str:
    """The stored letter in the reader's language."""
    return line.letter_en if get_language() == "en" and line.letter_en else line.letter


def preview(line: Line) -> str:
    """The letter of a decision that is not published yet, as it would be written now. Five queries."""
    write(line.decision, [line])
    return text_of(line)
