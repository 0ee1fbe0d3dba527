"""The pages of a grant's books: journal, entry, months, measures, and how fast it spends."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sanghyeop.ground.ledger import queries as books
from sanghyeop.ground.ledger.accounts import grown
from sanghyeop.ground.ledger.models import Book, Entry, Line
from sanghyeop.ground.ledger.moves import closed_until, last_day, months_between
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.funding import burn, documents, duties, moves, permissions, queries
from sanghyeop.programme.funding.forms import CloseForm, JournalFilter
from sanghyeop.programme.funding.views import grant_for


def months_of(book: Book) -> list[datetime.date]:
    """The months from a book's first entry to its last, newest first. One query."""
    ends = Entry.objects.filter(book=book).aggregate(first=Min("date"), last=Max("date"))
    return months_between(ends["first"], ends["last"])[::-1] if ends["first"] else []


@require_safe
def journal(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of a grant's book, filtered; the sum of all that are shown stands above."""
    grant = grant_for(request, pk)
    lines = list(grant.budget_lines.all())
    form = JournalFilter(request.GET, lines, months_of(grant.book))
    found = filtered(grant.book, form.asked)
    rows = found.select_related("entry").order_by("-entry__number", "order")
    names = {line.pk: str(line) for line in lines}
    page = page_of(request, rows)
    account = form.asked.get("account")
    total = books.total(found)
    context = {
        "grant": grant,
        "form": form,
        "page": page,
        "rows": [sides(line, names) for line in page],
        "total": grown(account, total) if account else total,
        "account": account,
    }
    return render(request, "funding/journal.html", context)


def sides(line: Line, names: dict[int, str]) -> tuple[Line, str, int | None, int | None]:
    """A line with the name of its budget line, its debit and its credit."""
    amount = line.amount_krw
    return (
        line,
        names.get(line.budget_line or 0, ""),
        amount if amount > 0 else None,
        -amount if amount < 0 else None,
    )


def filtered(book: Book, asked: dict[str, Any]) -> Any:
    only: dict[str, Any] = {name: asked[name] for name in ("account", "purse", "category") if name in asked}
    if "line" in asked:
        only["budget_line"] = int(asked["line"])
    if "month" in asked:
        first = datetime.date.fromisoformat(asked["month"] + "-01")
        only |= {"since": first, "until": last_day(first)}
    return books.lines([book.pk], **only)


@require_safe
def show_entry(request: HttpRequest, pk: int, entry: Any) -> HttpResponse:
    """One entry: its lines, what it rests on, its place in the chain."""
    grant = grant_for(request, pk)
    entries = Entry.objects.filter(book=grant.book).select_related("by", "reverses", "reversed_by")
    found = get_object_or_404(entries, pk=entry)
    names = dict(grant.budget_lines.values_list("pk", "item"))
    lines = [sides(line, names) for line in Line.objects.filter(entry=found)]
    context = {
        "grant": grant,
        "entry": found,
        "lines": lines,
        "link": documents.link_of(grant, found.document),
        "taken_back": getattr(found, "reversed_by", None),
    }
    return render(request, "funding/entry.html", context)


def months(request: HttpRequest, pk: int) -> HttpResponse:
    """Months of the book with what was written in each, and the closing of one."""
    grant = grant_for(request, pk)
    until = closed_until(grant.book)
    found = months_of(grant.book)
    over = [month for month in found if last_day(month) < timezone.localdate()]
    open_months = [month for month in over if until is None or last_day(month) > until]
    form = CloseForm(request.POST if request.method == "POST" else None, open_months)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                moves.close_month(request.user, grant, form.first_day)
                messages.success(request, _("마감했습니다."))
                return redirect("funding:months", pk)
            except NotYours:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
    sums = books.by_month(books.lines([grant.book_id]), "account")
    closes = {close.month: close for close in grant.book.closes.select_related("by")}
    rows = [
        {
            "month": month,
            "close": closes.get(month),
            "closed": until is not None and last_day(month) <= until,
            "grant": grown("grant", sums.get((month, "grant"), 0)),
            "cost": sums.get((month, "cost"), 0),
        }
        for month in found
    ]
    context = {
        "grant": grant,
        "rows": rows,
        "form": form,
        "closes": permissions.watches(request.user, grant) and open_months,
    }
    return render(request, "funding/months.html", context, status=status)


@require_safe
def measures(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done and counted, beside the money."""
    grant = grant_for(request, pk)
    page = page_of(request, grant.book.measure_set.select_related("by"))
    context = {"grant": grant, "page": page, "totals": books.measured([grant.book_id]).items()}
    return render(request, "funding/measures.html", context)


@require_safe
def pace(request: HttpRequest, pk: int) -> HttpResponse:
    """How fast a project spends against its plan: a picture, and the figures behind it."""
    grant = grant_for(request, pk)
    today = timezone.localdate()
    lines, budget = queries.lines_with_budget(grant)
    rules = duties.rules_for(grant, today)
    passed = burn.elapsed(grant.starts_on, grant.ends_on, today)
    rows = burn.rows_by(lines, budget, queries.money_of(grant).spent, passed, rules)
    total = rows["all"][0]
    groups = [(_("비목별"), rows["category"]), (_("재원별"), rows["purse"]), (_("예산 내역별"), rows["line"])]
    named = [burn.Burn(_("전체"), total.query, total.planned_krw, total.spent_krw, passed, total.pace)]
    context = {
        "grant": grant,
        "total": total,
        "groups": groups,
        "picture": burn.picture([*named, *rows["category"], *rows["purse"]]),
        "passed": passed,
        "rules": [rules[key] for key in (burn.AHEAD, burn.LAG) if key in rules],
        "runs": grant.under_way,
    }
    return render(request, "funding/pace.html", context)
