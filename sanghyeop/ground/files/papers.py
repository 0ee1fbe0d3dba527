"""Reading a paper that someone sent as evidence: a picture, which is written anew, or a PDF, known by its content.

The limits are settings (``PAPERS``, and ``PICTURES`` for the pictures).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from sanghyeop.ground.files.pictures import BadPicture, Rewritten, read_picture
from sanghyeop.ground.files.uploads import OversizedFile

#: A reader looks for a PDF's head in its first and for its end in its last kilobytes.
EDGE = 2048


class BadPaper(ValueError):
    """Why a file is not taken as a paper, in the user's language."""


def read_paper(upload: Any) -> Rewritten:
    """The picture or PDF in an uploaded file, whatever it is called. Raises ``BadPaper``."""
    most = settings.PAPERS["bytes"]
    name = str(upload.name)
    if isinstance(upload, OversizedFile) or upload.size > most:
        raise BadPaper(
            _("‘%(name)s’ 파일이 너무 큽니다. %(limit)dMB까지 올릴 수 있습니다.")
            % {"name": name, "limit": most // 1_000_000}
        )
    if not upload.size:
        raise BadPaper(_("‘%(name)s’은(는) 빈 파일입니다.") % {"name": name})
    upload.seek(0)
    head = upload.read(EDGE)
    if b"%PDF-" in head[:1024]:
        upload.seek(0)
        return _pdf(name, upload.read())
    upload.seek(0)
    try:
        return read_picture(upload)
    except BadPicture as problem:
        raise BadPaper(
            _("‘%(name)s’: 사진이나 PDF로 읽을 수 없습니다. %(problem)s") % {"name": name, "problem": problem}
        ) from None


def _pdf(name: str, content: bytes) -> Rewritten:
    if b"%%EOF" not in content[-EDGE:] or b"startxref" not in content[-EDGE:]:
        raise BadPaper(_("‘%(name)s’: PDF가 끝까지 있지 않습니다. 다시 저장해 올려 주세요.") % {"name": name})
    if b"/Encrypt" in content[-EDGE:]:
        raise BadPaper(_("‘%(name)s’: 암호가 걸린 PDF입니다. 암호를 풀어 올려 주세요.") % {"name": name})
    return Rewritten(name[:200], content, "application/pdf", 0, 0)


class SeveralFiles(forms.FileInput):
    """A file box that takes several files at once."""

    allow_multiple_selected = True


class PapersField(forms.FileField):
    """A form field for one paper, or for ``several``, as many as the settings allow; its value is a list of
    ``Rewritten``."""

    def __init__(self, *, several: bool = False, **options: Any) -> None:
        self.several = several
        kind = SeveralFiles if several else forms.FileInput
        options["widget"] = kind(
            attrs={"accept": "image/*,application/pdf", "class": "file"} | ({"multiple": True} if several else {})
        )
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Rewritten]:
        uploads = data if isinstance(data, list | tuple) else [data]
        uploads = [upload for upload in uploads if upload or isinstance(upload, OversizedFile)]
        if self.required and not uploads:
            raise forms.ValidationError(_("파일을 골라 주세요."), code="required")
        most = settings.PAPERS["most"] if self.several else 1
        if len(uploads) > most:
            raise forms.ValidationError(_("한 번에 %(most)d개까지 올릴 수 있습니다.") % {"most": most})
        found, problems = [], []
        for upload in uploads:
            try:
                found.append(read_paper(upload))
            except BadPaper as problem:
                problems.append(forms.ValidationError(str(problem), code="paper"))
        if problems:
            raise forms.ValidationError(problems)
        return found
