"""How parts of a plan are shown: figures of a rule in their unit, differences between texts, tables of a content."""

from __future__ import annotations

from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.ground.moments import when
from sanghyeop.programme.planning import budget
from sanghyeop.programme.planning.chart import chart_of
from sanghyeop.programme.planning.models import Party, Plan
from sanghyeop.programme.rounds.models import Grade, Kind

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
def named(part: dict[str, Any], thing: Any) -> str:
    """What a content calls a round, district, organisation or field; in the reader's language while it is called so."""
    return str(thing) if thing is not None and thing.name == part["name"] else str(part["name"])


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
                escape(row["organisation"]),
                f"{row['signatures_now']}/{len(Party)}",
            )
            for row in rows
        )
    )


@register.simple_tag
def shown_sections(plan: Any, sections: Any, level: int = 3, saved: str = "") -> SafeString:
    """Sections as they are read, with their links. A plan has many and its page is opened all day: no template."""
    unwritten, edited = escape(_("아직 쓰지 않음")), _("%(number)s판 · %(name)s · %(at)s")
    links = [("tertiary", "", escape(_("의견"))), ("tertiary", "history/", escape(_("고친 기록")))]
    if plan.state == Plan.State.DRAFT:
        links.insert(0, ("secondary", "edit/", escape(_("고치기"))))
    page = reverse("planning:section", args=[plan.pk, "KEY"])
    just_saved = f'<p class="notice success" id="saved" role="status" tabindex="-1">{escape(_("저장했습니다."))}</p>\n'
    written = []
    for section in sections:
        # Titles and guidance that came from the program are shown in the reader's language.
        key, title = section.key, escape(_(section.title) if section.title else "")
        text, kind = section.body, "words"
        if not text:
            text, kind = _(section.guidance) if section.guidance else _("아직 쓰지 않았습니다."), "muted"
        state = unwritten
        if section.edited_at:
            facts = {"number": section.version, "name": section.edited_by, "at": when(section.edited_at)}
            state = escape(edited % facts)
        if left := getattr(section, "open_comments", 0):
            state += " · " + escape(_("남은 의견 %(count)s건") % {"count": left})
        here = page.replace("KEY", key)
        swap = f' hx-get="{here}edit/" hx-target="#section-{key}" hx-swap="outerHTML"'
        row = " ".join(
            f'<a class="krds-btn {look} small" href="{here}{to}"{swap if to == "edit/" else ""}>{words}'
            f'<span class="sr-only"> {title}</span></a>'
            for look, to, words in links
        )
        written.append(
            f'<section class="plan-section" id="section-{key}" aria-labelledby="title-{key}">'
            f'<h{level} id="title-{key}">{section.order}. {title}</h{level}>\n'
            f'{just_saved if key == saved else ""}<p class="{kind}">{escape(text)}</p>\n'
            f'<p class="muted">{state}</p>\n<p class="row">{row}</p></section>'
        )
    return mark_safe("\n".join(written))


@register.simple_tag
def plan_tabs(plan: Any, path: str) -> SafeString:
    """The pages of a plan as items of a list; the one that is open is marked."""
    home = reverse("planning:show", args=[plan.pk])
    pages = (
        ("", _("개요와 글")), ("positions/", _("인력")), ("budget/", _("예산")), ("forecast/", _("수입·비용")),
        ("read/", _("전체 읽기")), ("sign/", _("서명")), ("history/", _("기록")),
    )  # fmt: skip
    here = {path: ' aria-current="page"'}
    return mark_safe(
        "\n".join(f'<li><a href="{home}{to}"{here.get(home + to, "")}>{escape(words)}</a></li>' for to, words in pages)
    )


@register.simple_tag
def shown_section(plan: Any, section: Any) -> SafeString:
    return shown_sections(plan, [section], level=2)


@register.simple_tag
def check_rows(checks: Any) -> SafeString:
    """How a plan stands to each rule, as rows of a table."""
    return mark_safe(
        "\n".join(
            f'<tr><th scope="row">{escape(str(row.label))}</th><td class="number">{escape(bounds(row))}</td>'
            f'<td class="number">{escape(in_unit(row.actual, row.unit))}</td><td>{outcome(row)}</td>'
            f"<td>{escape(str(row.advice))}</td></tr>"
            for row in checks
        )
    )


def bounds(row: Any) -> str:
    """What a rule allows, in words."""
    least, most = in_unit(row.least, row.unit), in_unit(row.most, row.unit)
    if row.least is not None and row.most is not None:
        return _("%(least)s~%(most)s") % {"least": least, "most": most}
    if row.least is not None:
        return _("%(least)s 이상") % {"least": least}
    return _("%(most)s 이하") % {"most": most} if row.most is not None else "–"


def outcome(row: Any) -> str:
    if row.ok:
        kind, words = "ok", _("맞음")
    elif row.ok is None:
        kind, words = "unknown", _("확인 못 함")
    else:
        kind, words = ("no", _("고쳐야 함")) if row.must else ("unknown", _("살펴볼 것"))
    return f'<span class="check-{kind}">{escape(words)}</span>'


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
