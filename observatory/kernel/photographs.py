"""Photographs made safe to publish: drawn anew at a sensible size, without what the camera wrote beside them.

Position, date, serial number, thumbnail and anything appended to the file stay behind, and so does all that lies under a
covered cell: it is painted over before anything is written.
"""

from __future__ import annotations

import io
import json
import struct

from PIL import Image, ImageCms, ImageOps

from observatory.kernel.confined import Unreadable

LONGEST = 2_400
"""Pixels of the longer side."""
PREVIEW = 480
MOST_PIXELS = 40_000_000
CELLS = 10
"""Cells across the shorter side of the grid that covers a photograph."""
_PNG_AT_MOST = 1_500_000
_INK = (28, 36, 48)


def grid(width: int, height: int) -> tuple[int, int]:
    """(columns, rows) of the cells over a picture: square ones, as nearly as whole numbers allow."""
    if width <= height:
        return CELLS, max(1, min(4 * CELLS, round(CELLS * height / width)))
    return max(1, min(4 * CELLS, round(CELLS * width / height))), CELLS


def encode(data: bytes, arguments: list[str]) -> bytes:
    """A picture as (width, height, length of the picture, picture, preview); `arguments` are the covered cells as JSON."""
    covered = {int(cell) for cell in json.loads(arguments[0])} if arguments else set()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            kept = opened.format
            if opened.width * opened.height > MOST_PIXELS:
                raise Unreadable
            opened.draft("RGB", (LONGEST, LONGEST))  # a JPEG is decoded at half or a quarter where that is enough
            opened.load()
            picture = _drawn_anew(opened)
    except Unreadable:
        raise
    except Exception:  # whatever the decoders say: it can't be read
        raise Unreadable from None
    _cover(picture, covered)
    body = _as_png(picture) if kept == "PNG" else b""
    if not body or len(body) > _PNG_AT_MOST:
        body = _as_jpeg(picture, 84)
    picture.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS)
    width, height = _size_of(body)
    return struct.pack(">III", width, height, len(body)) + body + _as_jpeg(picture, 74)


def unpack(answer: bytes) -> tuple[int, int, bytes, bytes]:
    """(width, height, picture, preview) of what `encode` wrote."""
    width, height, length = struct.unpack(">III", answer[:12])
    return width, height, answer[12 : 12 + length], answer[12 + length :]


def _drawn_anew(opened: Image.Image) -> Image.Image:
    """The pixels alone: upright, in sRGB, on white, no larger than is useful."""
    profile = opened.info.get("icc_profile")
    upright = ImageOps.exif_transpose(opened)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        upright = Image.new("RGB", layer.size, "white")
        upright.paste(layer, mask=layer.getchannel("A"))
    upright = upright.convert("RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB"))
            upright = converted or upright
        except ImageCms.PyCMSError:  # a broken profile: the colours stay as they are
            pass
    upright.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    return clean


def _cover(picture: Image.Image, covered: set[int]) -> None:
    columns, rows = grid(picture.width, picture.height)
    for cell in covered:
        if not 0 <= cell < columns * rows:
            raise Unreadable
        row, column = divmod(cell, columns)
        left, right = column * picture.width // columns, (column + 1) * picture.width // columns
        top, bottom = row * picture.height // rows, (row + 1) * picture.height // rows
        picture.paste(_INK, (left, top, right, bottom))


def _as_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _as_jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _size_of(body: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(body)) as made:
        return made.size
