"""Contracts and payslips as pages and papers show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.engines.payroll import EMPLOYEE, EMPLOYER, LAWS, PAY, NoRate
from sanghyeop.ground.moments import day, when
from sanghyeop.ground.papers import pdf
from sanghyeop.programme.employment.content import content_of, week_in_words
from sanghyeop.programme.employment.models import WEEKDAYS, Contract, PayLine
from sanghyeop.programme.employment.rates import table_of
from sanghyeop.programme.employment.words import note_in_words, plain, rate_name, reckoning, rule_name

TEMPLATES = Path(__file__).parent / "papers"


def draft_of(contract: Contract) -> dict[str, Any] | None:
    """What a draft would say if it were sent now; None where a rate is missing."""
    try:
        return content_of(contract, table_of(contract.post.project, contract.starts_on, contract.ends_on))
    except NoRate:
        return None


@dataclass(frozen=True)
class Part:
    """One side of a payslip with its lines in words."""

    name: str
    lines: list[dict[str, Any]]
    total: int


def parts_of(lines: Iterable[PayLine]) -> list[Part]:
    """Pay, deductions and the employer's shares."""
    lines = list(lines)
    found = []
    for side, name in ((PAY, _("지급")), (EMPLOYEE, _("공제")), (EMPLOYER, _("사업주 부담"))):
        rows = [line for line in lines if line.side == side]
        found.append(
            Part(
                name,
                [
                    {
                        "name": str(rule_name(line.rule)),
                        "reckoning": reckoning(line),
                        "law": LAWS.get(line.rule, ""),
                        "amount": line.amount_krw,
                    }
                    for line in rows
                ],
                sum(line.amount_krw for line in rows),
            )
        )
    return found


def rates_of(lines: Iterable[PayLine]) -> list[dict[str, Any]]:
    """The rows of the rulebook that were used, each once."""
    found = {(rate["key"], rate["valid_from"]): rate for line in lines for rate in line.rates}
    return [
        {
            "name": str(rate_name(rate["key"])),
            "value": shown(rate),
            "since": rate["valid_from"],
            "source": rate["source"],
            "verified": rate["verified"],
        }
        for _key, rate in sorted(found.items())
    ]


def shown(rate: dict[str, Any]) -> str:
    """A rate with its unit: 4.75%, 10,320원, 15시간."""
    value, unit = rate["value"], rate["unit"]
    if unit == "ratio":
        return f"{plain(str(float(value) * 100))}%"
    if unit.startswith("KRW"):
        return _("%(amount)s원") % {"amount": plain(value)}
    if unit.startswith("h"):
        return _("%(count)s시간") % {"count": plain(value)}
    if unit == "years":
        return _("만 %(count)s세") % {"count": plain(value)}
    if unit == "months":
        return _("%(count)s개월") % {"count": plain(value)}
    return f"{plain(value)} {unit}"


def contract_pdf(contract: Contract) -> bytes:
    """The contract as it was signed, or is to be. Raises ``Unwritable``."""
    content: dict[str, Any] = contract.content or {}
    rows = [
        (_("사업"), content["project"]["title"]),
        (_("직무"), content["post"]),
        (_("계약 기간"), f"{content['starts_on']} ~ {content['ends_on']}"),
        (_("일하는 곳"), content["place"]),
        (_("하는 일"), content["duties"]),
        *((_("%(day)s요일") % {"day": name}, words) for name, words in week_in_words(content)),
        (_("주휴일"), _("%(day)s요일") % {"day": WEEKDAYS[content["weekly_holiday"]]}),
        (_("시급"), _("%(amount)s원") % {"amount": f"{content['wage_an_hour_krw']:,}"}),
        (_("하루 식비"), _("%(amount)s원") % {"amount": f"{content['meal_a_day_krw']:,}"}),
        (_("임금 지급일"), _("다음 달 %(day)d일, 본인 계좌로 보냄") % {"day": content["pay_day"]}),
        (_("휴일·연차"), _("유급휴일과 연차휴가는 근로기준법에서 정한 대로 줍니다.")),
        (_("사회보험"), _("국민연금, 건강보험, 고용보험, 산재보험은 법에서 정한 대로 듭니다.")),
    ]
    signatures = [
        (_("수행기관"), content["operator"]["name"], when(contract.offered_at)),
        (_("참여자"), content["person"]["name"], when(contract.signed_at)),
    ]
    return pdf(
        TEMPLATES / "contract.typ",
        {
            "title": _("근로계약서"),
            "opening": _("%(operator)s과(와) %(person)s은(는) 다음과 같이 근로계약을 맺습니다.")
            % {"operator": content["operator"]["name"], "person": content["person"]["name"]},
            "rows": [[str(name), str(words)] for name, words in rows],
            "headings": [_("항목"), _("내용")],
            "signatures": [[str(part) for part in row] for row in signatures],
            "signature_headings": [_("당사자"), _("이름"), _("서명한 때")],
            "hash": _("내용의 지문(SHA-256): %(hash)s") % {"hash": contract.content_hash},
            "example": _("예시") if contract.example else "",
        },
    )


def payslip_pdf(slip: Any) -> bytes:
    """A payslip; ``slip`` with its sums (``queries.with_sums``). One query. Raises ``Unwritable``."""
    lines = list(slip.lines.all())
    contract = slip.contract
    return pdf(
        TEMPLATES / "payslip.typ",
        {
            "title": _("%(year)s년 %(month)s월 임금명세서")
            % {"year": slip.month.month.year, "month": slip.month.month.month},
            "facts": [
                [_("이름"), contract.person.name],
                [_("생년월일"), contract.born_on.isoformat()],
                [_("수행기관"), contract.operator.name],
                [_("사업"), slip.month.project.title],
                [_("직무"), contract.post.title],
                [_("임금 지급일"), day(slip.month.pays_on) if slip.month.pays_on else _("마감 전")],
            ],
            "headings": [_("항목"), _("계산"), _("근거"), _("금액(원)")],
            "parts": [
                {
                    "name": part.name,
                    "lines": [
                        [line["name"], line["reckoning"], line["law"], f"{line['amount']:,}"] for line in part.lines
                    ],
                    "total": f"{part.total:,}",
                }
                for part in parts_of(lines)
            ],
            "sum": _("합계"),
            "net": [_("받는 돈"), _("%(amount)s원") % {"amount": f"{slip.net:,}"}],
            "notes_title": _("덧붙임"),
            "notes": [
                *(note_in_words(note) for note in slip.notes),
                _("소득세와 지방소득세는 이 명세서에 들어 있지 않습니다."),
            ],
            "example": _("예시") if contract.example else "",
        },
    )
