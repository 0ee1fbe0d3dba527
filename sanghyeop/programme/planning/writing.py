"""Writing in a plan together: its facts, sections, tables and comments.

Every change of the content goes the same way: the plan's row is locked, the right and the state are checked, the
change is written, the signatures under the old content are cleared, and the trail gets its entry. A form says what
it began from; when somebody else has changed that meanwhile, ``Clash`` is raised and nothing is written.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.planning import permissions as who
from sanghyeop.programme.planning.content import budget_line, fingerprint, position
from sanghyeop.programme.planning.models import (
    BudgetLine,
    Editing,
    MonthForecast,
    Party,
    Plan,
    Position,
    Section,
    SectionComment,
    SectionVersion,
)
from sanghyeop.programme.planning.moves import TABLE, clear_signatures

#: How long a hint ‘is editing now’ lasts after the page last spoke.
HINT_LASTS = datetime.timedelta(seconds=75)
FACTS = ("title", "summary", "field_id", "years")


class Clash(Refused):
    """Somebody else has changed the same thing since the form was opened; ``current`` is how it stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__(_("이 화면을 여신 뒤에 다른 사람이 같은 곳을 고쳤습니다. 적으신 내용은 그대로 있습니다."))
        self.current = current


def open_for_writing(actor: Any, plan: Plan) -> tuple[Plan, Party]:
    """The locked plan and the party for which this person writes. Call inside a transaction."""
    plan = lock(plan)
    TABLE.check(actor, plan, "edit")
    return plan, who.parties_of(actor, plan)[0]


def changed(actor: Any, plan: Plan, what: str, **facts: Any) -> None:
    """The content of a plan has changed: count it, take the signatures off, leave an entry in the trail."""
    plan.version += 1
    plan.save(update_fields=["version"])
    clear_signatures(actor, plan, what)
    record(actor, plan, "edit", plan.state, plan.state, what=what, version=plan.version, **facts)


# The plan's own facts


def mark_of_facts(plan: Plan) -> str:
    return fingerprint({name: getattr(plan, name) for name in FACTS})


def save_facts(actor: Any, plan: Plan, values: dict[str, Any], began_from: str) -> Plan:
    """Change title, summary, field and years."""
    with transaction.atomic():
        plan, _party = open_for_writing(actor, plan)
        if mark_of_facts(plan) != began_from:
            raise Clash(plan)
        if values["field"].round_id != plan.round_id:
            raise Refused(_("이 분야는 이 공모의 분야가 아닙니다."))
        before = mark_of_facts(plan)
        for name in ("title", "summary", "field", "years"):
            setattr(plan, name, values[name])
        if mark_of_facts(plan) == before:
            return plan
        plan.save(update_fields=["title", "summary", "field", "years"])
        changed(actor, plan, _("기본 사항"))
        return plan


# Sections


def save_section(actor: Any, section: Section, body: str, began_from: int, restored_from: int | None = None) -> Section:
    """Write a section over the version that the editor began from; raises ``Clash`` when it is no longer the last."""
    with transaction.atomic():
        plan, party = open_for_writing(actor, section.plan)
        section = lock(section)
        if section.body == body:
            done_editing(actor, section)
            return section
        if section.version != began_from:
            raise Clash(section)
        section.body = body
        section.version += 1
        section.edited_by, section.edited_at = actor, timezone.now()
        section.save(update_fields=["body", "version", "edited_by", "edited_at"])
        SectionVersion.objects.create(
            section=section,
            number=section.version,
            body=body,
            by=actor,
            party=party,
            at=section.edited_at,
            restored_from=restored_from,
        )
        done_editing(actor, section)
        changed(actor, plan, section.title, section=section.key, to=section.version)
        return section


def body_of(section: Section, number: int) -> str:
    """What a section said in its n-th version; the one before the first is empty. One query at most."""
    if number == 0:
        return ""
    return section.versions.values_list("body", flat=True).get(number=number)


def restore_section(actor: Any, section: Section, number: int, began_from: int) -> Section:
    """Take an old version again, as a new one."""
    if not 0 <= number <= section.version:
        raise Refused(_("그런 판이 없습니다."))
    return save_section(actor, section, body_of(section, number), began_from, restored_from=number)


def now_editing(actor: Any, section: Section) -> list[Editing]:
    """Say that this person has the section open, and hear who else has. Three queries, no lock."""
    if not who.writes(actor, section.plan):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    Editing.objects.update_or_create(section=section, user=actor, defaults={"until": timezone.now() + HINT_LASTS})
    return others_editing(actor, section)


def others_editing(actor: Any, section: Section) -> list[Editing]:
    """Who else has the section open now. One query."""
    return list(section.editing.filter(until__gt=timezone.now()).exclude(user=actor).select_related("user"))


def done_editing(actor: Any, section: Section) -> None:
    section.editing.filter(user=actor).delete()


# Tables: positions, budget, forecast


def mark_of_position(row: Position) -> str:
    return fingerprint(position(row))


def mark_of_budget_line(row: BudgetLine) -> str:
    return fingerprint(budget_line(row))


def save_row(actor: Any, plan: Plan, row: Any, what: str, mark: Any, began_from: str = "") -> Any:
    """Add a row of a table, or change the one with its key; ``mark`` tells one state of a row from another."""
    with transaction.atomic():
        plan, _party = open_for_writing(actor, plan)
        row.plan = plan
        if row.pk is not None:
            current = type(row).objects.filter(pk=row.pk, plan=plan).first()
            if current is None:
                raise Refused(_("다른 사람이 이 줄을 지웠습니다. 적으신 내용을 새 줄로 다시 넣어 주세요."))
            if mark(current) == mark(row):
                return row
            if mark(current) != began_from:
                raise Clash(current)
        row.save()
        changed(actor, plan, what, row=row.pk)
        return row


def save_position(actor: Any, plan: Plan, row: Position, began_from: str = "") -> Position:
    return save_row(actor, plan, row, _("인력"), mark_of_position, began_from)


def save_budget_line(actor: Any, plan: Plan, row: BudgetLine, began_from: str = "") -> BudgetLine:
    return save_row(actor, plan, row, _("예산"), mark_of_budget_line, began_from)


def remove_row(actor: Any, plan: Plan, rows: Any, pk: int, what: str) -> None:
    """Take a row out of a table; one that is gone already is no fault."""
    with transaction.atomic():
        plan, _party = open_for_writing(actor, plan)
        gone, _kinds = rows.filter(plan=plan, pk=pk).delete()
        if gone:
            changed(actor, plan, what, removed=pk)


def remove_position(actor: Any, plan: Plan, pk: int) -> None:
    remove_row(actor, plan, Position.objects.all(), pk, _("인력"))


def remove_budget_line(actor: Any, plan: Plan, pk: int) -> None:
    remove_row(actor, plan, BudgetLine.objects.all(), pk, _("예산"))


def mark_of_forecast(rows: Any) -> str:
    return fingerprint([[row.month, row.revenue_krw, row.cost_krw] for row in rows])


def save_forecast(actor: Any, plan: Plan, months: dict[int, tuple[int, int]], began_from: str) -> None:
    """Write revenue and cost of every month at once; months left at nothing are not kept."""
    with transaction.atomic():
        plan, _party = open_for_writing(actor, plan)
        current = list(plan.forecasts.all())
        wanted = [
            MonthForecast(plan=plan, month=month, revenue_krw=revenue, cost_krw=cost)
            for month, (revenue, cost) in sorted(months.items())
            if revenue or cost
        ]
        if mark_of_forecast(current) == mark_of_forecast(wanted):
            return
        if mark_of_forecast(current) != began_from:
            raise Clash(current)
        plan.forecasts.all().delete()
        MonthForecast.objects.bulk_create(wanted)
        changed(actor, plan, _("수입·비용"))


# Comments


def comment(actor: Any, section: Section, body: str) -> SectionComment:
    """Say something about a section. Comments are no content: they clear no signature."""
    with transaction.atomic():
        plan = lock(section.plan)
        parties = who.parties_of(actor, plan)
        if not parties:
            raise NotYours(_("이 일을 할 권한이 없습니다."))
        if plan.state not in (Plan.State.DRAFT, Plan.State.SUBMITTED):
            raise Refused(_("심사가 끝난 계획서에는 의견을 쓸 수 없습니다."))
        said = SectionComment.objects.create(section=section, by=actor, party=parties[0], body=body)
        record(actor, plan, "comment", plan.state, plan.state, section=section.key, comment=said.pk)
        return said


def resolve_comment(actor: Any, said: SectionComment, resolved: bool) -> None:
    """Mark a comment as dealt with, or open it again."""
    with transaction.atomic():
        plan = lock(said.section.plan)
        if not who.writes(actor, plan):
            raise NotYours(_("이 일을 할 권한이 없습니다."))
        said = lock(said)
        if (said.resolved_at is not None) == resolved:
            return
        said.resolved_at = timezone.now() if resolved else None
        said.resolved_by = actor if resolved else None
        said.save(update_fields=["resolved_at", "resolved_by"])
        action = "resolve_comment" if resolved else "reopen_comment"
        record(actor, plan, action, plan.state, plan.state, section=said.section.key, comment=said.pk)
