"""Ideas that say the same find each other: while one types, and on the officer's page of twins. The example ideas
are compared as they stand in their file; no database is needed."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanghyeop.demo.examples import make
from sanghyeop.engines.likeness import in_turns, marks
from sanghyeop.programme.discovery.queries import rank_alike

IDEAS = make.read("ideas")["ideas"]
BY_KEY = {idea["key"]: idea for idea in IDEAS}
PAIRS = [(idea["key"], idea["twin_of"]) for idea in IDEAS if "twin_of" in idea]
BOTH_WAYS = PAIRS + [(b, a) for a, b in PAIRS]
DISTRICTS = sorted({idea["district"] for idea in IDEAS})
ANOTHER_NEED = "골목에 불이 어두워 밤에 다니기 무섭습니다. 가로등을 살피고 함께 걸어 줄 이웃이 있으면 좋겠습니다."


def words_of(idea):
    return marks("\n".join([idea["title"], idea["need"], idea["for_whom"], idea["jobs"]]))


ROWS = [
    (number, idea["title"], DISTRICTS.index(idea["district"]), words_of(idea).tobytes())
    for number, idea in enumerate(IDEAS)
]


def typed(title, need, district=None, without=None):
    """Keys of the ideas shown to someone who typed this, best first."""
    rows = [row for row in ROWS if IDEAS[row[0]]["key"] != without]
    here = DISTRICTS.index(district) if district else None
    return [IDEAS[i]["key"] for i, _score in rank_alike(rows, title, marks(f"{title}\n{need}"), here)]


def test_the_examples_have_six_pairs_of_twins():
    assert len(PAIRS) == 6


@pytest.mark.parametrize(("one", "other"), BOTH_WAYS)
def test_twins_are_among_the_first_three_of_each_other(one, other):
    idea = BY_KEY[one]
    rows = [row for row in ROWS if IDEAS[row[0]]["district"] == idea["district"] and IDEAS[row[0]]["key"] != one]
    found = [IDEAS[i]["key"] for i, _score in rank_alike(rows, idea["title"], words_of(idea))]
    assert other in found[:3]


@pytest.mark.parametrize(("one", "other"), BOTH_WAYS)
@pytest.mark.parametrize("need", ["", "own", ANOTHER_NEED])
def test_a_twin_appears_while_typing_with_the_title_alone_and_with_any_need(one, other, need):
    idea = BY_KEY[one]
    need = idea["need"] if need == "own" else need
    assert other in typed(idea["title"], need, idea["district"], without=one)


def test_a_resident_who_wants_company_to_the_doctor_finds_those_who_asked_before():
    need = "아버지가 혼자 사시는데 진료를 받으러 나서기가 어렵습니다. 같이 다녀 줄 사람이 동네에 있으면 좋겠습니다."
    for district in ("강북구", None):
        assert {"gangbuk-hill-car", "gangbuk-hospital-walk"} <= set(typed("혼자 사는 어르신 병원 동행", need, district))


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(IDEAS), st.lists(st.sampled_from(IDEAS), max_size=2), st.booleans())
def test_a_growing_text_never_loses_the_idea_of_the_same_title(idea, others, at_home):
    sentences = [sentence for other in others for sentence in other["need"].split(". ")]
    for length in range(len(sentences) + 1):
        found = typed(idea["title"], ". ".join(sentences[:length]), idea["district"] if at_home else None)
        assert idea["key"] in found


def test_a_text_that_shares_nothing_finds_nothing():
    assert typed("zzqx", "wvyk jjqz") == [] == rank_alike([], "돌봄", marks("돌봄"))


@given(st.lists(st.lists(st.floats(0, 1), min_size=8, max_size=8), min_size=1, max_size=3), st.integers(3, 6))
def test_each_ranking_keeps_its_best_whatever_the_others_say(tables, most):
    rankings = [np.array(table) for table in tables]
    found = in_turns(rankings, most, 0.1)
    assert len(found) == len(dict(found)) <= most
    assert [score for _i, score in found] == sorted((score for _i, score in found), reverse=True)
    for scores in rankings:
        best = np.argsort(-scores, kind="stable")[: most // len(rankings)]
        assert {int(i) for i in best if scores[i] >= 0.1} <= dict(found).keys()


def test_five_thousand_ideas_are_ranked_in_a_blink():
    draw = np.random.default_rng(7)
    rows = [
        (i, f"제목 {i}", i % 25, np.unique(draw.zipf(1.3, 250) % 200_000).astype(np.uint32).tobytes())
        for i in range(5000)
    ]
    text = marks(" ".join(idea["need"] for idea in IDEAS[:5]))
    started = time.perf_counter()
    rank_alike(rows, IDEAS[0]["title"], text, 3)
    took = time.perf_counter() - started
    print(f"{took * 1000:.0f} ms")
    assert took < 1.0  # about 60 ms on an idle core
