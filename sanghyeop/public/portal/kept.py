"""Pages that visitors without a log-in see are kept for a short time, since they are the same for all of them.

A page is kept under its address, language and the newest entry of the trail that concerns it, so a move shows at
once. Nothing personal is ever kept: who has a session or a message gets a page of his or her own. The token that
guards forms is taken out before a page is kept, and the visitor's own is put in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token

#: Longest time that a page is kept: what changes without a move (a support, a deadline that passes) shows after it.
SECONDS = 30
#: Longer addresses are rare and would only fill the store.
LONGEST_QUERY = 300
PLACE = b"the-visitors-own-form-token-stands-here"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w{64})"')


def for_visitors(stamp: Callable[..., Any]) -> Callable:
    """Keep the view's pages; ``stamp(**kwargs)`` changes whenever a kept page is out of date."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def keeper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not is_mere_visitor(request):
                return view(request, **kwargs)
            where = (
                request.scheme, request.get_host(), request.get_full_path(), request.LANGUAGE_CODE,
                request.headers.get("HX-Request", ""), stamp(**kwargs),
            )  # fmt: skip
            key = "page-" + hashlib.sha256(repr(where).encode()).hexdigest()
            kept = cache.get(key)
            if kept is None:
                response = view(request, **kwargs)
                page = without_token(response)
                if page is None:
                    return response
                kept = page, hashlib.sha256(page).hexdigest()[:32]
                cache.set(key, kept, SECONDS)
            return answer(request, *kept)

        return keeper

    return decorate


def is_mere_visitor(request: HttpRequest) -> bool:
    """Whether the page is the same as for everybody: reads only, no session, no message waiting."""
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def without_token(response: HttpResponse) -> bytes | None:
    """The page with ``PLACE`` for the form token; None for what must not be kept."""
    found = TOKEN.search(response.content) if response.status_code == 200 else None
    if found is None:
        return None
    return response.content.replace(found[1], PLACE)


def answer(request: HttpRequest, page: bytes, digest: str) -> HttpResponse:
    """The page with the visitor's own token, or 304 when the browser holds the same page for the same token cookie."""
    secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    etag = f'"{digest[:16]}{hashlib.sha256((digest + secret).encode()).hexdigest()[:16]}"' if secret else ""
    response: HttpResponse
    if etag and request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(page.replace(PLACE, get_token(request).encode()))
    if etag:
        response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Cookie"
    return response
