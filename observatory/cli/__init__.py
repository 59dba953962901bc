"""`observatory …`: everything an operator does at the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from observatory import __version__
from observatory.kernel.config import Settings, SettingsError


def settings(**overrides: object) -> Settings:
    """The settings of the environment; a bad one ends the program with its message."""
    try:
        return Settings.load(**overrides)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="observatory")
def main() -> None:
    """Run and look after an Observatory.

    OBSERVATORY_INSTANCE names the folder of the instance (default: ./instance), OBSERVATORY_DATABASE_URL another
    database than the SQLite file in it.
    """


@main.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--threads", default=8, show_default=True)
@click.option("--worker/--no-worker", default=True, show_default=True, help="Send mail and index in this process.")
def serve(port: int, host: str, threads: int, worker: bool) -> None:
    """Serve the site (after bringing the database up to date)."""
    from observatory.cli import running

    running.address_of(settings(), host, port)
    running.upgrade(settings())
    running.announce_setup(settings(), host, port)
    running.serve(settings(), host=host, port=port, threads=threads, worker=worker)


@main.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option("--fresh", is_flag=True, help="Start over: delete the instance's data first.")
@click.option("--load-only", is_flag=True, help="Create and fill the instance, then stop.")
def demo(port: int, fresh: bool, load_only: bool) -> None:
    """Create an embedded instance with demonstration data and serve it."""
    from observatory.cli import loading, running

    demo_settings = settings(demo=True, database_url=os.environ.get("OBSERVATORY_DATABASE_URL", ""))
    if fresh or running.was_cut_short(demo_settings):
        running.erase(demo_settings)
        demo_settings = settings(demo=True)
    running.upgrade(demo_settings)
    loading.load_once(demo_settings, say=click.echo)
    if not load_only:
        running.announce_demo(demo_settings, port)
        running.serve(demo_settings, host="127.0.0.1", port=port, threads=8, worker=True)


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from observatory.cli import running

    running.upgrade(settings())
    click.echo("The database is up to date.")


@main.command()
def worker() -> None:
    """Send mail and keep the search index up to date, until stopped."""
    from observatory.cli import running

    running.work(settings())


@main.command()
def reindex() -> None:
    """Build the search index anew beside the old one and swap."""
    from observatory.cli import running

    count = running.reindex(settings(), say=click.echo)
    click.echo(f"{count} records are indexed.")


@main.command("setup-link")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the site is reached.")
def setup_link(url: str) -> None:
    """Print a one-time link to create the first administrator."""
    from observatory.cli import running

    link = running.setup_link(settings(), url)
    click.echo(link or "There is an administrator already: ask them for a mandate.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole instance into FILE while it runs. FILE holds secrets: keep it as you keep the server."""
    from observatory.cli import keeping

    keeping.backup(settings(), file, say=click.echo)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Put the instance back as it was when FILE was made; what came later is lost."""
    from observatory.cli import keeping

    if not yes:
        click.confirm("What was saved since that backup will be lost. Go on?", abort=True)
    keeping.restore(settings(), file, say=click.echo)


@main.command("migrate-database")
@click.argument("url")
def migrate_database(url: str) -> None:
    """Copy the database to the empty one at URL (sqlite:/// or postgresql://) and compare both. Stop the site first."""
    from observatory.cli import keeping

    keeping.migrate_database(settings(), url, say=click.echo)


@main.command("import")
@click.argument("register")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--propose", is_flag=True, help="Only print the mapping that would be used, as JSON.")
@click.option("--mapping", type=click.Path(path_type=Path, exists=True), help="A mapping as --propose prints it.")
@click.option("--code", help="Boundaries only: the property with the codes of the places (default: found).")
@click.option("--source", help="Boundaries only: where they are from, by the key or the title of a source.")
@click.option("--skip-refused", is_flag=True, help="Boundaries only: leave refused features out, and write the others.")
@click.option("--publish", is_flag=True, help="Observations only, for stewards: publish without another's validation.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--as", "email", help="Act as the person with this e-mail (default: the operator of the instance).")
@click.option("--for", "organisation", help="Under their mandate for the organisation with this address.")
def bring(
    register: str, file: Path, propose: bool, mapping: Path | None, publish: bool, dry_run: bool, email: str | None,
    organisation: str | None, **drawing: Any,
) -> None:  # fmt: skip
    """Take FILE (CSV, XLSX, XLS or ODS) into REGISTER (places, organisations, commitments or observations), all or
    nothing; or the boundaries of places from a GeoJSON FILE, with "boundaries" for REGISTER.

    Prints {"new", "changed", "unchanged", "refused", "batch"}, of observations "suspicious" as well; refused rows go to standard error as CSV, with exit code 1.
    """
    if register == "boundaries":
        from observatory.cli import boundaries

        if propose or mapping:
            raise click.UsageError("Boundaries have no mapping: name the property with the codes with --code.")
        sys.exit(
            boundaries.bring(
                settings(), file, dry_run=dry_run, email=email, organisation=organisation, **drawing
            )
        )  # fmt: skip
    if publish and register != "observations":
        raise click.UsageError("--publish goes with observations.")
    if any(drawing.values()):
        raise click.UsageError("--code, --source and --skip-refused go with boundaries; others have a --mapping.")
    from observatory.cli import exchanging

    sys.exit(
        exchanging.bring(
            settings(), register, file, only_propose=propose, mapping_file=mapping, dry_run=dry_run, email=email,
            organisation=organisation, publish=publish,
        )
    )  # fmt: skip


@main.command("import-texts")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--work", "collection", required=True, help="Of which work or set the texts are, such as a constitution.")
@click.option("--place", help="The place that they are about: its INEI code, or pe.")
@click.option("--about", help="The organisation that they are about: the last part of its address.")
@click.option("--language", default="es", show_default=True)
@click.option("--author", help="Who wrote or issued them.")
@click.option("--issued", help="When, as precisely as is known.")
@click.option("--url", help="Where the original is.")
@click.option("--source-title", help="The source, as its page is to be called.")
@click.option("--source-publisher", help="Who publishes the source.")
@click.option("--source-licence", help="Under which licence.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--as", "email", help="Act as the person with this e-mail (default: the operator of the instance).")
@click.option("--for", "organisation", help="Under their mandate for the organisation with this address.")
def bring_texts(folder: Path, **said: Any) -> None:
    """Take the texts in FOLDER (Markdown, HTML, PDF, DOCX, ODT, text) into the library, all or none.

    Prints {"new", "changed", "unchanged", "refused"}; what can't be read is named on standard error, with exit code 1.
    """
    from observatory.cli import texts

    sys.exit(texts.bring(settings(), folder, **said))


@main.command()
@click.option(
    "--everything", "whole", is_flag=True, help="All that is public, with files and a manifest, into a new folder."
)
@click.argument("name", metavar="LIST|FOLDER")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def export(whole: bool, name: str, file: Path | None) -> None:
    """Write the public LIST (places, organisations, sites, library) into FILE, CSV or XLSX by its ending; or, with
    --everything, all that is public into FOLDER: enough for another host to carry on."""
    from observatory.cli import exchanging, opening

    if whole:
        opening.export(settings(), Path(name), say=click.echo)
        return
    if file is None:
        raise click.UsageError("Name the file to write, or say --everything.")
    click.echo(f"{exchanging.send_out(settings(), name, file)} rows are in {file}.")


@main.command("verify-export")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def verify_export(folder: Path) -> None:
    """Check that FOLDER is a whole export: every file there, and each as its manifest says."""
    from observatory.cli import opening

    click.echo(opening.verify(folder))


@main.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Switch off the second factor of the account with this EMAIL: for an administrator who lost the phone and the
    recovery codes, when no other can do it in the browser."""
    from observatory.cli import running

    if not running.reset_second_factor(settings(), email):
        raise click.ClickException("Nobody with this address has a second factor.")
    click.echo("Switched off, all sessions ended; the person was told by mail. Set it up anew after signing in.")


@main.command()
def doctor() -> None:
    """Check the instance and say what to do about what is wrong."""
    from observatory.cli import running

    findings = running.examine(settings())
    for ok, what, advice in findings:
        click.echo(f"{'ok  ' if ok else 'BAD '} {what}" + (f"\n     {advice}" if not ok else ""))
    sys.exit(0 if all(ok for ok, _, _ in findings) else 1)


@main.command()
@click.option("--check", is_flag=True, help="Only say whether the file is as the rules are.")
@click.argument("file", type=click.Path(path_type=Path), default=Path("docs/permissions.md"))
def permissions(check: bool, file: Path) -> None:
    """Write the page of who may do what, from the rules themselves."""
    from observatory.cli import documents

    text = documents.permissions()
    if check:
        if not file.is_file() or file.read_text() != text:
            raise click.ClickException(f"{file} is not as the rules are: run `observatory permissions`.")
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    click.echo(f"{file} is written.")


if __name__ == "__main__":
    main()
