"""Making a round: new, from last year's in one step, or as a supplementary call of the same year."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import NotYours, Refused, record
from sanghyeop.programme.rounds.models import Period, Round
from sanghyeop.programme.rounds.periods import shifted
from sanghyeop.programme.rounds.permissions import cities_of, may_change

#: What a copy takes over. A test holds this list and ``OWN`` complete.
RULES = (
    "city", "example", "purpose", "purpose_en", "city_budget_krw",
    "max_years", "project_max_krw", "projects_per_district", "plans_per_district", "district_share_min",
    "reviews_per_plan", "reviewer_load", "quorum", "drop_extremes_from", "combine", "pass_points", "bonus_cap",
    "tie_breaks", "projects_max", "districts_min", "weight_score", "weight_jobs",
)  # fmt: skip
#: What is every round's own.
OWN = (
    "id", "name", "name_en", "year", "call", "state", "record", "copied_from", "source", "published_at",
    "created_at", "version",
)  # fmt: skip
#: Rows that a copy takes over, by the name of the relation.
ROWS = ("fields", "criteria", "bonuses", "district_budgets", "category_shares", "eligible_kinds", "grade_rules")
#: The same for rules of a round that later rooms keep.
LATER_ROWS = ("participant_rules",)


def create(actor: Any, year: int, call: str, name: str, name_en: str = "", based_on: Round | None = None) -> Round:
    """A new draft, with the rules of ``based_on`` where given.

    The calendar is shifted by the years between; a supplementary call starts with no calendar and no budget,
    since both are its own. Raises ``NotYours`` and ``Refused`` (a second main round of a year).
    """
    if based_on is not None and not may_change(actor, based_on):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    cities = {based_on.city_id} if based_on else cities_of(actor)
    if not cities:
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    made = Round(city_id=min(cities), year=year, call=call, name=name, name_en=name_en, copied_from=based_on)
    refuse_second_main(made)
    try:
        with transaction.atomic():
            if based_on is None:
                made.save()
                record(actor, made, "create", to_state=made.state)
            else:
                _copy_rules(based_on, made)
                record(actor, made, "copy", to_state=made.state, copied_from=based_on.pk, copied_name=str(based_on))
    except IntegrityError:
        refuse_second_main(made)
        raise
    return made


def next_year(actor: Any, last: Round) -> Round:
    """The main round of the year after ``last``, copied in one step."""
    year = last.year + 1
    return create(actor, year, Round.Call.MAIN, _renamed(last.name, last.year), _renamed(last.name_en, last.year), last)


def supplement(actor: Any, main: Round) -> Round:
    """A supplementary call in the year of an existing main round."""
    name_en = f"{main.name_en} (supplementary call)"[:120] if main.name_en else ""
    name = _("%(round)s 추가 공모") % {"round": main.name[:110]}
    return create(actor, main.year, Round.Call.SUPPLEMENTARY, name, name_en, main)


def refuse_second_main(round_: Round) -> None:
    """A year has one main round; raises ``Refused`` for a second one."""
    same = Round.objects.filter(city_id=round_.city_id, year=round_.year, call=Round.Call.MAIN).exclude(pk=round_.pk)
    if round_.call == Round.Call.MAIN and same.exists():
        raise Refused(
            _("%(year)s년에는 이미 정기 공모가 있습니다. 그 연차를 고치거나 추가 공모로 만들어 주세요.")
            % {"year": round_.year}
        )


def _renamed(name: str, year: int) -> str:
    """The name with its year counted on."""
    return name.replace(str(year), str(year + 1))


def _copy_rules(old: Round, new: Round) -> None:
    """Save ``new`` with all the rules of ``old``."""
    for field in RULES:
        setattr(new, field, getattr(old, field))
    supplementary = new.call == Round.Call.SUPPLEMENTARY
    if supplementary:
        new.city_budget_krw = 0
    new.save()
    numbers: dict[int, int] = {}
    for relation in (*ROWS, *LATER_ROWS):
        if supplementary and relation == "district_budgets":
            continue
        rows = list(getattr(old, relation).all())
        old_keys = [row.pk for row in rows]
        for row in rows:
            row.pk, row.round = None, new
        made = rows[0].__class__._default_manager.bulk_create(rows) if rows else []
        if relation == "criteria":
            numbers = dict(zip(old_keys, (row.pk for row in made), strict=True))
    if not supplementary:
        years = new.year - old.year
        Period.objects.bulk_create(
            Period(round=new, step=p.step, opens_at=shifted(p.opens_at, years), closes_at=shifted(p.closes_at, years))
            for p in old.periods.all()
        )
    new.tie_breaks = [_with_new_number(key, numbers) for key in old.tie_breaks]
    new.save(update_fields=["tie_breaks"])


def _with_new_number(key: str, numbers: dict[int, int]) -> str:
    """A tie-break by a criterion names the copy of that criterion."""
    word, _colon, number = key.partition(":")
    return f"{word}:{numbers.get(int(number), number)}" if word == "criterion" else key
