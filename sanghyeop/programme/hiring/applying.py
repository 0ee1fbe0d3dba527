"""What applicants do: send one application to an intake, change it up to the deadline, withdraw it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import Refused, lock, record
from sanghyeop.programme.hiring import moves, placing
from sanghyeop.programme.hiring.checking import check, rules_of
from sanghyeop.programme.hiring.models import Application, Call, Choice, Intake, Placement, Post

#: The applicant's own data, as ``send`` and ``change`` take them.
PERSONAL = ("name", "born_on", "phone", "district", "sex", "words", "facts")


class Changed(Refused):
    """The application was changed in another window in the meantime."""


@transaction.atomic
def send(actor: Any, intake: Intake, personal: Mapping[str, Any], posts: Sequence[Post], **more: Any) -> Application:
    """Apply to an intake with posts in the order of one's wishes. Raises ``Refused`` after the deadline or a second
    time."""
    intake = lock(intake)
    refuse_if_closed(intake)
    if intake.applications.filter(applicant=actor).exclude(state=Application.State.WITHDRAWN).exists():
        raise Refused(_("이미 지원하셨습니다. 보내신 지원서를 고치거나 거둘 수 있습니다."))
    number = f"{intake.round.year}-{intake.pk}-{intake.applications.count() + 1:04}"
    application = Application(
        intake=intake, applicant=actor, number=number, consented_at=timezone.now(), example=intake.example, **more
    )
    _fill(application, personal)
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError:
        raise Refused(_("이미 지원하셨습니다. 보내신 지원서를 고치거나 거둘 수 있습니다.")) from None
    rank_posts(application, posts)
    check(application, rules_of(intake))
    record(actor, application, "send", to_state=application.state, posts=[post.pk for post in posts])
    return application


@transaction.atomic
def change(
    actor: Any, application: Application, version: int, personal: Mapping[str, Any], posts: Sequence[Post]
) -> Application:
    """Change what was sent, up to the deadline; it is checked anew. Raises ``Changed`` for an older version."""
    lock(application.intake)
    application = lock(application)
    moves.APPLICATION.check(actor, application, "edit")
    if application.version != version:
        raise Changed(_("다른 창에서 이 지원서를 고쳤습니다. 아래 내용을 확인하고 다시 보내 주세요."))
    _fill(application, personal)
    application.version += 1
    application.save()
    rank_posts(application, posts)
    check(application, rules_of(application.intake))
    return moves.APPLICATION.make(actor, application, "edit", posts=[post.pk for post in posts])


@transaction.atomic
def withdraw(actor: Any, application: Application) -> Application:
    """Withdraw; a seat that was offered or taken goes to whoever waits next."""
    lock(application.intake)
    application = moves.APPLICATION.make(actor, lock(application), "withdraw")
    for placement in application.placements.filter(state__in=Placement.STANDING):
        placing.decline(actor, placement)
    return application


def refuse_if_closed(intake: Intake) -> None:
    reason = moves.not_taking(intake)
    if reason:
        raise Refused(reason)


def _fill(application: Application, personal: Mapping[str, Any]) -> None:
    for name in PERSONAL:
        if name in personal:
            setattr(application, name, personal[name])
    application.phone = re.sub(r"\D", "", application.phone)
    application.name = " ".join(application.name.split())


def rank_posts(application: Application, posts: Sequence[Post]) -> None:
    """Write the choices in order. Raises ``Refused`` for none, too many, one twice or one of another intake."""
    intake = application.intake
    if not posts:
        raise Refused(_("바라는 자리를 하나 이상 골라 주세요."))
    if len(posts) > intake.most_choices:
        raise Refused(_("%(most)d개까지 고를 수 있습니다.") % {"most": intake.most_choices})
    offered = set(
        Post.objects.filter(call__intake=intake, call__state=Call.State.PUBLISHED).values_list("pk", flat=True)
    )
    keys = [post.pk for post in posts]
    if len(set(keys)) != len(keys) or not offered.issuperset(keys):
        raise Refused(_("고른 자리 가운데 지금 모집하지 않는 것이 있습니다. 다시 골라 주세요."))
    application.choices.all().delete()
    Choice.objects.bulk_create(
        Choice(application=application, post=post, rank=rank) for rank, post in enumerate(posts, start=1)
    )
