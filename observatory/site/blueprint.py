"""The one blueprint that all of the site's modules add their pages to."""

from observatory.kernel.pages import Pages

pages = Pages("site", __name__)
