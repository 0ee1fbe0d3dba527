"""Budgets of invented plans: positions, cost lines and shares within the rules of a round. Money is integer won."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from sanghyeop.demo.examples.blocks import read

CATEGORIES = ("personnel", "operating", "infrastructure")
PURSES = ("city", "district", "own")
WEEKS_A_MONTH = 365 / 12 / 7
STEP = 10_000  # amounts are rounded to this many won


@dataclass(frozen=True)
class CallRules:
    """What a plan must keep to. The values here are an example; a round has its own.

    ``district_share`` is the least part of the public money (city and district together) that the district pays;
    ``category_shares`` gives the least and greatest part of the public money for each cost category.
    ``hourly_wage_krw`` is the round's living wage, ``insurance_rate`` the employer's part of the social insurances,
    ``weekly_rest_from_hours`` the weekly hours from which a paid rest day (a fifth on top) is due.
    """

    city_max_krw: int = 150_000_000
    district_share: float = 0.4
    category_shares: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: {"personnel": (0.5, 0.9), "operating": (0.0, 0.4), "infrastructure": (0.0, 0.3)}
    )
    hourly_wage_krw: int = 12_121
    insurance_rate: float = 0.11
    weekly_rest_from_hours: int = 15


def affordable(
    random: Random, template: dict[str, Any], rules: CallRules
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Fraction]:
    """Positions, public cost lines and the district's share, made smaller until the city's part fits its ceiling.

    Raises ``ValueError`` when not even the smallest plan fits.
    """
    wanted = template["positions"]
    numbers = [random.randint(*position["number"]) for position in wanted]
    months = [random.randint(*position["months"]) for position in wanted]
    shares = cost_shares(random, rules)
    asked = Fraction(str(rules.district_share))
    district_share = max(asked, min(asked + Fraction(random.randint(20, 100), 1000), Fraction(95, 100)))
    ceiling = rules.city_max_krw * random.uniform(0.6, 1.0)
    while True:
        positions = [
            {
                "year": 1,
                "title": position["duty"],
                "title_en": position["duty_en"],
                "number": number,
                "months": month,
                "hours_a_week": position["hours_week"],
                "wage_an_hour_krw": math.ceil(rules.hourly_wage_krw * position["wage"] / 10) * 10,
            }
            for position, number, month in zip(wanted, numbers, months, strict=True)
        ]
        lines = cost_lines(template, positions, shares, rules)
        if sum(city for _line, city, _district in halves(lines, district_share)) <= ceiling:
            return positions, lines, district_share
        if max(numbers) > 1:
            numbers[numbers.index(max(numbers))] -= 1
        elif max(months) > 1:
            months[months.index(max(months))] -= 1
        elif ceiling < rules.city_max_krw:
            ceiling = rules.city_max_krw
        else:
            raise ValueError("no plan is small enough for the rules")


def cost_shares(random: Random, rules: CallRules) -> dict[str, float]:
    """A part of the public money for each category, as plans usually ask for it, moved to where the rules allow it.

    Raises ``ValueError`` when the limits leave no room.
    """
    margin = 0.01  # so that rounding an item never breaks a limit
    limits = [rules.category_shares.get(category, (0.0, 1.0)) for category in CATEGORIES]
    (people_least, people_most), (running_least, running_most), (built_least, built_most) = limits
    least = max(people_least, 1 - running_most - built_most) + margin
    most = min(people_most, 1 - running_least - built_least) - margin
    if least > most:
        raise ValueError("the category shares leave no room")
    people_share = min(max(random.uniform(0.62, 0.78), least), most)
    rest = 1 - people_share
    built = max(rest * random.uniform(0.2, 0.5), built_least + margin, rest - running_most + margin)
    built = max(min(built, built_most - margin, rest - running_least - margin), 0.0)
    return {"personnel": people_share, "operating": rest - built, "infrastructure": built}


def cost_lines(
    template: dict[str, Any],
    positions: Sequence[Mapping[str, Any]],
    shares: Mapping[str, float],
    rules: CallRules,
) -> list[dict[str, Any]]:
    """Public money by line: category, item, basis, amount_krw; personnel from the positions, the rest beside it."""
    items, bases = read("plans")["personnel_items"], read("plans")["bases"]
    lines = [
        {
            "category": "personnel",
            "item": items["wages"]["name"].format(duty=position["title"]),
            "basis": bases["wages"].format(**position),
            "amount_krw": wages(position, rules),
        }
        for position in positions
    ]
    insurance = {
        "category": "personnel",
        "item": items["insurance"]["name"],
        "basis": bases["insurance"].format(rate=round(rules.insurance_rate * 100, 1)),
        "amount_krw": round_up(sum(line["amount_krw"] for line in lines) * rules.insurance_rate),
    }
    lines.append(insurance)
    total = sum(line["amount_krw"] for line in lines) / shares["personnel"]
    for category, basis in (("operating", bases["estimate"]), ("infrastructure", bases["quote"])):
        weights = sum(item["weight"] for item in template[category])
        for item in template[category]:
            amount = round_down(total * shares[category] * item["weight"] / weights)
            if amount:
                lines.append({"category": category, "item": item["item"], "basis": basis, "amount_krw": amount})
    return lines


def wages(position: Mapping[str, Any], rules: CallRules) -> int:
    """What the people of one position are paid over all their months, with the paid weekly rest where it is due."""
    hours = position["hours_a_week"]
    paid = hours * 1.2 if hours >= rules.weekly_rest_from_hours else hours
    one_month = round_up(paid * WEEKS_A_MONTH * position["wage_an_hour_krw"])
    return one_month * position["months"] * position["number"]


def halves(lines: Sequence[Mapping[str, Any]], district_share: Fraction) -> list[tuple[Mapping[str, Any], int, int]]:
    """Every line with the city's and the district's won; rounding is always to the district's part."""
    found = []
    for line in lines:
        city = math.floor(line["amount_krw"] * (1 - district_share) / 1000) * 1000
        found.append((line, city, line["amount_krw"] - city))
    return found


def split(lines: Sequence[Mapping[str, Any]], district_share: Fraction) -> list[dict[str, Any]]:
    """Budget rows of the first year by purse; rows of nothing are left out."""
    return [
        {"year": 1, "purse": purse, **line, "amount_krw": amount}
        for line, city, district in halves(lines, district_share)
        for purse, amount in (("city", city), ("district", district))
        if amount
    ]


def second_year(budget: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same work a year later, when half of what had to be built is there."""
    again = []
    for row in budget:
        amount = row["amount_krw"]
        if row["category"] == "infrastructure":
            amount = amount // 2000 * 1000
        if amount:
            again.append({**row, "year": 2, "amount_krw": amount})
    return again


def own_money(random: Random, template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the organisation brings along."""
    own = template.get("own")
    if not own:
        return []
    row = {"category": "operating", "item": own["item"], "basis": read("plans")["bases"]["own"]}
    return [{"year": 1, "purse": "own", **row, "amount_krw": between(random, own["krw"])}]


def keeps(budget: Sequence[Mapping[str, Any]], rules: CallRules, years: int = 1) -> bool:
    """Whether budget rows keep every limit, with the organisation's own money counted in and without it."""
    by_purse = {purse: sum(row["amount_krw"] for row in budget if row["purse"] == purse) for purse in PURSES}
    for counted in (PURSES, PURSES[:2]):
        whole = sum(by_purse[purse] for purse in counted)
        if by_purse["district"] < whole * Fraction(str(rules.district_share)):
            return False
        for category, (least, most) in rules.category_shares.items():
            part = sum(r["amount_krw"] for r in budget if r["category"] == category and r["purse"] in counted)
            if not Fraction(str(least)) * whole <= part <= Fraction(str(most)) * whole:
                return False
    return by_purse["city"] <= rules.city_max_krw * years


def forecast(random: Random, template: Mapping[str, Any]) -> list[dict[str, int]]:
    """Income grows from a tenth to its full height in a year and a half; cost hardly changes."""
    full, cost = between(random, template["revenue_month"]), between(random, template["cost_month"])
    return [
        {
            "month": month,
            "revenue_krw": round_down(full * min(0.1 + 0.05 * month, 1.0) * random.uniform(0.9, 1.1)),
            "cost_krw": round_down(cost * random.uniform(0.95, 1.05)),
        }
        for month in range(1, 25)
    ]


def between(random: Random, bounds: Sequence[int]) -> int:
    return round_down(random.uniform(bounds[0], bounds[1] + STEP))


def round_down(amount: float) -> int:
    return math.floor(amount / STEP) * STEP


def round_up(amount: float) -> int:
    return math.ceil(amount / STEP) * STEP
