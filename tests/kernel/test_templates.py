"""What templates keep is right for each language and each value."""

from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from flask_babel import Babel
from markupsafe import Markup

from observatory.kernel import templates
from observatory.kernel.config import TRANSLATIONS

LANGUAGE = ["es_PE"]


@pytest.fixture
def site() -> Iterator[Flask]:
    app = templates.Site("observatory", static_folder=None)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=lambda: LANGUAGE[0])
    templates.install(app)
    app.add_url_rule("/things/<slug>", "things", lambda slug: slug)
    yield app
    LANGUAGE[0] = "es_PE"


def rendered(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context("/"):
        return app.jinja_env.from_string(source).render(values)


def test_a_word_kept_for_one_language_is_not_given_to_another(site: Flask) -> None:
    assert rendered(site, "{{ _('Search') }}") == "Buscar"
    LANGUAGE[0] = "en"
    assert rendered(site, "{{ _('Search') }}") == "Search"


def test_what_is_put_into_a_sentence_is_escaped(site: Flask) -> None:
    site.jinja_env.autoescape = True
    assert rendered(site, "{{ _('As of %(date)s', date=value) }}", value="<b>").endswith("&lt;b&gt;")
    assert rendered(site, "{{ _('As of %(date)s', date=value) }}", value=Markup("<b>")).endswith("<b>")


def test_two_per_cent_signs_are_one(site: Flask) -> None:
    assert rendered(site, "{{ _('100 %% sure') }}") == "100 % sure"
    assert rendered(site, "{{ ngettext('%(num)s %% of it', '%(num)s %% of them', 3) }}") == "3 % of them"


def test_an_address_kept_for_one_value_or_language_is_not_given_for_another(site: Flask) -> None:
    @site.url_defaults
    def keep(endpoint: str, values: dict[str, object]) -> None:
        from flask import request

        if request.args.get("lang"):
            values["lang"] = request.args["lang"]

    with site.test_request_context("/"):
        assert [url_for("things", slug=slug) for slug in ("a", "b", "a")] == ["/things/a", "/things/b", "/things/a"]
        assert url_for("things", slug="a", also=["x", "y"]) == "/things/a?also=x&also=y"
    with site.test_request_context("/?lang=en"):
        assert url_for("things", slug="a") == "/things/a?lang=en"
    with site.test_request_context("/"):
        assert url_for("things", slug="a") == "/things/a"
        assert url_for("things", slug="a", _external=True) == "http://localhost/things/a"
