"""A world visited in the browser's way, at the world's own time."""

from __future__ import annotations

import datetime as dt
import io
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from observatory.kernel import clock
from observatory.kernel.policy import Actor
from tests.app import form_in
from tests.land import Land


class Visits(ABC):
    """What a browser does with the app of a world."""

    land: Land
    today: dt.date
    _seconds: int

    @contextmanager
    def moment(self) -> Iterator[None]:
        """In the afternoon of the world's day and after the act before."""
        self._seconds += 1
        moment = dt.datetime.combine(self.today, dt.time(12), clock.LIMA) + dt.timedelta(seconds=self._seconds % 20_000)
        with clock.frozen(moment):
            yield

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """A unit of work, as a request has one."""
        with self.moment(), self.request(), self.land.database.unit_of_work() as unit:
            yield unit

    @contextmanager
    def reading(self, language: str = "en") -> Iterator[Session]:
        """A unit of work that only reads."""
        with self.moment(), self.request(language), self.land.database.reading() as unit:
            yield unit

    def request(self, language: str = "en") -> Any:
        return self.land.app.test_request_context("/", headers={"Accept-Language": language})

    @abstractmethod
    def actor(self, who: str, under: str | None = None) -> Actor:
        """Who a request of this person comes from."""

    def act_as(self, who: str, under: str | None = None) -> None:
        """Let the next requests come from this person."""
        with self.reading():
            actor = self.actor(who, under)
        self.land.app.extensions["observatory.actor"] = lambda: actor

    def get(self, path: str, language: str = "en") -> Any:
        with self.moment():
            return self.land.client.get(path, headers={"Accept-Language": language}, buffered=True)

    def text(self, path: str, status: int = 200, language: str = "en") -> str:
        """What is at `path`, which must answer with `status`."""
        answer = self.get(path, language)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return str(answer.get_data(as_text=True))

    def post(self, path: str, values: Mapping[str, Any]) -> Any:
        with self.moment():
            told = {name: value for name, value in values.items() if value is not None}
            return self.land.client.post(path, data=told, headers={"Accept-Language": "en"}, buffered=True)

    def send(self, path: str, to: str = "", **values: Any) -> Any:
        """Open the form at `path`, fill it in, and send it to where it goes (`to`, else its own page)."""
        return self.post(to or path, self.form(path, to) | values)

    def form(self, path: str, to: str = "") -> dict[str, Any]:
        return form_in(self.text(path), to)

    def upload(self, name: str, content: bytes) -> Any:
        """Send a file to the desk; the answer."""
        return self.post(
            "/desk", self.form("/desk") | {"register": "observations", "file": (io.BytesIO(content), name)}
        )
