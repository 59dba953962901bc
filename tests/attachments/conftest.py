"""Files as people bring them, made small."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image

Photograph = Callable[..., bytes]


@pytest.fixture(scope="session")
def photograph() -> Photograph:
    """A picture of noise, which no two encoders write alike, with a position and a comment beside it."""

    def made(width: int = 600, height: int = 400, kind: str = "JPEG") -> bytes:
        picture = Image.effect_noise((width, height), 90).convert("RGB")
        exif = Image.Exif()
        exif[0x010F] = "SECRET-CAMERA"
        exif.get_ifd(0x8825)[1] = "S"
        out = io.BytesIO()
        more = {"quality": 90, "comment": b"SECRET-COMMENT"} if kind == "JPEG" else {}
        picture.save(out, kind, exif=exif, **more)
        return out.getvalue() + b"<script>SECRET-TAIL</script>"

    return made


def workbook(entries: dict[str, bytes]) -> bytes:
    """A ZIP archive with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in entries.items():
            packed.writestr(name, body)
    return out.getvalue()
