"""The files of the operator's guide, as they are: the units are sound, and nginx before two processes does what is promised."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lxml import html
from sqlalchemy import select

from observatory.people.models import SecurityEvent
from tests.app import PASSWORD, Demo, a_demo, address_of
from tests.loud import skip_loudly
from tests.services import ROOT, Homes, environment, free_port

DEPLOY = ROOT / "docs" / "guide" / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.slow


def test_the_units_are_sound(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    program = Path(sys.executable).with_name("observatory")
    for path in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]:
        words = path.read_text().replace("/opt/observatory/.venv/bin/observatory", str(program))
        (tmp_path / path.name).write_text(words)
    told = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr.strip()) == (0, "")


@dataclass
class Host:
    """A host with nginx before two processes."""

    port: int
    demo: Demo
    processes: list[subprocess.Popen[bytes]]

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, cookie: str = "", **headers: str
    ) -> tuple[int, http.client.HTTPResponse, str]:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        sent = {"Host": f"localhost:{self.port}", "Accept-Language": "en", **headers} | (
            {"Cookie": cookie} if cookie else {}
        )
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, answer, text

    def sign_in(self, password: str, **headers: str) -> tuple[int, str]:
        _status, answer, page = self.ask("GET", "/sign-in")
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        form = next(f for f in html.fromstring(page).forms if (f.action or "").startswith("/sign-in"))
        values = {k: v or "" for k, v in form.form_values()} | {"email": address_of("manager"), "password": password}
        origin = f"https://localhost:{self.port}"
        status, answer, _text = self.ask(
            "POST", "/sign-in", urlencode(values), cookie,
            **{"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{origin}/sign-in", "Origin": origin, **headers},
        )  # fmt: skip
        return status, str(answer.headers["Set-Cookie"] or "").partition(";")[0]


@pytest.fixture(scope="module")
def host(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    if NGINX is None:
        skip_loudly("nginx", "no nginx: `make test` gets one, or apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("host")
    with a_demo(homes, "postgresql") as demo:
        front, *backs = (free_port() for _ in range(3))
        settings = {
            "demo": "1",
            "public_url": f"https://localhost:{front}",
            "proxies": "1",
            "argon2_memory_kib": "64",
            "argon2_time": "1",
        }
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "observatory.cli", "serve", "--no-worker", "--port", str(port)],
                env=environment(demo.home, **settings), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            )
            for port in backs
        ]  # fmt: skip
        try:
            with _nginx(folder, front, backs):
                made = Host(front, demo, processes)
                for _ in range(120):
                    if made.ask("GET", "/healthz")[0] == 200 and all(_listens(port) for port in backs):
                        break
                    time.sleep(0.25)
                yield made
        finally:
            for process in processes:
                process.kill()
                process.wait()


@contextmanager
def _nginx(folder: Path, front: int, backs: list[int]) -> Iterator[None]:
    """nginx with the guide's own file, in which nothing but ports and paths are others."""
    words = (DEPLOY / "nginx.conf").read_text()
    for old, new in (
        ("127.0.0.1:8001", f"127.0.0.1:{backs[0]}"), ("127.0.0.1:8002", f"127.0.0.1:{backs[1]}"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{front} ssl http2;"), ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"), ("    listen [::]:80;\n", ""),
        ("/etc/ssl/observatory", str(folder)), ("observatorio.example", "localhost"),
        ("X-Forwarded-Host $host;", "X-Forwarded-Host $http_host;"), ("Host $host;", "Host $http_host;"),
    ):  # fmt: skip
        assert old in words, old
        words = words.replace(old, new)
    _certificate(folder)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 2048; }}\n"
        f"http {{\n{temporary}{words}\n}}\n"
    )
    assert NGINX is not None
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(80):
            if _listens(front):
                break
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait(timeout=10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)


def test_a_session_holds_whichever_process_answers(host: Host) -> None:
    status, cookie = host.sign_in(PASSWORD)
    assert status == 303 and cookie.startswith("__Host-obs=")
    assert [host.ask("GET", "/account", cookie=cookie)[0] for _ in range(6)] == [200] * 6
    assert "max-age" in str(host.ask("GET", "/")[1].headers["Strict-Transport-Security"])
    assert (
        "immutable" in str(host.ask("GET", "/static/site.css?v=x")[1].headers)
        or host.ask("GET", "/static/site.css")[1].headers["Expires"]
    )


def test_what_visitors_claim_of_their_address_is_not_believed(host: Host) -> None:
    host.sign_in("una clave que no es la suya", **{"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"})
    with host.demo.database.reading() as unit:
        networks = unit.scalars(select(SecurityEvent.network).order_by(SecurityEvent.id.desc()).limit(3)).all()
    assert networks and all("203.0.113" not in (network or "") for network in networks)


def test_what_is_too_large_is_told_in_words(host: Host) -> None:
    status, _answer, text = host.ask("POST", "/sign-in", None, **{"Content-Length": "80000000"})
    assert status == 413 and "too large" in text and "<html" in text


def test_slow_visitors_keep_nobody_waiting(host: Host) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    slow = []
    for _ in range(30):
        raw = socket.create_connection(("127.0.0.1", host.port), timeout=5)
        dripping = context.wrap_socket(raw, server_hostname="localhost")
        dripping.send(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nemail=")
        slow.append(dripping)
    began = time.monotonic()
    assert all(host.ask("GET", "/places")[0] == 200 for _ in range(3))
    assert time.monotonic() - began < 10, "far above what three pages take"
    for dripping in slow:
        dripping.close()


def test_one_process_killed_does_not_stop_the_site(host: Host) -> None:
    """The last test of this host: one of its processes is gone afterwards."""
    host.processes[0].kill()
    host.processes[0].wait()
    assert [host.ask("GET", path)[0] for path in ("/", "/places", "/sites", "/about", "/search?q=agua")] == [200] * 5
    host.processes[1].kill()
    host.processes[1].wait()
    status, answer, text = host.ask("GET", "/")
    assert status == 503 and answer.headers["Retry-After"] and "minuto" in text
