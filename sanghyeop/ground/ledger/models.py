"""The books: won and measures as facts that are only ever added, chained by hash.

The database itself keeps the rules (see the migration): an entry balances or does not exist, nothing is changed or
deleted, a closed month takes no entry, and each record names the hash of the one before it.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.ledger.accounts import Account, Category, Purse


class Book(models.Model):
    """The books of one project: one chain of entries, one chain of measures. Its row is locked while one is written."""

    name = models.CharField(max_length=200)
    opened_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Chained(models.Model):
    """What an entry and a measure share: its place in the book's chain, who wrote it, when, and from what.

    ``key`` is the idempotency key: the same event told twice is one record. ``document`` names the paper or the object
    it rests on (``funding.expense:12``), ``source`` says it in words.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="%(class)s_set")
    number = models.PositiveBigIntegerField(_("번호"))
    key = models.CharField(max_length=120)
    event = models.CharField(_("일"), max_length=60)  # what happened, as the posting table names it
    source = models.CharField(_("근거"), max_length=300, blank=True)
    document = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # empty: the program
    at = models.DateTimeField(_("적은 때"), default=timezone.now)
    previous_hash = models.CharField(max_length=64, blank=True)  # empty in the first record of a book
    hash = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Entry(Chained):
    """One balanced entry. Corrected only by another that ``reverses`` it."""

    date = models.DateField(_("날짜"))
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta:
        ordering = ("book", "-number")
        indexes = [models.Index(fields=["book", "date"]), models.Index(fields=["document"])]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="one_entry_per_number"),
            models.UniqueConstraint(fields=["book", "key"], name="one_entry_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.source or self.event}"


class Line(models.Model):
    """One line of an entry: a debit where ``amount_krw`` is positive, a credit where it is negative.

    ``budget_line`` is the line of the agreed budget that a cost counts against, by its number in the app that owns it.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lines")
    order = models.PositiveSmallIntegerField()
    account = models.CharField(_("계정"), max_length=20, choices=Account)
    purse = models.CharField(_("재원"), max_length=20, choices=Purse, blank=True)
    category = models.CharField(_("비목"), max_length=20, choices=Category, blank=True)
    budget_line = models.BigIntegerField(null=True, blank=True)
    amount_krw = models.BigIntegerField(_("금액(원)"))

    class Meta:
        ordering = ("entry", "order")
        indexes = [models.Index(fields=["entry", "account"]), models.Index(fields=["budget_line", "account"])]
        constraints = [
            models.UniqueConstraint(fields=["entry", "order"], name="one_line_per_order"),
            models.CheckConstraint(condition=~Q(amount_krw=0), name="line_is_not_nothing"),
            models.CheckConstraint(condition=Q(account__in=Account.values), name="line_has_an_account_of_the_chart"),
            models.CheckConstraint(condition=Q(purse__in=["", *Purse.values]), name="line_has_a_known_purse"),
            models.CheckConstraint(
                condition=(Q(account="cost") & ~Q(category="")) | (~Q(account="cost") & Q(category="")),
                name="cost_has_its_category",
            ),
        ]


class Measure(Chained):
    """So much of something that was done: reuses, hours, kilograms. A mistake is taken back by a negative amount."""

    indicator = models.CharField(_("지표"), max_length=60)
    amount = models.DecimalField(_("양"), max_digits=20, decimal_places=6)
    unit = models.CharField(_("단위"), max_length=20)
    happened_at = models.DateTimeField(_("일어난 때"))

    class Meta:
        ordering = ("book", "-number")
        indexes = [models.Index(fields=["book", "indicator", "happened_at"])]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="one_measure_per_number"),
            models.UniqueConstraint(fields=["book", "key"], name="one_measure_per_key"),
        ]


class MonthClose(models.Model):
    """A month that takes no entry any more, nor does any month before it; with the chain's end at that moment."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="closes")
    month = models.DateField(_("달"))  # its first day
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    last_number = models.PositiveBigIntegerField()
    last_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("book", "-month")
        constraints = [
            models.UniqueConstraint(fields=["book", "month"], name="month_closes_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_is_its_first_day"),
        ]
