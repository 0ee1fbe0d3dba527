"""Keeping files."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.pictures import Rewritten

#: Endings by content type: what is served is named for what it is, not for what it was called.
ENDINGS = {"image/webp": ".webp", "image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}


def keep(
    who: Any,
    purpose: str,
    name: str,
    content: bytes,
    content_type: str,
    width: int | None = None,
    height: int | None = None,
) -> StoredFile:
    """Store a file's content (once, however often it is handed in) and the row that says whose and what for."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = f"{sha256[:2]}/{sha256}{ENDINGS.get(content_type, '.bin')}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(content))
    return StoredFile.objects.create(
        purpose=purpose,
        name=name[:200],
        content_type=content_type,
        size=len(content),
        sha256=sha256,
        content=path,
        width=width,
        height=height,
        uploaded_by=who,
    )


def hold(who: Any, read: Rewritten, purpose: str) -> StoredFile:
    """Keep a picture or paper that was read, also one of a form that is not complete yet, so that it need not be chosen
    again."""
    return keep(who, purpose, read.name, read.content, read.content_type, read.width or None, read.height or None)


def forget(stored: StoredFile) -> None:
    """Delete a file's row, and its content unless another row has the same."""
    path = str(stored.content.name)
    stored.delete()
    if not StoredFile.objects.filter(content=path).exists():
        default_storage.delete(path)
