"""Grants in lists: with their money, their pace, what waits in them for whom; and an organisation's history."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Account, Purse
from sanghyeop.ground.ledger.models import Line
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.parties.permissions import Role
from sanghyeop.ground.rulebook.models import Rate
from sanghyeop.programme.funding.burn import AHEAD, LAG, elapsed, pace
from sanghyeop.programme.funding.models import (
    Allotment,
    Change,
    ChangeLine,
    Grant,
    Instalment,
    OperatorCall,
    Signature,
)
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round


def summed(rows: QuerySet, by: str, **only: Any) -> Any:
    """The sum of ``amount_krw`` of rows that belong to the outer row, as a subquery."""
    per = rows.filter(**only).order_by().values(by).annotate(total=Sum("amount_krw"))
    return Coalesce(Subquery(per.values("total"), output_field=BigIntegerField()), Value(0))


def with_money(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Grants with ``budget_krw``, ``paid_krw`` (what came in) and ``spent_krw`` by the books. No query of its own."""
    lines = Line.objects.filter(entry__book=OuterRef("book"))
    return grants.annotate(
        budget_krw=summed(Allotment.objects.all(), "line__grant", line__grant=OuterRef("pk")),
        paid_krw=-summed(lines, "entry__book", account=Account.GRANT),
        spent_krw=summed(lines, "entry__book", account=Account.COST),
    )


def with_grantee(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Grants with ``grantee_krw``: public won of all grants of the same operator in the year. No query of its own."""
    rows = Allotment.objects.filter(purse__in=[Purse.CITY, Purse.DISTRICT])
    return grants.annotate(
        grantee_krw=summed(
            rows,
            "line__grant__operator",
            line__grant__operator=OuterRef("operator"),
            line__grant__project__round__year=OuterRef("project__round__year"),
        )
    )


def to_prepare(user: Any) -> QuerySet[Project]:
    """Published projects whose grant nobody has begun, of the officer's city or district. One query when read."""
    cities = {organisation.city_id for organisation in user.roles.organisations(Role.CITY_OFFICER)}
    mine = Q(round__city__in=cities) | Q(district__in=user.roles.officer_districts())
    published = Q(round__state__in=[Round.State.PUBLISHED, Round.State.CLOSED], round__record=False)
    return Project.objects.filter(mine, published, grant=None, decision_line__isnull=False)


#: Days before its due day from which an instalment is asked for.
SOON = datetime.timedelta(days=14)


def waiting(user: Any) -> dict[str, tuple[Any, Q]]:
    """What can wait for this person in a grant: word → (what to do, which grants). No query."""
    roles = user.roles
    cities = {organisation.city_id for organisation in roles.organisations(Role.CITY_OFFICER)}
    city, district = Q(project__round__city__in=cities), Q(project__district__in=roles.officer_districts())
    operator = Q(operator__in=roles.member_organisations()) | Q(
        operator__kind=Organisation.Kind.DISTRICT, operator__district__in=roles.officer_districts()
    )
    state = Grant.State

    def unsigned(party: str) -> Q:
        return ~Q(Exists(Signature.objects.filter(grant=OuterRef("pk"), party=party)))

    def instalment(**only: Any) -> Q:
        return Q(Exists(Instalment.objects.filter(grant=OuterRef("pk"), **only)))

    moved = ChangeLine.objects.filter(change=OuterRef("pk")).order_by().values("purse")
    of_city = Q(ends_on__isnull=False) | Q(Exists(moved.annotate(total=Sum("amount_krw")).exclude(total=0)))
    asked = Change.objects.filter(grant=OuterRef("pk"), state=Change.State.ASKED).exclude(by=user.pk)
    calls = OperatorCall.objects.filter(grant=OuterRef("pk"), state=OperatorCall.State.OPEN)
    return {
        "decide": (_("교부를 결정하기"), city & Q(state=state.PREPARED)),
        "operator": (
            _("수행기관 정하기"),
            district & Q(operator=None, state__in=[state.PREPARED, state.DECIDED])
            & ~Q(Exists(calls.filter(closes_at__gt=timezone.now()))),
        ),
        "sign": (
            _("협약에 서명하기"),
            Q(state=state.DECIDED, operator__isnull=False)
            & (city & unsigned("city") | district & unsigned("district") | operator & unsigned("operator")),
        ),
        "ask": (
            _("예정일이 다가온 교부를 신청하기"),
            operator & Q(state=state.AGREED) & instalment(state="planned", due_on__lte=timezone.localdate() + SOON),
        ),
        "pay": (_("신청한 교부를 지급하기"), district & instalment(state="asked")),
        "change": (
            _("사업변경 승인하기"),
            city & Q(Exists(asked.filter(of_city))) | district & Q(Exists(asked.exclude(of_city))),
        ),
    }  # fmt: skip


class PaceRules:
    """The thresholds of the spending pace in force on a day, for any place. One query."""

    def __init__(self, on: datetime.date) -> None:
        in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        rows = Rate.objects.filter(in_force, key__in=[AHEAD, LAG], valid_from__lte=on).order_by("valid_from")
        self.rows = {(row.key, row.scope): row for row in rows.select_related("source")}

    def at(self, *scopes: str) -> dict[str, Rate]:
        """The rules of a place; ``scopes`` are codes from wide to narrow."""
        return {key: row for key in (AHEAD, LAG) for scope in ("", *scopes) if (row := self.rows.get((key, scope)))}

    def pace(self, grant: Any, today: datetime.date) -> str:
        """``ahead``, ``lag`` or nothing, of a grant with its money."""
        if grant.state not in (Grant.State.AGREED, Grant.State.SETTLING):
            return ""
        project = grant.project
        codes = [project.round.city.code] if project.round else []
        codes += [project.district.code] if project.district else []
        passed = elapsed(grant.starts_on, grant.ends_on, today)
        return pace(grant.budget_krw, grant.spent_krw, passed, self.at(*codes))


def history_of(organisation: Organisation, since: int) -> QuerySet[Project]:
    """An organisation's projects from a year on, with ``budget_krw`` and ``paid_krw`` where there is a grant.
    One query when read."""
    lines = Line.objects.filter(entry__book=OuterRef("grant__book"), account=Account.GRANT)
    mine = Q(grant__operator=organisation) | Q(grant=None, organisation=organisation)
    return (
        Project.objects.filter(mine, round__year__gte=since)
        .select_related("round", "district", "grant")
        .annotate(
            granted_krw=summed(Allotment.objects.all(), "line__grant", line__grant=OuterRef("grant")),
            paid_krw=-summed(lines, "entry__book"),
        )
        .order_by("-round__year", "id")
    )
