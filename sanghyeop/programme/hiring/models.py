"""Hiring (모집·배치): the posts of a selected project, who applies for them, who gets which.

A call (``Call``) offers a project's posts; calls that are decided together form an intake (``Intake``), within which a
resident sends one application that ranks posts across projects. A placement (``Placement``) is one person's offer of
one post, and what became of it. No resident registration number is kept anywhere.
"""

from __future__ import annotations

import secrets
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.rulebook.models import Rate, Source
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import KrwField, PercentField, Round


class Group(models.TextChoices):
    """Groups that a rule may prefer (취업취약계층), as people declare them."""

    YOUTH = "youth", _("청년")
    MIDLIFE = "midlife", _("신중년")
    SENIOR = "senior", _("고령자")
    LOW_INCOME = "low_income", _("저소득층")
    DISABLED = "disabled", _("장애인")
    CAREER_BREAK = "career_break", _("경력보유여성")
    LONG_UNEMPLOYED = "long_unemployed", _("6개월 이상 실직자")
    SINGLE_PARENT = "single_parent", _("한부모가족")
    MULTICULTURAL = "multicultural", _("결혼이민자·다문화가족")
    VETERAN = "veteran", _("보훈대상자")
    DEFECTOR = "defector", _("북한이탈주민")


class Post(models.Model):
    """A job of a selected project (직무), made from a position of its plan. ``quota`` people for ``months`` months."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="posts")
    year = models.PositiveSmallIntegerField(_("차수"), default=1, validators=[MinValueValidator(1)])
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("직무"), max_length=60)
    quota = models.PositiveSmallIntegerField(_("인원(명)"), validators=[MinValueValidator(1), MaxValueValidator(1000)])
    months = models.PositiveSmallIntegerField(_("개월"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    hours_a_week = models.DecimalField(
        _("주당 시간"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(52))],
    )
    wage_an_hour_krw = KrwField(_("시급(원)"))
    starts_on = models.DateField(_("일하기 시작하는 날"), null=True, blank=True)
    ends_on = models.DateField(_("끝나는 날"), null=True, blank=True)
    place = models.CharField(_("일하는 곳"), max_length=200, blank=True)
    duties = models.TextField(_("하는 일"), max_length=2000, blank=True)
    call = models.ForeignKey("Call", models.PROTECT, null=True, blank=True, related_name="posts")

    class Meta:
        ordering = ("project", "year", "order", "id")
        constraints = [
            models.UniqueConstraint(fields=["project", "year", "order"], name="one_post_per_place_in_the_plan"),
            models.CheckConstraint(
                condition=Q(quota__gte=1, months__gte=1, hours_a_week__gt=0, wage_an_hour_krw__gte=0),
                name="post_is_real",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Reserve(models.Model):
    """Seats of a post that people of a group come first for."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="reserves")
    group = models.CharField(_("우선 대상"), max_length=20, choices=Group)
    seats = models.PositiveSmallIntegerField(_("우선 인원(명)"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["post", "group"], name="one_reserve_per_group")]


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


class Application(models.Model):
    """What one person sent to an intake. Facts are as declared; what was decided from them stands in ``Check``.

    ``facts`` by key (see ``rules.FACTS``). The person may change it up to the deadline; later accounts do not alter it.
    """

    class State(models.TextChoices):
        SENT = "sent", _("접수")
        WITHDRAWN = "withdrawn", _("거둠")
        ELIGIBLE = "eligible", _("자격 있음")
        INELIGIBLE = "ineligible", _("자격 없음")

    class Sex(models.TextChoices):
        FEMALE = "female", _("여성")
        MALE = "male", _("남성")

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications")
    number = models.CharField(max_length=30, unique=True)
    name = models.CharField(_("이름"), max_length=60)
    born_on = models.DateField(_("생년월일"))
    phone = models.CharField(_("휴대전화"), max_length=20)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("사는 자치구"))
    sex = models.CharField(_("성별"), max_length=10, choices=Sex, blank=True)
    facts = models.JSONField(default=dict)
    words = models.TextField(_("하고 싶은 말"), max_length=1000, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.SENT, editable=False)
    consented_at = models.DateTimeField()
    sent_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0, editable=False)
    example = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["intake", "state"]), models.Index(fields=["born_on", "phone"])]
        constraints = [
            models.UniqueConstraint(
                fields=["intake", "applicant"], condition=~Q(state="withdrawn"), name="one_application_per_intake"
            )
        ]

    def __str__(self) -> str:
        return self.number  # never a name: it stands in the trail


class Choice(models.Model):
    """One post that an application ranks. ``points``, ``lot`` and ``place`` are written by the draw: its place in the
    post's order (1 is first)."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="choices")
    post = models.ForeignKey(Post, models.PROTECT, related_name="choices")
    rank = models.PositiveSmallIntegerField()
    suitability = models.DecimalField(
        _("직무 적합도"), max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    suitability_why = models.CharField(_("까닭"), max_length=300, blank=True)
    suitability_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    points = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    lot = models.PositiveIntegerField(null=True)
    place = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("application", "rank")
        indexes = [models.Index(fields=["post", "place"])]
        constraints = [
            models.UniqueConstraint(fields=["application", "post"], name="each_post_ranked_once"),
            models.UniqueConstraint(fields=["application", "rank"], name="one_post_per_rank"),
        ]


class Check(models.Model):
    """What one rule says of one application, and the fact that this rests on; an officer may correct it with a reason.

    ``holds`` None: somebody has to decide. Checks without a rule are about the person (``SAME_PERSON``).
    """

    SAME_PERSON = "same_person"

    application = models.ForeignKey(Application, models.CASCADE, related_name="checks")
    rule = models.ForeignKey(Rule, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    said = models.CharField(max_length=300)  # the rule as it was, in words
    fact = models.CharField(max_length=300)  # what was declared or counted
    holds = models.BooleanField(null=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(0))
    basis = models.CharField(max_length=300, blank=True)  # the rule's source in words
    at = models.DateTimeField(default=timezone.now)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    corrected_at = models.DateTimeField(null=True)
    corrected_why = models.CharField(_("고친 까닭"), max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(corrected_by__isnull=True) | ~Q(corrected_why=""), name="every_correction_has_its_reason"
            )
        ]


class Paper(models.Model):
    """A document that an applicant handed in. ``file`` is empty once it was destroyed."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="papers")
    kind = models.CharField(_("서류 이름"), max_length=60)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)


class Destruction(models.Model):
    """Proof that a document was destroyed: what, when, for which rule. Nothing of its content, no name."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="destruction")
    kind = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    rule = models.ForeignKey(Rate, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)


class Draw(models.Model):
    """One placement run of an intake: the seed, what went in, the proof's counts. Never changed."""

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="draws")
    seed = models.BigIntegerField()
    numbers = models.JSONField(default=list)  # numbers of the applications that took part
    counts = models.JSONField(default=dict)  # placed, unplaced, blocking_pairs, first_choice, mean_rank
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["intake"], condition=Q(cancelled_at__isnull=True), name="one_draw_in_force")
        ]


class Placement(models.Model):
    """One person's post, from the offer to the answer (배치). ``person`` is the applicant's account.

    ``PROPOSED`` is the draw's result before it is announced. Who has ``ACCEPTED`` is to be hired:
    contracts begin there.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("배치")
        OFFERED = "offered", _("합격, 답을 기다림")
        ACCEPTED = "accepted", _("수락")
        DECLINED = "declined", _("사양")
        LAPSED = "lapsed", _("기한이 지남")
        MOVED = "moved", _("더 바라던 자리로 옮김")
        CANCELLED = "cancelled", pgettext_lazy("placement", "취소")

    class Origin(models.TextChoices):
        DRAW = "draw", _("배치")
        WAITING = "waiting", _("대기 순번")
        TRAINING = "training", _("교육을 마치고 채용")

    #: States in which the person holds the seat.
    STANDING = (State.PROPOSED, State.OFFERED, State.ACCEPTED)

    post = models.ForeignKey(Post, models.PROTECT, related_name="placements")
    application = models.ForeignKey(Application, models.PROTECT, related_name="placements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="placements")
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED, editable=False)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.DRAW)
    rank = models.PositiveSmallIntegerField(null=True)  # of the post among the person's choices
    reserved_for = models.CharField(max_length=20, choices=Group, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(_("까닭"), max_length=500, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["post", "state"]), models.Index(fields=["state", "answer_by"])]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=["proposed", "offered", "accepted"]),
                name="one_standing_placement",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(answer_by__isnull=False), name="offer_has_its_deadline"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} · {self.application}"


class Training(models.Model):
    """Training before hiring (채용 전 교육): ``rate_needed`` per cent attended earns the allowance or the fee back."""

    class State(models.TextChoices):
        RUNNING = "running", _("교육 중")
        DECIDED = "decided", _("채용을 정함")

    project = models.ForeignKey(Project, models.PROTECT, related_name="trainings")
    title = models.CharField(_("교육 이름"), max_length=100)
    rate_needed = PercentField(_("수료에 필요한 출석률(%)"))
    basis = models.CharField(_("근거"), max_length=300, blank=True)
    allowance_krw = KrwField(_("수료하면 주는 훈련수당(원)"), default=0)
    fee_krw = KrwField(_("수료하면 돌려주는 교육비(원)"), default=0)
    state = models.CharField(max_length=20, choices=State, default=State.RUNNING, editable=False)
    example = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One meeting of a training."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="sessions")
    on = models.DateField(_("날짜"))
    hours = models.DecimalField(
        _("시간"), max_digits=4, decimal_places=1, validators=[MinValueValidator(Decimal("0.5"))]
    )
    subject = models.CharField(_("내용"), max_length=200, blank=True)

    class Meta:
        ordering = ("on", "id")


class Trainee(models.Model):
    """Someone who trains: not yet a job, counted apart."""

    class State(models.TextChoices):
        TRAINING = "training", _("교육 중")
        HIRED = "hired", _("채용")
        NOT_HIRED = "not_hired", _("채용하지 않음")
        LEFT = "left", _("그만둠")

    training = models.ForeignKey(Training, models.CASCADE, related_name="trainees")
    application = models.ForeignKey(Application, models.PROTECT, related_name="trainings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="trainings")
    state = models.CharField(max_length=20, choices=State, default=State.TRAINING, editable=False)
    decided_why = models.CharField(_("까닭"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["training", "person"], name="trains_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["hired", "not_hired"]) | ~Q(decided_why=""), name="hiring_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.training} · {self.application}"


class Attendance(models.Model):
    """Whether a trainee was at a session; hours may be fewer than the session's."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendance")
    trainee = models.ForeignKey(Trainee, models.CASCADE, related_name="attendance")
    hours = models.DecimalField(max_digits=4, decimal_places=1, validators=[MinValueValidator(0)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "trainee"], name="one_mark_per_session")]


class Look(models.Model):
    """Someone who looked at another person's data (접속기록): who, when, from where, whose, what."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    whose = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="looked_at")
    application = models.ForeignKey(Application, models.SET_NULL, null=True, related_name="looks")
    what = models.CharField(max_length=60)
    from_address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["whose", "-id"])]
