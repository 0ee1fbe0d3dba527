"""The yearly round (연차): its calendar, fields, criteria, budgets and rules. Rules are rows that a person edits."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.amounts import KrwFormField
from sanghyeop.ground.ledger.accounts import Category
from sanghyeop.ground.parties.models import City, District, Named, Organisation
from sanghyeop.ground.rulebook.models import Source

#: Largest amount of won that a form takes: a hundred trillion, more than the city's whole budget.
LARGEST_KRW = 100_000_000_000_000


class Kind(models.TextChoices):
    """New and continuing projects are judged apart in the same round."""

    NEW = "new", _("신규")
    CONTINUING = "continuing", _("계속")


class Grade(models.TextChoices):
    """What the interim evaluation says of a project's year."""

    EXCELLENT = "excellent", _("우수")
    GOOD = "good", _("양호")
    FAIR = "fair", _("보통")
    POOR = "poor", _("미흡")


class KrwField(models.BigIntegerField):
    """Integer won, never negative, never absurd."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("validators", [MinValueValidator(0), MaxValueValidator(LARGEST_KRW)])
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **({"form_class": KrwFormField} | kwargs))


class CountField(models.PositiveSmallIntegerField):
    """How many may be: one or more, and no more than a person would mean."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("validators", [MinValueValidator(1), MaxValueValidator(9999)])
        super().__init__(*args, **kwargs)


class PercentField(models.DecimalField):
    """A share in per cent, 0 to 100, exact to a hundredth."""

    def __init__(self, *args, **kwargs):
        kwargs |= {"max_digits": 5, "decimal_places": 2}
        kwargs.setdefault("validators", [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))])
        super().__init__(*args, **kwargs)


class Round(Named):
    """One call of one year. ``record`` rounds were published before this software and are only shown."""

    class State(models.TextChoices):
        DRAFT = "draft", _("준비")
        OPEN = "open", _("공모")
        REVIEW = "review", _("심사")
        SELECTION = "selection", _("선정")
        PUBLISHED = "published", _("발표")
        CLOSED = "closed", _("종료")

    class Call(models.TextChoices):
        MAIN = "main", _("정기 공모")
        SUPPLEMENTARY = "supplementary", _("추가 공모")

    class Combine(models.TextChoices):
        MEAN = "mean", _("평균")
        MEDIAN = "median", _("중앙값")

    city = models.ForeignKey(City, models.PROTECT, related_name="rounds")
    year = models.PositiveSmallIntegerField(_("연도"), validators=[MinValueValidator(2017), MaxValueValidator(2100)])
    call = models.CharField(_("공모 종류"), max_length=20, choices=Call, default=Call.MAIN)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    record = models.BooleanField(default=False, editable=False)
    example = models.BooleanField(_("예시"), default=False, editable=False)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    purpose = models.TextField(_("공모 목적"), blank=True, max_length=5000)
    purpose_en = models.TextField(_("공모 목적(영문)"), blank=True, max_length=5000)
    city_budget_krw = KrwField(_("시비 예산(원)"), default=0)

    # Rules of the call. Empty means: no such limit.
    max_years = models.PositiveSmallIntegerField(
        _("최대 지원 연수"), default=2, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    project_max_krw = KrwField(_("사업당 연간 시비 한도(원)"), null=True, blank=True)
    projects_per_district = CountField(_("자치구당 선정 한도(개)"), null=True, blank=True)
    plans_per_district = CountField(_("자치구당 신청 한도(개)"), null=True, blank=True)
    district_share_min = PercentField(_("자치구 부담 하한(%)"), null=True, blank=True)

    # Rules of the panel.
    reviews_per_plan = models.PositiveSmallIntegerField(
        _("계획서당 심사위원 수(명)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    reviewer_load = models.PositiveSmallIntegerField(
        _("심사위원당 최대 계획서(건)"), default=20, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    quorum = models.PositiveSmallIntegerField(
        _("점수 확정에 필요한 최소 심사표(건)"), default=2, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    drop_extremes_from = models.PositiveSmallIntegerField(
        _("최고·최저점 제외를 시작하는 심사표 수(건)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(3), MaxValueValidator(20)],
    )
    combine = models.CharField(_("점수 합산"), max_length=10, choices=Combine, default=Combine.MEAN)
    pass_points = models.DecimalField(
        _("최저 합격점"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
    )
    bonus_cap = models.DecimalField(
        _("가점 한도"), max_digits=5, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    #: Keys in order: "criterion:<id>", "jobs", "city_krw", "district_share", "earlier".
    tie_breaks = models.JSONField(_("동점 처리 순서"), default=list, blank=True)

    # Rules of the portfolio.
    projects_max = CountField(_("선정 사업 수 한도(개)"), null=True, blank=True)
    districts_min = CountField(_("참여 자치구 하한(곳)"), null=True, blank=True)
    weight_score = models.DecimalField(
        _("점수 가중치"), max_digits=6, decimal_places=3, default=Decimal(1), validators=[MinValueValidator(0)]
    )
    weight_jobs = models.DecimalField(
        _("일자리 가중치"), max_digits=6, decimal_places=3, default=Decimal(0), validators=[MinValueValidator(0)]
    )

    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)  # counts edits: two tabs find each other out

    class Meta:
        ordering = ("-year", "call")
        constraints = [
            models.UniqueConstraint(fields=["city", "year"], condition=Q(call="main"), name="one_main_round_a_year"),
            models.CheckConstraint(condition=Q(city_budget_krw__gte=0), name="round_budget_not_negative"),
            models.CheckConstraint(condition=Q(quorum__lte=F("reviews_per_plan")), name="quorum_can_be_reached"),
            models.CheckConstraint(
                condition=Q(weight_score__gte=0, weight_jobs__gte=0) & ~Q(weight_score=0, weight_jobs=0),
                name="something_has_weight",
            ),
        ]


class Period(models.Model):
    """One step of a round's calendar, from its opening to its deadline."""

    class Step(models.TextChoices):
        IDEAS = "ideas", _("아이디어 접수")
        PLANS = "plans", _("계획서 접수")
        REVIEW = "review", _("심사")
        SELECTION = "selection", _("선정")
        START = "start", _("사업 기간")

    round = models.ForeignKey(Round, models.CASCADE, related_name="periods")
    step = models.CharField(max_length=20, choices=Step)
    opens_at = models.DateTimeField(_("시작"))
    closes_at = models.DateTimeField(_("마감"))

    class Meta:
        ordering = ("opens_at",)
        constraints = [
            models.UniqueConstraint(fields=["round", "step"], name="one_period_per_step"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="period_ends_after_start"),
        ]


class RoundField(Named):
    """A field (분야) of a round, with the number of projects that it must and may have."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="fields")
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    projects_min = CountField(_("선정 하한(개)"), null=True, blank=True)
    projects_max = CountField(_("선정 상한(개)"), null=True, blank=True)

    class Meta:
        ordering = ("order", "id")
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="one_field_per_code"),
            models.CheckConstraint(
                condition=Q(projects_min__isnull=True)
                | Q(projects_max__isnull=True)
                | Q(projects_min__lte=F("projects_max")),
                name="field_min_up_to_max",
            ),
        ]


class Criterion(Named):
    """What a reviewer gives points for."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="criteria")
    kind = models.CharField(_("사업 종류"), max_length=20, choices=Kind, default=Kind.NEW)
    order = models.PositiveSmallIntegerField(default=0)
    points = models.PositiveSmallIntegerField(_("배점"), validators=[MinValueValidator(1), MaxValueValidator(1000)])
    pass_points = models.PositiveSmallIntegerField(
        _("과락 기준(점)"), null=True, blank=True, validators=[MaxValueValidator(1000)]
    )
    guidance = models.TextField(_("심사 기준"), blank=True, max_length=2000)
    guidance_en = models.TextField(_("심사 기준(영문)"), blank=True, max_length=2000)

    class Meta:
        ordering = ("kind", "order", "id")
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=1), name="criterion_has_points"),
            models.CheckConstraint(
                condition=Q(pass_points__isnull=True) | Q(pass_points__lte=F("points")), name="pass_mark_up_to_points"
            ),
        ]


class Bonus(Named):
    """Bonus points (가점) that a plan gets with evidence."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="bonuses")
    order = models.PositiveSmallIntegerField(default=0)
    points = models.DecimalField(
        _("가점"), max_digits=5, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )

    class Meta:
        ordering = ("order", "id")


class DistrictBudget(models.Model):
    """What a district can put into the round; a district without a row has no ceiling."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="district_budgets")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    amount_krw = KrwField(_("구비 예산(원)"))

    class Meta:
        ordering = ("district__code",)
        constraints = [
            models.UniqueConstraint(fields=["round", "district"], name="one_budget_per_district"),
            models.CheckConstraint(condition=Q(amount_krw__gte=0), name="district_budget_not_negative"),
        ]


class CategoryShare(models.Model):
    """Allowed share of a cost category in a plan's whole budget."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="category_shares")
    category = models.CharField(max_length=20, choices=Category)
    share_min = PercentField(_("하한(%)"), null=True, blank=True)
    share_max = PercentField(_("상한(%)"), null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["round", "category"], name="one_share_per_category"),
            models.CheckConstraint(
                condition=Q(share_min__isnull=True) | Q(share_max__isnull=True) | Q(share_min__lte=F("share_max")),
                name="share_min_up_to_max",
            ),
        ]


class EligibleKind(models.Model):
    """A kind of organisation that may apply together with a district."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="eligible_kinds")
    organisation_kind = models.CharField(_("신청할 수 있는 단체"), max_length=20, choices=Organisation.Kind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "organisation_kind"], name="one_row_per_kind")]


class GradeRule(models.Model):
    """What a continuing project's first-year grade means for its plan in this round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="grade_rules")
    grade = models.CharField(max_length=20, choices=Grade)
    may_continue = models.BooleanField(_("계속 신청 가능"), default=True)
    bonus_points = models.DecimalField(
        _("가점"), max_digits=5, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)]
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "grade"], name="one_rule_per_grade")]


class PublishedTotal(Named):
    """A figure that was published as a total only; shown as published, never spread over projects.

    The name says what is counted. Of a total over several rounds ``first_round`` is the first and ``round`` the
    last; one with ``district`` speaks of that district's projects of the round.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="published_totals")
    first_round = models.ForeignKey(Round, models.CASCADE, null=True, blank=True, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    figure = models.SlugField(max_length=40)  # projects, districts, jobs, jobs_target, budget, budget_city, …
    value = models.BigIntegerField(validators=[MinValueValidator(0)])
    unit = models.CharField(max_length=20)  # KRW, jobs, projects, districts
    approximate = models.BooleanField(default=False)  # published as "about"
    until = models.DateField(null=True, blank=True)  # what was counted up to that day only
    note = models.CharField(max_length=300, blank=True)
    sources = models.ManyToManyField(Source, related_name="published_totals")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                "round", "figure", Coalesce("first_round", 0), Coalesce("district", 0), name="one_published_total"
            )
        ]


class PublishedDate(Named):
    """A day in the life of a round that ran before this software, as published. The name says what happened."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="published_dates")
    on = models.DateField()
    source = models.ForeignKey(Source, models.PROTECT, related_name="published_dates")

    class Meta:
        ordering = ("on", "id")
