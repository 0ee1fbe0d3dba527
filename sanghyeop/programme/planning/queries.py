"""Reads that pages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Purse
from sanghyeop.ground.notices.tasks import Task
from sanghyeop.ground.rulebook.models import Rate
from sanghyeop.programme.planning import content as contents
from sanghyeop.programme.planning.budget import lines_of, posts_of
from sanghyeop.programme.planning.models import (
    BudgetLine,
    MonthForecast,
    Party,
    Plan,
    Position,
    Receipt,
    Section,
    SectionComment,
    SectionTemplate,
    Signature,
)
from sanghyeop.programme.planning.rules import Check, Facts, Limits, check
from sanghyeop.programme.rounds.closing import why_closed_between
from sanghyeop.programme.rounds.models import CategoryShare, DistrictBudget, Period, Round

#: The year of support that a round's budgets pay for; later years are asked for again.
FIRST_YEAR = 1


def summed(rows: QuerySet, column: str) -> Coalesce:
    """A column's sum over a plan's rows of the first year, as a subquery; 0 where there is none."""
    per_plan = rows.filter(plan=OuterRef("pk"), year=FIRST_YEAR).order_by().values("plan").annotate(total=Sum(column))
    return Coalesce(Subquery(per_plan.values("total"), output_field=BigIntegerField()), Value(0))


#: The totals of a plan's first year, each as a subquery.
TOTALS = {
    "jobs": summed(Position.objects.all(), "number"),
    **{
        f"{purse}_krw": summed(BudgetLine.objects.filter(purse=purse), "amount_krw")
        for purse in (Purse.CITY.value, Purse.DISTRICT.value, Purse.OWN.value)
    },
}


def with_totals(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Plans with ``jobs`` (people), ``city_krw``, ``district_krw`` and ``own_krw`` of their first year.

    No query of its own; the sums are part of the one that reads the plans.
    """
    return plans.annotate(**TOTALS)


def visible_to(user: Any) -> QuerySet[Plan]:
    """The plans that a person may read as one of their three parties. One query when read."""
    roles = user.roles
    cities = {o.city_id for o in roles.organisations("city_officer")}
    return Plan.objects.filter(
        Q(round__city__in=cities)
        | Q(district__in=roles.officer_districts())
        | Q(organisation__in=roles.member_organisations())
    )


def templates_of(round_: Round, kind: str) -> QuerySet[SectionTemplate]:
    """The sections that plans of a kind are made of, in order. One query when read."""
    return SectionTemplate.objects.filter(round=round_, kind=kind).order_by("order", "id")


#: The minimum wage of the round's year: one for the whole country, so no scope is looked at.
MINIMUM_WAGE = (
    Rate.objects.filter(key="wage.minimum_hour", scope="", valid_from__year__lte=OuterRef("round__year"))
    .filter(Q(valid_to__isnull=True) | Q(valid_to__year__gte=OuterRef("round__year")))
    .order_by("-valid_from")
)
#: At most one row each: a round has one period of plans, a district one budget in it, a plan one receipt in force.
CEILING = DistrictBudget.objects.filter(round=OuterRef("round"), district=OuterRef("district")).order_by()
#: What a page says about a plan beside its rows. Made once: to put these together takes as long as to run them.
CONTEXT = {
    "opens_at": F("plans_step__opens_at"),
    "closes_at": F("plans_step__closes_at"),
    "ceiling_krw": Subquery(CEILING.values("amount_krw")),
    "minimum_wage": Subquery(MINIMUM_WAGE.values("value")[:1]),
    "receipt_number": F("in_force__number"),
}


def with_context(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Plans with all that a page says about them beside their rows: names, the deadline, the district's ceiling,
    the minimum wage and the receipt in force. No query of its own."""
    named = plans.select_related("round", "district", "organisation", "field", "idea", "continues")
    return named.annotate(
        plans_step=FilteredRelation("round__periods", condition=Q(round__periods__step=Period.Step.PLANS)),
        in_force=FilteredRelation("receipts", condition=Q(receipts__withdrawn_at=None)),
    ).annotate(**CONTEXT)


@dataclass
class Standing:
    """How a plan stands now: its rows, content, hash, signatures and the round's rules against it."""

    plan: Any
    sections: list[Section]
    positions: list[Position]
    budget_lines: list[BudgetLine]
    signatures: dict[str, Signature]  # by party, not cleared
    shares: list[CategoryShare]

    @cached_property
    def forecasts(self) -> list[MonthForecast]:
        """One query, for who looks at the forecast or needs the whole content."""
        return list(self.plan.forecasts.all())

    @cached_property
    def content(self) -> contents.Content:
        return contents.content_of(self.plan, self)

    @cached_property
    def content_hash(self) -> str:
        return contents.hash_of(self.content)

    @cached_property
    def checks(self) -> list[Check]:
        return check(
            Facts(
                years=self.plan.years,
                posts=posts_of(self.positions),
                lines=lines_of(self.budget_lines),
                unwritten=[_(section.title) for section in self.sections if not section.body.strip()],
            ),
            limits_of(self.plan, self.shares),
        )

    @property
    def table_checks(self) -> list[Check]:
        """The checks that look at the tables."""
        return [row for row in self.checks if row.rule != "sections"]

    def signed(self, party: str) -> bool:
        """Whether a party's signature stands under the content as it is now. Nothing can have changed since in a plan
        with a receipt in force, which the database keeps as it is: its content need not be hashed again."""
        signature = self.signatures.get(party)
        frozen = self.plan.receipt_number is not None
        return signature is not None and (frozen or signature.content_hash == self.content_hash)

    @cached_property
    def closed(self) -> str | None:
        """Why the plan may not be handed in at this moment as far as the calendar goes, or None."""
        return why_closed_between(self.plan.round, Period.Step.PLANS, self.plan.opens_at, self.plan.closes_at)

    @property
    def is_open(self) -> bool:
        return self.closed is None

    def reasons(self) -> list[str]:
        """Why the plan cannot be submitted now; empty when it can (but for the district's limit of plans)."""
        found = []
        if self.closed:
            found.append(_("%(reason)s 계획서는 초안으로 남아 있습니다.") % {"reason": self.closed})
        found += [_("공모 규칙에 맞지 않습니다: %(rule)s") % {"rule": row.label} for row in self.checks if row.stops]
        missing = [str(party.label) for party in Party if not self.signed(party)]
        if missing:
            found.append(_("아직 서명하지 않은 기관: %(parties)s") % {"parties": ", ".join(missing)})
        return found


def limits_of(plan: Any, shares: list[CategoryShare]) -> Limits:
    """The round's rules as far as a plan with its context is measured by them."""
    return Limits(
        max_years=plan.round.max_years,
        project_max_krw=plan.round.project_max_krw,
        district_share_min=plan.round.district_share_min,
        shares={row.category: (row.share_min, row.share_max) for row in shares},
        district_ceiling_krw=plan.ceiling_krw,
        minimum_wage_krw=plan.minimum_wage,
        wage_year=plan.round.year,
    )


def standing(plan: Plan, rules: bool = True) -> Standing:
    """How a plan stands now, with or without the round's rules.

    Six queries, and one when its content is looked at; one less for a plan that has its context already, one less
    without the rules.
    """
    if not hasattr(plan, "minimum_wage"):
        plan = with_context(Plan.objects.all()).get(pk=plan.pk)
    return Standing(
        plan=plan,
        sections=list(
            plan.sections.annotate(
                open_comments=Count("comments", filter=Q(comments__resolved_at=None))
            ).select_related("edited_by")
        ),
        positions=list(plan.positions.all()),
        budget_lines=list(plan.budget_lines.all()),
        signatures={s.party: s for s in plan.signatures.filter(cleared_at=None).select_related("by")},
        shares=list(CategoryShare.objects.filter(round=plan.round_id)) if rules else [],
    )


def tables_of(plan: Plan) -> Standing:
    """How the tables of a plan with its context stand, without its texts and signatures. Three queries."""
    return Standing(
        plan=plan,
        sections=[],
        positions=list(plan.positions.all()),
        budget_lines=list(plan.budget_lines.all()),
        signatures={},
        shares=list(CategoryShare.objects.filter(round=plan.round_id)),
    )


def comments_of(section: Section) -> QuerySet[SectionComment]:
    """What was said about a section. One query when read."""
    return section.comments.select_related("by", "resolved_by")


def tasks_for(user: Any) -> list[Task]:
    """What waits for this person here: drafts to sign, drafts to write. One query."""
    if not user.roles.memberships:
        return []
    from sanghyeop.programme.rounds.queries import rounds_open_for

    drafts = visible_to(user).filter(state=Plan.State.DRAFT, round__in=rounds_open_for(Period.Step.PLANS))
    signing = Signature.objects.filter(cleared_at=None, plan=OuterRef("pk"))
    others = signing.exclude(by=user).values("plan").annotate(n=Count("pk")).values("n")
    mine = signing.filter(by=user).values("plan").annotate(n=Count("pk")).values("n")
    rows = drafts.annotate(others=Coalesce(Subquery(others), Value(0)), mine=Coalesce(Subquery(mine), Value(0)))
    found = rows.aggregate(
        to_sign=Count("pk", filter=Q(others__gt=0, mine=0)), to_write=Count("pk", filter=Q(others=0, mine=0))
    )
    url = reverse("planning:list") + "?round=all&state=draft"
    tasks = []
    if found["to_sign"]:
        tasks.append(Task(_("다른 기관이 서명한 계획서에 서명하기"), url, count=found["to_sign"]))
    if found["to_write"]:
        tasks.append(Task(_("계획서 이어 쓰기"), url, count=found["to_write"]))
    return tasks


def last_signed(plan: Plan, parties: list[Party]) -> Any:
    """The content that one of these parties signed last, None when none has. One query."""
    signatures = Signature.objects.filter(plan=plan, party__in=parties).order_by("-id").values("content_hash")[:1]
    return plan.signed_contents.filter(content_hash=Subquery(signatures)).first()


def signatures_under(plan: Plan, receipt: Receipt) -> list[Signature]:
    """The three signatures that stood under a receipt's content when it was submitted. One query."""
    found = plan.signatures.filter(content_hash=receipt.content_hash, at__lte=receipt.at).select_related("by")
    return list({s.party: s for s in found.order_by("id")}.values())
