"""Who gets which post."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanghyeop.programme.hiring.models.applications import Application
from sanghyeop.programme.hiring.models.calls import Intake
from sanghyeop.programme.hiring.models.posts import Group, Post


class Draw(models.Model):
    """One placement run of an intake: the seed, what went in, the proof's counts. Never changed.

    ``entered``: ``applicants`` (number, the one group that counts, [[post, hundredths of points] …] by rank),
    ``positions`` (post, its name, quota, {group: reserved seats}), ``placed`` (number, post, rank).
    """

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="draws")
    seed = models.BigIntegerField()
    numbers = models.JSONField(default=list)  # numbers of the applications that took part
    counts = models.JSONField(default=dict)  # placed, unplaced, blocking_pairs, first_choice, mean_rank
    entered = models.JSONField(default=dict)  # empty of draws before it was kept
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
