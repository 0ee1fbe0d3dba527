"""What every page knows: the menu of this person, and who runs the site."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.parties import permissions as who
from sanghyeop.programme.review.permissions import has_review_desk

#: Address, label, who sees it. An entry is shown to those who may open it.
MENU = (
    ("portal:rounds", _("연차별 사업"), who.anyone),
    ("portal:projects", _("사업 찾기"), who.anyone),
    ("discovery:list", _("주민 아이디어"), who.anyone),
    ("hiring:jobs", _("일자리 찾기"), who.anyone),
    ("planning:list", _("사업계획서"), who.planner),
    ("review:desk", _("심사"), has_review_desk),
    ("selection:list", _("선정"), who.city_officer),
    ("funding:list", _("교부"), who.planner),
    ("spending:list", _("집행·정산"), who.planner),
    ("rounds:list", _("연차 관리"), who.city_officer),
)


def site(request):
    """The menu and the settings that templates ask for. No query beyond the person's roles."""
    user = getattr(request, "user", None)
    if user is None:
        return {}
    menu = [
        {"url": reverse(name), "label": label, "here": request.path.startswith(reverse(name))}
        for name, label, rule in MENU
        if rule(user)
    ]
    return {"menu": menu, "public_body": settings.PUBLIC_BODY}
