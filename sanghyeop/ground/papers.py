"""PDFs that screen readers can follow (PDF/UA), from a Typst template and plain data.

Templates are program text; what people typed reaches them as data only (``sys.inputs.data``, JSON), never as markup.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings


class Unwritable(ValueError):
    """The paper could not be written, such as for a letter that the font does not have."""


def pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The paper of a template. ``data`` must be JSON values. Raises ``Unwritable``."""
    import typst  # large: only who writes a paper waits for it

    try:
        return typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=[str(settings.PAPER_FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        raise Unwritable(str(error)) from error
