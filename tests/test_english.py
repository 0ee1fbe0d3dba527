"""Everything that the program itself says is English for whoever reads in English."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.words import action_label
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.rounds.models import Round
from tests.plans import PEOPLE, ready_plan

HANGUL = re.compile(r"[가-힣]")
#: Where the program speaks; other places hold what people wrote.
SAID_IN = {"h1", "label", "legend", "th", "button", "nav"}
PUBLIC = (
    "/", "/rounds/", "/projects/", "/ideas/", "/ideas/new/", "/ideas/unanswered/", "/stages/", "/about/", "/login/",
    "/signup/", "/password/", "/password/sent/",
)  # fmt: skip
WORKPLACES = {
    "resident": ("/desk/", "/account/", "/account/password/", "/notices/"),
    "member": ("/desk/", "/plans/", "/plans/begin/"),
    "district": ("/desk/", "/ideas/district/", "/ideas/district/meetings/new/", "/ideas/district/counter/", "/plans/"),
    "expert": ("/desk/",),
    "reviewer": ("/desk/", "/review/"),
    "city": ("/desk/", "/plans/", "/review/", "/selection/", "/manage/rounds/", "/manage/rounds/new/"),
}  # fmt: skip
ROUND = (
    "/rounds/{0}/", "/calls/{0}/", "/calls/{0}/criteria/", "/manage/rounds/{0}/", "/manage/rounds/{0}/trail/",
    "/review/round/{0}/", "/review/round/{0}/panel/", "/review/round/{0}/conflicts/", "/review/round/{0}/assignments/",
    "/review/round/{0}/progress/", "/review/round/{0}/results/", "/selection/{0}/", "/selection/{0}/candidates/",
    "/selection/{0}/new/", "/plans/sections/{0}/new/",
    *(f"/manage/rounds/{{0}}/edit/{part}/" for part in (
        "basics", "calendar", "fields", "criteria", "bonuses", "budgets", "rules", "grades", "panel", "portfolio",
    )),
)  # fmt: skip
PLAN = ("", "positions/", "budget/", "forecast/", "read/", "sign/", "history/", "facts/", "give-up/", "section/need/")


class Page(HTMLParser):
    """A page's language and the words in which the program speaks, without those said to be Korean (lang="ko")."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang = ""
        self.open: list[tuple[str, bool]] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "html":
            self.lang = dict(attrs)["lang"]
        if tag not in ("input", "br", "img", "meta", "link", "hr", "path"):
            self.open.append((tag, dict(attrs).get("lang") == "ko"))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if any(tag in SAID_IN for tag, _ in self.open) and not any(korean for _, korean in self.open):
            self.said.append(data.strip())


def read_in_english(client, address: str, written: tuple[str, ...] = ()) -> None:
    """``written`` are words of people that stand where the program speaks otherwise, such as a plan's title."""
    client.cookies["language"] = "en"
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = Page(answer.content.decode())
    assert page.lang == "en" and page.said, address
    for text in page.said:
        for words in written:
            text = text.replace(words, "")
        assert not HANGUL.search(text), f"{address}: {text}"


@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitor_reads_english(client, published, address):
    read_in_english(client, address)


@pytest.mark.parametrize("who", WORKPLACES)
def test_each_role_reads_english(client, demo, who):
    user = User.objects.get(email=f"{who}@example.org")
    client.force_login(user)
    for address in WORKPLACES[who]:
        read_in_english(client, address, (user.name,))


def test_a_city_officer_runs_a_round_in_english(client, demo):
    user = User.objects.get(email="city@example.org")
    client.force_login(user)
    for address in ROUND:
        read_in_english(client, address.format(Round.objects.get().pk), (user.name,))


def words_of(plan: Plan) -> tuple[str, ...]:
    """What people wrote into a plan and what they are called."""
    return (
        plan.title,
        *plan.positions.values_list("title", flat=True),
        *plan.budget_lines.values_list("item", flat=True),
        *User.objects.filter(email__in=PEOPLE.values()).values_list("name", flat=True),
    )


@pytest.mark.parametrize("party", PEOPLE)
def test_the_parties_write_a_plan_in_english(client, demo, party):
    plan = ready_plan()
    client.force_login(User.objects.get(email=PEOPLE[party]))
    for page in PLAN:
        read_in_english(client, f"/plans/{plan.pk}/{page}", words_of(plan))


def test_the_trail_names_what_was_done(client, demo):
    ready_plan()
    unnamed = {entry.action for entry in Entry.objects.all() if str(action_label(entry)) == entry.action}
    assert unnamed == set()
