"""From what an entry of the books rests on (``funding.instalment:12``) to the page that shows it."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import NoReverseMatch, reverse

from sanghyeop.programme.funding.models import Grant

#: Kind of document → address of its page. A room above adds its own in its ``AppConfig.ready``.
PAGES: dict[str, Callable[[Grant, int], str]] = {
    "funding.instalment": lambda grant, number: reverse("funding:show", args=[grant.pk]) + f"#instalment-{number}",
}


def link_of(grant: Grant, document: str) -> str:
    """The page of a document, empty where none is known."""
    kind, _colon, number = document.partition(":")
    page = PAGES.get(kind)
    if page is None or not number.isdecimal():
        return ""
    try:
        return page(grant, int(number))
    except NoReverseMatch:
        return ""
