"""Example payments: a project in the middle of its year, and one that has been settled, by the moves people use."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from sanghyeop.demo.grants import DAY, agreement
from sanghyeop.demo.people import Cast
from sanghyeop.demo.plans import HOME, HOME_ORGANISATION
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import keep
from sanghyeop.ground.parties.models import User
from sanghyeop.programme.funding import moves as granting
from sanghyeop.programme.funding.models import Grant, Signature
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Kind, Round
from sanghyeop.programme.spending import moves, settling
from sanghyeop.programme.spending.models import Expense

#: Payee, its business number (made up; the check digit is right), what for, in parts of a thousand of the line.
SHOPS = (
    ("모아문구 (예시)", "2208162517", "활동 일지와 필기구", 11),  # as data
    ("강북식자재 (예시)", "", "공동 부엌 재료", 47),  # as data
    ("나눔인쇄소 (예시)", "1248100998", "안내지 인쇄", 29),  # as data
    ("우리공구 (예시)", "", "작업 공구", 61),  # as data
    ("동네버스 (예시)", "", "현장 이동 차량", 17),  # as data
)
#: Category, purse, item, won: the budget of the settled example.
BUDGET = (
    ("personnel", "city", "참여자 인건비", 36_000_000),  # as data
    ("personnel", "district", "참여자 인건비", 24_000_000),  # as data
    ("operating", "city", "나눔장터 운영비", 12_000_000),  # as data
    ("operating", "district", "나눔장터 운영비", 8_000_000),  # as data
    ("operating", "own", "홍보비", 3_000_000),  # as data
    ("infrastructure", "district", "천막과 집기", 5_000_000),  # as data
)
#: Key, title, English title of the projects that only this room knows.
SETTLED = ("example-settled", "골목 나눔장터 (정산 예시)", "Alley sharing market (settled example)")  # as data
RUNNING = ("example-running", "골목 공동부엌 (집행 예시)", "Alley kitchen (spending example)")  # as data
ENDED = 20  # days ago


def receipt(by: User, day: datetime.date, amount: int, number: int) -> StoredFile:
    """A picture of a receipt: day and amount."""
    picture = Image.new("RGB", (300, 400), "white")
    lines = ["RECEIPT (example)", f"No. {number:06d}", f"{day:%Y-%m-%d}", f"KRW {amount:,}"]
    ImageDraw.Draw(picture).multiline_text((30, 60), "\n\n".join(lines), fill="black")
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=60)
    name = f"receipt-{number:06d}.webp"
    return keep(by, StoredFile.Purpose.RECEIPT, name, out.getvalue(), "image/webp", 300, 400)


def payments(grant: Grant, until: datetime.date, per_month: int) -> Iterator[dict[str, Any]]:
    """Facts of payments from the project's first month on, so many a month."""
    lines = [line for line in grant.budget_lines.all() if line.category != "personnel"]
    wages = [line for line in grant.budget_lines.all() if line.category == "personnel"]
    whole = {line.pk: sum(a.amount_krw for a in line.allotments.all()) for line in (*lines, *wages)}
    shops, turns = cycle(SHOPS), cycle(lines)
    month = 0
    day = grant.starts_on + 9 * DAY
    while day <= until:
        month += 1
        if wages:
            yield payment(
                day + 15 * DAY, wages[0], whole[wages[0].pk] * 78 // 1000, ("참여자 임금", "", f"{month}월 임금", 0)
            )
        for number in range(per_month):
            line, shop = next(turns), next(shops)
            # Uneven won, so that the split over the purses shows its rounding.
            amount = whole[line.pk] * shop[3] // 1000 + month * 10 + number
            yield payment(day + 3 * number * DAY, line, amount, shop)
        day += 30 * DAY


def payment(day: datetime.date, line: Any, amount: int, shop: tuple[str, str, str, int]) -> dict[str, Any]:
    payee, number, purpose, _part = shop
    evidence = Expense.Evidence.PAYROLL if line.category == "personnel" else Expense.Evidence.CARD
    if number:
        evidence = Expense.Evidence.TAX_INVOICE
    said = {"account": "", "evidence_number": "", "related_why": "", "twice_why": ""}
    return said | {
        "paid_on": day,
        "amount_krw": amount,
        "line": line,
        "purpose": purpose,
        "payee": payee,
        "payee_number": number,
        "evidence": evidence,
    }


def enter_all(grant: Grant, member: User, until: datetime.date, per_month: int) -> list[Expense]:
    """Enter and send in the payments of a project up to a day."""
    sent = []
    for number, facts in enumerate(payments(grant, until, per_month), start=1):
        day = facts["paid_on"]
        if day > min(until, grant.ends_on) or not facts["amount_krw"]:
            continue
        paper = receipt(member, day, facts["amount_krw"], grant.pk * 1000 + number)
        sent.append(moves.enter(member, grant, facts, [paper], send_in=True))
    return sent


def load_spending(round_: Round, cast: Cast) -> None:
    """The log-ins' own grant in the middle of its year, and a project of theirs that is over and settled."""
    member, officer = cast.users["member@example.org"], cast.users["district@example.org"]
    home = Grant.objects.filter(project__round=round_, operator=cast.organisations[HOME_ORGANISATION]).first()
    if home is None or home.state != Grant.State.AGREED:
        start = timezone.localdate() - 300 * DAY
        home = own_grant(round_, cast, RUNNING, start, start + 364 * DAY)
    in_the_middle(home, member, officer)
    settled(round_, cast, member, officer)


def own_grant(
    round_: Round, cast: Cast, names: tuple[str, str, str], starts_on: datetime.date, ends_on: datetime.date
) -> Grant:
    """An agreed grant of the log-ins' organisation, with the instalments that are due paid."""
    member, officer = cast.users["member@example.org"], cast.users["district@example.org"]
    city = cast.users["city@example.org"]
    project = Project.objects.create(
        round=round_, key=names[0], district=round_.city.districts.get(name=HOME),
        organisation=cast.organisations[HOME_ORGANISATION], kind=Kind.NEW, title=names[1], title_en=names[2],
        certainty=Project.Certainty.EXAMPLE, years=2, jobs=6, example=True,
    )  # fmt: skip
    grant = granting.open_grant(officer, project, [granting.Row(*row[:3], row[3]) for row in BUDGET])
    grant = granting.edit(officer, grant, starts_on=starts_on, ends_on=ends_on, paying="advance")
    grant = granting.decide(city, grant, starts_on)
    seen = agreement.content_hash(grant)
    for person, party in ((city, "city"), (officer, "district"), (member, "operator")):
        grant = granting.sign(person, grant, Signature.Party(party), seen)
    Grant.objects.filter(pk=grant.pk).update(agreed_on=starts_on)
    last = min(ends_on, timezone.localdate())
    for instalment in grant.instalments.all():
        due = instalment.due_on or starts_on
        if due <= last or ends_on < timezone.localdate():
            granting.pay_out(officer, granting.ask(member, instalment), max(min(due, last), starts_on))
    return grant


def in_the_middle(grant: Grant, member: User, officer: User) -> None:
    """Ten months of operating costs (wages come from the payroll); the newest wait, one is returned, one is written."""
    grant = Grant.objects.get(pk=grant.pk)
    today = timezone.localdate()
    facts = [row for row in payments(grant, today, 3) if row["line"].category != "personnel" and row["amount_krw"]]
    facts = [row for row in facts if row["paid_on"] <= min(today, grant.ends_on)]
    newest = len(facts) - 5
    for number, row in enumerate(facts):
        paper = receipt(member, row["paid_on"], row["amount_krw"], grant.pk * 1000 + number)
        expense = moves.enter(member, grant, row, [paper], send_in=number != len(facts) - 1)
        if number == newest:
            moves.send_back(officer, expense, "품목이 적힌 거래 명세서도 붙여 주세요.")
        elif number < newest:
            moves.approve(officer, expense)
    paper = receipt(member, today - 60 * DAY, 41_230, grant.pk * 1000 + 900)
    moves.bring_in(member, grant, "interest", today - 60 * DAY, 41_230, "사업 계좌 상반기 이자 (예시)", paper)


def settled(round_: Round, cast: Cast, member: User, officer: User) -> None:
    """A whole year of entries, a disallowance, the confirmed settlement; the city has its refund, the district not."""
    city = cast.users["city@example.org"]
    ended = timezone.localdate() - ENDED * DAY
    grant = own_grant(round_, cast, SETTLED, ended - 364 * DAY, ended)
    today = timezone.localdate()
    for expense in enter_all(grant, member, ended, 3):
        moves.approve(officer, expense)
    paper = receipt(member, ended, 83_411, grant.pk * 1000 + 900)
    moves.bring_in(member, grant, "interest", ended, 83_411, "사업 계좌 이자 (예시)", paper)
    paper = receipt(member, ended - 30 * DAY, 250_000, grant.pk * 1000 + 901)
    moves.bring_in(member, grant, "revenue", ended - 30 * DAY, 250_000, "나눔장터 참가비 (예시)", paper)
    settlement = settling.begin(member, grant)
    results = "장터를 스물네 번 열었고 참여자 여섯 명이 열두 달 동안 일했습니다. (예시)"
    settlement = settling.write(member, settlement, {"results": results, "no_interest": False}, {})
    settlement = settling.send(member, settlement)
    odd = grant.expenses.filter(payee__startswith="동네버스").order_by("number").first()  # as data
    if odd is not None:
        settling.disallow(officer, settlement, odd, odd.amount_krw // 2, "사업과 관계없는 구간이 들어 있습니다. (예시)")
    settlement = settling.confirm(city, settling.check(officer, settlement))
    settling.refund(city, settlement, "city", today)
    settling.note_grade(city, grant, "good", "목표한 일자리를 모두 채웠습니다. (예시)")
