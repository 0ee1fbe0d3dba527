"""What happens to posts, calls, applications and placements: tables of allowed moves, one function per action."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.hiring import permissions as who
from sanghyeop.programme.hiring.models import Post
from sanghyeop.programme.hiring.queries import positions_of
from sanghyeop.programme.projects.models import Project

#: Acts that change no state, in words for the trail.
ACTS = {"make_posts": gettext_lazy("계획서의 직무로 자리 만들기")}


@transaction.atomic
def make_posts(actor: Any, project: Project, year: int = 1) -> list[Post]:
    """The posts of a project's ``year`` of support from the positions of its selected plan, once.

    Raises ``NotYours``, or ``Refused`` where the project has no plan here (it was published before).
    """
    project = lock(project)
    if not who.runs(actor, project):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    standing = list(project.posts.filter(year=year))
    if standing:
        return standing
    positions = positions_of(project, year)
    if not positions:
        raise Refused(_("이 사업에는 직무가 적힌 계획서가 없습니다. 자리를 직접 적어 주세요."))
    posts = Post.objects.bulk_create(
        Post(
            project=project,
            year=year,
            order=order,
            title=position.title,
            quota=position.number,
            months=position.months,
            hours_a_week=position.hours_a_week,
            wage_an_hour_krw=position.wage_an_hour_krw,
        )
        for order, position in enumerate(positions)
    )
    record(actor, project, "make_posts", year=year, posts=[post.pk for post in posts])
    return posts
