"""The command ``sanghyeop``. Each sub-command has a module of its own, imported only when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from sanghyeop.commands.language import language

COMMANDS = {
    "match": "sanghyeop.commands.match",
    "select": "sanghyeop.commands.select",
    "verify": "sanghyeop.commands.verify",
}
"""Name -> module with ``SUMMARY`` (by language), ``add_arguments(parser, lang)``, ``run(arguments, lang) -> int``."""


LANG = "language of the messages / 안내 언어"  # as data


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    lang = language(words)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter shows a mark for it instead of ending the command.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    parser = argparse.ArgumentParser(prog="sanghyeop")
    parser.add_argument("--lang", choices=["ko", "en"], help=LANG)
    parts = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        command = importlib.import_module(module)
        part = parts.add_parser(name, help=command.SUMMARY[lang], description=command.SUMMARY[lang])
        part.add_argument("--lang", choices=["ko", "en"], default=argparse.SUPPRESS, help=LANG)
        command.add_arguments(part, lang)
    arguments = parser.parse_args(words)
    try:
        code = importlib.import_module(COMMANDS[arguments.command]).run(arguments, lang)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, like `head`, has seen enough. What is still unwritten is not to fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
