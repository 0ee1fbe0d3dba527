"""Builders for the stories of spending: payments with receipts, settlements."""

from __future__ import annotations

import io
from itertools import count
from typing import Any

from django.utils import timezone
from PIL import Image

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import keep
from sanghyeop.programme.funding.models import BudgetLine, Grant
from sanghyeop.programme.spending import moves, settling
from sanghyeop.programme.spending.models import Expense, Settlement
from tests.funding import DAY, a_paid_grant, city_officer, district_officer, member

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
numbers = count(1)


def pdf(words: str = "") -> bytes:
    """A small PDF, different from all others unless ``words`` are the same."""
    return PDF.replace(b"1 0 obj", f"%{words or next(numbers)}\n1 0 obj".encode())


def photo(shade: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 60), (shade % 256, 80, 160)).save(out, "JPEG")
    return out.getvalue()


def a_paper(purpose: str = StoredFile.Purpose.RECEIPT, content: bytes | None = None, by: Any = None) -> StoredFile:
    return keep(by or member(), purpose, "영수증.pdf", content or pdf(), "application/pdf")


def line(grant: Grant, item: str = "재료비") -> BudgetLine:
    return grant.budget_lines.get(item=item)


def facts(grant: Grant, amount: int = 30_000, item: str = "재료비", days_ago: int = 10, **more: Any) -> dict[str, Any]:
    number = next(numbers)
    return {
        "paid_on": timezone.localdate() - days_ago * DAY,
        "amount_krw": amount,
        "line": line(grant, item),
        "purpose": "돌봄 재료",
        "payee": f"가게 {number}",
        "payee_number": "",
        "account": "",
        "evidence": Expense.Evidence.PAYROLL if item == "인건비" else Expense.Evidence.CARD,
        "evidence_number": "",
        "related_why": "",
        "twice_why": "",
    } | more


def entered(grant: Grant, amount: int = 30_000, papers: Any = None, **more: Any) -> Expense:
    return moves.enter(member(), grant, facts(grant, amount, **more), [a_paper()] if papers is None else papers)


def sent(grant: Grant, amount: int = 30_000, **more: Any) -> Expense:
    return moves.send(member(), entered(grant, amount, **more))


def approved(grant: Grant, amount: int = 30_000, **more: Any) -> Expense:
    return moves.approve(district_officer(), sent(grant, amount, **more))


def interest(grant: Grant, amount: int, days_ago: int = 5) -> Any:
    day = timezone.localdate() - days_ago * DAY
    return moves.bring_in(member(), grant, "interest", day, amount, "사업 계좌 이자", a_paper())


def an_ended_grant(**more: Any) -> Grant:
    """A paid grant whose project ended two days ago."""
    today = timezone.localdate()
    return a_paid_grant(starts_on=today - 300 * DAY, ends_on=today - 2 * DAY, **more)


def written(settlement: Settlement, **papers: StoredFile) -> Settlement:
    said = {"results": "참여자 5명이 열 달 동안 일했습니다.", "no_interest": True}
    return settling.write(member(), settlement, said, papers)


def settlement_sent(grant: Grant) -> Settlement:
    return settling.send(member(), written(settling.begin(member(), grant)))


def confirmed(grant: Grant) -> Settlement:
    return settling.confirm(city_officer(), settling.check(district_officer(), settlement_sent(grant)))
