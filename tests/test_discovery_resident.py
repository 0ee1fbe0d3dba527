"""A resident posts an idea, changes it, withdraws it; others support it, comment, report."""

from __future__ import annotations

import io
import uuid

import pytest
from django.contrib.messages import get_messages
from django.core.management import call_command
from PIL import Image

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.moments import when
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.discovery import moves, voices
from sanghyeop.programme.discovery.models import Idea, Picture, Report
from sanghyeop.programme.rounds.models import Period
from tests.ideas import an_idea, close_ideas, here, open_round, person, photo, sent, someone, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def actions(idea: Idea) -> list[str]:
    return list(
        Entry.objects.filter(subject_kind="discovery.idea", subject_id=idea.pk)
        .order_by("pk")
        .values_list("action", flat=True)
    )


def test_a_resident_posts_an_idea_and_everyone_reads_it(client):
    client.force_login(person("resident"))
    response = client.post("/ideas/new/", sent())
    idea = Idea.objects.get()
    assert response["Location"] == f"/ideas/{idea.pk}/"
    assert (idea.author, idea.state) == (person("resident"), "posted")
    assert actions(idea) == ["post"]
    client.logout()
    page = client.get(f"/ideas/{idea.pk}/").content.decode()
    assert words()["need"] in page
    assert "윤○○" in page and "윤주민" not in page  # the whole name is for officers
    assert words()["title"] in client.get("/ideas/").content.decode()


def test_a_visitor_who_sends_an_idea_logs_in_and_finds_the_words_again(client):
    response = client.post("/ideas/new/", sent(title="빈 가게를 공유주방으로"))
    assert response["Location"] == "/login/?next=%2Fideas%2Fnew%2F"
    login = client.get(response["Location"]).content.decode()
    assert "/signup/?next=/ideas/new/" in login
    client.post(
        response["Location"], {"username": "resident@example.org", "password": "sanghyeop-demo", "next": "/ideas/new/"}
    )
    page = client.get("/ideas/new/").content.decode()
    assert 'value="빈 가게를 공유주방으로"' in page and words()["need"] in page
    assert f'<option value="{here().pk}" selected>' in page


def test_a_visitor_who_signs_up_finds_the_words_again(client):
    client.post("/ideas/new/", sent(title="빈 가게를 공유주방으로"))
    facts = {"name": "새주민", "email": "new@example.net", "password": "moon-over-bukhansan", "agree": "on"}
    response = client.post("/signup/?next=/ideas/new/", facts)
    assert response["Location"] == "/ideas/new/"
    assert "빈 가게를 공유주방으로" in client.get("/ideas/new/").content.decode()


def test_a_form_with_a_gap_keeps_what_was_typed_and_says_where(client):
    client.force_login(person("resident"))
    response = client.post("/ideas/new/", sent(jobs="", need="아이들 밥상이 걱정입니다"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "아이들 밥상이 걱정입니다" in page
    assert 'id="id_jobs_error"' in page
    assert not Idea.objects.exists()


def test_the_same_form_sent_twice_makes_one_idea(client):
    client.force_login(person("resident"))
    form = sent(once=str(uuid.uuid4()))
    first, second = client.post("/ideas/new/", form), client.post("/ideas/new/", form)
    assert first["Location"] == second["Location"]
    assert Idea.objects.count() == 1


def test_the_second_sending_after_the_deadline_still_leads_to_the_idea(client):
    client.force_login(person("resident"))
    form = sent(once=str(uuid.uuid4()))
    first = client.post("/ideas/new/", form)
    close_ideas()
    assert client.post("/ideas/new/", form)["Location"] == first["Location"]


def test_the_deadline_passes_while_the_form_is_open(client):
    client.force_login(person("resident"))
    assert client.get("/ideas/new/").status_code == 200
    close_ideas()
    response = client.post("/ideas/new/", sent(need="이 글은 아깝습니다"))
    assert response.status_code == 409
    page = response.content.decode()
    closed = when(Period.objects.get(round=open_round(), step="ideas").closes_at)
    assert f"아이디어 접수 기간은 {closed}에 마감되었습니다." in page
    assert f"{closed}에 마감되었습니다." in client.get("/ideas/new/").content.decode()
    assert "이 글은 아깝습니다" in page and "<textarea" in page
    assert not Idea.objects.exists()


def test_after_the_deadline_the_move_itself_refuses():
    close_ideas()
    with pytest.raises(Refused):
        an_idea()


def test_nothing_is_taken_when_no_round_is_open(client):
    close_ideas()
    client.force_login(person("resident"))
    page = client.get("/ideas/new/")
    assert page.status_code == 200 and '<form method="post" enctype' not in page.content.decode()


def test_the_preview_shows_the_words_and_ideas_like_it_and_saves_nothing(client):
    an_idea(person("member"))
    client.force_login(person("resident"))
    page = client.post("/ideas/new/", sent(preview="1")).content.decode()
    assert Idea.objects.count() == 1
    assert "미리보기" in page and "비슷한 아이디어" in page


def test_while_typing_ideas_like_it_are_shown(client):
    idea = an_idea(person("member"))
    an_idea(person("member"), title="수유시장 아이스팩", need="시장에 아이스팩이 쌓입니다", for_whom="상인", jobs="3명")
    page = client.post("/ideas/alike/", {"title": "아이 등하원", "need": "데려다줄 사람이 없습니다"}).content.decode()
    assert idea.title in page and "아이스팩" not in page
    assert client.post("/ideas/alike/", {"title": "", "need": ""}).content.decode().strip() == ""


def test_an_organisation_proposes_through_its_member_only(client):
    organisation = person("member").roles.organisations("member")[0]
    client.force_login(person("member"))
    client.post("/ideas/new/", sent(organisation=organisation.pk))
    assert Idea.objects.get().organisation == organisation
    with pytest.raises(NotYours):
        an_idea(person("resident"), organisation=organisation)
    client.force_login(person("resident"))
    client.post("/ideas/new/", sent(organisation=organisation.pk))
    assert Idea.objects.latest("pk").organisation is None


def test_the_author_changes_an_idea_until_the_district_begins_to_check(client):
    idea = an_idea()
    client.force_login(person("resident"))
    page = client.get(f"/ideas/{idea.pk}/edit/").content.decode()
    assert words()["need"] in page
    assert client.post(f"/ideas/{idea.pk}/edit/", sent(title="더 나은 제목", version=0)).status_code == 302
    idea.refresh_from_db()
    assert (idea.title, idea.version) == ("더 나은 제목", 1)
    assert Entry.objects.get(action="edit").facts["changed"] == ["title"]
    moves.check(person("district"), idea, "일자리과", True, "좋습니다")
    response = client.post(f"/ideas/{idea.pk}/edit/", sent(title="늦은 고침", need="늦게 고친 글", version=1))
    assert response.status_code == 409
    assert "늦게 고친 글" in response.content.decode()


def test_two_tabs_never_overwrite_each_other_silently(client):
    idea = an_idea()
    client.force_login(person("resident"))
    client.post(f"/ideas/{idea.pk}/edit/", sent(need="첫째 창의 글", version=0))
    response = client.post(f"/ideas/{idea.pk}/edit/", sent(need="둘째 창의 글", version=0))
    page = response.content.decode()
    assert response.status_code == 409
    assert "첫째 창의 글" in page and "둘째 창의 글" in page and 'name="version" value="1"' in page
    assert Idea.objects.get().need == "첫째 창의 글"
    client.post(f"/ideas/{idea.pk}/edit/", sent(need="둘째 창의 글", version=1))
    assert Idea.objects.get().need == "둘째 창의 글"


def test_nobody_else_changes_an_idea(client):
    idea = an_idea()
    client.force_login(person("member"))
    assert client.get(f"/ideas/{idea.pk}/edit/").status_code == 404
    assert client.post(f"/ideas/{idea.pk}/edit/", sent(version=0)).status_code == 404
    assert client.post(f"/ideas/{idea.pk}/do/withdraw/", {"why": "그냥"}).status_code == 403


def test_the_author_withdraws_an_idea_with_a_reason(client):
    idea = an_idea()
    client.force_login(person("resident"))
    assert client.post(f"/ideas/{idea.pk}/do/withdraw/", {"why": " "}).status_code == 422
    client.post(f"/ideas/{idea.pk}/do/withdraw/", {"why": "이미 있는 사업입니다"})
    idea.refresh_from_db()
    assert idea.state == "withdrawn"
    assert Entry.objects.get(action="withdraw").why == "이미 있는 사업입니다"
    client.logout()
    gone = client.get(f"/ideas/{idea.pk}/")
    assert gone.status_code == 410 and words()["need"] not in gone.content.decode()
    assert idea.title not in client.get("/ideas/").content.decode()


def test_one_person_supports_an_idea_once_and_can_take_it_back(client):
    idea = an_idea()
    client.force_login(person("member"))
    for _click in range(2):
        assert client.post(f"/ideas/{idea.pk}/support/", {"wanted": "1"}).status_code == 302
    assert idea.supports.count() == 1
    part = client.post(f"/ideas/{idea.pk}/support/", {"wanted": "0"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and "<html" not in part.content.decode() and "0명이" in part.content.decode()
    assert idea.supports.count() == 0
    assert actions(idea) == ["post", "support", "take_back"]


def test_ones_own_idea_is_not_supported(client):
    idea = an_idea()
    client.force_login(person("resident"))
    response = client.post(f"/ideas/{idea.pk}/support/", {"wanted": "1"}, headers={"HX-Request": "true"})
    assert response.status_code == 409 and "자기 아이디어" in response.content.decode()
    assert client.post(f"/ideas/{idea.pk}/support/", {"wanted": "1"}).status_code == 409
    assert idea.supports.count() == 0


def test_support_ends_with_the_deadline():
    idea = an_idea()
    voices.support(person("member"), idea, True)
    close_ideas()
    with pytest.raises(Refused, match="에 마감되었습니다"):
        voices.support(person("member"), idea, False)
    assert idea.supports.count() == 1


def test_a_visitor_who_supports_is_led_to_the_login_and_back(client):
    idea = an_idea()
    assert f"/login/?next=/ideas/{idea.pk}/" in client.get(f"/ideas/{idea.pk}/").content.decode()
    assert client.post(f"/ideas/{idea.pk}/support/", {"wanted": "1"}).status_code == 401


def test_people_comment_once_per_sending(client):
    idea = an_idea()
    client.force_login(person("member"))
    form = {"body": "저도 필요합니다", "once": str(uuid.uuid4())}
    for _click in range(2):
        client.post(f"/ideas/{idea.pk}/comment/", form)
    assert idea.comments.count() == 1
    assert "저도 필요합니다" in client.get(f"/ideas/{idea.pk}/").content.decode()
    assert client.post(f"/ideas/{idea.pk}/comment/", {"body": ""}).status_code == 422
    long = client.post(f"/ideas/{idea.pk}/comment/", {"body": "가" * 1001})
    assert long.status_code == 422 and "가" * 1001 in long.content.decode()


def test_someone_reports_an_idea_and_a_comment_once_while_open(client):
    idea = an_idea()
    comment = voices.comment(person("member"), idea, "광고입니다")
    client.force_login(someone("이웃"))
    for _click in range(2):
        client.post(f"/ideas/{idea.pk}/report/", {"reason": "전화번호가 있습니다"})
        client.post(f"/ideas/comments/{comment.pk}/report/", {"reason": "광고"})
    assert Report.objects.count() == 2
    assert client.post(f"/ideas/{idea.pk}/report/", {"reason": ""}).status_code == 422


def test_pictures_are_written_anew_without_the_place_where_they_were_taken(client):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif.get_ifd(0x8825)[2] = (37.0, 38.0, 0.0)  # GPS latitude
    client.force_login(person("resident"))
    client.post("/ideas/new/", sent(picture_1=photo(size=(4000, 2000), exif=exif), alt_1="골목"))
    stored = StoredFile.objects.get()
    address = f"/ideas/pictures/{stored.key}/"
    assert address in client.get(f"/ideas/{Idea.objects.get().pk}/").content.decode()
    client.logout()
    response = client.get(address)
    assert response["Content-Type"] == "image/webp" and response["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in response["Cache-Control"]
    shown = Image.open(io.BytesIO(b"".join(response.streaming_content)))
    assert (shown.width, shown.height) == (800, 1600) == (stored.width, stored.height)
    assert not shown.getexif()
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_pictures_of_a_hidden_or_withdrawn_idea_are_hidden(client):
    client.force_login(person("resident"))
    client.post("/ideas/new/", sent(picture_1=photo(), alt_1="골목"))
    address = f"/ideas/pictures/{StoredFile.objects.get().key}/"
    client.logout()
    assert client.get(address).status_code == 200
    moves.hide(person("district"), Idea.objects.get(), "얼굴이 나옵니다")
    assert client.get(address).status_code == 404
    client.force_login(person("district"))
    assert client.get(address)["Cache-Control"] == "no-store"


def test_a_picture_is_taken_away_and_another_added(client):
    client.force_login(person("resident"))
    client.post("/ideas/new/", sent(picture_1=photo(), alt_1="골목", picture_2=photo(size=(300, 300)), alt_2="놀이터"))
    idea = Idea.objects.get()
    first = idea.pictures.get(alt="골목")
    client.post(
        f"/ideas/{idea.pk}/edit/", sent(version=0, remove=first.pk, picture_1=photo(size=(90, 90)), alt_1="시장")
    )
    assert list(idea.pictures.values_list("alt", flat=True)) == ["놀이터", "시장"]


def test_a_picture_needs_words_for_those_who_cannot_see_it(client):
    client.force_login(person("resident"))
    response = client.post("/ideas/new/", sent(picture_1=photo(), alt_1=""))
    assert response.status_code == 422 and 'id="id_alt_1_error"' in response.content.decode()


def test_a_good_picture_need_not_be_chosen_again_when_something_else_is_missing(client):
    client.force_login(person("resident"))
    page = client.post("/ideas/new/", sent(jobs="", picture_1=photo("골목.jpg"), alt_1="골목")).content.decode()
    held = StoredFile.objects.get()
    assert "‘골목.jpg’" in page and f'name="held_1" value="{held.key}"' in page
    client.post("/ideas/new/", sent(held_1=str(held.key), alt_1="골목"))
    assert Idea.objects.get().pictures.get().file == held
    client.post("/ideas/new/", sent(held_1=str(held.key), alt_1="골목", title="다른 아이디어"))
    assert not Idea.objects.latest("pk").pictures.exists()  # it belongs to the first idea now


def test_nobody_takes_up_the_picture_of_another(client):
    client.force_login(person("resident"))
    client.post("/ideas/new/", sent(jobs="", picture_1=photo(), alt_1="골목"))
    held = StoredFile.objects.get()
    client.force_login(person("member"))
    for key in (held.key, "nonsense", "", "0" * 40):
        assert client.post("/ideas/new/", sent(held_1=str(key), alt_1="골목")).status_code == 302
    assert not Picture.objects.exists()


def test_pictures_that_no_idea_shows_are_deleted_after_a_day(client, tmp_path):
    client.force_login(person("resident"))
    client.post("/ideas/new/", sent(picture_1=photo(size=(90, 90)), alt_1="골목", picture_2=photo(), alt_2="시장"))
    idea = Idea.objects.get()
    client.post(f"/ideas/{idea.pk}/edit/", sent(version=0, remove=idea.pictures.get(alt="시장").pk))
    call_command("forget_left_pictures")
    assert StoredFile.objects.count() == 2
    call_command("forget_left_pictures", hours=-1)
    kept = StoredFile.objects.get()
    assert kept == idea.pictures.get().file and kept.content.storage.exists(kept.content.name)
    assert len(list(tmp_path.rglob("*.webp"))) == 1


def test_a_plan_can_begin_from_an_adopted_idea_only(client):
    idea = an_idea()
    client.force_login(person("member"))
    assert client.get(f"/ideas/{idea.pk}/").context["may_plan"] is False
    Idea.objects.update(state="adopted", answer="좋습니다")
    assert client.get(f"/ideas/{idea.pk}/").context["may_plan"] is True
    client.force_login(person("resident"))
    assert client.get(f"/ideas/{idea.pk}/").context["may_plan"] is False


def test_a_draft_round_shows_no_ideas(client):
    idea = an_idea()
    type(open_round()).objects.update(state="draft")
    assert idea.title not in client.get("/ideas/").content.decode()
    assert client.get(f"/ideas/{idea.pk}/").status_code == 404


def test_posting_says_so(client):
    client.force_login(person("resident"))
    response = client.post("/ideas/new/", sent())
    assert any("올렸습니다" in str(message) for message in get_messages(response.wsgi_request))


def test_the_same_words_sent_from_a_page_that_was_fetched_anew_lead_to_the_first_idea(client):
    client.force_login(person("resident"))
    first = client.post("/ideas/new/", sent(once=str(uuid.uuid4())))
    client.get(first["Location"])
    again = client.post("/ideas/new/", sent(once=str(uuid.uuid4())), follow=True)
    assert again.redirect_chain[0][0] == first["Location"]
    page = again.content.decode()
    assert "이미 보내신 양식" in page and "아이디어를 올렸습니다. 자치구" not in page
    assert Idea.objects.count() == 1
    client.post("/ideas/new/", sent(once=str(uuid.uuid4()), place="번동"))
    assert Idea.objects.count() == 2


def test_an_idea_that_was_withdrawn_can_be_posted_again(client):
    moves.withdraw(person("resident"), an_idea(), "다시 생각해 보겠습니다")
    client.force_login(person("resident"))
    client.post("/ideas/new/", sent(once=str(uuid.uuid4())))
    assert Idea.objects.count() == 2


def test_who_sends_the_same_form_again_is_told_why_and_new_words_are_a_new_idea(client):
    client.force_login(person("resident"))
    form = sent(once=str(uuid.uuid4()))
    first = client.post("/ideas/new/", form)["Location"]
    client.get(first)
    again = client.post("/ideas/new/", form, follow=True).content.decode()
    assert client.post("/ideas/new/", form | {"title": "고친 제목"})["Location"] != first
    assert "이미 보내신 양식" in again
