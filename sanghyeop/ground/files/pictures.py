"""Reading a picture that someone sent: what is not one is refused, what is one is written anew.

Writing it anew drops whatever else stood in the file: EXIF with the place where it was taken, comments,
scripts behind the picture. The limits are settings (``PICTURES``).
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from sanghyeop.ground.files.uploads import OversizedFile

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class BadPicture(ValueError):
    """Why a file is not taken as a picture, in the user's language."""


@dataclass(frozen=True)
class Rewritten:
    """A picture as it will be stored."""

    name: str
    content: bytes
    content_type: str
    width: int
    height: int


def read_picture(upload: Any) -> Rewritten:
    """The picture in an uploaded file, turned upright, made smaller where needed, as WebP without EXIF.

    Raises ``BadPicture`` for a file that is too large, no picture, broken or a decompression bomb.
    """
    limits = settings.PICTURES
    if isinstance(upload, OversizedFile) or upload.size > limits["bytes"]:
        raise BadPicture(
            _("사진 파일이 너무 큽니다. %(limit)dMB까지 올릴 수 있습니다.") % {"limit": limits["bytes"] // 1_000_000}
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=FORMATS) as opened:
                if opened.width * opened.height > limits["pixels"]:
                    raise BadPicture(_("사진의 가로세로 크기가 너무 큽니다. 줄여서 올려 주세요."))
                longest = limits["longest_side"]
                opened.draft("RGB", (longest, longest))  # a JPEG is read at a smaller scale at once
                picture = ImageOps.exif_transpose(opened)
                picture.thumbnail((longest, longest))
                picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
                written = io.BytesIO()
                picture.save(written, "WEBP", quality=limits["quality"], method=4, exif=b"", icc_profile=None)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadPicture(_("사진의 가로세로 크기가 너무 큽니다. 줄여서 올려 주세요.")) from None
    except BadPicture:
        raise
    except Exception:  # Pillow raises whatever its decoders meet in a broken file
        raise BadPicture(_("사진으로 읽을 수 없는 파일입니다. JPEG, PNG, WebP, GIF 사진을 올려 주세요.")) from None
    return Rewritten(str(upload.name)[:200], written.getvalue(), "image/webp", picture.width, picture.height)


class PictureField(forms.FileField):
    """A form field for one picture; its value is ``Rewritten`` or None."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif", "class": "file"})

    def to_python(self, data: Any) -> Any:
        if not data and not isinstance(data, OversizedFile):
            return None
        try:
            return read_picture(data)
        except BadPicture as problem:
            raise forms.ValidationError(str(problem), code="picture") from None

    def clean(self, data: Any, initial: Any = None) -> Any:
        return self.to_python(data)
