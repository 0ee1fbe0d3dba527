"""What is looked at before a payment is saved, sent and approved: each fault with the field that it stands by."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Category
from sanghyeop.ground.ledger.moves import closed_until
from sanghyeop.ground.parties.models import Alias, Membership
from sanghyeop.programme.funding.models import BudgetLine, Grant
from sanghyeop.programme.spending.models import Expense, Receipt
from sanghyeop.programme.spending.queries import (
    ON_PAYROLL,
    EvidenceRules,
    evidence_rules,
    lines_of,
    related_of,
)
from sanghyeop.programme.spending.rules import digits_of, is_business_number, same_name

#: (field, what is wrong, in the user's language)
Fault = tuple[str, str]


@dataclass
class Standing:
    """What a payment of a grant is measured against, as it is now."""

    grant: Grant
    lines: dict[int, BudgetLine]  # with ``left`` in won
    evidence: EvidenceRules
    closed_until: datetime.date | None
    today: datetime.date
    payroll: frozenset[str] = frozenset()  # compared names of those whose wages are reckoned from contracts
    related_names: dict[str, str] = field(default_factory=dict)  # compared name → relation
    related_numbers: dict[str, str] = field(default_factory=dict)  # digits → relation

    def relation(self, payee: str, number: str) -> str:
        """How a payee is related to the operator; empty where it is not known to be."""
        digits = digits_of(number)
        found = self.related_numbers.get(digits) if digits else None
        return found or self.related_names.get(same_name(payee), "")


def standing(grant: Grant, but: Expense | None = None) -> Standing:
    """What a payment is measured against now; what ``but`` holds does not count. Four queries."""
    found = Standing(
        grant=grant,
        lines={line.pk: line for line in lines_of(grant, but)},
        evidence=evidence_rules(grant.project.round_id),
        closed_until=closed_until(grant.book),
        today=timezone.localdate(),
    )
    relations = {"itself": _("수행기관 자신"), "member": _("수행기관의 구성원")}
    around = people_around(grant)
    for kind, name, relation, number in around:
        if kind != "payroll":
            found.related_names[same_name(name)] = relations.get(kind, relation)
            if number:
                found.related_numbers[digits_of(number)] = relations.get(kind, relation)
    found.related_names.pop("", None)
    found.payroll = frozenset(same_name(name) for kind, name, _relation, _number in around if kind == "payroll")
    return found


def people_around(grant: Grant) -> list[tuple[str, str, str, str]]:
    """Who stands near a grant: kind (itself, member, related, payroll), name, relation, business number; what was
    written down by hand comes last. One query."""
    operator = grant.operator
    rows: list[QuerySet] = [names(grant) for names in ON_PAYROLL]
    found = [row.annotate(kind=Value("payroll"), relation=Value(""), number=Value("")) for row in rows]
    if operator is not None:
        aliases = Alias.objects.filter(organisation=operator).order_by().values_list("name")
        members = Membership.objects.filter(organisation=operator, role=Membership.Role.MEMBER).order_by()
        related = related_of(grant).order_by().values_list("name")
        found += [
            aliases.annotate(kind=Value("itself"), relation=Value(""), number=Value("")),
            members.values_list("user__name").annotate(kind=Value("member"), relation=Value(""), number=Value("")),
            related.annotate(kind=Value("related"), said=F("relation"), number=F("business_number")),
        ]
    read = [(kind, name, relation, number) for name, kind, relation, number in found[0].union(*found[1:], all=True)]
    if operator is not None:
        own = operator.business_number
        read += [("itself", name, "", own) for name in (operator.name, operator.name_en)]
    return sorted(read, key=lambda row: row[0] == "related")


def faults(facts: Mapping[str, Any], at: Standing) -> Iterator[Fault]:
    """What is wrong with a payment's facts (the model's fields). No query."""
    day, amount, line = facts.get("paid_on"), facts.get("amount_krw"), facts.get("line")
    if day:
        yield from faults_of_day(day, at)
    if amount is not None and amount <= 0:
        yield "amount_krw", _("1원 이상이어야 합니다. 잘못 적은 지출은 마이너스로 적지 말고 취소해 주세요.")
    if line:
        mine = at.lines.get(line.pk)
        if mine is None:
            yield "line", _("이 사업의 예산 내역이 아닙니다.")
        elif amount is not None and amount > 0:
            yield from faults_of_room(amount, mine)
        evidence = facts.get("evidence")
        if evidence and not at.evidence.takes(line.category, evidence):
            yield (
                "evidence",
                _("‘%(category)s’에는 쓸 수 없는 증빙입니다. 다른 증빙이나 예산 내역을 골라 주세요.")
                % {"category": line.get_category_display()},
            )
        yield from faults_of_wages(facts, line, at)
    number = facts.get("payee_number") or ""
    if number and not is_business_number(number):
        yield "payee_number", _("사업자등록번호가 맞지 않습니다. 열 자리 숫자를 다시 확인해 주세요.")
    if facts.get("evidence") == Expense.Evidence.TAX_INVOICE and not number:
        yield "payee_number", _("전자세금계산서는 받는 곳의 사업자등록번호가 있어야 합니다.")
    relation = at.relation(facts.get("payee") or "", number)
    if relation and not (facts.get("related_why") or "").strip():
        yield (
            "related_why",
            _("받는 곳이 수행기관과 이해관계가 있습니다(%(relation)s). 그래도 사는 까닭을 적어 주세요.")
            % {"relation": relation},
        )


def faults_of_wages(facts: Mapping[str, Any], line: BudgetLine, at: Standing) -> Iterator[Fault]:
    """Wages of people with a contract come into the books by the payroll, once: they are not entered as payments."""
    if not at.payroll:
        return
    if facts.get("evidence") == Expense.Evidence.PAYROLL:
        yield (
            "evidence",
            _(
                "근로계약이 있는 사업의 임금은 고용의 급여 화면에서 달마다 마감하면 장부에 들어갑니다. 여기에 또 적지 "
                "마세요. 임금이 아닌 인건비라면 ‘기타 증빙’을 골라 주세요."
            ),
        )
    elif line.category == Category.PERSONNEL and same_name(facts.get("payee") or "") in at.payroll:
        yield (
            "payee",
            _("이 사업의 참여자입니다. 참여자의 임금은 고용의 급여 화면에서 마감하면 장부에 들어갑니다."),
        )


def faults_of_day(day: datetime.date, at: Standing) -> Iterator[Fault]:
    """Whether a day lies in the project's period, not in the future, and not in a closed month."""
    grant = at.grant
    if day > at.today:
        yield "paid_on", _("아직 오지 않은 날짜입니다. 연도를 다시 확인해 주세요.")
    elif not grant.starts_on <= day <= grant.ends_on:
        yield (
            "paid_on",
            _("사업 기간(%(start)s ~ %(end)s) 밖의 날짜입니다.") % {"start": grant.starts_on, "end": grant.ends_on},
        )
    elif at.closed_until and day <= at.closed_until:
        yield (
            "paid_on",
            _("%(year)s년 %(month)s월까지 마감했습니다. 그 뒤의 날짜만 적을 수 있습니다.")
            % {"year": at.closed_until.year, "month": at.closed_until.month},
        )


def faults_of_room(amount: int, line: Any) -> Iterator[Fault]:
    """Whether a line has so much left; ``line`` has ``left`` in won."""
    if amount > line.left:
        yield (
            "amount_krw",
            _("‘%(item)s’에 남은 돈은 %(left)s원입니다. %(over)s원이 모자랍니다.")
            % {"item": line.item, "left": f"{max(line.left, 0):,}", "over": f"{amount - max(line.left, 0):,}"},
        )


def faults_of_twice(
    grant: Grant, facts: Mapping[str, Any], hashes: Collection[str] = (), but: Expense | None = None
) -> list[Fault]:
    """Whether the same receipt stands in another payment: by its number, its file, or day, payee and amount.

    The same number is refused; for the rest a reason in ``twice_why`` is enough. Two queries at most.
    """
    others = Expense.objects.filter(grant=grant).exclude(state=Expense.State.CANCELLED)
    if but is not None:
        others = others.exclude(pk=but.pk)
    number = facts.get("evidence_number") or ""
    same_number = Q(pk__in=[])
    if number and facts.get("evidence"):
        same_number = Q(evidence=facts["evidence"], evidence_number=number)
    same_payment = Q(pk__in=[])
    if facts.get("paid_on") and facts.get("amount_krw"):
        same_payment = Q(paid_on=facts["paid_on"], amount_krw=facts["amount_krw"])
    found: list[Fault] = []
    payee = same_name(facts.get("payee") or "")
    explained = bool((facts.get("twice_why") or "").strip())
    for other in others.filter(same_number | same_payment).order_by("number")[:50]:
        if number and other.evidence == facts.get("evidence") and other.evidence_number == number:
            said = _("같은 증빙 번호로 이미 적은 지출이 있습니다(%(number)s번 %(expense)s).")
            found.append(("evidence_number", said % {"number": other.number, "expense": other}))
        elif same_name(other.payee) == payee and not explained:
            said = _(
                "같은 날 같은 곳에 같은 금액을 낸 지출이 있습니다(%(number)s번). 다른 지출이면 그 까닭을 적어 주세요."
            )
            found.append(("twice_why", said % {"number": other.number}))
    if hashes and not explained:
        # Of whichever grant: a receipt handed in to two programmes is the case that auditors look for.
        files = Receipt.objects.filter(file__sha256__in=list(hashes)).exclude(expense__state=Expense.State.CANCELLED)
        if but is not None:
            files = files.exclude(expense=but.pk)
        for receipt in files.select_related("expense")[:3]:
            other = receipt.expense
            if other.grant_id == grant.pk:
                said = _(
                    "같은 파일이 %(number)s번 지출(%(expense)s)에도 있습니다. 다른 지출이면 그 까닭을 적어 주세요."
                )
                found.append(("twice_why", said % {"number": other.number, "expense": other}))
            else:
                said = _("같은 파일이 다른 사업의 지출에도 있습니다. 다른 지출이면 그 까닭을 적어 주세요.")
                found.append(("twice_why", said))
    return list(dict.fromkeys(found))
