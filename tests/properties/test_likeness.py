"""Likeness of texts: the same both ways, never outside 0 to 1, and blind to Unicode form and case."""

from __future__ import annotations

import time
import unicodedata

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sanghyeop.engines.likeness import corpus, likeness, marks, nearest, pieces, words

TEXTS = st.text(st.sampled_from("가나다라마바사아자차카타 돌봄주방🌱%'\"<>aZ9"), max_size=40)


@given(st.lists(TEXTS, min_size=2, max_size=6))
def test_two_texts_of_a_corpus_are_as_alike_one_way_as_the_other(texts):
    marked = [marks(text) for text in texts]
    within = corpus(marked)
    table = np.array([likeness(one, within) for one in marked])
    assert np.allclose(table, table.T)
    assert (table >= 0).all() and (table <= 1).all()


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=5))
def test_any_text_is_compared_with_any_corpus(text, others):
    scores = likeness(marks(text), corpus([marks(other) for other in others]))
    assert scores.shape == (len(others),)
    assert np.isfinite(scores).all() and (scores >= 0).all() and (scores <= 1).all()


@given(TEXTS, TEXTS)
def test_more_shared_words_never_make_it_less_alike(text, more):
    within = corpus([marks(f"{text} {more}"), marks("전혀 다른 이야기를 길게 적은 글")])
    part, whole = likeness(marks(text), within)[0], likeness(marks(f"{text} {more}"), within)[0]
    assert whole >= part - 1e-9


def test_a_long_text_is_fully_like_itself_and_not_at_all_like_a_stranger():
    here, there = "맞벌이 가정 아이 등하원 돌봄 도우미", "시장 얼음주머니 모아 씻어 쓰기"
    assert nearest(marks(here), corpus([marks(here), marks(there)]), 5, 0.1) == [(0, 1.0)]


def test_rare_words_count_more_than_common_ones():
    common = [marks(f"일자리 사업 {name}") for name in ("꽃길", "골목", "서점", "목욕탕", "놀이터")]
    within = corpus([*common, marks("아이스팩 세척")])
    scores = likeness(marks("아이스팩 일자리 사업"), within)
    assert int(scores.argmax()) == 5


def test_a_mac_and_a_pc_write_the_same_word():
    assert pieces(unicodedata.normalize("NFD", "공유주방")) == pieces("공유주방") == ["공유", "유주", "주방"]
    assert words("아이-돌봄, ＡＢＣ 100% 🌱") == ["아이", "돌봄", "abc", "100", "🌱"]


def test_a_part_of_a_word_is_found_in_its_pieces():
    assert " ".join(pieces("돌봄")) in " ".join(pieces("아이돌봄을 맡길 곳"))


def test_five_thousand_ideas_are_compared_in_a_blink():
    draw = np.random.default_rng(7)
    texts = [np.unique(draw.zipf(1.3, 250) % 200_000).astype(np.uint32) for _ in range(5000)]
    started = time.perf_counter()
    nearest(texts[17], corpus(texts), 5, 0.1)
    assert time.perf_counter() - started < 1.0  # about 20 ms on an idle core
