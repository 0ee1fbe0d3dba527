"""The city officer's year: a round from last year's, its rules, its opening, two tabs, bad input."""

from __future__ import annotations

import datetime
import html
import re
from typing import Any

import pytest
from django.utils import timezone

from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.parties.models import District, User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.programme.rounds import copying, moves
from sanghyeop.programme.rounds.forms import FORMS
from sanghyeop.programme.rounds.models import Criterion, Period, Round
from sanghyeop.programme.rounds.parts import PARTS
from sanghyeop.programme.rounds.queries import tasks_for

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY = datetime.timedelta(days=1)


def person(email: str) -> User:
    return User.objects.get(email=email)


@pytest.fixture
def officer(client, demo):
    client.force_login(person("city@example.org"))
    return client


@pytest.fixture
def other_officer(demo, django_user_model):
    from django.test import Client

    client = Client()
    client.force_login(person("city2@example.org"))
    return client


@pytest.fixture
def last(demo) -> Round:
    return Round.objects.get(example=True)


@pytest.fixture
def draft(last) -> Round:
    """Next year's round, as copied from the example round."""
    return copying.next_year(person("city@example.org"), last)


@pytest.fixture
def announced(draft) -> Round:
    """An open call whose plans cannot come in yet."""
    return moves.open_call(person("city@example.org"), draft)


def address(round_: Round, part: str = "") -> str:
    return f"/manage/rounds/{round_.pk}/" + (f"edit/{part}/" if part else "")


def typed(client, url: str, **changed: str) -> dict[str, Any]:
    """What a browser would send from the page's form, with some boxes changed."""
    page = client.get(url).content.decode()
    form = page[page.index("data-guard") :]
    form = form[: form.index("</form>")]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") == "checkbox" and " checked" not in tag:
            continue
        if " disabled" in tag or "name" not in attributes:
            continue
        value = html.unescape(attributes.get("value", "on" if attributes.get("type") == "checkbox" else ""))
        data[attributes["name"]] = [*data.get(attributes["name"], []), value]
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        data[name] = html.unescape(text)
    for name, inside in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', inside)
        data[name] = html.unescape(chosen[1]) if chosen else ""
    return data | changed


def local(moment: datetime.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


# From last year's round to an open call


def test_an_officer_makes_next_years_round_in_one_step(officer, last):
    page = officer.get("/manage/rounds/").content.decode()
    assert f"{last.year}년 연차를 복사해" in page

    response = officer.post(f"/manage/rounds/{last.pk}/copy/", follow=True)

    made = Round.objects.get(copied_from=last)
    assert response.status_code == 200
    assert (made.year, made.state, made.call) == (last.year + 1, "draft", "main")
    assert str(made.year) in made.name
    for field in copying.RULES:
        if field != "tie_breaks":
            assert getattr(made, field) == getattr(last, field), field
    for relation in copying.ROWS:
        assert getattr(made, relation).count() == getattr(last, relation).count() > 0, relation
    for old, new in zip(last.periods.order_by("step"), made.periods.order_by("step"), strict=True):
        before, after = timezone.localtime(old.closes_at), timezone.localtime(new.closes_at)
        assert (after.year, after.hour, after.minute) == (before.year + 1, before.hour, before.minute)
    entry = Entry.objects.get(subject_kind="rounds.round", subject_id=made.pk)
    assert (entry.action, entry.facts["copied_from"]) == ("copy", last.pk)


def test_a_copy_takes_over_every_rule_that_there_is():
    own_or_rule = {f.name for f in Round._meta.concrete_fields}
    assert own_or_rule == set(copying.RULES) | set(copying.OWN)
    rows = {f.related_name for f in Round._meta.related_objects if f.related_model._meta.app_label == "rounds"} - {
        "+",
        "published_totals",
        "published_dates",
        "periods",
    }
    assert rows == set(copying.ROWS)


def test_a_tie_break_by_a_criterion_names_the_copied_criterion(last):
    first = last.criteria.first()
    last.tie_breaks = [f"criterion:{first.pk}", "jobs"]
    last.save()

    made = copying.next_year(person("city@example.org"), last)

    copied = Criterion.objects.get(round=made, kind=first.kind, name=first.name)
    assert made.tie_breaks == [f"criterion:{copied.pk}", "jobs"]
    assert copied.pk != first.pk


def test_a_leap_day_becomes_the_28th(last):
    Period.objects.filter(round=last, step="start").delete()
    leap = timezone.make_aware(datetime.datetime(2028, 2, 29, 18))
    Period.objects.create(round=last, step="start", opens_at=leap, closes_at=leap + 30 * DAY)
    made = copying.next_year(person("city@example.org"), last)
    assert local(made.periods.get(step="start").opens_at) == "2029-02-28T18:00"


def test_the_same_copy_sent_twice_makes_one_round(officer, last):
    data = {"once": "2f1a4c3e-0000-4000-8000-000000000001"}
    first = officer.post(f"/manage/rounds/{last.pk}/copy/", data)
    second = officer.post(f"/manage/rounds/{last.pk}/copy/", data)
    assert first["Location"] == second["Location"]
    assert Round.objects.filter(copied_from=last).count() == 1


def test_a_year_has_one_main_round(officer, last, draft):
    response = officer.post(f"/manage/rounds/{last.pk}/copy/")
    assert response.status_code == 409
    assert "이미 정기 공모가 있습니다" in response.content.decode()

    data = {"year": str(draft.year), "call": "main", "name": "두 번째 공모", "name_en": "", "based_on": ""}
    response = officer.post("/manage/rounds/new/", data)
    assert response.status_code == 422
    assert "이미 정기 공모가 있습니다" in response.content.decode()
    assert "두 번째 공모" in response.content.decode()


def test_an_officer_makes_an_empty_round_and_sees_what_it_lacks(officer, last):
    data = {"year": "2090", "call": "main", "name": "빈 연차", "name_en": "", "based_on": ""}
    page = officer.post("/manage/rounds/new/", data, follow=True).content.decode()
    for missing in (
        "공모 목적을 적어 주세요",
        "일정이 없는 단계",
        "분야를 하나 이상",
        "심사 항목을 적어",
        "시 예산이 0원",
    ):
        assert missing in page
    assert "단체의 종류" in page
    assert "calendar/" in page
    made = Round.objects.get(year=2090)
    response = officer.post(f"{address(made)}move/", {"action": "open_call", "sure": "on"})
    assert response.status_code == 409
    assert Round.objects.get(pk=made.pk).state == "draft"


def test_a_supplementary_call_has_the_rules_but_its_own_money_and_dates(officer, last):
    officer.post(f"/manage/rounds/{last.pk}/supplement/")
    made = Round.objects.get(call="supplementary")
    assert (made.year, made.copied_from, made.city_budget_krw) == (last.year, last, 0)
    assert made.criteria.count() == last.criteria.count()
    assert not made.periods.exists()
    assert not made.district_budgets.exists()
    assert "이미 정기 공모" not in officer.get(address(made)).content.decode()


def test_an_officer_opens_the_call_and_the_districts_hear_of_it(officer, draft):
    page = officer.get(address(draft)).content.decode()
    assert "채울 것" not in page

    response = officer.post(f"{address(draft)}move/", {"action": "open_call", "sure": "on"}, follow=True)

    assert "마쳤습니다" in response.content.decode()
    assert Round.objects.get(pk=draft.pk).state == "open"
    entry = Entry.objects.filter(subject_id=draft.pk, action="open_call").get()
    assert (entry.from_state, entry.to_state, entry.actor.email) == ("draft", "open", "city@example.org")
    assert Notice.objects.filter(recipient__email="district@example.org", round_id=draft.pk).count() == 1


# Changing the rules


@pytest.mark.parametrize("part", list(PARTS))
def test_every_part_saves_as_it_is_and_leaves_no_entry(officer, draft, part):
    url = address(draft, part)
    response = officer.post(url, typed(officer, url), follow=True)
    assert response.status_code == 200
    assert "바뀐 것이 없습니다" in response.content.decode()
    assert not Entry.objects.filter(subject_id=draft.pk, action="edit").exists()


def test_every_part_has_its_form_and_the_other_way_round():
    assert set(PARTS) == set(FORMS)


def test_an_officer_changes_the_budget_and_the_trail_keeps_old_and_new(officer, draft):
    url = address(draft, "budgets")
    district = District.objects.get(name="강북구")
    data = typed(officer, url, city_budget_krw="4,000,000,000", **{f"district_{district.pk}": "１２０,０００,０００원"})

    page = officer.post(url, data, follow=True).content.decode()

    assert "저장했습니다" in page
    draft.refresh_from_db()
    assert draft.city_budget_krw == 4_000_000_000
    assert draft.district_budgets.get(district=district).amount_krw == 120_000_000
    entry = Entry.objects.get(subject_id=draft.pk, action="edit")
    assert entry.facts["changes"] == [
        {"what": ["시비 예산(원)"], "old": 3_500_000_000, "new": 4_000_000_000},
        {"what": ["강북구", "구비 예산(원)"], "old": 100_000_000, "new": 120_000_000},
    ]
    trail = officer.get(f"{address(draft)}trail/").content.decode()
    assert "내용 고침" in trail
    assert "4,000,000,000" in trail
    assert "강북구 · 구비 예산(원)" in trail


def test_an_officer_adds_orders_and_takes_out_criteria(officer, draft):
    url = address(draft, "criteria")
    doomed, *others = draft.criteria.filter(kind="new")
    continuing, spare = draft.criteria.filter(kind="continuing").count(), len(others) + 1
    draft.tie_breaks = [f"criterion:{doomed.pk}", "jobs"]
    draft.save()
    changed = {
        "new-0-DELETE": "on",
        f"new-{spare}-name": "주민 참여",
        f"new-{spare}-points": "30",
        f"new-{spare}-place": "1",
        f"new-{spare}-guidance": "주민이 함께 만들었는가",
    }
    officer.post(url, typed(officer, url, **changed))
    names = list(draft.criteria.filter(kind="new").values_list("name", flat=True))
    assert names == ["주민 참여", *(criterion.name for criterion in others)]
    assert draft.criteria.filter(kind="continuing").count() == continuing
    draft.refresh_from_db()
    assert draft.tie_breaks == ["jobs"]


def test_points_that_do_not_add_up_can_be_saved_but_not_opened(officer, draft):
    url = address(draft, "criteria")
    ten_less = str(draft.criteria.filter(kind="new").first().points - 10)
    page = officer.post(url, typed(officer, url, **{"new-0-points": ten_less}), follow=True).content.decode()
    assert "저장했습니다" in page
    assert re.search(r'data-sum-of="new"[^>]*>90<', page)
    overview = officer.get(address(draft)).content.decode()
    assert "신규 사업의 배점 합이 90점입니다" in overview
    response = officer.post(f"{address(draft)}move/", {"action": "open_call", "sure": "on"})
    assert response.status_code == 409
    assert "배점 합이 90점" in response.content.decode()


def test_more_empty_rows_without_a_script_keep_what_was_typed(officer, draft):
    url = address(draft, "fields")
    fields = draft.fields.count()
    data = typed(officer, url, **{f"fields-{fields}-name": "새 분야", "more": "fields"})
    page = officer.post(url, data).content.decode()
    assert "새 분야" in page
    assert f'name="fields-{fields + 5}-name"' in page
    assert draft.fields.count() == fields


def test_the_order_of_tie_breaks_is_chosen_from_lists(officer, draft):
    url = address(draft, "panel")
    first = draft.criteria.first()
    officer.post(url, typed(officer, url, tie_0=f"criterion:{first.pk}", tie_1="", tie_2="earlier"))
    draft.refresh_from_db()
    assert draft.tie_breaks == [f"criterion:{first.pk}", "earlier"]
    page = officer.post(url, typed(officer, url, tie_0="jobs", tie_1="jobs"))
    assert page.status_code == 422
    assert "이미 고른 순서" in page.content.decode()


# Two tabs, two officers


def test_a_second_tab_does_not_save_over_the_first(officer, other_officer, draft):
    url = address(draft, "basics")
    mine, theirs = typed(officer, url), typed(other_officer, url)
    other_officer.post(url, theirs | {"purpose": "이시내가 적은 목적"})

    response = officer.post(url, mine | {"purpose": "김시원이 적은 목적"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "이시내 님이" in page
    assert "이시내가 적은 목적" in page
    assert "김시원이 적은 목적</textarea>" in page
    draft.refresh_from_db()
    assert draft.purpose == "이시내가 적은 목적"

    again = mine | {"purpose": "김시원이 적은 목적", "once": "", "version": str(draft.version)}
    assert officer.post(url, again).status_code == 302
    draft.refresh_from_db()
    assert draft.purpose == "김시원이 적은 목적"


def test_rows_that_were_taken_out_meanwhile_are_not_lost(officer, other_officer, draft):
    url = address(draft, "bonuses")
    mine, theirs = typed(officer, url), typed(other_officer, url)
    other_officer.post(url, theirs | {"bonuses-0-DELETE": "on", "bonuses-1-DELETE": "on"})
    response = officer.post(url, mine | {"bonuses-1-points": "2.5"})
    assert response.status_code == 409
    assert "두 자치구 이상 공동 추진" in response.content.decode()
    assert not draft.bonuses.exists()


def test_two_officers_on_different_parts_do_not_meet(officer, other_officer, draft):
    budgets, basics = address(draft, "budgets"), address(draft, "basics")
    mine, theirs = typed(officer, budgets), typed(other_officer, basics)
    other_officer.post(basics, theirs | {"purpose": "새 목적"})
    assert officer.post(budgets, mine | {"city_budget_krw": "1,000"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.city_budget_krw, draft.purpose) == (1000, "새 목적")


def test_the_same_form_sent_twice_saves_once(officer, draft):
    url = address(draft, "basics")
    data = typed(officer, url, purpose="한 번만")
    assert officer.post(url, data).status_code == 302
    assert officer.post(url, data).status_code == 302
    assert Entry.objects.filter(subject_id=draft.pk, action="edit").count() == 1


def test_the_call_opens_while_a_rule_is_being_typed(officer, draft):
    url = address(draft, "criteria")
    data = typed(officer, url, **{"new-0-points": "99"})
    moves.open_call(person("city2@example.org"), draft)
    response = officer.post(url, data)
    assert response.status_code == 422
    assert "까닭을 적어 주세요" in response.content.decode()
    assert 'value="99"' in response.content.decode()
    assert not draft.criteria.filter(points=99).exists()


# After the opening


def test_a_deadline_is_put_off_with_a_reason(officer, announced):
    url = address(announced, "calendar")
    plans = announced.periods.get(step="plans")
    review = announced.periods.get(step="review")
    later = {"plans_closes_at": local(plans.closes_at + DAY), "review_opens_at": local(review.opens_at + DAY)}
    assert officer.post(url, typed(officer, url, **later)).status_code == 422

    response = officer.post(url, typed(officer, url, why="연휴가 겹쳐 하루 늦춥니다.", **later))

    assert response.status_code == 302
    assert announced.periods.get(step="plans").closes_at == plans.closes_at.replace(second=0) + DAY
    entry = Entry.objects.get(subject_id=announced.pk, action="edit")
    assert entry.why == "연휴가 겹쳐 하루 늦춥니다."
    assert {tuple(change["what"]) for change in entry.facts["changes"]} == {("계획서 접수", "마감"), ("심사", "시작")}
    assert Notice.objects.filter(recipient__email="district@example.org", subject__contains="일정이 바뀌").exists()


def test_an_announced_deadline_is_never_brought_forward(officer, announced):
    url = address(announced, "calendar")
    plans = announced.periods.get(step="plans")
    data = typed(officer, url, why="서두릅니다", plans_closes_at=local(plans.closes_at - DAY))
    response = officer.post(url, data)
    assert response.status_code == 422
    assert "앞당길 수 없습니다" in response.content.decode()


def test_the_opening_of_a_step_that_runs_cannot_be_moved(officer, last):
    url = address(last, "calendar")
    page = officer.get(url).content.decode()
    assert re.search(r'name="plans_opens_at"[^>]* disabled', page)
    assert not re.search(r'name="plans_closes_at"[^>]* disabled', page)


def test_criteria_are_frozen_once_plans_can_come_in(officer, last):
    url = address(last, "criteria")
    page = officer.get(url).content.decode()
    assert "더 고칠 수 없습니다" in page
    assert "이 내용을 보고 계획서를 쓰므로" in page, "why it is so"
    criterion = last.criteria.first()
    main = page[page.index("<main") : page.index("</main>")]
    assert criterion.name in main and criterion.guidance[:10] in main, "it can still be read"
    assert "<button" not in main and "<input" not in main
    data = {"version": "0", "new-TOTAL_FORMS": "1", "new-INITIAL_FORMS": "1", "new-0-row": str(criterion.pk)}
    data |= {"new-0-name": "바꾼 항목", "new-0-points": "5", "continuing-TOTAL_FORMS": "0"}
    data |= {"continuing-INITIAL_FORMS": "0", "why": "몰래"}
    response = officer.post(url, data)
    assert response.status_code == 409
    assert "더 고칠 수 없습니다" in response.content.decode()
    assert "바꾼 항목" in response.content.decode(), "nothing typed is lost"
    assert not last.criteria.filter(name="바꾼 항목").exists()


def test_the_call_is_taken_back_with_a_reason_only_before_anything_can_come_in(officer, announced, last):
    move = f"{address(announced)}move/"
    assert officer.post(move, {"action": "take_back", "why": " "}).status_code == 409
    assert officer.post(move, {"action": "take_back", "why": "공고문을 고칩니다"}).status_code == 302
    assert Round.objects.get(pk=announced.pk).state == "draft"
    response = officer.post(f"{address(last)}move/", {"action": "take_back", "why": "되돌립니다"})
    assert response.status_code == 409
    assert "되돌립니다</textarea>" not in response.content.decode()
    assert Round.objects.get(pk=last.pk).state == "open"


def test_publishing_is_no_button_of_this_page(officer, last):
    Round.objects.filter(pk=last.pk).update(state="selection")
    assert officer.post(f"{address(last)}move/", {"action": "publish"}).status_code == 404
    assert "선정 화면에서 합니다" in officer.get(address(last)).content.decode()
    moves.publish(person("city@example.org"), last)
    last.refresh_from_db()
    assert last.state == "published"
    assert last.published_at is not None


# What waits


def test_the_desk_names_what_waits(demo, last, draft):
    user = person("city@example.org")
    assert [t.title for t in tasks_for(user)] == [f"{draft}: 준비를 마치고 공모를 열어 주세요."]
    last.periods.filter(step="plans").update(closes_at=timezone.now() - DAY)
    last.periods.filter(step="ideas").update(closes_at=timezone.now() - DAY)
    assert f"{last}: 접수가 끝났습니다. 심사를 시작해 주세요." in [t.title for t in tasks_for(user)]
    assert tasks_for(person("district@example.org")) == []


@pytest.mark.parametrize("part", list(PARTS))
def test_no_part_of_a_closed_round_offers_to_save(officer, last, part):
    Round.objects.filter(pk=last.pk).update(state=Round.State.CLOSED)
    page = officer.get(address(last, part)).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "저장" not in main and "<form" not in main
    assert str(PARTS[part].why_frozen) in html.unescape(main)


def test_opening_the_call_takes_a_tick_that_names_what_follows(officer, draft):
    url = f"{address(draft)}move/"
    page = officer.get(address(draft)).content.decode()
    assert "공모를 열면 자치구 담당자 모두에게 알림이 가고" in page
    answer = officer.post(url, {"action": "open_call"})
    assert answer.status_code == 422
    assert "아직 아무것도 바뀌지 않았습니다" in answer.content.decode()
    assert Round.objects.get(pk=draft.pk).state == Round.State.DRAFT
    assert officer.post(url, {"action": "open_call", "sure": "on"}).status_code == 302
    assert Round.objects.get(pk=draft.pk).state == Round.State.OPEN
