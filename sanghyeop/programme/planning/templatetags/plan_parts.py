"""How parts of a plan are shown: figures of a rule in their unit, differences between texts, tables of a content."""

from __future__ import annotations

from html import escape
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sanghyeop.programme.planning import budget
from sanghyeop.programme.planning.chart import chart_of
from sanghyeop.programme.planning.models import Party
from sanghyeop.programme.rounds.models import Category, Grade, Kind, Purse

register = template.Library()


@register.filter
def in_unit(value: Any, unit: str) -> str:
    """A figure of a rule with its unit; a dash when there is none."""
    if value is None:
        return "–"
    if unit in ("krw", "krw_hour"):
        return _("%(amount)s원") % {"amount": f"{int(value):,}"}
    if unit == "percent":
        return f"{value:.2f}".rstrip("0").rstrip(".") + "%"
    if unit == "years":
        return _("%(years)s년") % {"years": value}
    return f"{value:,}"


@register.filter
def marked(pieces: Any) -> SafeString:
    """A difference as marked text; what was added or removed is also said in words for who listens."""
    words = {"added": (_("더해짐"), "ins"), "removed": (_("빠짐"), "del")}
    out = []
    for piece in pieces:
        if piece.kind == "same":
            out.append(conditional_escape(piece.text))
            continue
        label, tag = words[piece.kind]
        out.append(
            format_html(
                '<{} class="piece"><span class="sr-only">[{}] </span>{}<span class="sr-only"> [{}]</span></{}>',
                mark_safe(tag), label, piece.text, _("끝"), mark_safe(tag),
            )
        )  # fmt: skip
    return mark_safe("".join(out))


@register.filter
def party_label(party: str) -> str:
    return str(Party(party).label)


@register.filter
def category_label(code: str) -> str:
    return str(Category(code).label)


@register.filter
def purse_label(code: str) -> str:
    return str(Purse(code).label)


@register.filter
def kind_label(code: str) -> str:
    return str(Kind(code).label)


@register.filter
def grade_label(code: str) -> str:
    return str(Grade(code).label) if code else "–"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    return mapping.get(key, key)


@register.simple_tag
def options(choices: Any, chosen: Any) -> SafeString:
    """The options of a select; a template's loop takes several times as long."""
    rows = (
        f'<option value="{escape(str(value))}"{" selected" if value == chosen else ""}>{escape(str(label))}'
        for value, label in choices
    )
    return mark_safe("</option>".join([*rows, ""]))


#: One row of the list of plans, in the order of ``plan_rows``.
ROW = (
    '<tr><td><a href="%s">%s</a>%s</td><td>%s</td><td>%s</td><td class="number">%s</td><td class="number">%s</td>'
    '<td>%s</td><td>%s</td><td>%s</td><td class="number">%s</td></tr>'
)


@register.simple_tag
def plan_rows(rows: Any) -> SafeString:
    """The rows of the list of plans: the page that officers open most is written without a template's loop."""
    example = f' <span class="example">{escape(_("예시"))}</span>'
    won = escape(_("%(amount)s원"))
    return mark_safe(
        "\n".join(
            ROW
            % (
                row["url"],
                escape(row["title"]),
                example if row["example"] else "",
                escape(row["district"]),
                escape(row["field"]),
                f"{row['jobs']:,}",
                won % {"amount": f"{row['city_krw']:,}"},
                escape(row["state_label"]),
                escape(row["kind_label"]),
                escape(row["organisation__name"]),
                f"{row['signatures_now']}/{len(Party)}",
            )
            for row in rows
        )
    )


@register.simple_tag
def budget_tables(content: Any) -> list[dict[str, Any]]:
    """Totals of the budget of a content, by year."""
    return budget.table(budget.lines_of(content["budget"]))


@register.simple_tag
def posts_with_pay(content: Any) -> list[budget.Post]:
    return budget.posts_of(content["positions"])


class Month:
    def __init__(self, row: Any) -> None:
        self.month, self.revenue_krw, self.cost_krw = row["month"], row["revenue_krw"], row["cost_krw"]


@register.simple_tag
def forecast_chart(content: Any) -> Any:
    return chart_of([Month(row) for row in content["forecast"]], content["years"] * 12)
