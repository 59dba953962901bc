"""The program put together: settings, rooms, database, search, and the layers around a request."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Flask, Response, g, request, session
from flask_babel import Babel, get_locale
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from observatory import __version__, jobs
from observatory.aspects.desk.waiting import Waiting
from observatory.kernel import (
    files,
    headers,
    language,
    logs,
    maintenance,
    navigation,
    pagecache,
    pages,
    templates,
    throttle,
    uploads,
)
from observatory.kernel.assets import Assets
from observatory.kernel.config import DATA, LANGUAGES, LOCALES, STATIC, TRANSLATIONS, Settings
from observatory.kernel.db import UNAVAILABLE, Database
from observatory.kernel.drainer import Drainer
from observatory.kernel.formats import install as install_formats
from observatory.kernel.policy import Actor, may, why_not
from observatory.kernel.preferences import Preferences
from observatory.kernel.registry import Registry, Room
from observatory.kernel.search import WhooshShelf
from observatory.kernel.templates import Site
from observatory.kernel.text import _
from observatory.people import login
from observatory.people.passwords import Passwords
from observatory.people.sessions import RowSessions
from observatory.people.vault import Vault
from observatory.records import derived, history

ROOMS = (
    "observatory.people",
    "observatory.aspects.history",
    "observatory.aspects.tags",
    "observatory.aspects.reference",
    "observatory.aspects.comments",
    "observatory.aspects.attachments",
    "observatory.aspects.desk",
    "observatory.aspects.links",
    "observatory.aspects.translations",
    "observatory.rooms.organisations",
    "observatory.rooms.places",
    "observatory.rooms.indicators",
    "observatory.rooms.commitments",
    "observatory.rooms.roundtables",
    "observatory.rooms.handovers",
    "observatory.rooms.library",
    "observatory.site",
)
"""Every room, aspect and storey with a manifest: explicit, no scanning."""

MAX_BODY = 1_000_000


def registry() -> Registry:
    """All manifests; raises ManifestError when they contradict one another."""
    rooms: list[Room] = [importlib.import_module(f"{name}.room").room for name in ROOMS]
    found = Registry(rooms)
    for kind in found.kinds.values():
        derived.declare(kind.name, kind.audience, kind.documents)
    derived.declare_texts([room.texts for room in found.rooms if room.texts])
    history.declare_reactions(item for room in found.rooms for item in room.reactions.items())
    return found


def open_database(settings: Settings) -> Database:
    return Database(settings.database_url, synchronous=settings.sqlite_synchronous)


def drainer_of(settings: Settings, database: Database, shelf: WhooshShelf, app: Flask | None = None) -> Drainer:
    """The drainer of this instance. Without an `app` it makes one once a document is to be printed."""
    made = [app] if app else []

    def html(record_id: int, name: str) -> str:
        if not made:
            made.append(create_app(settings))
        site = made[0]
        try:
            with site.test_request_context("/", base_url=settings.public_url or None), database.reading():
                g.actor = Actor.guest()
                return str(site.extensions["observatory.registry"].printables[name](record_id))
        finally:
            if app is None:
                site.extensions["observatory.database"].close()  # settings were read through it, and that is all

    return jobs.drainer(settings, database, shelf, registry(), html)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. `app.wsgi_app` already includes the page cache and compression."""
    settings = settings or Settings.load()
    logs.configure()
    app = Site("observatory", template_folder=str(DATA / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        BABEL_DEFAULT_LOCALE=LOCALES[LANGUAGES[0]],
        BABEL_DEFAULT_TIMEZONE="America/Lima",
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
        PREFERRED_URL_SCHEME="https" if settings.secure else "http",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.converters["int"] = pages.Number
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    templates.install(app)
    found = registry()
    database = open_database(settings)
    freshness = pagecache.Freshness(database)
    shelf = WhooshShelf(settings.search_folder)
    assets = Assets(STATIC)
    app.extensions.update(
        {
            "observatory.settings": settings,
            "observatory.registry": found,
            "observatory.database": database,
            "observatory.freshness": freshness,
            "observatory.preferences": Preferences(settings, database, freshness.number),
            "observatory.shelf": shelf,
            "observatory.files": files.of(settings),
            "observatory.imports": Waiting(settings.imports_folder),
            "observatory.sealed": files.Sealed(settings.uploads_folder),
            "observatory.throttle": throttle.Throttle(database),
            "observatory.actor": lambda: login.current_actor(),
            "observatory.vault": Vault(settings.secret_key),
            "observatory.passwords": Passwords(
                memory_kib=settings.argon2_memory_kib,
                time_cost=settings.argon2_time,
                breach_list=settings.instance / "breached-passwords.txt",
            ),
        }
    )
    app.request_class = uploads.InMemory
    uploads.install(app, {name: most for room in found.rooms for name, most in room.bodies.items()})
    app.session_interface = RowSessions(database, settings)
    Babel(app, locale_selector=_locale)
    CSRFProtect(app)
    _install_login(app)
    headers.install(app, secure=settings.secure)
    pages.install_errors(app, sign_in=login.ask_to_sign_in)
    app.register_error_handler(CSRFError, _csrf_problem)
    assets.install(app)
    for room in found.rooms:
        for blueprint in room.blueprints:
            app.register_blueprint(blueprint)
    install_formats(app)
    _install_context(app, settings, found, assets, database)
    _install_language(app)
    app.after_request(login.write_security_log)
    found.check_templates(_template_exists(app))
    _wrap(app, settings, database)
    app.extensions["observatory.drainer"] = drainer_of(settings, database, shelf, app)
    return app


def _locale() -> str:
    return LOCALES[language.resolve(request.environ)]


def _install_login(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(login.account)
    manager.unauthorized_handler(login.ask_to_sign_in)


def _csrf_problem(error: CSRFError) -> Response:
    text = _("The form was open for too long, or cookies are switched off. Go back, reload the page and send it again.")
    return pages.problem_page(400, _("This form can't be accepted"), text)


def _install_context(app: Flask, settings: Settings, found: Registry, assets: Assets, database: Database) -> None:
    app.jinja_env.globals.update(asset=assets.address, demo=settings.demo, site_version=__version__)

    @app.context_processor
    def _context() -> dict[str, Any]:
        actor = _actor(database)
        code = language.resolve(request.environ)
        set_ = pages.settings()
        return {
            "site_name": set_.site_name,
            "licence": set_.licence,
            "licence_url": set_.licence_url,
            "actor": actor,
            "lang": code,
            "languages": navigation.languages(code),
            "nav": navigation.sections(found.nav),
            "mine": [] if actor.is_guest else navigation.sections(found.mine),
            "mandates": login.mandates_for_menu(actor),
            "can": lambda name, subject=None: may(actor, name, subject),
            "why_not": lambda name, subject=None: why_not(actor, name, subject),
            "canonical": settings.origin + request.path,
            "csrf_token": generate_csrf,
            "locale": str(get_locale()),
        }


def _actor(database: Database) -> Actor:
    """Who asks. A page shown outside a view's unit of work, such as "no such page", reads it by itself."""
    if "actor" not in g:
        g.actor = Actor.guest()
        if getattr(session, "row", None) is not None:
            try:
                with database.reading():
                    g.actor = login.current_actor()
            except UNAVAILABLE:
                logs.log.warning("actor_unknown")
    found: Actor = g.actor
    return found


def _install_language(app: Flask) -> None:
    """A language asked for in the address stays in the page's links; the cookie is set only by an explicit choice."""

    @app.url_defaults
    def _keep(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" or "lang" in values:
            return
        asked = request.args.get("lang") if request else None
        if asked in LANGUAGES:
            values["lang"] = asked

    @app.after_request
    def _content_language(response: Response) -> Response:
        response.headers.setdefault("Content-Language", language.resolve(request.environ))
        return response


def _template_exists(app: Flask) -> Any:
    loader = app.jinja_env.loader
    names = set(loader.list_templates()) if loader else set()
    return lambda name: name in names


def _wrap(app: Flask, settings: Settings, database: Database) -> None:
    freshness = app.extensions["observatory.freshness"]
    skip = (
        "/search",
        "/healthz",
        "/sign-",
        "/account",
        "/exports",
        "/static",
        "/service-worker.js",
        "/verify",
        "/password",
        "/demo",
        "/setup",
        "/files",
    )
    cache = pagecache.PageCache(app.wsgi_app, freshness, private=("obs", "__Host-obs"), skip=skip)
    cache.enabled = settings.page_cache
    app.extensions["observatory.pagecache"] = cache
    app.wsgi_app = maintenance.Maintenance(  # type: ignore[method-assign]
        cache, settings.instance, database, freshness.forget
    )
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]

    @app.after_request
    def _committed(response: Response) -> Response:
        if request.method not in pages.SAFE and response.status_code < 400:
            freshness.forget()
            app.extensions["observatory.drainer"].wake()
        return response
