"""Funding (교부): the grant of a project, its budget by line and purse, instalments and changes."""

from sanghyeop.programme.funding.models.budgets import Allotment, BudgetLine, Change, ChangeLine, NewLine
from sanghyeop.programme.funding.models.calls import Bid, BidPaper, OperatorCall
from sanghyeop.programme.funding.models.grants import (
    Condition,
    FundingRule,
    Grant,
    NumberSeries,
    Paying,
    RuleInstalment,
    Signature,
    StandardCondition,
)
from sanghyeop.programme.funding.models.instalments import Instalment, InstalmentShare

__all__ = [
    "Allotment",
    "Bid",
    "BidPaper",
    "BudgetLine",
    "Change",
    "ChangeLine",
    "Condition",
    "FundingRule",
    "Grant",
    "Instalment",
    "InstalmentShare",
    "NewLine",
    "NumberSeries",
    "OperatorCall",
    "Paying",
    "RuleInstalment",
    "Signature",
    "StandardCondition",
]
