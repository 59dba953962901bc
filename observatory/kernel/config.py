"""Settings: read once from the environment into one checked value."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

_PACKAGE = Path(__file__).resolve().parent.parent
_BUNDLED = _PACKAGE / "_bundled"

DATA = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent
"""Where templates/, migrations/ and seeds/ lie: in a checkout the project's root, in a wheel the bundled copy."""

STATIC = _PACKAGE / "static"
TRANSLATIONS = _PACKAGE / "translations"
LANGUAGES = ("es", "en")
LOCALES = {"es": "es_PE", "en": "en"}


_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class SettingsError(ValueError):
    """A setting is missing or can't be used; the message says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything an operator can set. Each field is `OBSERVATORY_<NAME>` in the environment."""

    instance: Path
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    demo: bool = False
    site_name: str = "Observatorio"
    public_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    mail_from: str = "observatorio@localhost"
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = False
    licence: str = "CC BY 4.0"
    licence_url: str = "https://creativecommons.org/licenses/by/4.0/"
    contact: str = ""
    files: str = ""
    argon2_memory_kib: int = 19_456
    argon2_time: int = 2
    sqlite_synchronous: str = "NORMAL"
    page_cache: bool = True
    given: frozenset[str] = frozenset()
    """The names of the settings that the environment gives: these can't be changed in the browser."""

    @property
    def search_folder(self) -> Path:
        return self.instance / "search"

    @property
    def uploads_folder(self) -> Path:
        """Files that were sent and not published yet, sealed."""
        return self.instance / "uploads"

    @property
    def imports_folder(self) -> Path:
        """Files that were sent to the desk and not written yet."""
        return self.instance / "imports"

    @property
    def mail_folder(self) -> Path:
        """Where messages are written as files when no SMTP host is set (the demo)."""
        return self.instance / "mail"

    @property
    def origin(self) -> str:
        """The site's own address, without a path: what links in messages begin with, whatever a request claims."""
        return self.public_url.rstrip("/") or "http://127.0.0.1:8000"

    @property
    def secure(self) -> bool:
        """Whether visitors come over HTTPS: cookies then carry the `__Host-` prefix."""
        return self.public_url.startswith("https://")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> "Settings":
        """The settings of `environ`; creates the instance folder and, on the first start, a random secret key.

        Raises SettingsError on a value that can't be used or a key that is too weak.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, object] = {}
        for name, spec in cls.__dataclass_fields__.items():
            if name == "given":
                continue
            raw = environ.get(f"OBSERVATORY_{name.upper()}")
            if raw is not None:
                values[name] = _parsed(name, raw, spec.type)
        values["given"] = frozenset(values)
        values.update(overrides)
        instance = Path(str(values.get("instance") or "instance")).resolve()
        values["instance"] = instance
        settings = cls(**values)  # type: ignore[arg-type]
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
        return settings.checked()

    def checked(self) -> "Settings":
        """These settings with what was left open filled in; raises SettingsError on a weak key or unknown database."""
        key = self.secret_key or _stored_key(self.instance / "secret-key")
        if len(key) < 32:
            raise SettingsError(
                "OBSERVATORY_SECRET_KEY is too short: give at least 32 random characters, or unset it and one is made."
            )
        url = self.database_url or f"sqlite:///{self.instance / 'observatory.db'}"
        if url.startswith(("postgres://", "postgresql://")):
            url = "postgresql+psycopg://" + url.split("://", 1)[1]
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise SettingsError("OBSERVATORY_DATABASE_URL must begin with sqlite:/// or postgresql://.")
        hosts = self.trusted_hosts
        if self.public_url and not hosts:
            name = urlsplit(self.public_url).hostname
            if self.public_url.startswith(("http://", "https://")) and name:
                hosts = (name, *_LOOPBACK)
            else:
                raise SettingsError("OBSERVATORY_PUBLIC_URL must be an address such as https://observatorio.example.")
        return replace(self, secret_key=key, database_url=url, trusted_hosts=hosts)


def _parsed(name: str, raw: str, kind: object) -> object:
    try:
        if kind is bool or kind == "bool":
            if raw.lower() not in {"1", "0", "true", "false", "yes", "no", ""}:
                raise ValueError
            return raw.lower() in {"1", "true", "yes"}
        if kind is int or kind == "int":
            return int(raw)
    except ValueError:
        raise SettingsError(f"OBSERVATORY_{name.upper()} can't be {raw!r}.") from None
    if kind is Path:
        return Path(raw)
    if name == "trusted_hosts":
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return raw


def _stored_key(path: Path) -> str:
    """The key kept in `path`, made on the first start; readable by its owner alone."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # appears whole or not at all; another process may have been quicker
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
