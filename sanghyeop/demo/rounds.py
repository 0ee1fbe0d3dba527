"""The open example round, in which every step can be tried."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.utils import timezone

from sanghyeop.demo.examples import make
from sanghyeop.demo.seoul.read import published
from sanghyeop.ground.parties.models import City, District
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


def load_open_round(city: City, today: datetime.date | None = None) -> tuple[Round, bool]:
    """An example round whose call is open today, with the sums of 2021 (3.5 + 2.5 bn won); whether it is new."""
    today = today or timezone.localdate()
    year = today.year + 1
    found = Round.objects.filter(city=city, year=year, call=Round.Call.MAIN).first()
    if found:
        return found, False
    opened = Round.objects.create(
        city=city,
        year=year,
        name=f"{year}년 시-구 상향적·협력적 일자리창출사업 (예시)",
        name_en=f"Bottom-up Collaborative Jobs Programme {year} (example)",
        state=Round.State.OPEN,
        example=True,
        purpose="주민이 말한 동네의 필요를 시와 자치구, 민간단체가 함께 일자리로 만듭니다.",
        city_budget_krw=3_500_000_000,
        project_max_krw=250_000_000,
        projects_per_district=2,
        district_share_min=Decimal(30),
        reviews_per_plan=3,
        drop_extremes_from=5,
        quorum=2,
        pass_points=Decimal(60),
        bonus_cap=Decimal(5),
        tie_breaks=["jobs", "city_krw", "earlier"],
        projects_max=30,
        districts_min=20,
    )
    start = timezone.make_aware(datetime.datetime.combine(today, datetime.time(9)))
    day = datetime.timedelta(days=1)
    for step, first, last in (
        ("ideas", -60, 20), ("plans", -30, 30), ("review", 31, 50), ("selection", 51, 60), ("start", 90, 455),
    ):  # fmt: skip
        Period.objects.create(round=opened, step=step, opens_at=start + first * day, closes_at=start + last * day)
    for order, field in enumerate(published()["fields"]):
        names = {"name": field["name"], "name_en": field["name_en"]}
        RoundField.objects.create(round=opened, code=field["code"], order=order, **names)
    for kind in Kind:
        for order, facts in enumerate(make.criteria()):
            words = {key: facts[key] for key in ("name", "name_en", "guidance", "guidance_en", "points")}
            Criterion.objects.create(round=opened, kind=kind, order=order, **words)
    Bonus.objects.create(round=opened, name="청년·신중년 채용 비율 50% 이상", name_en="Half youth or midlife", points=3)
    Bonus.objects.create(
        round=opened, name="두 자치구 이상 공동 추진", name_en="Two districts together", points=3, order=1
    )
    for district in District.objects.filter(city=city):
        DistrictBudget.objects.create(round=opened, district=district, amount_krw=100_000_000)
    for category, low, high in (
        (Category.PERSONNEL, 40, None), (Category.OPERATING, None, 50), (Category.INFRASTRUCTURE, None, 30),
    ):  # fmt: skip
        CategoryShare.objects.create(round=opened, category=category, share_min=low, share_max=high)
    for kind_ in ("association", "cooperative", "company", "centre"):
        EligibleKind.objects.create(round=opened, organisation_kind=kind_)
    for grade, may, bonus in (("excellent", True, 3), ("good", True, 1), ("fair", True, 0), ("poor", False, 0)):
        GradeRule.objects.create(round=opened, grade=grade, may_continue=may, bonus_points=bonus)
    return opened, True
