"""Two ideas that say the same become one, with every supporter once; and apart again."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.discovery import moves, queries, twins, voices
from sanghyeop.programme.discovery.models import Idea
from tests.ideas import an_idea, in_committee, officer_elsewhere, person, someone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def supporters(idea: Idea) -> list[str]:
    """Names of those whose support counts, as often as the pages count them."""
    counted = queries.with_supporters(Idea.objects.filter(pk=idea.pk)).get().supporters
    names = sorted(set(idea.supports.values_list("user__name", flat=True)))
    assert counted == len(names)
    return names


def a_pair() -> tuple[Idea, Idea]:
    a, b = an_idea(), an_idea(person("member"), title="아이 등하원 동행 도우미")
    for name, ideas in (("가", [a]), ("나", [b]), ("다", [a, b])):
        user = someone(name)
        for idea in ideas:
            voices.support(user, idea, True)
    voices.comment(person("expert"), b, "우리 동네도 필요합니다")
    return a, b


def test_an_officer_finds_compares_and_merges_twins(client):
    a, b = a_pair()
    client.force_login(person("district"))
    assert "비슷한 아이디어 있음" in client.get("/ideas/district/").content.decode()
    assert f"/ideas/{a.pk}/merge/{b.pk}/" in client.get(f"/ideas/{a.pk}/twins/").content.decode()
    page = client.get(f"/ideas/{a.pk}/merge/{b.pk}/").content.decode()
    assert a.need in page and b.title in page
    client.post(f"/ideas/{a.pk}/merge/{b.pk}/", {"why": "둘 다 등하원 이야기"})
    b.refresh_from_db()
    assert (b.state, b.merged_into) == ("merged", a)
    assert supporters(a) == ["가", "나", "다"]
    client.logout()
    page = client.get(f"/ideas/{a.pk}/").content.decode()
    assert "우리 동네도 필요합니다" in page and f"‘{b.title}’에서 옴" in page and "3명이 지지" in page
    assert f'href="/ideas/{a.pk}/"' in client.get(f"/ideas/{b.pk}/").content.decode()
    assert b.title not in client.get("/ideas/").content.decode()
    told = set(Notice.objects.values_list("recipient__name", flat=True))
    assert {"윤주민", "최모아", "나", "다"} <= told
    assert set(Entry.objects.filter(action__in=["merge", "absorb"]).values_list("subject_id", flat=True)) == {
        a.pk,
        b.pk,
    }


def test_undoing_gives_everyone_back_exactly(client):
    a, b = a_pair()
    in_committee(b)
    twins.merge(person("district"), a, b)
    voices.support(someone("라"), a, True)
    client.force_login(person("district"))
    assert client.post(f"/ideas/{b.pk}/do/unmerge/", {"why": ""}).status_code == 422
    client.post(f"/ideas/{b.pk}/do/unmerge/", {"why": "다른 동네입니다"})
    b.refresh_from_db()
    assert (b.state, b.merged_into) == ("committee", None)
    assert supporters(a) == ["가", "다", "라"]
    assert supporters(b) == ["나", "다"]
    assert [c.body for c in b.comments.all()] == ["우리 동네도 필요합니다"]
    assert not a.comments.exists()


def test_support_taken_back_at_the_merged_idea_stays_taken_back():
    a, b = a_pair()
    twins.merge(person("district"), a, b)
    both = b.supports_given.get(user__name="다").user
    voices.support(both, Idea.objects.get(pk=a.pk), False)
    assert supporters(a) == ["가", "나"]
    twins.undo_merge(person("district"), b, "되돌림")
    assert supporters(a) == ["가"] and supporters(b) == ["나"]


def test_merging_is_refused_where_it_makes_no_sense():
    a, b = a_pair()
    officer = person("district")
    elsewhere = officer_elsewhere().roles.memberships[0].organisation.district
    other = an_idea(person("member"), district=elsewhere)
    for kept, twin in ((a, a), (a, other), (other, a)):
        with pytest.raises(Refused):
            twins.merge(officer, kept, twin)
    with pytest.raises(NotYours):
        twins.merge(person("resident"), a, b)
    twins.merge(officer, a, b)
    for kept, twin in ((a, b), (b, a)):
        with pytest.raises(Refused):
            twins.merge(officer, kept, twin)
    moves.answer(officer, a, False, "어렵습니다")
    with pytest.raises(Refused):
        twins.undo_merge(officer, b, "늦었습니다")


def test_an_author_cannot_withdraw_what_others_live_on_in():
    a, b = a_pair()
    twins.merge(person("district"), a, b)
    with pytest.raises(Refused):
        moves.withdraw(person("resident"), a, "거둡니다")


def test_a_merge_that_another_officer_overtook_is_explained(client):
    a, b = a_pair()
    client.force_login(person("district"))
    moves.answer(person("district"), b, False, "어렵습니다")
    response = client.post(f"/ideas/{a.pk}/merge/{b.pk}/", {"why": "적어 둔 말"})
    assert response.status_code == 422 and "그 사이" not in response.content.decode()
    assert "할 수 없습니다" in response.content.decode() and "적어 둔 말" in response.content.decode()


PEOPLE, IDEAS = 4, 4
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("support"), st.integers(0, PEOPLE - 1), st.integers(0, IDEAS - 1)),
        st.tuples(st.just("take_back"), st.integers(0, PEOPLE - 1), st.integers(0, IDEAS - 1)),
        st.tuples(st.just("merge"), st.integers(0, IDEAS - 1), st.integers(0, IDEAS - 1)),
        st.tuples(st.just("undo"), st.integers(0, IDEAS - 1), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_any_history_of_merges_and_undos_keeps_every_supporter_exactly_once(acts):
    """Against a plain model: who gave support to which idea, and which idea lives in which."""
    with transaction.atomic():
        officer = person("district")
        people = [someone(f"사람{n}") for n in range(PEOPLE)]
        ideas = [an_idea(title=f"아이디어 {n}") for n in range(IDEAS)]
        given_to: set[tuple[int, int]] = set()
        lives_in: dict[int, int] = {}

        def root(n: int) -> int:
            return root(lives_in[n]) if n in lives_in else n

        def counted(n: int) -> list[str]:
            return sorted({people[p].name for p, i in given_to if root(i) == n})

        for act, x, y in acts:
            if act in ("support", "take_back"):
                if root(y) != y:
                    continue
                voices.support(people[x], ideas[y], act == "support")
                have = {(p, i) for p, i in given_to if p == x and root(i) == y}
                if act == "take_back":
                    given_to -= have
                elif not have:
                    given_to.add((x, y))
            elif act == "merge" and x != y and root(x) == x and root(y) == y:
                twins.merge(officer, ideas[x], ideas[y])
                lives_in[y] = x
            elif act == "undo" and x in lives_in and root(lives_in[x]) == lives_in[x]:
                twins.undo_merge(officer, ideas[x], "되돌림")
                del lives_in[x]
            for n in range(IDEAS):
                assert supporters(ideas[n]) == (counted(n) if root(n) == n else [])
        transaction.set_rollback(True)


POSTGRES = connection.vendor == "postgresql"


def at_once(*acts) -> list[str]:
    """Run acts at the same moment, each on a connection of its own; what came of each.

    SQLite lets one transaction write at a time from its very start, so there they run one after the other.
    """
    barrier, results = threading.Barrier(len(acts)), [""] * len(acts)

    def run(n, act):
        try:
            if POSTGRES:
                barrier.wait(10)
            act()
            results[n] = "done"
        except Refused:
            results[n] = "refused"
        finally:
            if POSTGRES:
                connections.close_all()

    if not POSTGRES:
        for n, act in enumerate(acts):
            run(n, act)
        return results
    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=POSTGRES)
def test_many_clicks_at_once_are_one_support():
    idea, user = an_idea(), person("member")
    assert at_once(*[lambda: voices.support(user, idea, True)] * 4) == ["done"] * 4
    assert supporters(idea) == [user.name]
    assert Entry.objects.filter(action="support").count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=POSTGRES)
def test_two_officers_who_merge_both_ways_at_once_make_no_circle():
    officer = person("district")
    officer.roles  # read once, as a request does  # noqa: B018
    a, b = a_pair()
    results = at_once(lambda: twins.merge(officer, a, b), lambda: twins.merge(officer, b, a))
    assert sorted(results) == ["done", "refused"]
    kept = Idea.objects.get(pk__in=[a.pk, b.pk], merged_into=None)
    assert supporters(kept) == ["가", "나", "다"]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=POSTGRES)
def test_support_given_while_ideas_are_merged_is_not_lost_and_not_doubled():
    officer, user = person("district"), person("expert")
    officer.roles  # noqa: B018
    a, b = a_pair()
    results = at_once(lambda: twins.merge(officer, a, b), lambda: voices.support(user, b, True))
    assert results[0] == "done"
    given = results[1] == "done"
    assert supporters(a) == sorted(["가", "나", "다", *([user.name] if given else [])])
    assert not b.supports.exists()


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=POSTGRES)
def test_an_idea_is_not_merged_and_answered_at_once():
    officer = person("district")
    officer.roles  # noqa: B018
    a, b = a_pair()
    acts = (lambda: twins.merge(officer, a, b), lambda: moves.answer(officer, b, False, "어렵습니다"))
    assert sorted(at_once(*acts)) == ["done", "refused"]
