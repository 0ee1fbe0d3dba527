"""Follow the chains of all books: what ``sanghyeop verify`` runs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sanghyeop.ground.ledger.chain import Fault, Head, followed, missing_heads
from sanghyeop.ground.ledger.models import Book


def said(fault: Fault) -> str:
    """A fault as people read it."""
    sentences = {
        "gap": _("장부 %(book)s: 번호 %(number)s의 기록이 없습니다."),
        "link": _("장부 %(book)s: 번호 %(number)s의 기록이 앞의 기록과 이어지지 않습니다."),
        "hash": _("장부 %(book)s: 번호 %(number)s의 내용이 적을 때와 다릅니다."),
        "balance": _("장부 %(book)s: 번호 %(number)s의 차변과 대변이 맞지 않습니다."),
        "end": _("장부 %(book)s: 마감할 때의 마지막 기록(번호 %(number)s)이 그대로 있지 않습니다."),
        "head": _("장부 %(book)s: 전에 적어 둔 마지막 기록(번호 %(number)s)이 그대로 있지 않습니다."),
    }
    return sentences[fault.what] % {"book": fault.book, "number": fault.number}


def noted_in(path: Path) -> list[Head]:
    """The ends of chains that an earlier run noted; none where the file is not there yet."""
    if not path.exists():
        return []
    try:
        rows = json.loads(path.read_text("utf-8"))
        if not isinstance(rows, list):
            raise TypeError(rows)
        return [Head(**row) for row in rows]
    except (ValueError, TypeError):
        raise CommandError(_("%(path)s: 장부 끝을 적은 파일이 아닙니다.") % {"path": path}, returncode=2) from None


class Command(BaseCommand):
    help = "Follow the chains of all books and tell where they are not what was written."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--heads", type=Path, help="a file outside the database that keeps the ends of the chains")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--lang", choices=["ko", "en"], default="ko")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["lang"]), transaction.atomic():
            self.verify(options["heads"], options["json"])

    def verify(self, path: Path | None, as_json: bool) -> None:
        noted = noted_in(path) if path else []
        books = list(Book.objects.order_by("pk"))
        found = list(followed(books))
        heads = [item for item in found if isinstance(item, Head)]
        faults = [item for item in found if isinstance(item, Fault)] + list(missing_heads(noted))
        records = sum(head.number for head in heads)
        if as_json:
            told = {"books": len(books), "records": records, "faults": [dataclasses.asdict(f) for f in faults]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for fault in faults:
                self.stdout.write(said(fault))
            count = ngettext("장부 %(books)d개", "장부 %(books)d개", len(books)) % {"books": len(books)}
            self.stdout.write(_("%(count)s, 기록 %(records)d건을 확인했습니다.") % {"count": count, "records": records})
        if faults:
            raise CommandError(_("장부가 적을 때와 다릅니다. 위의 기록을 확인해 주세요."), returncode=3)
        if path:
            path.write_text(json.dumps([dataclasses.asdict(head) for head in heads], indent=1), "utf-8")
