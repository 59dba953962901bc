"""What the library contributes to the rest."""

from __future__ import annotations

from observatory.kernel.registry import Column, Field, Kind, Listing, NavItem, Panel, PublicTable, Room
from observatory.kernel.text import lazy_
from observatory.records.models import LANGUAGES, STATES
from observatory.rooms.library import events, policy, queries, views
from observatory.rooms.library.models import Document

document = Kind(
    name="document",
    cls=Document,
    label=lazy_("Document"),
    plural=lazy_("Documents"),
    audience=policy.audience,
    documents=queries.documents,
    endpoint="library.show",
    fields={
        "title": Field(lazy_("Title")),
        "slug": Field(lazy_("Address of the page")),
        "language": Field(lazy_("Language of the name and text"), lambda value: LANGUAGES.get(value, value)),
        "state": Field(lazy_("State"), lambda value: STATES.get(value, value)),
        "collection": Field(lazy_("Part of")),
        "position": Field(lazy_("Place in it")),
        "author": Field(lazy_("Author")),
        "issued": Field(lazy_("Published")),
        "about_id": Field(lazy_("About")),
        "url": Field(lazy_("Address of the original")),
        "file_name": Field(lazy_("File")),
        "sha256": Field(lazy_("SHA-256 of the file")),
        "is_demo": Field(lazy_("Fictitious")),
    },
    states=STATES,
)

room = Room(
    name="library",
    public=[PublicTable("document_parts", queries.public)],
    blueprints=[views.pages],
    kinds=[document],
    events=[events.DocumentAdded, events.DocumentReplaced, events.DocumentWithdrawn],
    listings=[
        Listing(
            name="library",
            title=lazy_("Library"),
            rows=queries.every,
            recent=queries.recent,
            columns=[
                Column("slug", lambda row: row.slug),
                Column("title", lambda row: row.title),
                Column("collection", lambda row: row.collection),
                Column("position", lambda row: row.position),
                Column("author", lambda row: row.author),
                Column("issued", lambda row: row.issued),
                Column("language", lambda row: row.language),
                Column("url", lambda row: row.url),
                Column("file_name", lambda row: row.file_name),
                Column("sha256", lambda row: row.sha256),
                Column("updated_at", lambda row: row.updated_at.isoformat(timespec="seconds")),
            ],
            endpoint="library.index",
            filters=queries.FILTERS,
        )
    ],
    panels=[Panel(("territory", "organisation"), "library/_panel.html", views.panel, 40)],
    nav=[NavItem(lazy_("Library"), "library.index", 80)],
)
