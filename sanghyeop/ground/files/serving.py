"""Giving a stored file out, and finding again what somebody sent with a form that was not complete."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest

from sanghyeop.ground.files.models import StoredFile

#: So many files of earlier sendings are looked for.
MOST_HELD = 20


def serve(stored: StoredFile) -> FileResponse:
    """A file's bytes for whoever may see it (the caller has asked), kept by no one between. 404 where they are gone."""
    try:
        response = FileResponse(stored.content.open("rb"), content_type=stored.content_type)
    except FileNotFoundError:
        raise Http404 from None
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def held(request: HttpRequest, purpose: str) -> QuerySet[StoredFile]:
    """This person's files of earlier sendings of a form, which its hidden fields ``held`` name. One query when read."""
    keys = []
    for text in request.POST.getlist("held")[:MOST_HELD]:
        try:
            keys.append(uuid.UUID(text))
        except ValueError:
            continue
    return StoredFile.objects.filter(key__in=keys, uploaded_by=request.user.pk, purpose=purpose)
