"""Keep the translations: Korean is in the source, every other language in locale/*/LC_MESSAGES/django.po.

    tools/messages.py             bring each .po file up to date with the source
    tools/messages.py --check     fail on missing, doubtful and unused translations, and on Korean that
                                  stands in the source outside a translation call
    tools/messages.py --compile   write the .mo files that Django reads

Does with Babel what Django's makemessages does with the gettext programs, which a fresh machine lacks.
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django.conf
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

BASE = Path(__file__).resolve().parents[1]
SOURCE = BASE / "sanghyeop"
LOCALES = BASE / "locale"
KEYWORDS: dict[str, tuple | None] = {
    **dict.fromkeys(["_", "lazy", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
HANGUL = re.compile(r"[\uac00-\ud7a3]")
# Header lines that change with every run and say nothing.
CLUTTER = re.compile(
    rb'^"(?:Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):.*\n',
    re.MULTILINE,
)
# What is written in Korean there is data or the programme's own words, and shown as it is; the commands work
# without Django and keep both languages in a table of their own, and sheets know the words in amounts.
KOREAN_AS_DATA = ("/commands/", "/demo/", "/management/", "/migrations/", "/sheets/", "/static/vendor/")

#: A comment on a line whose Korean is data to the program: a suffix that people type, a part of a number.
SAID_TO_BE_DATA = "as data"


def sources(*suffixes: str) -> Iterator[Path]:
    """The project's own files with one of the suffixes, in a fixed order."""
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in suffixes and "/static/vendor/" not in path.as_posix():
            yield path


def extract() -> Catalog:
    """Every message of the source, with the files it stands in."""
    catalog = Catalog(fuzzy=False)
    for path in sources(".py", ".html", ".txt"):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What is left of a template is calls among blanked-out words; its indentation means nothing.
            text = "\n".join(line.lstrip() for line in templatize(text, str(path)).splitlines())
        found = extract_python(io.BytesIO(text.encode()), list(KEYWORDS), ["Translators"], {"encoding": "utf-8"})
        for _line, function, words, comments in found:
            add(catalog, path, function, words, comments)
    return catalog


def add(catalog: Catalog, path: Path, function: str, words: object, comments: list[str]) -> None:
    """Put one call into the catalogue, unless its argument is no literal text."""
    parts = list(words) if isinstance(words, tuple) else [words]
    context = parts.pop(0) if "pgettext" in function else None
    wanted = 2 if function.startswith(("ng", "np")) else 1
    texts = parts[:wanted]
    if len(texts) < wanted or not all(isinstance(text, str) and text for text in texts):
        return
    catalog.add(
        tuple(texts) if wanted == 2 else texts[0],
        locations=[(path.relative_to(BASE).as_posix(), 0)],
        auto_comments=comments,
        context=context,
    )


def catalogues() -> Iterator[tuple[Path, Catalog]]:
    """The .po files with what they hold."""
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=path.parents[1].name)


def update(messages: Catalog) -> None:
    """Add new messages to every .po file and drop those that the source no longer has."""
    for path, catalog in catalogues():
        catalog.update(messages, no_fuzzy_matching=True, update_header_comment=False)
        out = io.BytesIO()
        write_po(out, catalog, width=100, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
        path.write_bytes(CLUTTER.sub(b"", out.getvalue()))
        empty = sum(1 for message in catalog if message.id and not is_translated(message))
        print(f"{path.relative_to(BASE)}: {len(catalog)} messages, {empty} to translate")


def is_translated(message: Message) -> bool:
    """Whether every plural form has a text that nobody doubts."""
    texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(texts) and not message.fuzzy


def faults(messages: Catalog) -> Iterator[str]:
    """What stands between a .po file and a whole translation, one line each."""
    wanted = {(message.context, message.id) for message in messages if message.id}
    for path, catalog in catalogues():
        name = path.relative_to(BASE)
        there = {(message.context, message.id): message for message in catalog if message.id}
        for key in sorted(wanted - there.keys(), key=str):
            yield f"{name}: missing: {key[1]!r}"
        for key in sorted(there.keys() - wanted, key=str):
            yield f"{name}: unused: {key[1]!r}"
        for key in sorted(wanted & there.keys(), key=str):
            if not is_translated(there[key]):
                yield f"{name}: {'fuzzy' if there[key].fuzzy else 'untranslated'}: {key[1]!r}"
            for error in there[key].check(catalog):
                yield f"{name}: {error}: {key[1]!r}"


def untranslatable() -> Iterator[str]:
    """Korean in the source that no translation can reach, one line each."""
    for path in sources(".py", ".html", ".txt", ".js"):
        if any(part in path.as_posix() for part in KOREAN_AS_DATA):
            continue
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        find = {".py": bare_in_python, ".js": bare_in_script}.get(path.suffix, bare_in_template)
        for line, words in find(text):
            if SAID_TO_BE_DATA in lines[line - 1]:
                continue
            yield f"{path.relative_to(BASE)}:{line}: not translatable: {words.strip()[:60]!r}"


def bare_in_template(text: str) -> Iterator[tuple[int, str]]:
    """Korean outside {% translate %}, {% blocktranslate %} and comments."""
    inside = ""
    for token in Lexer(text).tokenize():
        word = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        if token.token_type == TokenType.BLOCK and word in ("blocktranslate", "blocktrans", "comment"):
            inside = word
        elif token.token_type == TokenType.BLOCK and word == f"end{inside}":
            inside = ""
        elif inside or token.token_type == TokenType.COMMENT:
            continue
        elif HANGUL.search(token.contents):
            is_call = word in ("translate", "trans") or "_(" in token.contents
            if token.token_type == TokenType.TEXT or not is_call:
                yield token.lineno, token.contents


def bare_in_python(text: str) -> Iterator[tuple[int, str]]:
    """Korean in a string that is neither a docstring nor the argument of a translation call."""
    tree = ast.parse(text)
    spared: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            spared.update(ast.walk(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(node.value)
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in spared and HANGUL.search(node.value):
            yield node.lineno, node.value


def bare_in_script(text: str) -> Iterator[tuple[int, str]]:
    """Korean in a script, whose words come from data attributes that a template has translated."""
    for number, line in enumerate(text.splitlines(), 1):
        if HANGUL.search(line.split("//")[0]) and not line.lstrip().startswith("*"):
            yield number, line


def compile_all() -> None:
    """Write the .mo file beside every .po file."""
    for path, catalog in catalogues():
        out = io.BytesIO()
        write_mo(out, catalog)
        path.with_suffix(".mo").write_bytes(out.getvalue())


def main() -> int:
    """Do what was asked for; 1 when a check found something."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    asked = parser.parse_args()
    if asked.compile:
        compile_all()
        return 0
    django.conf.settings.configure()  # the template lexer asks whether this is a debugging run
    messages = extract()
    if not asked.check:
        update(messages)
        return 0
    found = [*faults(messages), *untranslatable()]
    print("\n".join(found) or f"All {len(messages)} messages are translated.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
