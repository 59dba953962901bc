"""What becomes of a file that somebody sends: recognised, made safe, ready to be stored."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from observatory.kernel import confined, media, photographs
from observatory.kernel.errors import Invalid
from observatory.kernel.text import _

LARGEST = 10_000_000
"""Bytes of one file."""


@dataclass(frozen=True)
class Content:
    """A file as it will be stored; a picture is already drawn anew, with its preview and its size in pixels."""

    name: str
    media: media.Media
    body: bytes
    preview: bytes = b""
    width: int | None = None
    height: int | None = None

    def sealed(self) -> bytes:
        """All that is needed to make it again, as bytes."""
        head = {"name": self.name, "type": self.media.type, "width": self.width, "height": self.height}
        told = json.dumps({**head, "body": len(self.body)}).encode()
        return len(told).to_bytes(4, "big") + told + self.body + self.preview

    @classmethod
    def unsealed(cls, data: bytes) -> Content:
        start = 4 + int.from_bytes(data[:4], "big")
        told = json.loads(data[4:start])
        end = start + told["body"]
        kind = media.MEDIA[told["type"]]
        return cls(told["name"], kind, data[start:end], data[end:], told["width"], told["height"])


def receive(data: bytes, name: str) -> Content:
    """A file that was sent. Raises Invalid, naming the file and saying what to do, where it can't be taken."""
    shown = media.clean_name(name)
    try:
        if len(data) > LARGEST:
            raise Invalid(_("It is larger than %(size)s MB: send it smaller, or in parts.", size=LARGEST // 1_000_000))
        found = media.sniff(data, name)
        return _drawn(data, shown, found) if found.is_image else Content(shown, found, data)
    except Invalid as problem:
        raise Invalid(_("%(name)s: %(problem)s", name=shown, problem=str(problem.message)), field="files") from None


def cover(content: Content, cells: Collection[int]) -> Content:
    """A picture with these cells of its grid painted over: what lay there is in neither the picture nor its preview."""
    return _drawn(content.body, content.name, content.media, cells) if cells else content


def _drawn(data: bytes, name: str, kind: media.Media, cells: Collection[int] = ()) -> Content:
    answer = confined.run("photograph", data, json.dumps(sorted(cells)))
    width, height, body, preview = photographs.unpack(answer)
    drawn = media.MEDIA["image/png" if body.startswith(b"\x89PNG") else "image/jpeg"]
    if drawn.type != kind.type and not name.lower().endswith(drawn.endings):
        name = f"{name.rpartition('.')[0] or name}{drawn.endings[0]}"
    return Content(name, drawn, body, preview, width, height)
