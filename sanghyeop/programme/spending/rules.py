"""Plain rules about payments: numbers in, answers out; no database."""

from __future__ import annotations

import re
import unicodedata

from sanghyeop.ground.ledger.accounts import Category

LEGAL_FORMS = ("주식회사", "유한회사", "사회적협동조합", "협동조합", "사단법인", "재단법인") + (  # as data
    *("(주)", "(유)", "(사)", "(재)"),  # as data
)
WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
#: Evidence that goes with a category where a round says nothing else: (category, evidence, whether a picture is owed).
FIRST_EVIDENCE = (
    *((Category.PERSONNEL, evidence, True) for evidence in ("payroll", "other")),
    *(
        (category, evidence, True)
        for category in (Category.OPERATING, Category.INFRASTRUCTURE)
        for evidence in ("tax_invoice", "card", "cash_receipt", "other")
    ),
)


def digits_of(number: str) -> str:
    """The digits of a number as typed: hyphens, spaces and full-width digits are understood."""
    return re.sub(r"[\s\-−–]", "", unicodedata.normalize("NFKC", number))


def is_business_number(number: str) -> bool:
    """Whether the last digit of a business number (사업자등록번호, ten digits) is the check digit of the others.

    Rule of the National Tax Service: the first nine digits are weighted 1, 3, 7, 1, 3, 7, 1, 3, 5; the tens of the last
    product are added once more; the check digit makes the sum a multiple of ten.
    """
    digits = digits_of(number)
    if not (len(digits) == 10 and digits.isascii() and digits.isdecimal()):
        return False
    values = [int(digit) for digit in digits]
    weighed = sum(value * weight for value, weight in zip(values, WEIGHTS, strict=False))
    return (weighed + values[8] * 5 // 10 + values[9]) % 10 == 0


#: Legal forms that a name carries or lacks, by who wrote it down.
LEGAL_FORMS = (
    "주식회사", "유한회사", "사회적협동조합", "협동조합", "사단법인", "재단법인",  # as data
    "(주)", "(유)", "(사)", "(재)",  # as data
)  # fmt: skip


def same_name(name: str) -> str:
    """A payee's name as it is compared: without legal form, blanks and brackets."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    for word in LEGAL_FORMS:
        plain = plain.replace(word, "")
    return re.sub(r"[\s().,·_\-]", "", plain)
