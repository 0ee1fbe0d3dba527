"""Payments out of a bank's or a card company's table: columns recognised, every fault by its row, all or nothing."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.trail.models import Entry as TrailEntry
from sanghyeop.ground.trail.moves import NotYours, Refused, entry_of, record
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.spending import checks
from sanghyeop.programme.spending import permissions as who
from sanghyeop.programme.spending.forms import day_from, won_of
from sanghyeop.programme.spending.models import Expense, Import
from sanghyeop.programme.spending.moves import locked_grant, next_number
from sanghyeop.programme.spending.rules import digits_of, same_name
from sanghyeop.programme.spending.tables import closed_to_payments
from sanghyeop.sheets import SheetError, Table, TableRow, read_table

#: Our field → headings that banks and card companies give it, the surest first.
HEADINGS: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("headings.yaml").read_text("utf-8"))
NEEDED = ("paid_on", "amount_krw", "payee")
LABELS = {
    "paid_on": lazy("지급일"),
    "amount_krw": lazy("금액"),
    "deposit": lazy("입금액"),
    "payee": lazy("받는 곳"),
    "payee_number": lazy("사업자등록번호"),
    "account": lazy("받는 계좌"),
    "evidence_number": lazy("증빙 번호"),
    "purpose": lazy("쓴 곳"),
    "line": lazy("예산 내역"),
    "cancelled": lazy("취소 여부"),
}
#: Above the headings such files have a title, the account, the period: so many rows are looked through.
ROWS_ABOVE = 20
WHY_NO_TABLE = {
    "empty": lazy("빈 파일입니다."),
    "too_large": lazy("파일이 너무 큽니다."),
    "not_text": lazy("글자로 읽을 수 없는 파일입니다. XLSX나 CSV 파일을 올려 주세요."),
    "not_xlsx": lazy("XLSX 파일이 깨졌습니다. 다시 저장해 올려 주세요."),
    "not_csv": lazy("CSV 파일의 따옴표가 맞지 않습니다. 다시 저장해 올려 주세요."),
    "old_xls": lazy("예전 엑셀(XLS)이거나 암호가 걸린 파일입니다. 암호 없는 XLSX로 저장해 올려 주세요."),
    "too_many_rows": lazy("줄이 너무 많습니다. 나누어 올려 주세요."),
    "too_many_columns": lazy("칸이 너무 많습니다."),
    "cell_too_long": lazy("너무 긴 칸이 있습니다."),
}


@dataclass
class Row:
    """A row of the table as a payment: what is wrong with it, and what has to be confirmed."""

    number: int  # in the spreadsheet
    facts: dict[str, Any]
    shown: dict[str, str]  # as the table has it
    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@dataclass
class Sheet:
    """A table that was read: which heading was taken for what, its rows, and how many deposits were left out."""

    columns: dict[str, str] = field(default_factory=dict)  # our field → heading
    rows: list[Row] = field(default_factory=list)
    skipped: int = 0
    problem: str = ""

    @property
    def faulty(self) -> list[Row]:
        return [row for row in self.rows if row.faults]

    @property
    def doubtful(self) -> list[Row]:
        return [row for row in self.rows if row.doubts]

    @property
    def total(self) -> int:
        return sum(row.facts.get("amount_krw") or 0 for row in self.rows)


def plain(heading: str) -> str:
    return re.sub(r"(원화|원)$", "", re.sub(r"[\s()\[\]·./_*\-]", "", heading))  # as data


def columns_of(cells: tuple[str, ...]) -> dict[str, int]:
    """Our fields by column, as far as a row of headings names them. No column stands for two."""
    there = {plain(cell): place for place, cell in reversed(list(enumerate(cells))) if cell}
    found: dict[str, int] = {}
    for name, headings in HEADINGS.items():
        for heading in headings:
            if heading in there and there[heading] not in found.values():
                found[name] = there[heading]
                break
    return found


def headed(table: Table) -> tuple[dict[str, int], tuple[str, ...], list[TableRow]]:
    """The columns, the headings and the rows below them; the row of headings is the one that names most."""
    rows = [TableRow(0, table.header), *table.rows]
    best = max(range(min(ROWS_ABOVE, len(rows))), key=lambda place: (len(columns_of(rows[place].cells)), -place))
    return columns_of(rows[best].cells), rows[best].cells, rows[best + 1 :]


def read_sheet(data: bytes, grant: Grant, line: Any, evidence: str, standing: checks.Standing | None = None) -> Sheet:
    """The payments in a file, measured against the grant as it is now. Rows that name no line of the budget are of
    ``line``; all are of ``evidence``. Five queries, one where the grant's ``standing`` is known."""
    try:
        table = read_table(data)
    except SheetError as problem:
        return Sheet(problem=str(WHY_NO_TABLE[problem.code]))
    columns, header, rows = headed(table)
    missing = [str(LABELS[name]) for name in NEEDED if name not in columns]
    if missing:
        return Sheet(
            problem=_("이 칸을 찾지 못했습니다: %(names)s. 첫 줄의 제목을 확인해 주세요.")
            % {"names": ", ".join(missing)}
        )
    if len(rows) > settings.MOST_IMPORTED_ROWS:
        return Sheet(
            problem=_("한 번에 %(most)s줄까지 불러올 수 있습니다. 나누어 올려 주세요.")
            % {"most": f"{settings.MOST_IMPORTED_ROWS:,}"}
        )
    sheet = Sheet(columns={name: header[place] for name, place in columns.items()})
    at = standing or checks.standing(grant)
    lines = {same_name(item.item): item for item in at.lines.values()}
    for row in rows:
        said = {name: row.cells[place] if place < len(row.cells) else "" for name, place in columns.items()}
        if deposit(said):
            sheet.skipped += 1
            continue
        sheet.rows.append(payment(row.number, said, lines, line, evidence))
    if not sheet.rows:
        sheet.problem = _("불러올 지출이 한 줄도 없습니다.")
    look_at(sheet, at)
    return sheet


def deposit(said: dict[str, str]) -> bool:
    """Whether a bank's row is money that came in, or the sum below the table."""
    out, came = said["amount_krw"], said.get("deposit", "")
    nothing = not out or out in ("0", "-")
    if not said["payee"] and not any(letter.isdecimal() for letter in said["paid_on"]):
        return True
    return nothing and bool(came) and came not in ("0", "-")


def payment(number: int, said: dict[str, str], lines: dict[str, Any], line: Any, evidence: str) -> Row:
    """One row as the facts of a payment, with what cannot be read."""
    row = Row(number, {}, said)
    for name, read in (("paid_on", day_from), ("amount_krw", won_of)):
        try:
            row.facts[name] = read(said[name])  # type: ignore[operator]
        except forms.ValidationError as problem:
            row.faults.append(f"{LABELS[name]}: {' '.join(problem.messages)}")
    named = said.get("line", "")
    row.facts["line"] = lines.get(same_name(named)) if named else line
    if row.facts["line"] is None:
        row.faults.append(_("예산에 없는 내역입니다: %(item)s") % {"item": named})
    if "취소" in said.get("cancelled", ""):  # as data
        row.faults.append(_("취소한 거래입니다. 취소한 줄과 원래 줄을 표에서 지워 주세요."))
    row.facts |= {
        "payee": said["payee"][:120],
        "payee_number": digits_of(said.get("payee_number", ""))[:12],
        "account": said.get("account", "")[:60],
        "evidence": evidence,
        "evidence_number": said.get("evidence_number", "")[:60],
        "purpose": (said.get("purpose") or said["payee"])[:200],
    }
    if not said["payee"]:
        row.faults.append(_("받는 곳이 비어 있습니다."))
    if any("\x00" in text for text in said.values()):
        row.faults.append(_("쓸 수 없는 글자가 들어 있습니다."))
    return row


def look_at(sheet: Sheet, at: checks.Standing) -> None:
    """Measure the rows against the grant, and against each other. One query."""
    there = list(
        at.grant.expenses.exclude(state=Expense.State.CANCELLED).values_list(
            "evidence", "evidence_number", "paid_on", "amount_krw", "payee"
        )
    )
    numbers = {(evidence, number) for evidence, number, *_rest in there if number}
    payments = {(day, amount, same_name(payee)) for _e, _n, day, amount, payee in there}
    seen: dict[tuple, int] = {}
    gone: dict[int, int] = defaultdict(int)
    for row in sheet.rows:
        facts = row.facts
        row.faults += [message for _field, message in checks.faults(facts, at)]
        line, amount = facts["line"], facts.get("amount_krw")
        if line and amount:
            left = at.lines[line.pk].left  # type: ignore[attr-defined]
            gone[line.pk] += amount
            if amount <= left < gone[line.pk]:
                row.faults.append(
                    _("이 줄까지 더하면 ‘%(item)s’에 남은 돈 %(left)s원을 넘습니다.")
                    % {"item": line.item, "left": f"{left:,}"}
                )
        number = (facts["evidence"], facts["evidence_number"])
        if number[1]:
            if number in numbers:
                row.faults.append(_("같은 증빙 번호로 이미 적은 지출이 있습니다."))
            elif number in seen:
                row.faults.append(_("표의 %(row)s째 줄과 증빙 번호가 같습니다.") % {"row": seen[number]})
            seen.setdefault(number, row.number)
        same = (facts.get("paid_on"), amount, same_name(facts["payee"]))
        if same in payments:
            row.doubts.append(_("같은 날 같은 곳에 같은 금액을 낸 지출이 이미 있습니다."))
        elif same in seen:
            row.doubts.append(_("표의 %(row)s째 줄과 날짜·받는 곳·금액이 같습니다.") % {"row": seen[same]})
        seen.setdefault(same, row.number)


def refuse_same_file(grant: Grant, sha256: str) -> None:
    before = grant.imports.filter(sha256=sha256).first()  # type: ignore[attr-defined]
    if before:
        raise Refused(
            _("이미 불러온 파일입니다(%(name)s, %(day)s).")
            % {"name": before.name, "day": datetime.date.isoformat(before.at.date())}
        )


def take_over(actor: Any, grant: Grant, stored: StoredFile, line: Any, evidence: str, sure: bool = False) -> Import:
    """Take all payments of a file over, or none. Raises ``NotYours`` or ``Refused``.

    One transaction: what is not committed is not there, also when the process is killed in the middle.
    """
    with stored.content.open("rb") as file:
        data = file.read()
    with transaction.atomic():
        grant = locked_grant(grant)
        if not who.enters(actor, Expense(grant=grant)):
            raise NotYours(_("집행은 수행기관만 적을 수 있습니다."))
        reason = closed_to_payments(grant)
        if reason:
            raise Refused(reason)
        refuse_same_file(grant, stored.sha256)
        sheet = read_sheet(data, grant, line, evidence)
        if sheet.problem:
            raise Refused(sheet.problem)
        if sheet.faulty:
            raise Refused(_("고칠 줄이 %(count)s개 있습니다.") % {"count": len(sheet.faulty)})
        if sheet.doubtful and not sure:
            raise Refused(_("비슷한 지출이 있는 줄을 확인하고 표시해 주세요."))
        try:
            with transaction.atomic():
                taken = Import.objects.create(
                    grant=grant, name=stored.name, sha256=stored.sha256, rows=len(sheet.rows), by=actor
                )
        except IntegrityError:
            raise Refused(_("이미 불러온 파일입니다.")) from None
        first = next_number(grant)
        written = Expense.objects.bulk_create(
            [
                Expense(
                    grant=grant,
                    number=first + place,
                    by=actor,
                    imported=taken,
                    twice_why=_("표에서 불러올 때 확인함") if row.doubts else "",
                    **row.facts,
                )
                for place, row in enumerate(sheet.rows)
            ],
            batch_size=500,
        )
        TrailEntry.objects.bulk_create(
            [entry_of(actor, expense, "enter", "", expense.state, number=expense.number) for expense in written],
            batch_size=500,
        )
        record(actor, grant, "import", what=stored.name, rows=len(written), won=sheet.total)
        return taken
