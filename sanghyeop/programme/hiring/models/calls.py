"""When posts are offered, and by which rules people are taken."""

from __future__ import annotations

import secrets
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.parties.models import District
from sanghyeop.ground.rulebook.models import Source
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round


class Rule(models.Model):
    """One rule of a round about who may take part and who comes first (참여 자격·배점).

    ``code`` and ``value`` mean what ``kind`` says (see ``rules.py``); ``points`` are given where it holds. In force
    from ``valid_from`` to ``valid_to`` (empty: for the whole round), as its source says.
    """

    class Kind(models.TextChoices):
        AGE_MIN = "age_min", _("나이 하한(만)")
        AGE_MAX = "age_max", _("나이 상한(만)")
        RESIDENCE = "residence", _("사는 곳")
        INCOME_MAX = "income_max", _("소득 상한(기준중위소득 %)")
        PROPERTY_MAX = "property_max", _("재산 상한(원)")
        UNEMPLOYED = "unemployed", _("일자리가 없는 사람")
        EXCLUDED = "excluded", _("받고 있으면 참여할 수 없는 급여")
        REPEAT_MAX = "repeat_max", _("반복 참여 한도(회)")
        SIMULTANEOUS = "simultaneous", _("다른 공공일자리와 중복 참여 금지")
        BASE_POINTS = "base_points", _("기본 점수")
        GROUP_POINTS = "group_points", _("우선 대상 점수")
        INCOME_POINTS = "income_points", _("소득 구간 점수(기준중위소득 % 이하)")
        HEAD_POINTS = "head_points", _("세대주 점수")
        DEPENDANT_POINTS = "dependant_points", _("부양가족 점수(1명마다, 값은 최대 인원)")
        REPEAT_POINTS = "repeat_points", _("지난 참여 1회마다 점수(감점은 빼기표)")
        SUITABILITY = "suitability", _("직무 적합도 최고점")
        TRAINING_RATE = "training_rate", _("교육 수료에 필요한 출석률(%)")

    round = models.ForeignKey(Round, models.CASCADE, related_name="participant_rules")
    kind = models.CharField(_("규칙"), max_length=20, choices=Kind)
    code = models.CharField(_("대상"), max_length=30, blank=True)
    value = models.DecimalField(_("값"), max_digits=14, decimal_places=2, null=True, blank=True)
    value_to = models.DecimalField(_("값의 끝"), max_digits=14, decimal_places=2, null=True, blank=True)
    over_years = models.PositiveSmallIntegerField(_("최근 몇 해 동안"), null=True, blank=True)
    points = models.DecimalField(_("점수"), max_digits=6, decimal_places=2, default=Decimal(0))
    valid_from = models.DateField(_("적용 시작"), null=True, blank=True)
    valid_to = models.DateField(_("적용 끝"), null=True, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    basis = models.CharField(_("근거"), max_length=300, blank=True)  # the rule's source in words

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="participant_rule_ends_after_start",
            )
        ]


def new_secret() -> str:
    return secrets.token_hex(32)


class Intake(models.Model):
    """Calls that are decided together (모집 회차): one deadline, one application a person, one placement.

    ``lottery_secret`` is drawn when the intake is made; its hash is published with the call and the secret with the
    result, so that nobody can choose the lottery's seed (see ``lottery.py``).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("준비")
        OPEN = "open", _("모집")
        PLACED = "placed", _("배치 결과 확인 중")
        ANNOUNCED = "announced", _("결과 발표")
        CLOSED = "closed", _("종료")

    round = models.ForeignKey(Round, models.PROTECT, related_name="intakes")
    district = models.ForeignKey(District, models.PROTECT, related_name="intakes", verbose_name=_("자치구"))
    name = models.CharField(_("모집 회차 이름"), max_length=100)
    opens_at = models.DateTimeField(_("접수 시작"))
    closes_at = models.DateTimeField(_("접수 마감"))
    answer_days = models.PositiveSmallIntegerField(
        _("합격한 뒤 답할 수 있는 날수"), default=3, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    most_choices = models.PositiveSmallIntegerField(
        _("한 사람이 고를 수 있는 자리 수"), default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    lottery_secret = models.CharField(max_length=64, default=new_secret, editable=False)
    example = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-closes_at", "-id")
        indexes = [models.Index(fields=["state", "closes_at"])]
        constraints = [models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="intake_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class Call(models.Model):
    """The call for a project's participants (모집 공고) within an intake."""

    class State(models.TextChoices):
        DRAFT = "draft", _("작성 중")
        PUBLISHED = "published", _("공고")
        WITHDRAWN = "withdrawn", _("취소")

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="calls", verbose_name=_("모집 회차"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="calls")
    title = models.CharField(_("공고 제목"), max_length=100)
    text = models.TextField(_("알리는 말"), max_length=5000)
    place = models.CharField(_("일하는 곳"), max_length=200)
    papers = models.TextField(_("낼 서류"), max_length=1000, blank=True)
    contact = models.CharField(_("묻는 곳"), max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    example = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["intake", "project"], condition=~Q(state="withdrawn"), name="one_call_per_project_and_intake"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="published_call_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title
