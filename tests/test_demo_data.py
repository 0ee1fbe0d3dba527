"""The demo's data: what was published, and the examples made for the open round."""

from __future__ import annotations

from itertools import pairwise

import pytest

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
    assert sum(not row["verified"] for row in rows) == 4
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
