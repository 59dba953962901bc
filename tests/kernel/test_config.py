"""Settings: what can't be used is said at the start, with what to do; the secret key is made once and kept."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from click import ClickException

from observatory.cli import running
from observatory.kernel.config import Settings, SettingsError

KEY = "k" * 32
EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared, not listened on


def test_the_first_start_makes_a_key_that_only_the_owner_reads(tmp_path: Path) -> None:
    first = Settings.load({}, instance=tmp_path / "instance")
    second = Settings.load({}, instance=tmp_path / "instance")
    assert first.secret_key == second.secret_key and len(first.secret_key) >= 48
    assert (tmp_path / "instance" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700
    assert first.secret_key != Settings.load({}, instance=tmp_path / "other").secret_key


def test_many_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [
        threading.Thread(target=lambda: keys.append(Settings.load({}, instance=tmp_path).secret_key)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1 and len(keys) == 8


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    shown = repr(Settings.load({}, instance=tmp_path, secret_key=KEY, smtp_password="hunter2hunter2"))
    assert KEY not in shown and "hunter2" not in shown


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", "short", "32"),
        ("DATABASE_URL", "mysql://x", "sqlite:/// or postgresql://"),
        ("DATABASE_URL", "sqlite://", "sqlite:///"),
        ("SMTP_PORT", "many", "OBSERVATORY_SMTP_PORT can't be 'many'"),
        ("DEMO", "perhaps", "OBSERVATORY_DEMO can't be 'perhaps'"),
        ("PROXIES", "", "OBSERVATORY_PROXIES"),
        ("PUBLIC_URL", "observatorio.example", "OBSERVATORY_PUBLIC_URL must be an address"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_name(tmp_path: Path, name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.load({f"OBSERVATORY_{name}": value}, instance=tmp_path)
    assert told in str(refused.value)


def test_the_environment_is_read_and_nothing_else_of_it(tmp_path: Path) -> None:
    found = Settings.load(
        {
            "OBSERVATORY_INSTANCE": str(tmp_path), "OBSERVATORY_DATABASE_URL": "postgres://u@h/d", "SECRET_KEY": "x",
            "OBSERVATORY_SECRET_KEY": KEY, "OBSERVATORY_DEMO": "yes", "OBSERVATORY_TRUSTED_HOSTS": "a.example, b.example,",
            "OBSERVATORY_SMTP_PORT": "2525", "OBSERVATORY_PUBLIC_URL": "https://a.example/",
        }
    )  # fmt: skip
    assert found.database_url == "postgresql+psycopg://u@h/d"
    assert (found.secret_key, found.demo, found.smtp_port) == (KEY, True, 2525)
    assert found.trusted_hosts == ("a.example", "b.example")
    assert (found.origin, found.secure) == ("https://a.example", True)


def test_by_default_everything_lies_in_the_instance_folder(tmp_path: Path) -> None:
    found = Settings.load({}, instance=tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path / 'observatory.db'}"
    assert found.search_folder.is_relative_to(tmp_path) and found.mail_folder.is_relative_to(tmp_path)
    assert not found.demo and not found.secure


def test_the_hosts_that_are_answered_follow_from_the_public_address(tmp_path: Path) -> None:
    def hosts(**environ: str) -> tuple[str, ...]:
        return Settings.load(
            {f"OBSERVATORY_{key}": value for key, value in environ.items()}, instance=tmp_path
        ).trusted_hosts

    assert hosts() == ()
    assert hosts(PUBLIC_URL="https://observatorio.example:8443/x")[0] == "observatorio.example"
    assert "127.0.0.1" in hosts(PUBLIC_URL="https://observatorio.example"), "monitors ask from here"
    assert hosts(PUBLIC_URL="https://a.example", TRUSTED_HOSTS="b.example") == ("b.example",)


def test_an_address_that_nobody_can_open_never_goes_into_messages(tmp_path: Path) -> None:
    settings = Settings.load({}, instance=tmp_path)
    for host in (EVERYWHERE, "::"):
        with pytest.raises(ClickException, match="OBSERVATORY_PUBLIC_URL"):
            running.address_of(settings, host, 8000)
    assert running.address_of(settings, "127.0.0.1", 8000) == "http://127.0.0.1:8000"
    assert (
        running.address_of(replace(settings, public_url="https://a.example"), EVERYWHERE, 8000) == "https://a.example"
    )
