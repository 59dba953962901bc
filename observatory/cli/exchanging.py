"""Registers in and out at the command line."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from click import ClickException
from flask_babel import force_locale
from sqlalchemy import select

from observatory.app import create_app
from observatory.aspects.desk import service
from observatory.cli import streaming
from observatory.kernel import db, sheets
from observatory.kernel.config import LOCALES, Settings
from observatory.kernel.desk import REFUSED, Outcome, Register, counts, planned, propose
from observatory.kernel.errors import Problem
from observatory.kernel.pages import registry
from observatory.kernel.policy import Actor
from observatory.kernel.tables import cell, csv_parts, workbook
from observatory.people.models import Mandate, Person
from observatory.people.queries import actor_of
from observatory.records.models import Record


def bring(
    settings: Settings, name: str, file: Path, *, only_propose: bool, mapping_file: Path | None, dry_run: bool,
    email: str | None, organisation: str | None, publish: bool = False,
) -> int:  # fmt: skip
    """Take a file into a register; prints JSON, and the refused rows as CSV on standard error. Answers the exit code."""
    app = create_app(settings)
    database = app.extensions["observatory.database"]
    with app.test_request_context("/"), force_locale(language()), closing(database):
        register = _register(name)
        if register.stream is not None:
            return streaming.bring(
                database, register, file, only_propose=only_propose, mapping_file=mapping_file, dry_run=dry_run,
                acting=lambda: acting(email, organisation), publish=publish, folder=settings.instance,
            )  # fmt: skip
        try:
            sheet = sheets.read(file)
            mapping = json.loads(mapping_file.read_text()) if mapping_file else propose(register, sheet)
            if only_propose:
                print(json.dumps({**mapping, "questions": register.questions(mapping)}, ensure_ascii=False))
                return 0
            _answered(register, mapping)
            with database.unit_of_work(write=not dry_run):
                actor = acting(email, organisation)
                outcomes = planned(register, actor, sheet, mapping)
                told: dict[str, Any] = {**counts(outcomes), "batch": None}
                refused = [outcome for outcome in outcomes if outcome.kind == REFUSED]
                if not dry_run and (not refused or mapping.get("skip_refused")):
                    digest = hashlib.sha256(file.read_bytes()).hexdigest()
                    batch = service.take_in(
                        actor, register, outcomes=outcomes, mapping=mapping, file_name=file.name, sha256=digest
                    )
                    told["batch"] = batch.id if batch else None
        except Problem as problem:
            raise ClickException(str(problem)) from None
        if told["batch"]:
            database.analyse()
    print(json.dumps(told))
    complain(refused)
    return 1 if refused else 0


def language() -> str:
    """Whoever works at the command line reads what their terminal is set to: Spanish, or else English."""
    return LOCALES["es" if os.environ.get("LANG", "").startswith("es") else "en"]


def _register(name: str) -> Register:
    found: Register | None = registry().registers.get(name)
    if found is None:
        raise ClickException(f"There is no register {name}. There are: {', '.join(registry().registers)}.")
    return found


def _answered(register: Register, mapping: dict[str, Any]) -> None:
    open_ = register.questions(mapping)
    if open_:
        shown = json.dumps({k: v for k, v in mapping.items() if k != "unused"}, ensure_ascii=False)
        raise ClickException(" ".join(open_) + f"\nPut the answer into a mapping and name it with --mapping:\n{shown}")


def acting(email: str | None, organisation: str | None) -> Actor:
    """The operator of the instance, or the person named, acting for the organisation named."""
    if email is None:
        return Actor.operator()
    person = db.session.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()
    if person is None or not person.may_sign_in():
        raise ClickException(f"Nobody signs in as {email}.")
    found = select(Mandate.id).join(Record, Record.id == Mandate.organisation_id)
    found = found.where(Mandate.person_id == person.id, Record.slug == organisation).order_by(Mandate.id)
    for mandate in db.session.scalars(found):
        actor = actor_of(person, mandate_id=mandate, via="cli")
        if actor.acts:
            return actor
    raise ClickException(f"{email} has no mandate in force for {organisation}.")


def complain(refused: list[Outcome]) -> None:
    """Say on standard error what is wrong with which row, as CSV."""
    if not refused:
        return
    writer = csv.writer(sys.stderr)
    writer.writerow(["row", "column", "value", "reason", "suggestion"])
    for outcome in refused:
        for problem in outcome.row.problems:
            writer.writerow(
                [outcome.row.number, *map(cell, (problem.column, problem.value, problem.reason, problem.suggestion))]
            )


def send_out(settings: Settings, name: str, file: Path) -> int:
    """Write a whole public list into `file`, CSV or XLSX by its ending; answers how many rows."""
    app = create_app(settings)
    database = app.extensions["observatory.database"]
    with app.test_request_context("/"), closing(database), database.reading():
        listing = registry().listings.get(name)
        if listing is None:
            raise ClickException(f"There is no list {name}. There are: {', '.join(registry().listings)}.")
        columns = [(column.key, column.value) for column in listing.columns]
        rows = list(listing.rows(Actor.guest(), {}))
        if file.suffix.lower() == ".xlsx":
            workbook(rows, columns, name, str(file))
        else:
            file.write_text("".join(csv_parts(rows, columns)), encoding="utf-8", newline="")
    return len(rows)
