"""Which language a command speaks: ``--lang``, else the system's; Korean unless that is English."""

from __future__ import annotations

import os
from collections.abc import Sequence


def language(words: Sequence[str]) -> str:
    for k, word in enumerate(words):
        asked = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang" and k + 1 < len(words):
            asked = words[k + 1]
        if asked in ("ko", "en"):
            return asked
    system = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "en" if system.lower().startswith("en") else "ko"
