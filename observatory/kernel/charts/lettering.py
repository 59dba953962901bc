"""Words inside drawings: how wide they are, how they are cut, and made safe for XML."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTHS = {
    letter: width
    for letters, width in ((" iljI.,:;'|!", 0.34), ("ftr()[]-/J", 0.42), ("mwMW@%—…", 1.0))
    for letter in letters
}


def safe(text: str) -> Markup:
    """`text` on one line, as content or attribute of any XML; what XML may not hold is left out."""
    return escape(" ".join(_ILLEGAL.sub("", str(text)).split()))


def width(text: str, size: float, bold: bool = False) -> float:
    """About how wide `text` is in a sans serif of `size`: as wide as the widest in use, so that no name is cut off."""
    return sum(map(_em, text)) * size * (1.1 if bold else 1)


def _em(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if letter.isascii():
        return 0.78 if letter.isupper() else 0.64
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0
    base = unicodedata.normalize("NFD", letter)[0]
    if base != letter:
        return _em(base)
    return 1.4 if ord(letter) >= 0x0590 else 0.85


def shorten(text: str, room: float, size: float, bold: bool = False) -> str:
    """`text`, or as much of its beginning as there is room for, with an ellipsis."""
    text = " ".join(str(text).split())
    if width(text, size, bold) <= room:
        return text
    room -= width("…", size, bold)
    kept = ""
    for letter in text:
        if width(kept + letter, size, bold) > room:
            break
        kept += letter
    return kept.rstrip(" .,;:") + "…"


def wrapped(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """`text` in lines no wider than `room`; a word that is wider, like an address, is broken."""
    lines: list[str] = []
    line = ""
    for word in str(text).split():
        while width(word, size, bold) > room:
            fits = next(end for end in range(len(word), 0, -1) if end == 1 or width(word[:end], size, bold) <= room)
            if line:
                lines.append(line)
            lines.append(word[:fits])
            line, word = "", word[fits:]
        joined = f"{line} {word}".strip()
        if line and width(joined, size, bold) > room:
            lines.append(line)
            joined = word
        line = joined
    return [*lines, line] if line else lines
