"""The pages of grants."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sanghyeop.ground.paging import page_of
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.funding.permissions import grants_of


def grant_for(request: HttpRequest, pk: int) -> Grant:
    grants = grants_of(request.user).select_related("project__round__city", "project__district", "operator", "book")
    return get_object_or_404(grants, pk=pk)


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    page = page_of(request, grants_of(request.user).select_related("project__district", "operator"))
    return render(request, "funding/list.html", {"page": page})


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "funding/show.html", {"grant": grant_for(request, pk)})


@require_safe
def show_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "funding/show.html", {"grant": grant_for(request, pk)})
