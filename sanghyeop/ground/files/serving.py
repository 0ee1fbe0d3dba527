"""Giving a stored file out, and what a form says of files: those of an earlier sending, those to take away."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest

from sanghyeop.ground.files.models import StoredFile

#: So many files of earlier sendings are looked for.
MOST_HELD = 20


def serve(stored: StoredFile, as_attachment: bool = False) -> FileResponse:
    """A file's bytes for whoever may see it (the caller has asked), kept by no one between. 404 where they are gone."""
    try:
        content = stored.content.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=stored.content_type, as_attachment=as_attachment)
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


def removed(request: HttpRequest) -> set[int]:
    """Numbers of papers to take away, as a form's ticked boxes ``remove`` say."""
    return {int(text) for text in request.POST.getlist("remove") if text.isdecimal() and len(text) < 15}
