"""The demo's data: what was published, and the examples made for the open round."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from sanghyeop.demo.examples import make
from sanghyeop.demo.examples.blocks import read as blocks_of
from sanghyeop.demo.examples.budgets import CATEGORIES, CallRules
from sanghyeop.demo.seoul import read


def total(year: int, key: str) -> int:
    """The city-wide published total of a round."""
    rows = next(a_round for a_round in read.published()["rounds"] if a_round["year"] == year)["totals"]
    (row,) = [row for row in rows if row["key"] == key and "district" not in row]
    return row["value"]


def test_the_map_has_the_25_districts_with_their_codes_and_names():
    features, drawn = read.geojson()["features"], read.drawing()["districts"]
    assert len(features) == len(drawn) == 25
    assert [f["properties"]["code"] for f in features] == [d["code"] for d in drawn]
    assert all(len(d["code"]) == 5 and d["code"].startswith("11") for d in drawn)
    assert len({d["name"] for d in drawn}) == len({d["name_en"] for d in drawn}) == 25
    assert "국토지리정보원" in read.drawing()["attribution"]["ko"]


def test_every_label_stands_in_its_own_district_and_in_the_picture():
    _, _, width, height = read.drawing()["view_box"]
    for feature, drawn in zip(read.geojson()["features"], read.drawing()["districts"], strict=True):
        assert drawn["path"].startswith("M") and drawn["path"].endswith("Z")
        assert 0 < drawn["label_xy"][0] < width and 0 < drawn["label_xy"][1] < height
        geometry = feature["geometry"]
        assert geometry["type"] == "Polygon"
        assert inside(feature["properties"]["label"], geometry["coordinates"][0]), drawn["name"]


def inside(point: list[float], ring: list[list[float]]) -> bool:
    """Whether a ray to the east leaves the ring an odd number of times."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


def test_the_totals_of_2021_are_those_that_were_published():
    assert (total(2021, "projects"), total(2021, "districts"), total(2021, "jobs_target")) == (30, 20, 400)
    assert total(2021, "budget") == 6_000_000_000
    assert total(2021, "budget_city") + total(2021, "budget_district") == total(2021, "budget")
    assert total(2021, "budget_city") == 3_500_000_000


def test_the_jobs_of_2018_to_2020_add_up_to_the_published_sum():
    jobs, money = (
        next(period for period in read.published()["periods"] if period["key"] == key) for key in ("jobs", "input")
    )
    assert [total(year, "jobs") for year in (2018, 2019, 2020)] == [1908, 1107, 400]
    assert sum(jobs["parts"].values()) == jobs["value"] == 3415
    assert all(total(year, "jobs") == value for year, value in jobs["parts"].items())
    assert money["value"] == 30_000_000_000
    assert total(2017, "first_money") == 10_000_000_000


def test_fifty_projects_of_nineteen_districts_are_there_each_with_a_source_that_can_be_opened():
    published = read.published()
    urls = {source["code"]: source["url"] for source in published["sources"]}
    assert len(published["projects"]) == 50
    assert len({project["district"] for project in published["projects"]} - {None}) == 19
    for project in published["projects"]:
        assert project["sources"] and all(urls[code].startswith("http") for code in project["sources"])
        assert project["title_en"] and project["summary"] and project["summary_en"]


def test_only_what_a_source_names_as_part_of_the_programme_counts_as_selected():
    projects = read.published()["projects"]
    doubtful = [project for project in projects if project["certainty"] in ("circumstantial", "example")]
    assert len(doubtful) == 9
    assert not any(project["counted"] for project in doubtful)
    assert all("정황" in project["status"] or "예시" in project["status"] for project in doubtful)
    assert sum(project["counted"] and project["year"] == 2021 for project in projects) == 11


def test_published_projects_never_exceed_the_published_totals():
    projects = [project for project in read.published()["projects"] if project["counted"]]
    for a_round in read.published()["rounds"]:
        for row in a_round["totals"]:
            if row["key"] != "projects":
                continue
            named = [p for p in projects if p["year"] == a_round["year"]]
            named = [p for p in named if row.get("district") in (None, p["district"])]
            assert len(named) <= row["value"]


def test_a_project_is_followed_over_its_years():
    years = [p["year"] for p in read.published()["projects"] if p["key"] == "kids_clean_plus"]
    assert years == [2017, 2018, 2019, 2020]
    last = next(p for p in read.published()["projects"] if p["key"] == "kids_clean_plus" and p["year"] == 2020)
    assert {outcome["type"] for outcome in last["outcomes"]} == {"ADOPTED_PUBLIC_SERVICE", "SPREAD"}
    copies = [p for p in read.published()["projects"] if p.get("copied_from") == "kids_clean_plus"]
    assert {p["district"] for p in copies} == {"영등포구", "송파구", "광진구", "양천구"}


def test_wages_stand_for_every_year_and_doubtful_values_say_so():
    rows = read.rates()["rates"]
    for key in ("wage.minimum_hour", "wage.living_hour"):
        assert [row["valid_from"].year for row in rows if row["key"] == key] == list(range(2017, 2027))
    doubtful = [row for row in rows if not row["verified"]]
    assert [row["valid_from"].year for row in doubtful if row["source"] == "none"] == [2021, 2022, 2023, 2024]
    assert all("확인 필요" in row["note"] for row in doubtful if row["source"] != "none")
    living = {row["valid_from"].year: row["value"] for row in rows if row["key"] == "wage.living_hour"}
    minimum = {row["valid_from"].year: row["value"] for row in rows if row["key"] == "wage.minimum_hour"}
    assert all(living[year] > minimum[year] for year in living)


def test_a_slip_in_the_data_is_refused():
    data = {**read.rates(), "rates": [*read.rates()["rates"], read.rates()["rates"][0]]}
    with pytest.raises(read.Faulty, match="two values on one day"):
        read.refuse(read.faults_of_rates(data))
    projects = [{**read.published()["projects"][0], "district": "없는구", "sources": ["nowhere"]}]
    faults = "\n".join(read.faults_of_published({**read.published(), "projects": projects}))
    assert "없는구" in faults and "nowhere" in faults


# ---------------------------------------------------------------- the example round


def money(plan: dict, **wanted: str | int) -> int:
    """The sum of a plan's budget rows that have these values."""
    rows = (row for row in plan["budget"] if all(row[key] == value for key, value in wanted.items()))
    return sum(row["amount_krw"] for row in rows)


def assert_within(plan: dict, rules: CallRules) -> None:
    for year in range(1, plan["years"] + 1):
        assert 0 < money(plan, year=year, purse="city") <= rules.city_max_krw
    for counted in (("city", "district"), ("city", "district", "own")):
        whole = sum(money(plan, purse=purse) for purse in counted)
        assert Fraction(money(plan, purse="district"), whole) >= Fraction(str(rules.district_share))
        for category, (least, most) in rules.category_shares.items():
            part = sum(money(plan, category=category, purse=purse) for purse in counted)
            assert least <= part / whole <= most, (plan["key"], category, part / whole)
    assert all(type(row["amount_krw"]) is int and row["amount_krw"] > 0 for row in plan["budget"])
    first = [position for position in plan["positions"] if position["year"] == 1]
    assert plan["jobs"] == sum(position["number"] for position in first) > 0
    assert all(position["wage_an_hour_krw"] >= rules.hourly_wage_krw for position in plan["positions"])
    assert {row["year"] for row in plan["budget"]} == set(range(1, plan["years"] + 1))


def test_a_hundred_example_plans_come_from_all_25_districts_and_keep_to_the_rules():
    plans = make.example_plans(seed=1)
    assert len(plans) == 100
    assert len({plan["district"] for plan in plans}) == 25
    assert len({plan["key"] for plan in plans}) == len({plan["title"] for plan in plans}) == 100
    assert {plan["field"] for plan in plans} == {field["code"] for field in read.published()["fields"]}
    assert {plan["kind"] for plan in plans} == {"new", "continuing"}
    for plan in plans:
        assert_within(plan, CallRules())
        assert (plan["first_grade"] is None) == (plan["kind"] == "new")
        texts = {section["code"]: section["text"] for section in plan["sections"]}
        assert list(texts) == ["need", "work", "system", "jobs", "revenue", "effect"]
        assert all(len(text) > 40 and "{" not in text for text in texts.values())
        assert all(section["text"].startswith(section["draft"]) for section in plan["sections"])
        assert {question["section"] for question in plan["questions"]} <= set(texts)


def test_the_texts_of_examples_are_whole_sentences():
    """A comma in an unquoted list of YAML cuts a sentence in two without a word."""
    blocks, reviews = blocks_of("plans"), blocks_of("reviews")
    lists = [*blocks["common"].values()]
    lists += [sentences for template in blocks["templates"] for sentences in template["sections"].values()]
    lists += [reasons for criterion in reviews["criteria"] for reasons in criterion["reasons"].values()]
    lists += [idea["comments"] for idea in blocks_of("ideas")["ideas"] if "comments" in idea]
    assert all(sentence[-1] in ".?!" for sentences in lists for sentence in sentences)
    items = [item for template in blocks["templates"] for kind in CATEGORIES[1:] for item in template[kind]]
    assert all(set(item) == {"item", "weight"} for item in items)


def test_the_organisation_of_a_plan_is_of_its_district_and_knows_its_field():
    organisations = {row["key"]: row for row in make.people()["organisations"]}
    for plan in make.example_plans(seed=1, count=675):
        organisation = organisations[plan["organisation"]]
        assert organisation["district"] == plan["district"] and plan["field"] in organisation["fields"]


def test_some_plans_bring_own_money_and_some_run_two_years():
    plans = make.example_plans(seed=2)
    assert any(money(plan, purse="own") for plan in plans)
    assert {plan["years"] for plan in plans} == {1, 2}
    assert all([row["month"] for row in plan["forecast"]] == list(range(1, 25)) for plan in plans)


@pytest.mark.parametrize(
    "rules",
    [
        CallRules(city_max_krw=60_000_000, district_share=0.5),
        CallRules(city_max_krw=300_000_000, district_share=0.0),
        CallRules(
            city_max_krw=250_000_000,
            district_share=0.3,
            category_shares={"personnel": (0.4, 1.0), "operating": (0.0, 0.5), "infrastructure": (0.0, 0.3)},
        ),
        CallRules(district_share=0.3333, hourly_wage_krw=10_030),
        CallRules(category_shares={"personnel": (0.7, 1.0), "operating": (0.0, 0.2), "infrastructure": (0.0, 0.1)}),
        CallRules(category_shares={"personnel": (0.2, 0.5), "operating": (0.3, 1.0), "infrastructure": (0.1, 1.0)}),
        CallRules(category_shares={"infrastructure": (0.0, 0.0)}),
    ],
)
def test_plans_keep_to_whatever_rules_the_round_has(rules):
    for plan in make.example_plans(seed=3, count=80, rules=rules):
        assert_within(plan, rules)


def test_rules_that_no_plan_can_keep_are_refused():
    with pytest.raises(ValueError, match="small enough"):
        make.example_plans(seed=1, count=1, rules=CallRules(city_max_krw=100_000))
    with pytest.raises(ValueError, match="no room"):
        make.example_plans(seed=1, count=1, rules=CallRules(category_shares={"personnel": (0.9, 0.5)}))


def test_examples_are_no_longer_than_the_pages_take():
    for plan in make.example_plans(seed=4, count=675):
        assert len(plan["title"]) <= 100 and len(plan["summary"]) <= 300
        assert all(len(row["item"]) <= 100 and len(row["basis"]) <= 200 for row in plan["budget"])
        assert all(len(position["title"]) <= 60 and 1 <= position["months"] <= 12 for position in plan["positions"])
    assert all(len(idea["title"]) <= 100 and len(idea["place"]) <= 300 for idea in make.example_ideas(seed=4))


def test_thousands_of_plans_still_differ_in_name():
    plans = make.example_plans(seed=1, count=2000, districts=["종로구", "마포구", "강동구"])
    assert len({plan["title"] for plan in plans}) == 2000


def test_the_same_seed_gives_the_same_examples_and_another_seed_others():
    reviewer = make.people()["reviewers"][0]
    for make_it in (make.example_ideas, make.example_plans):
        assert make_it(5) == make_it(5)
        assert make_it(5) != make_it(6)
    plan = make.example_plans(5, count=1)[0]
    assert make.example_reviews(plan, reviewer, 5) == make.example_reviews(plan, reviewer, 5)


def test_example_ideas_come_from_every_district_with_a_few_twins():
    ideas = {idea["key"]: idea for idea in make.example_ideas(seed=1)}
    assert len(ideas) >= 60
    assert {idea["district"] for idea in ideas.values()} == {d["name"] for d in read.drawing()["districts"]}
    assert {idea["field"] for idea in ideas.values()} == {field["code"] for field in read.published()["fields"]}
    assert len({idea["title"] for idea in ideas.values()}) == len(ideas)
    residents = {person["key"] for person in make.people()["residents"]}
    for idea in ideas.values():
        assert all(idea[key].strip() for key in ("title", "title_en", "need", "for_whom", "place", "jobs"))
        assert 3 <= sum(idea["need"].count(mark) for mark in ".?!") <= 6
        assert len(set(idea["supporters"])) == len(idea["supporters"])
        assert idea["author"] in residents - set(idea["supporters"])
        assert residents.issuperset(idea["supporters"])
        assert all(comment["author"] in residents for comment in idea["comments"])
        assert (idea["outcome"] == "adopted") == bool(idea["leads_to"])
        assert (idea["answer"] is None) == (idea["outcome"] in ("open", "feasible"))
        assert (idea["check"] is None) == (idea["outcome"] == "open")
    twins = [idea for idea in ideas.values() if idea["twin_of"]]
    assert len(twins) >= 5
    for twin in twins:
        first = ideas[twin["twin_of"]]
        assert (first["district"], first["field"]) == (twin["district"], twin["field"])
        assert set(first["supporters"]) & set(twin["supporters"]), "a merge would have nobody to count once"


def test_a_plan_that_comes_from_an_idea_is_of_its_district_and_field():
    ideas = {idea["key"]: idea for idea in make.example_ideas(seed=1)}
    linked = [plan for plan in make.example_plans(seed=1) if plan["idea"]]
    assert len(linked) >= 30
    assert len({plan["idea"] for plan in linked}) == len(linked)
    for plan in linked:
        idea = ideas[plan["idea"]]
        assert idea["district"] == plan["district"] and idea["field"] == plan["field"], plan["key"]


def test_invented_people_and_organisations_show_that_they_are_examples():
    people = make.people()
    organisations = {row["key"]: row for row in people["organisations"]}
    assert all(row["name"].endswith("(예시)") for row in organisations.values())
    assert len({row["district"] for row in organisations.values()}) == 25
    persons = [person for kind, rows in people.items() if kind != "organisations" for person in rows]
    assert all(person["email"].endswith("@example.org") for person in persons)
    assert len({person["email"] for person in persons}) == len({person["name"] for person in persons}) == len(persons)
    assert {person["organisation"] for person in people["members"]} == set(organisations)
    assert len({person["district"] for person in people["district_officers"]}) == 25
    assert {field for person in people["reviewers"] for field in person["fields"]} == {
        field["code"] for field in read.published()["fields"]
    }
    assert {person["organisation"] for person in people["reviewers"]} <= {None, *organisations}


def test_every_score_comes_with_a_reason_that_fits_it():
    criteria = {row["code"]: row for row in make.criteria()}
    assert sum(row["points"] for row in criteria.values()) == 100
    reviewers = make.people()["reviewers"]
    levels = set()
    for number, plan in enumerate(make.example_plans(seed=1)):
        for reviewer in reviewers[number % 40 : number % 40 + 3]:
            sheet = make.example_reviews(plan, reviewer, seed=1)
            assert [score["criterion"] for score in sheet["scores"]] == list(criteria)
            for score in sheet["scores"]:
                assert 0 <= score["points"] <= score["most"] == criteria[score["criterion"]]["points"]
                assert len(score["reason"]) > 10 and "{" not in score["reason"]
                levels.add(make.level(score["points"] / score["most"]))
            assert sheet["total"] == sum(score["points"] for score in sheet["scores"])
    weighed = make.example_reviews(make.example_plans(seed=1, count=1)[0], reviewers[0], 1, {"fit": 60, "jobs": 40})
    assert [(score["criterion"], score["most"]) for score in weighed["scores"]] == [("fit", 60), ("jobs", 40)]
    assert levels == {"excellent", "good", "fair", "poor"}
