"""From a page to a PDF: a task for a process of its own (`confined`), which can write nothing and reach nobody."""

from __future__ import annotations

import functools
import gc

from observatory.kernel.config import STATIC

VARIANT = "pdf/ua-1"
"""Tagged, with its title and its language: what screen readers need."""
SHEET = STATIC / "css" / "paper.css"


@functools.cache
def available() -> bool:
    """Whether PDFs can be made here: WeasyPrint is there, and the libraries in C that it needs."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def pdf_of(data: bytes, arguments: list[str]) -> bytes:
    """The PDF of a page in HTML; its first argument is the address that links in it are meant from.

    The same page makes the same bytes, with the same fonts and version of the library. Nothing is fetched: what the page
    names, be it a picture, a file of this host or an address, is left out.
    """
    import weasyprint
    from weasyprint.urls import URLFetcher

    nothing = URLFetcher(allowed_protocols=())
    page = weasyprint.HTML(string=data.decode(), base_url=arguments[0], url_fetcher=nothing)
    sheet = weasyprint.CSS(string=SHEET.read_text(), url_fetcher=nothing)
    gc.disable()  # a sixth of its time; what it leaves behind goes with the process
    try:
        made: bytes = page.write_pdf(stylesheets=[sheet], pdf_variant=VARIANT)
    finally:
        gc.enable()
    return made
