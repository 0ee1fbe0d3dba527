"""The files with which anyone runs an announced placement again: what went into the draw, by number, without a name.

`sanghyeop match` with these files and the seed (``command``) gives placement.csv again, to the byte.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.programme.hiring.models import Draw, Post
from sanghyeop.programme.hiring.seats import Applicant, Seat, Seats

APPLICANTS, POSITIONS, PRIORITIES, PLACEMENT = "applicants.csv", "positions.csv", "priorities.csv", "placement.csv"
README = "README.txt"


def entered(
    applicants: Sequence[Applicant],
    numbers: Mapping[int, str],
    posts: Iterable[Post],
    seats: Mapping[int, Seats],
    placed: Mapping[int, Seat],
) -> dict[str, Any]:
    """What a draw keeps of what went in and came out, as its field ``entered`` says; ``numbers`` by applicant's key.

    Seats that are kept for a group of which nobody applied change nothing and are left out, since `match` takes them
    for a slip of the pen.
    """
    present = {a.group for a in applicants}
    return {
        "applicants": [[numbers[a.key], a.group, list(map(list, a.choices))] for a in applicants],
        "positions": [
            [p.pk, f"‘{p.project}’ {p}", seats[p.pk].quota, {g: n for g, n in seats[p.pk].reserved if g in present}]
            for p in posts
        ],
        "placed": [[numbers[a.key], placed[a.key].post, placed[a.key].rank] for a in applicants if a.key in placed],
    }


def command(draw: Draw) -> str:
    return f"sanghyeop match {APPLICANTS} {POSITIONS} --priorities {PRIORITIES} --seed {draw.seed} --out again.csv"


def files(draw: Draw) -> dict[str, bytes]:
    """Name → content, of a draw that has kept what went in. No query."""
    kept = draw.entered
    letters = letters_of(kept)
    applicants = [
        (number, ";".join(position(post) for post, _points in choices), letters.get(group, ""))
        for number, group, choices in kept["applicants"]
    ]
    positions = [
        (position(pk), quota, ";".join(f"{letters[group]}:{seats}" for group, seats in reserved.items()), about)
        for pk, about, quota, reserved in kept["positions"]
    ]
    priorities = [
        (position(post), number, f"{Decimal(points) / 100:.2f}")
        for number, _group, choices in kept["applicants"]
        for post, points in choices
    ]
    placed = [(number, position(post), rank) for number, post, rank in kept["placed"]]
    return {
        README: readme(draw).encode("utf-8-sig"),
        APPLICANTS: table(("applicant", "choices", "group"), applicants),
        POSITIONS: table(("position", "quota", "reserved", "about"), positions).decode().encode("utf-8-sig"),
        PRIORITIES: table(("position", "applicant", "score"), priorities),
        PLACEMENT: table(("applicant", "position", "rank"), placed),
    }


def letters_of(kept: Mapping[str, Any]) -> dict[str, str]:
    """Group → letters that stand for it in the files: that somebody is disabled or poor is nobody's business, while a
    placement needs only to know who counts alike. In the order of the names, so that the result stays the same."""
    present = sorted({group for _number, group, _choices in kept["applicants"] if group})
    return {group: f"G{order:02}" for order, group in enumerate(present, 1)}


def position(pk: int) -> str:
    """How a post is called in the files."""
    return f"P{pk}"


def readme(draw: Draw) -> str:
    return "\n".join(
        [
            _("%(intake)s: 배치를 다시 해 보는 자료") % {"intake": draw.intake},
            "",
            _("상협을 설치하고 이 폴더에서 아래 명령을 치면 placement.csv와 똑같은 again.csv가 나옵니다."),
            "",
            f"    {command(draw)}",
            "",
            _("신청자는 접수번호로만 적었습니다. group은 우선 인원을 셀 때 쓴 대상 하나입니다."),
            _("우선 대상에 드는 신청자가 없는 우선 인원은 결과를 바꾸지 않아 뺐습니다."),
            _("about 열은 사람이 읽도록 적은 것이라 명령은 쓰지 않는다고 알립니다."),
            "",
        ]
    )


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def as_zip(draw: Draw) -> bytes:
    """All files in one, the same bytes whenever it is asked for."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files(draw).items():
            when = draw.at.timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(name, when), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
