"""Every address has a rule; who is let in follows from it."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from sanghyeop.web.gate import address_rules


def names(resolver: URLResolver, space: str = ""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


def test_every_address_has_a_rule_and_every_rule_an_address():
    assert set(names(get_resolver())) == set(address_rules())


@pytest.mark.parametrize("path", ["/", "/rounds/", "/projects/", "/ideas/", "/login/", "/stages/", "/about/"])
def test_a_visitor_sees_the_public_pages(client, demo, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/desk/", "/plans/", "/review/", "/manage/rounds/", "/notices/"])
def test_a_visitor_is_led_to_the_login(client, demo, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/login/?next={path}"


def test_the_login_leads_on_to_the_whole_address(client, demo):
    response = client.get("/plans/?round=1&state=draft", follow=True)
    assert 'value="/plans/?round=1&amp;state=draft"' in response.content.decode()
