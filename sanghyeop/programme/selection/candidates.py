"""What a scenario is chosen from: the round's submitted plans with their money, jobs and scores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import get_language

from sanghyeop.engines.panel import rounded
from sanghyeop.programme.planning.models import Plan, Receipt
from sanghyeop.programme.planning.queries import with_totals
from sanghyeop.programme.review.results import Book, Result
from sanghyeop.programme.rounds.models import Round

#: States of plans that the decision speaks about; after publication they are no longer ‘submitted’.
COMPETED = (Plan.State.SUBMITTED, Plan.State.SELECTED, Plan.State.REJECTED)


@dataclass(frozen=True)
class Candidate:
    """One plan as it goes into a run. ``out``: why it is out before the solver (no_quorum, criterion, points), or
    empty. Amounts are of the first year, ``score`` (the chosen score with bonus points, by which the review ranks) and
    ``sd`` in points with two decimals, ``rank`` among the passed of the same kind."""

    id: int
    number: str
    content_hash: str
    title: str
    district: str  # code
    district_name: str
    field: int
    field_name: str
    organisation: str
    kind: str
    group: str
    jobs: int
    city_krw: int
    district_krw: int
    score: str | None
    sd: str
    rank: int | None
    out: str = ""
    district_name_en: str = ""
    field_name_en: str = ""
    organisation_en: str = ""

    @property
    def in_district(self) -> str:
        """The district's name in the reader's language."""
        return in_language(self.district_name, self.district_name_en)

    @property
    def in_field(self) -> str:
        """The field's name in the reader's language."""
        return in_language(self.field_name, self.field_name_en)

    @property
    def by(self) -> str:
        """The organisation's name in the reader's language."""
        return in_language(self.organisation, self.organisation_en)

    @property
    def label(self) -> str:
        """How a plan is named in a field to pick it: number, title, district."""
        return f"{self.number} {self.title} ({self.in_district})"


def in_language(name: str, name_en: str) -> str:
    return name_en if name_en and get_language() == "en" else name


def receipts_of(plans: list[int]) -> dict[int, Receipt]:
    """Plan → its receipt in force, with the plan; ``plans`` is a list of keys. One query."""
    receipts = Receipt.objects.filter(plan__in=plans, withdrawn_at=None).select_related("plan__district")
    return {receipt.plan_id: receipt for receipt in receipts}


def pickable(round_: Round) -> list[Candidate]:
    """The plans that compete, without their scores: for the fields that name a plan. Two queries."""
    plans = with_totals(Plan.objects.filter(round=round_, state__in=COMPETED))
    plans = plans.select_related("district", "field", "organisation").order_by("id")
    receipts = numbers_of(round_)
    return [candidate(plan, receipts.get(plan.pk), None) for plan in plans]


def numbers_of(round_: Round) -> dict[int, Receipt]:
    """Plan → its receipt without the content. One query."""
    receipts = Receipt.objects.filter(plan__round=round_, withdrawn_at=None).defer("content")
    return {receipt.plan_id: receipt for receipt in receipts}


def candidates_of(round_: Round) -> list[Candidate]:
    """Every plan that competes in a round with its score. Five queries."""
    book, receipts = Book(round_), numbers_of(round_)
    return [candidate(plan, receipts.get(key), book.results.get(key)) for key, plan in book.plans.items()]


def candidate(plan: Any, receipt: Receipt | None, result: Result | None) -> Candidate:
    return Candidate(
        id=plan.pk,
        number=receipt.number if receipt else f"#{plan.pk}",
        content_hash=receipt.content_hash if receipt else "",
        title=plan.title,
        district=plan.district.code,
        district_name=plan.district.name,
        field=plan.field_id,
        field_name=plan.field.name,
        organisation=plan.organisation.name,
        kind=plan.kind,
        group=plan.group,
        jobs=plan.jobs,
        city_krw=plan.city_krw,
        district_krw=plan.district_krw,
        score=points(result.total) if result else None,
        sd=(points(result.sd) if result else None) or "0.00",
        rank=result.rank if result else None,
        out=why_out(result),
        district_name_en=plan.district.name_en,
        field_name_en=plan.field.name_en,
        organisation_en=plan.organisation.name_en,
    )


def points(number: Any) -> str | None:
    """Points with two decimals, as text that JSON keeps exactly."""
    if number is None:
        return None
    return str(rounded(number))


def why_out(result: Result | None) -> str:
    """Why a plan is out before the solver looks at it, as a code; empty for one that competes."""
    if result is None or not result.quorum_met or result.total is None:
        return "no_quorum"
    if result.failed_criteria:
        return "criterion"
    return "" if result.passed else "points"


def hash_of(candidates: Iterable[Candidate]) -> str:
    """SHA-256 of all that a run rests on: receipts, amounts, scores, who is out. Names do not count."""
    names = (
        "district_name", "district_name_en", "field_name", "field_name_en", "organisation", "organisation_en", "title",
    )  # fmt: skip
    rows = [{key: value for key, value in asdict(c).items() if key not in names} for c in candidates]
    return hashlib.sha256(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
