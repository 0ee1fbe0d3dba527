"""Every list is paged the same way."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator

PER_PAGE = 50


def page_of(request: Any, rows: Any, per_page: int = PER_PAGE, count: int | None = None) -> Page:
    """The page that the address asks for (``?page=2``); the nearest one for a number that is not there.

    Two queries: one count, one page of rows; without the first where the ``count`` is known.
    """
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))
