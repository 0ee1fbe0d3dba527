"""``sanghyeop verify``: follow the chains of the books in the database, and compare them with what was noted outside.

The one command that needs the database. Exit code 0 when the books are what was written, 2 for a file that cannot be
read, 3 for a fault.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

SUMMARY = {
    "ko": "장부가 적을 때 그대로인지 확인합니다",  # as data
    "en": "check that the books are what was written",
}
_HEADS = {
    "ko": "장부마다 마지막 기록의 번호와 지문을 적어 두는 파일. 있으면 견주고, 맞으면 새로 적습니다",  # as data
    "en": "a file that keeps the number and hash of each book's last record: compared when it is there, then renewed",
}
_JSON = {"ko": "결과를 JSON으로", "en": "print the result as JSON"}  # as data


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("--heads", type=Path, metavar="FILE", help=_HEADS[lang])
    parser.add_argument("--json", action="store_true", help=_JSON[lang])


def run(arguments: argparse.Namespace, lang: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanghyeop.web.settings")
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    try:
        call_command("verify_ledger", heads=arguments.heads, json=arguments.json, lang=lang)
    except CommandError as fault:
        print(fault, file=sys.stderr)
        return fault.returncode
    return 0
