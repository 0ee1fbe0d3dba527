"""How facts are shown: won, percent, dates, states. Loaded into every template."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanghyeop.ground.moments import day, when
from sanghyeop.ground.trail import once as once_keys

register = template.Library()

EOK, MAN, MILLION = 100_000_000, 10_000, 1_000_000


@register.filter
def krw(amount: int | None) -> str:
    """Whole won with commas: 12,000,000원; a dash when unknown."""
    if amount is None:
        return "–"
    return _("%(amount)s원") % {"amount": f"{amount:,}"}


@register.filter
def krw_short(amount: int | None) -> str:
    """Won as people say them: 35억원, 8,800만원; in English millions."""
    if amount is None:
        return "–"
    if get_language() == "en":
        short = amount >= MILLION
        return f"KRW\N{NO-BREAK SPACE}{Decimal(amount) / MILLION:,.1f}\N{NO-BREAK SPACE}m" if short else krw(amount)
    eok, rest = divmod(amount, EOK)
    man = rest // MAN
    if eok and man:
        return f"{eok:,}억 {man:,}만원"  # as data
    if eok:
        return f"{eok:,}억원"  # as data
    return f"{man:,}만원" if man else f"{amount:,}원"  # as data


@register.filter
def percent(share: Any) -> str:
    """58.3 % from a number of per cent; a dash when unknown."""
    return "–" if share is None else f"{Decimal(share).quantize(Decimal('0.1')):,}%"


register.filter("when", when)
register.filter("day", day)


@register.filter
def known(words: str) -> str:
    """Words that came from the program into a row (a default title), in the reader's language; others as they are."""
    return _(words) if words else ""


@register.simple_tag
def example(thing: Any) -> SafeString:
    """The mark of generated data, once: nothing where the name shown beside it carries the mark itself."""
    mark = _("예시")
    if not thing.example or f"({mark})".casefold() in str(thing).casefold():
        return SafeString("")
    return format_html(' <span class="example">{}</span>', mark)


@register.simple_tag
def once() -> SafeString:
    """The hidden field that makes a form do its work once. The browser must not put a spent key into a new form."""
    return format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off">', once_keys.FIELD, once_keys.new_key()
    )


@register.simple_tag(takes_context=True)
def again(context: template.Context, **changes: Any) -> str:
    """This page's query string with some values changed, for filters, sorting and pages."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()
