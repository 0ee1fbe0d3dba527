"""Pay of a month and the planner of hours: terms, days and dated rates in; lines of won out. No clock, no database.

`month_pay` (rules in `month`), the social insurances (rules in `insurance`), `around` for planning (in `planner`).
Docs: docs/decisions/0008-payroll.md.
"""

from sanghyeop.engines.payroll.lines import EMPLOYEE, EMPLOYER, LAWS, PAY, Line, Note, Pay
from sanghyeop.engines.payroll.month import month_pay
from sanghyeop.engines.payroll.planner import Outlook, around, outlook, terms_of
from sanghyeop.engines.payroll.rates import KEYS, NoRate, Rate, Table
from sanghyeop.engines.payroll.terms import Day, Terms, age_on, canonical, months_after, rest_minutes, shift

__all__ = [
    "EMPLOYEE", "EMPLOYER", "KEYS", "LAWS", "PAY", "Day", "Line", "NoRate", "Note", "Outlook", "Pay", "Rate", "Table",
    "Terms", "age_on", "around", "canonical", "month_pay", "months_after", "outlook", "rest_minutes", "shift",
    "terms_of",
]  # fmt: skip
