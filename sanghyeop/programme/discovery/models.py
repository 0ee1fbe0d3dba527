"""Discovery (발굴): what residents say their neighbourhood needs, and the district's answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.programme.rounds.models import Round, RoundField


class Idea(models.Model):
    """What need, for whom, where, which jobs."""

    class State(models.TextChoices):
        POSTED = "posted", _("접수")
        CHECKING = "checking", _("부서 검토")
        COMMITTEE = "committee", _("구 위원회")
        ADOPTED = "adopted", _("채택")
        DECLINED = "declined", _("채택하지 않음")
        MERGED = "merged", _("합쳐짐")
        WITHDRAWN = "withdrawn", _("거둠")
        HIDDEN = "hidden", _("가려짐")

    round = models.ForeignKey(Round, models.PROTECT, related_name="ideas")
    district = models.ForeignKey(District, models.PROTECT, related_name="ideas", verbose_name=_("자치구"))
    field = models.ForeignKey(
        RoundField, models.PROTECT, null=True, blank=True, related_name="ideas", verbose_name=_("분야")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ideas")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="ideas")
    title = models.CharField(_("제목"), max_length=100)
    need = models.TextField(_("어떤 어려움이나 필요가 있습니까?"), max_length=3000)
    for_whom = models.CharField(_("누구를 위한 것입니까?"), max_length=300)
    place = models.CharField(_("어디에서 합니까?"), max_length=300)
    jobs = models.TextField(_("어떤 일자리가 생깁니까?"), max_length=2000)
    state = models.CharField(max_length=20, choices=State, default=State.POSTED, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="twins")
    answer = models.TextField(blank=True)  # the district's answer, shown to all
    answered_at = models.DateTimeField(null=True, blank=True)
    bigrams = models.TextField(blank=True, editable=False)  # two-syllable pieces, for likeness and search
    example = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["round", "district", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | ~Q(state="merged"),
                name="merged_idea_names_its_twin",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "declined"]) | ~Q(answer=""), name="every_answer_has_words"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Picture(models.Model):
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="pictures")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    alt = models.CharField(_("사진 설명"), max_length=200)

    class Meta:
        ordering = ("id",)


class Support(models.Model):
    """One person's support of one idea."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="supports")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "user"], name="one_support_per_person")]


class Comment(models.Model):
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField(_("의견"), max_length=1000)
    at = models.DateTimeField(default=timezone.now)
    hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)


class Report(models.Model):
    """Someone says that an idea or a comment breaks the rules; an officer looks at it."""

    class State(models.TextChoices):
        OPEN = "open", _("확인 전")
        UPHELD = "upheld", _("가림")
        DISMISSED = "dismissed", _("문제 없음")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="reports")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("신고하는 까닭"), max_length=500)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    at = models.DateTimeField(default=timezone.now)


class Check(models.Model):
    """What the department in charge says about an idea."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="checks")
    department = models.CharField(_("검토 부서"), max_length=60)
    feasible = models.BooleanField(_("할 수 있음"))
    opinion = models.TextField(_("검토 의견"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)


class Committee(models.Model):
    """A meeting of the district's job committee (구 일자리위원회). It may name no winner."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="committees")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    held_on = models.DateField(_("회의 날짜"))
    attendees = models.PositiveSmallIntegerField(_("참석 위원 수"))
    minutes = models.TextField(_("회의 결과"), max_length=5000)
    no_winner = models.BooleanField(_("채택작 없음"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-held_on", "-id")
