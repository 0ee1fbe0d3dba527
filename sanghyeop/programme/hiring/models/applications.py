"""Who applies for what, what was decided of it, and who looked. No resident registration number is kept."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.rulebook.models import Rate
from sanghyeop.programme.hiring.models.calls import Intake, Rule
from sanghyeop.programme.hiring.models.posts import Post


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
