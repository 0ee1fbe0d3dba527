"""Discovery (발굴): what residents say their neighbourhood needs, and the district's answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanghyeop.engines import likeness
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.programme.rounds.models import Round, RoundField


class IdeaRows(models.QuerySet["Idea"]):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:  # type: ignore[override]
        """As in Django; the ideas can be found by their words, as with ``save``."""
        ideas = list(objs)
        for idea in ideas:
            idea.index()
        return super().bulk_create(ideas, *args, **options)


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

    #: States in which the district still owes an answer.
    UNANSWERED = (State.POSTED, State.CHECKING, State.COMMITTEE)
    #: States in which only the author and the district see the idea.
    GONE = (State.WITHDRAWN, State.HIDDEN)

    round = models.ForeignKey(Round, models.PROTECT, related_name="ideas", verbose_name=_("연차"))
    district = models.ForeignKey(District, models.PROTECT, related_name="ideas", verbose_name=_("자치구"))
    field = models.ForeignKey(
        RoundField, models.PROTECT, null=True, blank=True, related_name="ideas", verbose_name=_("분야")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ideas")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="ideas", verbose_name=_("제안하는 단체")
    )
    #: Whose idea it is when the author is an officer who wrote it down at the counter; shown to officers only.
    counter_name = models.CharField(_("제안한 분의 이름"), max_length=60, blank=True)
    counter_contact = models.CharField(_("연락처"), max_length=60, blank=True)
    title = models.CharField(_("제목"), max_length=100)
    need = models.TextField(_("어떤 어려움이나 필요가 있습니까?"), max_length=3000)
    for_whom = models.CharField(_("누구를 위한 것입니까?"), max_length=300)
    place = models.CharField(_("어디에서 합니까?"), max_length=300)
    jobs = models.TextField(_("어떤 일자리가 생깁니까?"), max_length=2000)
    state = models.CharField(max_length=20, choices=State, default=State.POSTED, editable=False)
    hidden_from = models.CharField(max_length=20, choices=State, blank=True, editable=False)  # the state to go back to
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="twins")
    merged_from = models.CharField(max_length=20, choices=State, blank=True, editable=False)  # the state to go back to
    answer = models.TextField(_("자치구의 답변"), max_length=3000, blank=True)  # shown to all
    answered_at = models.DateTimeField(null=True, blank=True)
    bigrams = models.TextField(blank=True, editable=False)  # all words in two-syllable pieces, to search in
    marks = models.BinaryField(default=b"", editable=False)  # different pieces as numbers, to compare by
    version = models.PositiveIntegerField(default=0, editable=False)  # counts edits: two tabs find each other out
    example = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = IdeaRows.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["round", "district", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False) & ~Q(merged_from=""),
                name="merged_idea_names_its_twin",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "declined"]) | ~Q(answer=""), name="every_answer_has_words"
            ),
            models.CheckConstraint(condition=~Q(state="hidden") | ~Q(hidden_from=""), name="hidden_idea_can_return"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="no_idea_is_its_own_twin"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def index(self) -> None:
        """Note the pieces of the words, by which the idea is searched and compared."""
        self.bigrams = " ".join(
            likeness.pieces("\n".join([self.title, self.need, self.for_whom, self.place, self.jobs]))
        )
        self.marks = likeness.marks("\n".join([self.title, self.need, self.for_whom, self.jobs])).tobytes()

    def save(self, *args: Any, **options: Any) -> None:
        if options.get("update_fields") is None:
            self.index()
        super().save(*args, **options)

    @property
    def at_counter(self) -> bool:
        return bool(self.counter_name)


class Picture(models.Model):
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="pictures")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    alt = models.CharField(_("사진 설명"), max_length=200)

    class Meta:
        ordering = ("id",)


class Support(models.Model):
    """One person's support. ``idea`` is where it counts now, ``given_to`` where it was given (empty: the same).

    When twins are merged the rows move to the idea that lives on, and back when that is undone. Someone
    who supported both has two rows there: supporters are counted as different persons
    (``queries.with_supporters``).
    """

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="supports")
    given_to = models.ForeignKey(Idea, models.CASCADE, null=True, blank=True, related_name="supports_given")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="supports")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce("given_to", "idea"), "user", name="one_support_per_person")]
        indexes = [models.Index(fields=["idea", "user"])]


class Comment(models.Model):
    """``idea`` is where it is read now, ``given_to`` where it was written (empty: the same)."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="comments")
    given_to = models.ForeignKey(Idea, models.CASCADE, null=True, blank=True, related_name="comments_given")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField(pgettext_lazy("one", "의견"), max_length=1000)
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
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True)
    handled_why = models.CharField(_("판단한 까닭"), max_length=500, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["state", "idea"])]
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "reporter"],
                condition=Q(state="open", comment__isnull=True),
                name="one_open_report_of_an_idea",
            ),
            models.UniqueConstraint(
                fields=["comment", "reporter"], condition=Q(state="open"), name="one_open_report_of_a_comment"
            ),
        ]


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
    attendees = models.PositiveSmallIntegerField(_("참석 위원 수(명)"))
    minutes = models.TextField(_("회의 내용"), max_length=5000)
    no_winner = models.BooleanField(_("채택작 없음"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-held_on", "-id")
        constraints = [models.CheckConstraint(condition=Q(attendees__gte=1), name="meeting_was_attended")]

    def __str__(self) -> str:
        return f"{self.district} {self.held_on:%Y-%m-%d}"


class Judgement(models.Model):
    """What a meeting said about one idea that was before it."""

    meeting = models.ForeignKey(Committee, models.CASCADE, related_name="judgements")
    idea = models.ForeignKey(Idea, models.PROTECT, related_name="judgements")
    chosen = models.BooleanField(pgettext_lazy("state", "선정"))
    reason = models.CharField(_("까닭"), max_length=500)

    class Meta:
        ordering = ("-chosen", "id")
        constraints = [models.UniqueConstraint(fields=["meeting", "idea"], name="one_judgement_per_meeting")]
