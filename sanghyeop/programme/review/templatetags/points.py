"""How points are shown: exact numbers, two decimals, half up."""

from __future__ import annotations

from typing import Any

from django import template

from sanghyeop.programme.review.worked import shown

register = template.Library()
register.filter("points", shown)


@register.filter
def signed(number: Any) -> str:
    """With its sign, for differences; a dash when unknown."""
    return "–" if number is None else ("+" if number > 0 else "") + shown(number)
