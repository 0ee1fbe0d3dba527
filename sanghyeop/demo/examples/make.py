"""Make the example round: invented ideas, plans and reviews out of the building blocks beside this file.

Pure: the same seed and arguments give the same examples, on every machine. Money is integer won.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from sanghyeop.demo.seoul.read import drawing

HERE = Path(__file__).parent
CATEGORIES = ("personnel", "operating", "infrastructure")
ENGLISH = {district["name"]: district["name_en"] for district in drawing()["districts"]}
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


@cache
def read(name: str) -> dict[str, Any]:
    """One of the files ``ideas``, ``plans``, ``people``, ``reviews``; do not change what comes back."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


def people() -> dict[str, list[dict[str, Any]]]:
    """Organisations, their members, officers, experts, reviewers and residents of the example round."""
    return read("people")


def criteria() -> list[dict[str, Any]]:
    """The example round's criteria: code, name, name_en, guidance, guidance_en, points."""
    return [{key: value for key, value in row.items() if key != "reasons"} for row in read("reviews")["criteria"]]


# ---------------------------------------------------------------- ideas


def example_ideas(seed: int) -> list[dict[str, Any]]:
    """Every idea of ideas.yaml with an author, supporters and comments by invented residents.

    Adds to the file's keys: ``author`` and ``supporters`` (keys of residents, the author not among them), ``day``
    (days after discovery opened, 0 to 40), ``comments`` as ``{author, text, day}``, ``twin_of`` (None for most).
    Twins share some supporters, so that a merge has someone to count once.
    """
    residents = people()["residents"]
    made: dict[str, dict[str, Any]] = {}
    for idea in read("ideas")["ideas"]:
        random = Random(f"{seed}:idea:{idea['key']}")
        at_home = [person["key"] for person in residents if person["district"] == idea["district"]]
        elsewhere = [person["key"] for person in residents if person["district"] != idea["district"]]
        twin = made.get(idea.get("twin_of", ""))
        author = random.choice([key for key in at_home if not twin or key != twin["author"]])
        others = [key for key in at_home if key != author]
        supporters = others + random.sample(elsewhere, min(int(random.paretovariate(0.7)) + 1, 45))
        if twin:
            supporters += [key for key in twin["supporters"][:5] if key != author]
        supporters = list(dict.fromkeys(supporters))
        day = twin["day"] + random.randint(1, 6) if twin else random.randint(0, 34)
        comments = [
            {"author": random.choice(supporters), "text": text, "day": day + random.randint(0, 5)}
            for text in idea.get("comments", ())
        ]
        made[idea["key"]] = {
            **idea,
            "twin_of": idea.get("twin_of"),
            "author": author,
            "supporters": supporters,
            "day": day,
            "comments": comments,
        }
    return list(made.values())


# ---------------------------------------------------------------- plans


def example_plans(
    seed: int, count: int = 100, districts: Sequence[str] | None = None, rules: CallRules | None = None
) -> list[dict[str, Any]]:
    """``count`` different plans, spread evenly over ``districts`` (names; all 25 unless told), within ``rules``.

    A plan has ``key``, ``district``, ``field``, ``title``, ``title_en``, ``kind`` ("new" or "continuing"),
    ``first_grade`` (of a continuing one), ``organisation`` (key), ``idea`` (key of the idea that led to it, or
    None), ``target``, ``sections`` ({code, text}), ``positions`` ({duty, duty_en, number, months,
    hours_week, hourly_wage_krw}), ``jobs`` (sum of the numbers), ``budget`` ({year, category, source, item,
    amount_krw}; source city, district or own), ``revenue_month_krw`` and ``cost_month_krw``. Raises ``ValueError``
    when the rules leave no room for any plan.
    """
    rules = rules or CallRules()
    blocks = read("plans")
    names = list(districts or blocks["places"])
    Random(f"{seed}:districts").shuffle(names)
    ideas = {(idea["district"], idea["leads_to"]): idea for idea in read("ideas")["ideas"] if "leads_to" in idea}
    deals = {}
    for name in names:
        deal = Random(f"{seed}:deal:{name}").sample(blocks["templates"], len(blocks["templates"]))
        deals[name] = sorted(deal, key=lambda template: (name, template["code"]) not in ideas)
    plans = []
    for number in range(count):
        lap, place = divmod(number, len(names))
        again, turn = divmod(lap, len(blocks["templates"]))
        district = names[place]
        template = deals[district][turn]
        idea = None if again else ideas.get((district, template["code"]))
        plan = make_plan(seed, district, template, again, rules)
        plans.append({**plan, "idea": idea["key"] if idea else None})
    return plans


def make_plan(seed: int, district: str, template: dict[str, Any], again: int, rules: CallRules) -> dict[str, Any]:
    """One plan of a district; ``again`` counts how often the district already used the template."""
    key = f"{template['code']}-{district}" + (f"-{again + 1}" if again else "")
    random = Random(f"{seed}:plan:{key}")
    organisation = random.choice(
        [o for o in people()["organisations"] if o["district"] == district and template["field"] in o["fields"]]
    )
    positions, public = affordable(random, template, rules)
    jobs = sum(position["number"] for position in positions)
    blocks = read("plans")
    words = {"district": district, "organisation": organisation["name"], "jobs": jobs, **blocks["places"][district]}
    mark = f" {again + 1}" if again else ""
    kind = "continuing" if random.random() < 0.15 else "new"
    return {
        "key": key,
        "district": district,
        "field": template["field"],
        "title": template["title"].format(**words) + mark,
        "title_en": f"{template['title_en']} ({ENGLISH[district]}){mark}",
        "kind": kind,
        "first_grade": random.choice(("excellent", "good", "average")) if kind == "continuing" else None,
        "organisation": organisation["key"],
        "target": template["target"],
        "sections": sections(random, template, words),
        "positions": positions,
        "jobs": jobs,
        "budget": split(public, rules) + own_money(random, template),
        "revenue_month_krw": between(random, template["revenue_month"]),
        "cost_month_krw": between(random, template["cost_month"]),
    }


def sections(random: Random, template: dict[str, Any], words: Mapping[str, Any]) -> list[dict[str, str]]:
    """The plan's text: what only this kind of project says, then one or two sentences that others say, too."""
    blocks = read("plans")
    found = []
    for section in (row["code"] for row in blocks["sections"]):
        own = template["sections"].get(section, [])
        # In the order of the file, which is the order in which they read well.
        common = sorted(random.sample(range(len(blocks["common"][section])), 1 if len(own) > 1 else 2))
        sentences = [*own, *(blocks["common"][section][number] for number in common)]
        found.append({"code": section, "text": " ".join(sentences).format(**words)})
    return found


def affordable(
    random: Random, template: dict[str, Any], rules: CallRules
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Positions and public cost lines, made smaller until the city's part fits under its ceiling.

    Raises ``ValueError`` when not even the smallest plan fits.
    """
    wanted = template["positions"]
    numbers = [random.randint(*position["number"]) for position in wanted]
    months = [random.randint(*position["months"]) for position in wanted]
    shares = cost_shares(random, rules)
    ceiling = rules.city_max_krw * random.uniform(0.6, 1.0)
    while True:
        positions = [
            {
                "duty": position["duty"],
                "duty_en": position["duty_en"],
                "number": number,
                "months": month,
                "hours_week": position["hours_week"],
                "hourly_wage_krw": math.ceil(rules.hourly_wage_krw * position["wage"] / 10) * 10,
            }
            for position, number, month in zip(wanted, numbers, months, strict=True)
        ]
        lines = cost_lines(template, positions, shares, rules)
        if sum(line["city_krw"] for line in split_amounts(lines, rules)) <= ceiling:
            return positions, lines
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
    people = min(max(random.uniform(0.62, 0.78), least), most)
    rest = 1 - people
    built = max(rest * random.uniform(0.2, 0.5), built_least + margin, rest - running_most + margin)
    built = max(min(built, built_most - margin, rest - running_least - margin), 0.0)
    return {"personnel": people, "operating": rest - built, "infrastructure": built}


def cost_lines(
    template: dict[str, Any],
    positions: Sequence[Mapping[str, Any]],
    shares: Mapping[str, float],
    rules: CallRules,
) -> list[dict[str, Any]]:
    """Public money by line: category, item, amount_krw; personnel from the positions, the rest beside it."""
    items = read("plans")["personnel_items"]
    lines = [
        {
            "category": "personnel",
            "item": items["wages"]["name"].format(**position),
            "amount_krw": wages(position, rules),
        }
        for position in positions
    ]
    insurance = round_up(sum(line["amount_krw"] for line in lines) * rules.insurance_rate)
    lines.append({"category": "personnel", "item": items["insurance"]["name"], "amount_krw": insurance})
    total = sum(line["amount_krw"] for line in lines) / shares["personnel"]
    for category in ("operating", "infrastructure"):
        weights = sum(item["weight"] for item in template[category])
        for item in template[category]:
            amount = round_down(total * shares[category] * item["weight"] / weights)
            if amount:
                lines.append({"category": category, "item": item["item"], "amount_krw": amount})
    return lines


def wages(position: Mapping[str, Any], rules: CallRules) -> int:
    """What the people of one position are paid over all their months, with the paid weekly rest where it is due."""
    hours = position["hours_week"]
    paid = hours * 1.2 if hours >= rules.weekly_rest_from_hours else hours
    one_month = round_up(paid * WEEKS_A_MONTH * position["hourly_wage_krw"])
    return one_month * position["months"] * position["number"]


def split_amounts(lines: Sequence[Mapping[str, Any]], rules: CallRules) -> list[dict[str, Any]]:
    """Every line with ``city_krw`` and ``district_krw``; rounding is always to the district's part."""
    kept = 1 - Fraction(str(rules.district_share))
    found = []
    for line in lines:
        city = math.floor(line["amount_krw"] * kept / 1000) * 1000
        found.append({**line, "city_krw": city, "district_krw": line["amount_krw"] - city})
    return found


def split(lines: Sequence[Mapping[str, Any]], rules: CallRules) -> list[dict[str, Any]]:
    """Budget rows by source; rows of nothing are left out."""
    return [
        {"year": 1, "category": line["category"], "source": source, "item": line["item"], "amount_krw": amount}
        for line in split_amounts(lines, rules)
        for source, amount in (("city", line["city_krw"]), ("district", line["district_krw"]))
        if amount
    ]


def own_money(random: Random, template: Mapping[str, Any]) -> list[dict[str, Any]]:
    own = template.get("own")
    if not own:
        return []
    amount = between(random, own["krw"])
    return [{"year": 1, "category": "operating", "source": "own", "item": own["item"], "amount_krw": amount}]


def between(random: Random, bounds: Sequence[int]) -> int:
    return round_down(random.uniform(bounds[0], bounds[1] + STEP))


def round_down(amount: float) -> int:
    return math.floor(amount / STEP) * STEP


def round_up(amount: float) -> int:
    return math.ceil(amount / STEP) * STEP


# ---------------------------------------------------------------- reviews


def example_reviews(plan: Mapping[str, Any], reviewer: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """One reviewer's score sheet for one plan: every criterion with whole points and a written reason.

    ``{plan, reviewer, scores: [{criterion, points, most, reason}], total, overall}``. A plan has a quality of its own
    and a reviewer a strictness of their own, so that a correction for strictness has something to find.
    """
    blocks = read("reviews")
    quality = Random(f"{seed}:quality:{plan['key']}").gauss(0.76, 0.09)
    strict = Random(f"{seed}:strict:{reviewer['key']}").gauss(0.0, 0.06)
    random = Random(f"{seed}:review:{plan['key']}:{reviewer['key']}")
    words = {
        "district": plan["district"],
        "duty": plan["positions"][0]["duty"],
        "jobs": plan["jobs"],
        "place": read("plans")["places"][plan["district"]]["quarter"],
    }
    scores = []
    for criterion in blocks["criteria"]:
        leaning = Random(f"{seed}:quality:{plan['key']}:{criterion['code']}").gauss(0.0, 0.05)
        share = min(max(quality + leaning - strict + random.gauss(0.0, 0.05), 0.2), 1.0)
        points = round(criterion["points"] * share)
        reasons = criterion["reasons"][level(points / criterion["points"])]
        scores.append(
            {
                "criterion": criterion["code"],
                "points": points,
                "most": criterion["points"],
                "reason": random.choice(reasons).format(**words),
            }
        )
    total = sum(score["points"] for score in scores)
    most = sum(score["most"] for score in scores)
    return {
        "plan": plan["key"],
        "reviewer": reviewer["key"],
        "scores": scores,
        "total": total,
        "overall": random.choice(blocks["overall"][level(total / most)]),
    }


def level(share: float) -> str:
    """Which level of reasons fits a share of the points."""
    return next(row["code"] for row in read("reviews")["levels"] if share >= row["from"])
