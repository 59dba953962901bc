"""Which country a code or a name means, as its ISO 3166 alpha-2 code in small letters: the slug of a country here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

from observatory.kernel.text import fold

_ALSO = {"peru": "pe", "usa": "us", "ee.uu.": "us", "eeuu": "us", "korea": "kr", "russia": "ru", "venezuela, rb": "ve"}


@cache
def by_alpha3() -> Mapping[str, str]:
    """PER → pe."""
    import pycountry  # its tables take a moment, and most files need none

    return {country.alpha_3: country.alpha_2.lower() for country in pycountry.countries}


@cache
def by_name() -> Mapping[str, str]:
    """Folded names in Spanish and English, and official ones in English → pe."""
    import pycountry

    found: dict[str, str] = {}
    for country in pycountry.countries:
        for name in ("name", "official_name", "common_name"):
            if hasattr(country, name):
                found.setdefault(fold(getattr(country, name)), country.alpha_2.lower())
    for language in ("en", "es"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(fold(name), code.lower())
    return found | _ALSO
