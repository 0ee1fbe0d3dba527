"""The lottery among equal points: nobody can choose its seed, everybody can run it again.

When an intake is made, the program draws a secret and publishes its hash with the call. When the placement is run, the
secret is published; the seed is made of it and of the numbers of all applications that take part. Officers do not know
the secret before, and the hash shows that it was not changed after. Pure functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sanghyeop.engines.matching import lottery


def commitment(secret: str) -> str:
    """What is published before: SHA-256 of the secret, as hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seed_of(secret: str, numbers: Iterable[str]) -> int:
    """The seed, 0 to 2**63 - 1: the first 63 bits of SHA-256 over the secret and the sorted numbers, one a line."""
    text = "\n".join([secret, *sorted(numbers)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def lots(seed: int, numbers: Iterable[str]) -> dict[str, int]:
    """The lot of each application, 1 comes first: the order of SHA-256 over ``SEED:NUMBER``, as the engine draws it."""
    drawn = sorted(numbers)
    return {number: lot + 1 for number, lot in zip(drawn, lottery(drawn, seed).tolist(), strict=True)}
