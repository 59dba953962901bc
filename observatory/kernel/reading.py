"""The words of a document, for search: each format by its library, all inside `confined`."""

from __future__ import annotations

import io
import zipfile

from observatory.kernel.confined import Unreadable

MOST = 400_000
"""Characters kept of one document."""
_PAGES = 2_000
_CELLS = 200_000


def text_of(data: bytes, arguments: list[str]) -> bytes:
    """The text of `data`, which is of the media type `arguments[0]`; empty where there is none, as in a scan."""
    read = _READERS[arguments[0]]
    try:
        found = read(data)
    except Exception:  # whatever the libraries say: it can't be read
        raise Unreadable from None
    lines = (" ".join(line.split()) for line in found.replace("\0", " ").splitlines())
    return "\n".join(line for line in lines if line)[:MOST].encode("utf-8", "replace")


def _pdf(data: bytes) -> str:
    import pypdf

    pages: list[str] = []
    length = 0
    for page in pypdf.PdfReader(io.BytesIO(data)).pages[:_PAGES]:
        pages.append(page.extract_text() or "")
        length += len(pages[-1])
        if length > MOST:
            break
    return "\n".join(pages)


def _docx(data: bytes) -> str:
    import docx

    document = docx.Document(io.BytesIO(data))
    found: list[str] = []
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            found.extend(" · ".join(cell.text for cell in row.cells) for row in part.rows)
        else:
            found.append(part.text)
    return "\n".join(found)


def _workbook(data: bytes) -> str:
    import python_calamine

    workbook = python_calamine.load_workbook(io.BytesIO(data))
    found: list[str] = []
    cells = 0
    for name in workbook.sheet_names:
        found.append(name)
        for row in workbook.get_sheet_by_name(name).iter_rows():
            cells += len(row)
            if cells > _CELLS:
                return "\n".join(found)
            line = " · ".join(str(cell) for cell in row if cell != "")
            if line:
                found.append(line)
    return "\n".join(found)


def _odt(data: bytes) -> str:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        tree = etree.fromstring(packed.read("content.xml"), parser)
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    return "\n".join("".join(part.itertext()) for part in tree.iter(f"{text}p", f"{text}h"))


def _html(data: bytes) -> str:
    from lxml import html

    try:
        data.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # as the page says, or as the library guesses
    tree = html.fromstring(data, parser=html.HTMLParser(encoding=encoding))
    for part in tree.xpath("//script|//style|//noscript|//template|//svg"):
        part.drop_tree()
    for part in tree.iter("p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "br", "td", "th"):
        part.tail = "\n" + (part.tail or "")
    return str(tree.text_content())


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


_READERS = {
    "application/pdf": _pdf,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _docx,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _workbook,
    "application/vnd.oasis.opendocument.text": _odt,
    "application/vnd.oasis.opendocument.spreadsheet": _workbook,
    "text/html": _html,
    "text/plain": _text,
}
READABLE = frozenset(_READERS)
"""Media types with words in them; pictures have none."""
