"""Whose won it is, what it is spent on, and the accounts that carry it.

The chart of accounts is closed: a posting table of an app names accounts of this list and no other. Signed amounts:
a debit is positive, a credit negative, so the lines of an entry add up to zero.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What a won is spent on."""

    PERSONNEL = "personnel", _("인건비")
    OPERATING = "operating", _("운영비")
    INFRASTRUCTURE = "infrastructure", _("기반조성")


class Purse(models.TextChoices):
    """Whose won it is."""

    CITY = "city", _("시비")
    DISTRICT = "district", _("구비")
    OWN = "own", _("자부담")


class Account(models.TextChoices):
    """The chart of accounts of a project's book."""

    CASH = "cash", _("사업 계좌")
    RECEIVABLE = "receivable", _("받을 돈")
    OWED_BY_OPERATOR = "owed_by_operator", _("수행기관이 물어낼 돈")
    ADVANCED = "advanced", _("수행기관이 먼저 쓴 돈")
    WITHHELD = "withheld", _("임금에서 떼어 둔 돈")
    INSURANCE_DUE = "insurance_due", _("낼 사회보험료")
    DEPOSITS = "deposits", _("맡은 보증금")
    VAT_PAYABLE = "vat_payable", _("낼 부가가치세")
    PAYABLE = "payable", _("줄 돈")
    REFUND_DUE = "refund_due", _("반납할 돈")
    GRANT = "grant", _("받은 보조금·자부담")
    REVENUE = "revenue", _("사업 수입")
    INTEREST = "interest", _("이자")
    COST = "cost", _("집행")


#: Accounts that grow by debits; all others grow by credits.
DEBIT_ACCOUNTS = frozenset({Account.CASH, Account.RECEIVABLE, Account.OWED_BY_OPERATOR, Account.COST})


def grown(account: str, balance_krw: int) -> int:
    """A balance as people read it: positive where the account has grown. ``balance_krw`` is the signed sum of lines."""
    return balance_krw if account in DEBIT_ACCOUNTS else -balance_krw
