"""Tables in and out: a bank's table taken over, the export, the auditor's file; and what officers set about them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import keep
from sanghyeop.ground.files.uploads import OversizedFile
from sanghyeop.ground.ledger.accounts import Category
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import NotYours, Refused, record
from sanghyeop.programme.funding import permissions as funding
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.spending import checks, exporting, importing, queries
from sanghyeop.programme.spending.forms import ColumnForms, EvidenceForm, SheetForm
from sanghyeop.programme.spending.models import EvidenceRule, Expense, ExportColumn
from sanghyeop.programme.spending.views import grant_of, standing_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows of a preview that are shown; all faulty ones come first.
SHOWN = 200


def bring_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a table's file, and lead to its preview."""
    grant = grant_of(request, pk)
    if not funding.operates(request.user, grant):
        raise NotYours(_("집행은 수행기관만 적을 수 있습니다."))
    form = SheetForm(request.POST or None, request.FILES or None, lines=queries.lines_of(grant))
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["sheet"]
        if isinstance(upload, OversizedFile):
            form.add_error("sheet", _("파일이 너무 큽니다."))
        else:
            stored = keep(
                request.user,
                StoredFile.Purpose.SPREADSHEET,
                str(upload.name),
                upload.read(),
                "application/octet-stream",
            )
            try:
                importing.refuse_same_file(grant, stored.sha256)
                line, evidence = form.cleaned_data["line"].pk, form.cleaned_data["evidence"]
                address = reverse("spending:check_import", args=[pk, stored.key])
                return redirect(f"{address}?line={line}&evidence={evidence}")
            except Refused as reason:
                form.add_error("sheet", str(reason))
    context = standing_of(request, grant) | {"form": form, "headings": headings()}
    return render(request, "spending/import.html", context, status=422 if form.errors else 200)


def headings() -> list[tuple[Any, str]]:
    return [
        (importing.LABELS[name], ", ".join(words))
        for name, words in importing.HEADINGS.items()
        if name not in ("deposit", "cancelled")
    ]


def check_sheet(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """The preview of a table: every fault by its row. Nothing is taken over until it is confirmed. Six queries beside
    the person's, however many rows."""
    grant = grant_of(request, pk)
    if not funding.operates(request.user, grant):
        raise NotYours(_("집행은 수행기관만 적을 수 있습니다."))
    mine = StoredFile.objects.filter(purpose=StoredFile.Purpose.SPREADSHEET, uploaded_by=request.user.pk)
    stored = get_object_or_404(mine, key=key)
    asked = request.GET.get("line", "")
    standing = checks.standing(grant)
    line = standing.lines.get(int(asked) if asked.isdecimal() and len(asked) < 15 else 0)
    if line is None:
        return redirect("spending:import", pk)
    evidence = request.GET.get("evidence", "")
    if evidence not in Expense.Evidence.values:
        evidence = Expense.Evidence.CARD
    refused = None
    if request.method == "POST":

        def act() -> str:
            taken = importing.take_over(request.user, grant, stored, line, evidence, bool(request.POST.get("sure")))
            messages.success(request, _("%(count)d건을 불러왔습니다. 증빙을 붙여 보내 주세요.") % {"count": taken.rows})
            return reverse("spending:expenses", args=[pk]) + "?state=entered"

        try:
            return redirect(once.send(request, act))
        except NotYours:
            raise
        except Refused as reason:
            refused = str(reason)
    with stored.content.open("rb") as file:
        sheet = importing.read_sheet(file.read(), grant, line, evidence, standing)
    rows = sorted(sheet.rows, key=lambda row: (not row.faults, not row.doubts, row.number))
    context = {"grant": grant, "stored": stored, "sheet": sheet, "rows": rows[:SHOWN], "refused": refused,
               "labels": [(importing.LABELS[name], heading) for name, heading in sheet.columns.items()]}  # fmt: skip
    status = 409 if refused else 422 if sheet.problem or sheet.faulty else 200
    return render(request, "spending/check_import.html", context, status=status)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The approved payments in the shape of the state's system: ``?as=xlsx``, ``csv`` or ``cp949``."""
    grant = grant_of(request, pk)
    how = request.GET.get("as", "xlsx")
    if how in ("csv", "cp949"):
        content = exporting.as_csv(grant, how == "cp949")
        charset = "cp949" if how == "cp949" else "utf-8"
        response = HttpResponse(content, content_type=f"text/csv; charset={charset}")
        response["Content-Disposition"] = content_disposition_header(True, f"집행_{grant.number}.csv")  # as data
        return response
    response = HttpResponse(exporting.as_xlsx(grant), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"집행_{grant.number}.xlsx")  # as data
    return response


@require_safe
def audit_file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    grant = grant_of(request, pk)
    response = StreamingHttpResponse(exporting.audit_zip(grant), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"증빙_{grant.number}.zip")  # as data
    return response


def columns(request: HttpRequest) -> HttpResponse:
    """The columns of the export, as the city's officer sets them."""
    city = request.user.roles.organisations("city_officer")[0].city  # type: ignore[union-attr]
    rows = ExportColumn.objects.filter(city=city)
    if request.method == "POST":
        forms = ColumnForms(request.POST, queryset=rows)
        if forms.is_valid():
            with transaction.atomic():
                for column in forms.save(commit=False):
                    column.city = city
                    column.save()
                for column in forms.deleted_objects:
                    column.delete()
                organisation = request.user.roles.organisations("city_officer")[0]  # type: ignore[union-attr]
                record(request.user, organisation, "columns", now=list(rows.values_list("heading", "field")))
            messages.success(request, _("저장했습니다."))
            return redirect("spending:columns")
    else:
        if not rows:
            with transaction.atomic():
                ExportColumn.objects.bulk_create(
                    ExportColumn(city=city, order=place, heading=heading, field=field)
                    for place, (heading, field) in enumerate(exporting.FIRST_COLUMNS, start=1)
                )
        forms = ColumnForms(queryset=rows.all())
    return render(request, "spending/columns.html", {"forms": forms}, status=422 if forms.is_bound else 200)


def evidence(request: HttpRequest, round_pk: int) -> HttpResponse:
    """What evidence a round takes for what, as the city's officer sets it."""
    cities = {o.city_id for o in request.user.roles.organisations("city_officer")}  # type: ignore[union-attr]
    round_ = get_object_or_404(Round, pk=round_pk, city__in=cities)
    rules = queries.evidence_rules(round_)
    initial: dict[str, list[str]] = {
        f"takes_{category}": [kind for other, kind in rules.rows if other == category] for category in Category.values
    }
    initial["without_paper"] = sorted({kind for (_category, kind), paper in rules.rows.items() if not paper})
    form = EvidenceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            EvidenceRule.objects.filter(round=round_).delete()
            EvidenceRule.objects.bulk_create(
                EvidenceRule(
                    round=round_,
                    category=category,
                    evidence=kind,
                    paper=kind not in form.cleaned_data["without_paper"],
                )
                for category in Category.values
                for kind in form.cleaned_data[f"takes_{category}"]
            )
            record(request.user, round_, "evidence", was=initial, now=form.cleaned_data)
        messages.success(request, _("저장했습니다."))
        return redirect("spending:evidence", round_pk)
    context = {"form": form, "round": round_}
    return render(request, "spending/evidence.html", context, status=422 if form.errors else 200)
