"""What goes out: the table in the shape of the state's system, and one file for the auditor."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.files.moves import ENDINGS
from sanghyeop.ground.ledger import queries as books
from sanghyeop.ground.ledger.accounts import Account, Purse
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.spending import postings
from sanghyeop.programme.spending.models import Expense, ExportColumn, Receipt
from sanghyeop.programme.spending.queries import expenses_of
from sanghyeop.programme.spending.rules import same_name
from sanghyeop.sheets.writing import workbook

F = ExportColumn.Field
#: The columns to begin with, in the order of the state's entry pages: heading there, what of ours stands in it.
FIRST_COLUMNS = (
    ("사업연도", F.YEAR), ("보조사업명", F.PROJECT), ("집행일자", F.PAID_ON), ("집행용도", F.PURPOSE),  # as data
    ("증빙구분", F.EVIDENCE), ("증빙번호", F.EVIDENCE_NUMBER), ("첨부파일", F.FILES),  # as data
    ("보조비목", F.CATEGORY), ("보조세목", F.ITEM), ("집행금액", F.AMOUNT), ("보조금", F.SUBSIDY),  # as data
    ("자부담", F.OWN), ("거래처명", F.PAYEE), ("사업자등록번호", F.PAYEE_NUMBER), ("계좌번호", F.ACCOUNT),  # as data
)  # fmt: skip
#: A text that begins so would act as a formula where a CSV is opened as a spreadsheet.
ACTS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | None


class Out:
    """A payment with what an export may ask of it: its won by purse and the names of its files."""

    def __init__(self, expense: Expense, parts: dict[str, int], files: list[str]) -> None:
        self.expense, self.parts, self.files = expense, parts, files

    def part(self, *purses: str) -> int:
        return sum(self.parts.get(purse, 0) for purse in purses)


VALUES: dict[str, Callable[[Grant, Out], Cell]] = {
    F.YEAR: lambda grant, out: grant.project.round.year if grant.project.round else None,
    F.PROJECT: lambda grant, out: str(grant.project),
    F.OPERATOR: lambda grant, out: str(grant.operator),
    F.NUMBER: lambda grant, out: out.expense.number,
    F.PAID_ON: lambda grant, out: out.expense.paid_on.isoformat(),
    F.PURPOSE: lambda grant, out: out.expense.purpose,
    F.EVIDENCE: lambda grant, out: str(out.expense.get_evidence_display()),
    F.EVIDENCE_NUMBER: lambda grant, out: out.expense.evidence_number,
    F.FILES: lambda grant, out: "; ".join(out.files),
    F.CATEGORY: lambda grant, out: str(out.expense.line.get_category_display()),
    F.ITEM: lambda grant, out: out.expense.line.item,
    F.AMOUNT: lambda grant, out: out.expense.amount_krw,
    F.SUBSIDY: lambda grant, out: out.part(Purse.CITY, Purse.DISTRICT),
    F.CITY: lambda grant, out: out.part(Purse.CITY),
    F.DISTRICT: lambda grant, out: out.part(Purse.DISTRICT),
    F.OWN: lambda grant, out: out.part(Purse.OWN),
    F.PAYEE: lambda grant, out: out.expense.payee,
    F.PAYEE_NUMBER: lambda grant, out: out.expense.payee_number,
    F.ACCOUNT: lambda grant, out: out.expense.account,
}


def columns_of(city: Any) -> list[tuple[str, str]]:
    """The columns of a city's export (heading, field), or those to begin with. One query."""
    rows = list(ExportColumn.objects.filter(city=city).values_list("heading", "field"))
    return rows or [(heading, field.value) for heading, field in FIRST_COLUMNS]


def file_name(expense: Expense, place: int, content_type: str) -> str:
    """What a receipt is called in the auditor's file: by the payment's number."""
    payee = same_name(expense.payee)[:20]
    payee = "".join(letter for letter in payee if letter.isalnum()) or "x"
    return f"{expense.number:04d}-{place}_{expense.paid_on:%Y%m%d}_{payee}{ENDINGS.get(content_type, '.bin')}"


def outs(grant: Grant) -> list[tuple[Out, list[Receipt]]]:
    """The approved payments by number, with their parts and receipts. Three queries."""
    paid = books.lines([grant.book_id], account=Account.COST, entry__event=postings.APPROVED)
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    for (document, purse), amount in books.totals(paid, "entry__document", "purse").items():
        parts[document][purse] = amount
    receipts: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in Receipt.objects.filter(expense__grant=grant).select_related("file"):
        receipts[receipt.expense_id].append(receipt)
    found = []
    for expense in expenses_of(grant).filter(state=Expense.State.APPROVED).order_by("number"):
        mine = receipts[expense.pk]
        names = [file_name(expense, place, r.file.content_type) for place, r in enumerate(mine, start=1)]
        found.append((Out(expense, parts[expense.document], names), mine))
    return found


def table_of(grant: Grant) -> tuple[list[str], list[list[Cell]]]:
    """Headings and rows of the export. Four queries."""
    columns = columns_of(grant.project.round.city_id if grant.project.round else None)
    rows = [[VALUES[field](grant, out) for _heading, field in columns] for out, _receipts in outs(grant)]
    return [heading for heading, _field in columns], rows


def as_xlsx(grant: Grant) -> bytes:
    heads, rows = table_of(grant)
    return workbook([(_("집행"), heads, rows)])


def as_csv(grant: Grant, cp949: bool) -> bytes:
    """The table as CSV: in CP949 for old programs, with ``?`` for letters that it does not have, or in UTF-8 with a
    byte order mark."""
    heads, rows = table_of(grant)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("cp949", errors="replace") if cp949 else out.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(ACTS) else cell


class Pieces(io.RawIOBase):
    """A file that is only written: what has been written is taken away in pieces."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.waiting.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        whole, self.waiting = b"".join(self.waiting), []
        return whole


INDEX = "00_색인.xlsx"  # as data
PIECE = 256 * 1024


def audit_zip(grant: Grant) -> Iterator[bytes]:
    """One file for the auditor, piece by piece: an index of all approved payments, and their receipts by number."""
    everything = outs(grant)
    heads = [str(F(field).label) for field in F.values]
    index = [[VALUES[field](grant, out) for field in F.values] for out, _receipts in everything]
    pieces = Pieces()
    now = timezone.localtime().timetuple()[:6]
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_STORED) as package:  # pictures and PDFs are packed already
        package.writestr(zipfile.ZipInfo(INDEX, now), workbook([(_("색인"), heads, index)]))
        yield pieces.take()
        for out, receipts in everything:
            for name, receipt in zip(out.files, receipts, strict=True):
                try:
                    file = receipt.file.content.open("rb")
                except FileNotFoundError:
                    package.writestr(zipfile.ZipInfo(f"{name}.missing.txt", now), receipt.file.sha256)
                    continue
                with file, package.open(zipfile.ZipInfo(name, now), "w") as inside:
                    while piece := file.read(PIECE):
                        inside.write(piece)
                        yield pieces.take()
    yield pieces.take()
