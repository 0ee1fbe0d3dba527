"""Make the example round: invented ideas, plans and reviews out of the building blocks beside this file.

Pure: the same seed and arguments give the same examples, on every machine. Money is integer won.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from sanghyeop.demo.examples.blocks import read
from sanghyeop.demo.examples.budgets import CallRules, affordable, forecast, keeps, own_money, second_year, split
from sanghyeop.demo.seoul.read import drawing

ENGLISH = {district["name"]: district["name_en"] for district in drawing()["districts"]}


def people() -> dict[str, list[dict[str, Any]]]:
    """Organisations, their members, officers, experts, reviewers and residents of the example round."""
    return read("people")


def criteria() -> list[dict[str, Any]]:
    """The example round's criteria: code, name, name_en, guidance, guidance_en, points."""
    return [{key: value for key, value in row.items() if key != "reasons"} for row in read("reviews")["criteria"]]


# ---------------------------------------------------------------- ideas


def example_ideas(seed: int) -> list[dict[str, Any]]:
    """Every idea of ideas.yaml with an author, supporters, comments and what the district said so far.

    Adds to the file's keys

    - ``author`` and ``supporters``: keys of residents; twins share some supporters, so that a merge has someone to
      count once
    - ``day``: days after discovery opened (0 to 40)
    - ``comments``: {author, text, day}
    - ``outcome``: "adopted" (what leads to a plan), "declined", "no_winner", "feasible" (checked, before the
      committee) or "open"; ``check``: {department, feasible, opinion} or None; ``answer``: text or None
    - ``twin_of`` and ``leads_to``, None for most
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
        texts = [*idea.get("comments", ()), *random.sample(read("ideas")["remarks"], random.randint(0, 2))]
        comments = [{"author": random.choice(supporters), "text": t, "day": day + random.randint(0, 5)} for t in texts]
        made[idea["key"]] = {
            **{"twin_of": None, "leads_to": None},
            **idea,
            "author": author,
            "supporters": supporters,
            "day": day,
            "comments": comments,
            **district_answer(random, idea),
        }
    return list(made.values())


def district_answer(random: Random, idea: Mapping[str, Any]) -> dict[str, Any]:
    """What the district's funnel made of an idea: outcome, check and answer."""
    blocks = read("ideas")
    if "leads_to" in idea:
        outcome = "adopted"
    elif "twin_of" in idea:
        outcome = "open"
    else:
        outcome = random.choice(("open", "open", "feasible", "declined", "no_winner"))
    check = None
    if outcome != "open":
        feasible = outcome != "declined"
        check = {**random.choice(blocks["checks"]["feasible" if feasible else "not_feasible"]), "feasible": feasible}
    answers = blocks["answers"].get(outcome)
    return {"outcome": outcome, "check": check, "answer": random.choice(answers) if answers else None}


# ---------------------------------------------------------------- plans


def example_plans(
    seed: int, count: int = 100, districts: Sequence[str] | None = None, rules: CallRules | None = None
) -> list[dict[str, Any]]:
    """``count`` different plans, spread evenly over ``districts`` (names; all 25 unless told), within ``rules``.

    A plan has

    - ``key``, ``district``, ``field``, ``title``, ``title_en``, ``summary``, ``target`` (who is to be hired)
    - ``kind`` ("new" or "continuing"), ``first_grade`` (of a continuing one: excellent, good, fair), ``years``
    - ``organisation`` (key), ``idea`` (key of the idea that led to it, or None)
    - ``sections``: {code, name, text, draft (an earlier version of the text)}
    - ``questions``: {section, party (city, district, organisation), text}
    - ``positions``: {year, title, title_en, number, months, hours_a_week, wage_an_hour_krw}
    - ``jobs``: people hired in the first year
    - ``budget``: {year, category, purse (city, district, own), item, basis, amount_krw}
    - ``forecast``: {month (1 to 24), revenue_krw, cost_krw}

    Raises ``ValueError`` when the rules leave no room for any plan.
    """
    rules = rules or CallRules()
    blocks = read("plans")
    names = list(districts or blocks["places"])
    Random(f"{seed}:districts").shuffle(names)
    ideas = {(idea["district"], idea["leads_to"]): idea for idea in read("ideas")["ideas"] if "leads_to" in idea}
    deals = {}
    for name in names:
        deal = Random(f"{seed}:deal:{name}").sample(blocks["templates"], len(blocks["templates"]))
        # What residents asked for comes first.
        deals[name] = sorted(deal, key=lambda template: (name, template["code"]) not in ideas)
    plans = []
    for number in range(count):
        lap, place = divmod(number, len(names))
        again, turn = divmod(lap, len(blocks["templates"]))
        district = names[place]
        template = deals[district][turn]
        idea = None if again else ideas.get((district, template["code"]))
        plan = make_plan(seed, district, template, again, rules)
        if idea:
            plan |= {"idea": idea["key"], "kind": "new", "first_grade": None}
        plans.append(plan)
    return plans


def make_plan(seed: int, district: str, template: dict[str, Any], again: int, rules: CallRules) -> dict[str, Any]:
    """One plan of a district; ``again`` counts how often the district already used the template."""
    key = f"{template['code']}-{district}" + (f"-{again + 1}" if again else "")
    random = Random(f"{seed}:plan:{key}")
    organisation = random.choice(
        [o for o in people()["organisations"] if o["district"] == district and template["field"] in o["fields"]]
    )
    positions, lines, district_share = affordable(random, template, rules)
    budget = split(lines, district_share)
    own = own_money(random, template)
    if own and keeps(budget + own, rules):
        budget += own
    kind = "continuing" if random.random() < 0.15 else "new"
    years = 1
    second = second_year(budget)
    if kind == "new" and random.random() < 0.6 and keeps(second, rules) and keeps(budget + second, rules, years=2):
        years = 2
        budget += second
        positions += [{**position, "year": 2} for position in positions]
    jobs = sum(position["number"] for position in positions if position["year"] == 1)
    places = read("plans")["places"][district]
    words = {"district": district, "organisation": organisation["name"], "jobs": jobs, **places}
    mark = f" {again + 1}" if again else ""
    return {
        "key": key,
        "district": district,
        "field": template["field"],
        "title": template["title"].format(**words) + mark,
        "title_en": f"{template['title_en']} ({ENGLISH[district]}){mark}",
        "summary": template["sections"]["work"][0].format(**words),
        "target": template["target"],
        "kind": kind,
        "first_grade": random.choice(("excellent", "good", "fair")) if kind == "continuing" else None,
        "years": years,
        "organisation": organisation["key"],
        "idea": None,
        "sections": sections(random, template, words),
        "questions": questions(random),
        "positions": positions,
        "jobs": jobs,
        "budget": budget,
        "forecast": forecast(random, template),
    }


def sections(random: Random, template: dict[str, Any], words: Mapping[str, Any]) -> list[dict[str, str]]:
    """The plan's text: what only this kind of project says, then one or two sentences that others say, too."""
    blocks = read("plans")
    found = []
    for section in blocks["sections"]:
        own = template["sections"].get(section["code"], [])
        common = blocks["common"][section["code"]]
        # In the order of the file, in which they read well.
        chosen = sorted(random.sample(range(len(common)), 1 if len(own) > 1 else 2))
        sentences = [*own, *(common[number] for number in chosen)]
        text, draft = (" ".join(part).format(**words) for part in (sentences, sentences[:-1]))
        found.append({"code": section["code"], "name": section["name"], "text": text, "draft": draft})
    return found


def questions(random: Random) -> list[dict[str, str]]:
    """Up to three comments on sections."""
    every = [{"section": section, **row} for section, rows in read("plans")["questions"].items() for row in rows]
    return random.sample(every, random.randint(0, 3))


# ---------------------------------------------------------------- reviews


def example_reviews(
    plan: Mapping[str, Any], reviewer: Mapping[str, Any], seed: int, points: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """One reviewer's score sheet for one plan: every criterion with whole points and a written reason.

    ``points`` gives the most points by the criterion's code, where the round weighs them otherwise than reviews.yaml
    or leaves some out. The result is ``{plan, reviewer, scores: [{criterion, points, most, reason}], total, overall}``.
    A plan has a quality of its own and a reviewer a strictness of their own, so that a correction for strictness has
    something to find.
    """
    blocks = read("reviews")
    quality = Random(f"{seed}:quality:{plan['key']}").gauss(0.76, 0.09)
    strict = Random(f"{seed}:strict:{reviewer['key']}").gauss(0.0, 0.06)
    random = Random(f"{seed}:review:{plan['key']}:{reviewer['key']}")
    words = {
        "district": plan["district"],
        "duty": plan["positions"][0]["title"],
        "jobs": plan["jobs"],
        "place": read("plans")["places"][plan["district"]]["quarter"],
    }
    scores = []
    most_by_code = points or {criterion["code"]: criterion["points"] for criterion in blocks["criteria"]}
    for criterion in blocks["criteria"]:
        if criterion["code"] not in most_by_code:
            continue
        most = most_by_code[criterion["code"]]
        leaning = Random(f"{seed}:quality:{plan['key']}:{criterion['code']}").gauss(0.0, 0.05)
        share = min(max(quality + leaning - strict + random.gauss(0.0, 0.05), 0.2), 1.0)
        given = round(most * share)
        reasons = criterion["reasons"][level(given / most)]
        reason = random.choice(reasons).format(**words)
        scores.append({"criterion": criterion["code"], "points": given, "most": most, "reason": reason})
    total = sum(score["points"] for score in scores)
    share = total / sum(score["most"] for score in scores)
    return {
        "plan": plan["key"],
        "reviewer": reviewer["key"],
        "scores": scores,
        "total": total,
        "overall": random.choice(blocks["overall"][level(share)]),
    }


def level(share: float) -> str:
    """Which level of reasons fits a share of the points."""
    return next(row["code"] for row in read("reviews")["levels"] if share >= row["from"])
