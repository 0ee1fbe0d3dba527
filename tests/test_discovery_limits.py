"""What bad input gets, and what many ideas cost."""

from __future__ import annotations

import io
import unicodedata
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.uploads import LARGEST_UPLOAD
from sanghyeop.programme.discovery import moves, queries, twins, voices
from sanghyeop.programme.discovery.models import Comment, Idea, Report, Support
from tests.ideas import an_idea, close_ideas, here, in_committee, open_round, person, photo, sent, someone, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

SCRIPT = "<script>alert('1')</script><img src=x onerror=alert(1)>\"'"


def bomb() -> bytes:
    """A PNG of a few hundred bytes that claims to have 30,000 × 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (30_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def polyglot() -> bytes:
    return photo().read() + b"<script>alert(1)</script>"


def broken() -> bytes:
    return photo().read()[:200]


@pytest.mark.parametrize(
    ("content", "words_of_error"),
    [
        (b"", "읽을 수 없는"),
        (b"this is no picture", "읽을 수 없는"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "읽을 수 없는"),
        (b"%PDF-1.7", "읽을 수 없는"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "읽을 수 없는"),
        (broken(), "읽을 수 없는"),
        (bomb(), "너무 큽니다"),
        (bytes(10_000_001), "10MB까지"),
    ],
    ids=["empty", "text", "svg", "pdf", "eps", "broken", "bomb", "11MB"],
)
def test_a_file_that_is_no_good_picture_gets_a_message_by_the_field_and_the_text_stays(client, content, words_of_error):
    client.force_login(person("resident"))
    upload = SimpleUploadedFile("사진.jpg", content, "image/jpeg")
    response = client.post("/ideas/new/", sent(need="이 글은 남습니다", picture_1=upload, alt_1="사진"))
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_picture_1_error"' in page and words_of_error in page
    assert "이 글은 남습니다" in page and 'value="사진"' in page
    assert not Idea.objects.exists() and not StoredFile.objects.exists()


class Zeros(io.RawIOBase):
    """A file of many zeros that takes no memory."""

    name = "큰사진.jpg"

    def __init__(self, size):
        self.left, self.size = size, size

    def read(self, n=-1):
        n = self.left if n is None or n < 0 else min(n, self.left)
        self.left -= n
        return bytes(n)


def test_a_picture_of_200_megabytes_gets_a_message_and_the_text_stays(client):
    client.force_login(person("resident"))
    assert LARGEST_UPLOAD < 200_000_000
    response = client.post("/ideas/new/", sent(need="이 글은 남습니다", picture_1=Zeros(200_000_000), alt_1="사진"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "10MB까지" in page and "이 글은 남습니다" in page


def test_only_the_picture_is_kept_of_a_file_that_is_also_something_else(client):
    client.force_login(person("resident"))
    upload = SimpleUploadedFile("../../<b>.jpg", polyglot(), "text/html")
    client.post("/ideas/new/", sent(picture_1=upload, alt_1=SCRIPT))
    stored = StoredFile.objects.get()
    assert b"<script>" not in stored.content.read()
    assert ".." not in stored.content.name
    assert "<script>alert" not in client.get(f"/ideas/{Idea.objects.get().pk}/").content.decode()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_kind_are_read(client, mode):
    written = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (40, 30)).save(written, kind)
    client.force_login(person("resident"))
    upload = SimpleUploadedFile("p.png", written.getvalue(), "image/png")
    assert client.post("/ideas/new/", sent(picture_1=upload, alt_1="사진")).status_code == 302
    assert StoredFile.objects.get().content_type == "image/webp"


def test_html_and_script_in_every_text_are_only_text(client):
    author, officer = person("resident"), person("district")
    facts = dict.fromkeys(words(), SCRIPT)
    a = an_idea(author, **facts)
    b = an_idea(person("member"), **facts)
    comment = voices.comment(author, a, SCRIPT)
    voices.report(someone("이웃"), a, SCRIPT)
    report = voices.report(someone("다른"), a, SCRIPT, comment)
    counter = moves.post(
        officer,
        {"round": open_round(), "district": here(), **facts},
        counter={"counter_name": SCRIPT, "counter_contact": SCRIPT},
    )
    moves.check(officer, a, SCRIPT[:60], True, SCRIPT)
    c = in_committee(an_idea(author, **facts))
    twins.merge(officer, a, b, SCRIPT)
    client.force_login(officer)
    for page in (
        "/ideas/", f"/ideas/?q={SCRIPT}&round={SCRIPT}&order={SCRIPT}", "/ideas/unanswered/", "/ideas/district/",
        f"/ideas/{a.pk}/", f"/ideas/{b.pk}/", f"/ideas/{counter.pk}/", f"/ideas/{a.pk}/check/",
        f"/ideas/{a.pk}/answer/", f"/ideas/{a.pk}/twins/?q={SCRIPT}", f"/ideas/{a.pk}/merge/{c.pk}/",
        "/ideas/district/meetings/new/", "/ideas/district/reports/", f"/ideas/district/reports/{report.pk}/",
        f"/ideas/comments/{comment.pk}/report/", f"/ideas/{a.pk}/do/hide/", f"/ideas/new/?district={SCRIPT}",
    ):  # fmt: skip
        response = client.get(page)
        assert response.status_code == 200, page
        assert "<script>alert" not in response.content.decode(), page
        assert "<img src=x" not in response.content.decode(), page
    meeting = moves.record_meeting(
        officer, open_round(), here(), c.created_at.date(), 3, SCRIPT, {c.pk: (True, SCRIPT)}
    )
    moves.answer(officer, c, True, SCRIPT)
    for page in (f"/ideas/district/meetings/{meeting.pk}/", f"/ideas/{c.pk}/", "/ideas/district/meetings/"):
        assert "<script>alert" not in client.get(page).content.decode()
    again = client.post("/ideas/new/", sent(**facts | {"title": SCRIPT * 5}))
    assert again.status_code == 422 and "<script>alert" not in again.content.decode()
    close_ideas()
    late = client.post("/ideas/new/", sent(**facts))
    assert late.status_code == 409 and "<script>alert" not in late.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "가" * 101}, "title"),
        ({"title": "가\x00나"}, "title"),
        ({"need": "가" * 3001}, "need"),
        ({"need": " \n "}, "need"),
        ({"place": "가" * 10_000}, "place"),
        ({"district": ""}, "district"),
        ({"district": "999999"}, "district"),
        ({"district": "은평구"}, "district"),
        ({"field": "-1"}, "field"),
        ({"field": "9" * 40}, "field"),
    ],
)
def test_a_slip_gets_a_message_by_the_field_and_the_rest_stays(client, changes, field):
    client.force_login(person("resident"))
    form = sent(jobs="이 칸은 남습니다") | changes
    response = client.post("/ideas/new/", form)
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in page and "이 칸은 남습니다" in page
    assert not Idea.objects.exists()


@pytest.mark.parametrize("round_", ["", "0", "abc", "9" * 30])
def test_a_round_that_is_not_there_gives_the_words_back(client, round_):
    client.force_login(person("resident"))
    response = client.post("/ideas/new/", sent(round=round_, need="이 글은 남습니다"))
    assert response.status_code == 409 and "이 글은 남습니다" in response.content.decode()


def test_numbers_beyond_the_databases_and_letters_it_cannot_keep_break_nothing(client):
    a, b = an_idea(), an_idea(person("member"))
    client.force_login(person("resident"))
    for changes in ({"version": "9" * 30}, {"version": "x"}, {"version": "-1"}):
        assert client.post(f"/ideas/{a.pk}/edit/", sent(remove="9" * 30, **changes)).status_code == 409
    assert client.get(f"/ideas/{'9' * 30}/").status_code == 404
    assert client.get(f"/ideas/?page={'9' * 30}&round={'9' * 30}").status_code == 200
    assert client.get(f"/ideas/unanswered/?district={'9' * 30}").status_code == 200
    client.force_login(person("district"))
    assert client.post(f"/ideas/{a.pk}/merge/{b.pk}/", {"why": "가\x00나"}).status_code == 422
    assert client.post(f"/ideas/{a.pk}/merge/{b.pk}/", {"why": "가" * 501}).status_code == 422
    assert client.get(f"/ideas/district/meetings/new/?round={'9' * 30}&district=x").status_code == 200
    assert client.get(f"/ideas/{a.pk}/twins/?q=%00{'가' * 3000}").status_code == 200


def test_line_breaks_of_a_browser_count_once(client):
    client.force_login(person("resident"))
    assert client.post("/ideas/new/", sent(need="가\r\n" * 1499 + "나다")).status_code == 302


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("돌봄", True),
        ("등하원", True),
        ("하원", True),
        ("맞벌이 도우미", True),
        ("봄", True),
        (unicodedata.normalize("NFD", "등하원"), True),
        ("주방", False),
        ("맞벌이 주방", False),
        ("%", False),
        ("_", False),
        ("돌%주방", False),
        ("'; DROP TABLE discovery_idea; --", False),
        ('"', False),
        ("🌱", True),
        ("🌵", False),
        ("\x00", True),  # not understood: said by the field, and left out
        ("가" * 10_000, False),
        ("돌봄 " * 3_000, True),
        ("돌봄 " + "\\" * 20, True),
    ],
)
def test_words_are_found_by_their_parts_and_nothing_breaks_the_search(client, query, found):
    idea = an_idea(title="🌱 맞벌이 가정 아이 등하원돌봄")
    response = client.get("/ideas/", {"q": query})
    assert response.status_code == 200
    assert (idea.title in response.content.decode()) is found


def test_ideas_are_filtered_and_ordered(client):
    first = an_idea(title="첫째 아이디어", field=open_round().fields.first())
    second = an_idea(title="둘째 아이디어")
    for n in range(3):
        voices.support(someone(f"p{n}"), first, True)
    titles = [i.title for i in client.get("/ideas/").context["page"]]
    assert titles == [second.title, first.title]
    assert [i.title for i in client.get("/ideas/?order=support").context["page"]] == [first.title, second.title]
    code = first.field.code
    for query, count in (
        (f"field={code}", 1), ("field=nothing", 2), (f"district={here().pk}", 2), ("district=-1", 2),
        (f"round={open_round().pk}", 2), ("state=adopted", 0), ("state=hidden", 2), ("page=99", 2), ("page=x", 2),
    ):  # fmt: skip
        assert len(client.get(f"/ideas/?{query}").context["page"].object_list) == count, query


def many(number: int) -> Idea:
    """So many ideas here, each supported, discussed and reported; gives one in the committee."""
    author, reader, officer = person("resident"), person("member"), person("district")
    ideas = Idea.objects.bulk_create(
        Idea(round=open_round(), district=here(), author=author, state="committee", **words(title=f"돌봄 {n}"))
        for n in range(number)
    )
    Support.objects.bulk_create(Support(idea=idea, user=reader) for idea in ideas)
    Comment.objects.bulk_create(Comment(idea=ideas[0], author=reader, body=f"의견 {n}") for n in range(number))
    Report.objects.bulk_create(Report(idea=idea, reporter=reader, reason="광고") for idea in ideas)
    facts = (open_round(), here(), ideas[0].created_at.date(), 9, "회의")
    moves.record_meeting(officer, *facts, {idea.pk: (True, "좋음") for idea in ideas[: min(number, 60)]})
    return ideas[0]


@pytest.mark.parametrize("number", [5, 500])
@pytest.mark.parametrize("reader", ["", "resident", "member", "district"])
def test_pages_ask_at_most_ten_questions_however_many_ideas(client, django_assert_max_num_queries, number, reader):
    idea = many(number)
    other = Idea.objects.exclude(pk=idea.pk).first()
    pages = ["/ideas/", "/ideas/?q=돌봄&order=support", "/ideas/unanswered/", f"/ideas/{idea.pk}/", "/ideas/new/"]
    if reader == "resident":
        mine = an_idea(title="아직 접수 중인 것")
        pages += [f"/ideas/{mine.pk}/", f"/ideas/{mine.pk}/edit/", f"/ideas/{mine.pk}/do/withdraw/"]
    if reader == "district":
        pages += ["/ideas/district/", "/ideas/district/?waits=answer&order=support", "/ideas/district/reports/",
                  "/ideas/district/meetings/", "/ideas/district/meetings/new/", "/ideas/district/counter/",
                  f"/ideas/{idea.pk}/answer/", f"/ideas/{idea.pk}/twins/?q=돌봄", f"/ideas/{idea.pk}/merge/{other.pk}/",
                  f"/ideas/district/reports/{Report.objects.first().pk}/", f"/ideas/{idea.pk}/do/hide/"]  # fmt: skip
    if reader:
        client.force_login(person(reader))
    for page in pages:
        with django_assert_max_num_queries(10):
            assert client.get(page).status_code == 200, page
    with django_assert_max_num_queries(10):
        client.post("/ideas/alike/", {"title": "돌봄", "need": "데려다줄 사람이 없습니다"})
    with django_assert_max_num_queries(10):
        client.post("/ideas/new/", sent(title=""))


def test_the_desk_asks_two_questions(django_assert_num_queries):
    many(5)
    officer, resident = person("district"), person("resident")
    assert officer.roles and resident.roles
    with django_assert_num_queries(2):
        assert len(queries.tasks_for(officer)) == 2
    with django_assert_num_queries(0):
        assert queries.tasks_for(resident) == []
