"""Look into a Django site from inside, in that site's own environment: log-ins as cookies, queries of pages.

    python -m bench.look < '{"host": "127.0.0.1:8000", "users": ["a@b.c"], "pages": [["list", "/plans/", "a@b.c"]]}'

Prints JSON: ``cookies`` by user (``name=value``) and ``queries`` by page: those of the first and of the third visit
(what a site keeps between visits is kept in the process, so the first is that of a site just started).
"""

from __future__ import annotations

import json
import sys

import django
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def look(host: str, users: list[str], pages: list[list[str]]) -> dict[str, dict]:
    people = {}
    for email in users:
        people[email] = Client(HTTP_HOST=host, HTTP_ACCEPT_LANGUAGE="ko")
        people[email].force_login(get_user_model().objects.get(email=email))
    cookies = {
        email: "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        for email, client in people.items()
    }
    queries = {}
    for name, path, email in pages:
        client = people.get(email) or Client(HTTP_HOST=host, HTTP_ACCEPT_LANGUAGE="ko")
        counts = []
        for _ in range(3):
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(path)
            if answer.status_code != 200:
                sys.exit(f"{path} answered {answer.status_code}")
            counts.append(len(captured))
        queries[name] = [counts[0], counts[2]]
    return {"cookies": cookies, "queries": queries}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(look(**json.load(sys.stdin))))
