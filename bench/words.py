"""Made-up text of a wanted length, the same from the same source of chance: both sides are filled with it."""

from __future__ import annotations

from random import Random

SYLLABLES = "가나다라마바사아자차고노도로모보소오조주기니디리미비시이지치강산동네일돌봄마을주민청년가게골목시장함께나눔"


def text(random: Random, letters: int) -> str:
    """Words in sentences and paragraphs, cut to so many letters."""
    written: list[str] = []
    length = 0
    while length < letters:
        word = "".join(random.choices(SYLLABLES, k=random.randint(2, 5)))
        word += random.choice((" ", " ", " ", " ", " ", " ", " ", ". ", ".\n\n"))
        written.append(word)
        length += len(word)
    return "".join(written)[:letters].strip()


def title(random: Random) -> str:
    return " ".join("".join(random.choices(SYLLABLES, k=random.randint(2, 4))) for _ in range(4))
