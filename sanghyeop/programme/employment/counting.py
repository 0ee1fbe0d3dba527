"""The count of jobs (일자리 수): people and full-time equivalents from contracts and pay, indirect jobs and trainees
apart, and what a vacancy leaves.

- *Direct*: people with a signed contract; someone with two contracts of a group counts once in it.
- *Full-time equivalent*: months of 40 hours a week. Contracted: hours of the contract over its days so far; worked:
  paid hours of work, leave and holidays on the payslips.
- *Job-months*: planned are a post's people times months, filled the contracts' days, worked the payslips with work.

What was published for the rounds before this software is a record of its own and is never added here.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from sanghyeop.engines.payroll import NoRate, Table, age_on, outlook, terms_of
from sanghyeop.engines.payroll.insurance import WEEKS_A_MONTH
from sanghyeop.programme.employment.models import Contract, IndirectJobs, PayLine
from sanghyeop.programme.hiring.models import Application, Post, Trainee
from sanghyeop.programme.projects.models import Project

FULL_MONTH = 40 * 60 * WEEKS_A_MONTH  # minutes of a full-time month
DAYS_A_MONTH = Fraction(365, 12)
PAID_TIME = ("base", "leave", "public_holiday")
#: Classes of age for the statistics: label and last year of it.
AGES = ((_("29세까지"), 29), (_("30~39세"), 39), (_("40~49세"), 49), (_("50~64세"), 64), (_("65세부터"), 200))
BY = {
    "round": _("연차"),
    "district": _("자치구"),
    "field": _("분야"),
    "age": _("나이"),
    "sex": _("성별"),
}
NOT_TOLD = _("밝히지 않음")


@dataclass
class Jobs:
    """One row of the count."""

    label: Any
    people: set[int] = field(default_factory=set)
    contracted: Fraction = Fraction(0)
    worked: Fraction = Fraction(0)
    indirect: int = 0
    trainees: set[int] = field(default_factory=set)

    @property
    def direct(self) -> int:
        return len(self.people)

    @property
    def training(self) -> int:
        return len(self.trainees)

    @property
    def contracted_months(self) -> Decimal:
        return tenths(self.contracted)

    @property
    def worked_months(self) -> Decimal:
        return tenths(self.worked)


def tenths(value: Fraction) -> Decimal:
    """Rounded half up to a tenth."""
    return Decimal((20 * value.numerator + value.denominator) // (2 * value.denominator)) / 10


def age_class(born_on: datetime.date, on: datetime.date) -> Any:
    years = age_on(born_on, on)
    return next(label for label, last in AGES if years <= last)


def sex_label(code: str) -> Any:
    return dict(Application.Sex.choices).get(code, NOT_TOLD)


def months_between(since: datetime.date, until: datetime.date) -> Fraction:
    """Average months of the days from ``since`` to ``until``, both counted; none if they run backwards."""
    return max(Fraction((until - since).days + 1), Fraction(0)) / DAYS_A_MONTH


def count_jobs(projects: QuerySet[Project], by: str, today: datetime.date) -> tuple[list[Jobs], Jobs]:
    """Rows by ``BY`` and the whole. Four queries."""
    inside = {"post__project__in": projects.values("pk")}
    contracts: Any = list(
        Contract.objects.filter(state=Contract.State.SIGNED, **inside).values(
            "pk", "person_id", "pattern", "starts_on", "ends_on", "born_on", "sex", "post__project__round__year",
            "post__project__round__name", "post__project__district__name", "post__project__field__name",
        )
    )  # fmt: skip
    minutes = dict(
        PayLine.objects.filter(rule__in=PAID_TIME, payslip__month__project__in=projects.values("pk"))
        .order_by()
        .values_list("payslip__contract")
        .annotate(total=Sum("minutes"))
    )
    place = {
        "round": lambda row, path: (row[f"{path}round__year"], row[f"{path}round__name"]),
        "district": lambda row, path: row[f"{path}district__name"] or NOT_TOLD,
        "field": lambda row, path: row[f"{path}field__name"] or NOT_TOLD,
    }
    rows: dict[Any, Jobs] = {}
    whole = Jobs(_("모두"))

    def put(label: Any) -> list[Jobs]:
        name = label[1] if isinstance(label, tuple) else label
        return [rows.setdefault(str(label), Jobs(name)), whole]

    for row in contracts:
        months = months_between(row["starts_on"], min(row["ends_on"], today))
        contracted = months * sum(row["pattern"]) * WEEKS_A_MONTH / FULL_MONTH
        worked = Fraction(minutes.get(row["pk"]) or 0) / FULL_MONTH
        for jobs in put(label_of(row, by, place, "post__project__", row["starts_on"])):
            jobs.people.add(row["person_id"])
            jobs.contracted += contracted
            jobs.worked += worked
    trainees: Any = Trainee.objects.filter(training__project__in=projects.values("pk")).values(
        "person_id", "application__born_on", "application__sex", "training__project__round__year",
        "training__project__round__name", "training__project__district__name", "training__project__field__name",
    )  # fmt: skip
    for row in trainees:
        facts = row | {"born_on": row["application__born_on"], "sex": row["application__sex"]}
        for jobs in put(label_of(facts, by, place, "training__project__", today)):
            jobs.trainees.add(row["person_id"])
    if by in place:
        indirect: Any = IndirectJobs.objects.filter(project__in=projects.values("pk"), taken_back_at=None).values(
            "people", "project__round__year", "project__round__name", "project__district__name", "project__field__name"
        )
        for row in indirect:
            for jobs in put(place[by](row, "project__")):
                jobs.indirect += row["people"]
    return [rows[key] for key in sorted(rows)], whole


def label_of(
    row: dict[str, Any], by: str, place: dict[str, Callable[[dict, str], Any]], path: str, on: datetime.date
) -> Any:
    if by == "age":
        return age_class(row["born_on"], on)
    if by == "sex":
        return sex_label(row["sex"])
    return place[by](row, path)


# ---------------------------------------------------------------- vacancies


@dataclass(frozen=True)
class Vacancy:
    """A post with what was planned, filled and worked, in job-months, and what the empty ones leave in won."""

    post: Post
    planned: int
    filled: Decimal
    worked: int
    free_seats: int
    left_krw: int | None  # None: a rate of the year is missing

    @property
    def unfilled(self) -> Decimal:
        return max(Decimal(self.planned) - self.filled, Decimal(0))


def vacancies(posts: Iterable[Post], table: Table, today: datetime.date) -> list[Vacancy]:
    """The posts of a page. Two queries."""
    posts = list(posts)
    keys = [post.pk for post in posts]
    contracts = defaultdict(list)
    signed = Contract.objects.filter(post__in=keys, state=Contract.State.SIGNED)
    for key, since, until in signed.values_list("post", "starts_on", "ends_on"):
        contracts[key].append((since, until))
    worked = worked_months(keys)
    found = []
    for post in posts:
        planned = post.quota * post.months
        filled = tenths(sum((months_between(*days) for days in contracts[post.pk]), Fraction(0)))
        now = sum(since <= today <= until or since > today for since, until in contracts[post.pk])
        cost = month_cost(post, table, today)
        unfilled = max(Decimal(planned) - filled, Decimal(0))
        left = None if cost is None else int(unfilled * cost)
        found.append(Vacancy(post, planned, filled, worked.get(post.pk, 0), max(0, post.quota - now), left))
    return found


def worked_months(posts: Iterable[int]) -> dict[int, int]:
    """Payslips with work by post. One query."""
    rows = PayLine.objects.filter(payslip__contract__post__in=list(posts), rule="base").order_by()
    counts: dict[int, set[int]] = defaultdict(set)
    for post, slip in rows.values_list("payslip__contract__post", "payslip").distinct():
        counts[post].add(slip)
    return {post: len(slips) for post, slips in counts.items()}


def month_cost(post: Post, table: Table, today: datetime.date) -> int | None:
    """What an average month of a post costs the project, for somebody who is insured in everything."""
    start = post.starts_on or today.replace(day=1)
    birth = start.replace(year=start.year - 40, day=1)
    terms = terms_of(Fraction(post.hours_a_week), post.wage_an_hour_krw, start, max(post.months, 1), birth)
    try:
        return outlook(terms, table).pay.employer_cost
    except NoRate:
        return None
