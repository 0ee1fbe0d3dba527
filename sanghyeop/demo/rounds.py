"""The example rounds: last year's with its projects, a supplementary call under review, and the open call."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from itertools import cycle

from django.utils import timezone

from sanghyeop.demo.examples import make
from sanghyeop.demo.seoul.read import published
from sanghyeop.ground.parties.models import City
from sanghyeop.programme.rounds.models import (
    Bonus,
    Category,
    CategoryShare,
    Criterion,
    DistrictBudget,
    EligibleKind,
    GradeRule,
    Kind,
    Period,
    Round,
    RoundField,
)

#: Days from today on which a step of the calendar opens and closes.
Calendar = Mapping[str, tuple[int, int]]
OPEN_CALL: Calendar = {
    "ideas": (-60, 20), "plans": (-30, 30), "review": (31, 50), "selection": (51, 60), "start": (90, 455),
}  # fmt: skip
UNDER_REVIEW: Calendar = {
    "ideas": (-90, -50), "plans": (-60, -2), "review": (-1, 20), "selection": (21, 30), "start": (40, 405),
}  # fmt: skip
LAST_YEAR: Calendar = {
    "ideas": (-480, -430), "plans": (-430, -400), "review": (-399, -380), "selection": (-379, -370),
    "start": (-330, 35),
}  # fmt: skip
#: Districts differ in what they can put in, in per cent of their mean: some have room for two projects, some for one.
DISTRICT_SHARES = (80, 150, 90, 100, 80)
NAME = ("{} 시-구 상향적·협력적 일자리창출사업 (예시)", "Bottom-up Collaborative Jobs Programme {} (example)")


def load_open_round(city: City) -> tuple[Round, bool]:
    """An example round whose call is open today, with the sums of 2021 (3.5 + 2.5 bn won); whether it is new."""
    year = timezone.localdate().year + 1
    names = (NAME[0].format(f"{year}년"), NAME[1].format(year))
    return example_round(city, year, Round.Call.MAIN, names, OPEN_CALL, 3_500_000_000, 100_000_000, (20, 30))


def load_last_year(city: City) -> tuple[Round, bool]:
    """The example round of this year's projects, so that some of them can go on."""
    year = timezone.localdate().year
    names = (NAME[0].format(f"{year}년"), NAME[1].format(year))
    made, new = example_round(city, year, Round.Call.MAIN, names, LAST_YEAR, 3_500_000_000, 100_000_000, (20, 30))
    if new:
        published_at = made.periods.get(step=Period.Step.SELECTION).closes_at
        Round.objects.filter(pk=made.pk).update(state=Round.State.PUBLISHED, published_at=published_at)
        made.refresh_from_db()
    return made, new


def load_supplementary(city: City) -> tuple[Round, bool]:
    """This year's supplementary call; it takes in plans until ``close_intake``."""
    year = timezone.localdate().year
    names = (NAME[0].format(f"{year}년 추가 공모"), NAME[1].format(f"{year}, supplementary call"))
    call = Round.Call.SUPPLEMENTARY
    return example_round(city, year, call, names, OPEN_CALL, 1_000_000_000, 110_000_000, (8, 14))


def close_intake(round_: Round) -> None:
    """Set the calendar as if the deadline for plans had passed two days ago."""
    for step, (opens_at, closes_at) in moments(UNDER_REVIEW).items():
        Period.objects.filter(round=round_, step=step).update(opens_at=opens_at, closes_at=closes_at)


def moments(calendar: Calendar) -> dict[str, tuple[datetime.datetime, datetime.datetime]]:
    """The calendar's steps as moments: from nine in the morning to six in the evening in Seoul."""
    today = timezone.localdate()

    def at(days: int, hour: int) -> datetime.datetime:
        return timezone.make_aware(
            datetime.datetime.combine(today + datetime.timedelta(days=days), datetime.time(hour))
        )

    return {step: (at(first, 9), at(last, 18)) for step, (first, last) in calendar.items()}


def example_round(
    city: City,
    year: int,
    call: str,
    names: tuple[str, str],
    calendar: Calendar,
    city_krw: int,
    district_krw: int,
    size: tuple[int, int],
) -> tuple[Round, bool]:
    """A round with an open call and all its rules; ``size`` is the least number of districts and the most projects."""
    found = Round.objects.filter(city=city, year=year, call=call).first()
    if found:
        return found, False
    opened = Round.objects.create(
        city=city,
        year=year,
        call=call,
        name=names[0],
        name_en=names[1],
        state=Round.State.OPEN,
        example=True,
        purpose="주민이 말한 동네의 필요를 시와 자치구, 민간단체가 함께 일자리로 만듭니다.",
        purpose_en="City, districts and organisations together turn into jobs what residents say their area needs.",
        city_budget_krw=city_krw,
        project_max_krw=250_000_000,
        projects_per_district=2,
        district_share_min=Decimal(30),
        reviews_per_plan=3,
        drop_extremes_from=5,
        quorum=2,
        pass_points=Decimal(60),
        bonus_cap=Decimal(5),
        tie_breaks=["jobs", "city_krw", "earlier"],
        districts_min=size[0],
        projects_max=size[1],
    )
    Period.objects.bulk_create(
        Period(round=opened, step=step, opens_at=opens_at, closes_at=closes_at)
        for step, (opens_at, closes_at) in moments(calendar).items()
    )
    RoundField.objects.bulk_create(
        RoundField(round=opened, code=field["code"], name=field["name"], name_en=field["name_en"], order=order)
        for order, field in enumerate(published()["fields"])
    )
    criteria = [
        {key: facts[key] for key in ("name", "name_en", "guidance", "guidance_en", "points")}
        for facts in make.criteria()
    ]
    Criterion.objects.bulk_create(
        Criterion(round=opened, kind=kind, order=order, **words)
        for kind in Kind
        for order, words in enumerate(criteria)
    )
    Bonus.objects.create(round=opened, name="청년·신중년 채용 비율 50% 이상", name_en="Half youth or midlife", points=3)
    Bonus.objects.create(
        round=opened, name="두 자치구 이상 공동 추진", name_en="Two districts together", points=3, order=1
    )
    DistrictBudget.objects.bulk_create(
        DistrictBudget(round=opened, district=district, amount_krw=district_krw * share // 100)
        for district, share in zip(city.districts.all(), cycle(DISTRICT_SHARES))
    )
    for category, low, high in (
        (Category.PERSONNEL, 40, None), (Category.OPERATING, None, 50), (Category.INFRASTRUCTURE, None, 30),
    ):  # fmt: skip
        CategoryShare.objects.create(round=opened, category=category, share_min=low, share_max=high)
    for kind_ in ("association", "cooperative", "company", "centre"):
        EligibleKind.objects.create(round=opened, organisation_kind=kind_)
    for grade, may, bonus in (("excellent", True, 3), ("good", True, 1), ("fair", True, 0), ("poor", False, 0)):
        GradeRule.objects.create(round=opened, grade=grade, may_continue=may, bonus_points=bonus)
    return opened, True
