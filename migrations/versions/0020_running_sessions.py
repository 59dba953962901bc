"""Running a session and its minutes; a decision about a commitment names the session that took it."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    _tables()
    with op.batch_alter_table("agenda_items") as table:
        table.add_column(sa.Column("origin_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("discussion", sa.Text(), nullable=False, server_default=""))
        table.create_foreign_key(op.f("fk_agenda_items_origin_id"), "agenda_items", ["origin_id"], ["id"])
    op.execute("UPDATE records SET state = 'draft' WHERE kind = 'session' AND state = 'planned'")
    with op.batch_alter_table("commitments") as table:
        table.add_column(sa.Column("awaits", sa.String(length=12), nullable=False, server_default=""))
    with op.batch_alter_table("decisions") as table:
        table.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_decisions_session_id"), "records", ["session_id"], ["id"])
        table.create_index(op.f("ix_decisions_session_id"), ["session_id"])
    with op.batch_alter_table("roundtable_sessions") as table:
        table.add_column(sa.Column("opened_at", db.UtcDateTime(), nullable=True))
        table.add_column(sa.Column("quorum_at", db.UtcDateTime(), nullable=True))
        table.add_column(sa.Column("quorum", sa.JSON(), nullable=True))
        table.add_column(sa.Column("ended_at", db.UtcDateTime(), nullable=True))
        table.add_column(sa.Column("recorded", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("document", sa.String(length=400), nullable=False, server_default=""))
        table.add_column(sa.Column("document_url", sa.String(length=500), nullable=False, server_default=""))
        table.create_index(op.f("ix_roundtable_sessions_roundtable_id"), ["roundtable_id"])
    for name, columns in (
        ("agenda_items", ("discussion",)),
        ("commitments", ("awaits",)),
        ("roundtable_sessions", ("recorded", "document", "document_url")),
    ):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("roundtable_sessions") as table:
        table.drop_index(op.f("ix_roundtable_sessions_roundtable_id"))
        for column in ("document_url", "document", "recorded", "ended_at", "quorum", "quorum_at", "opened_at"):
            table.drop_column(column)
    with op.batch_alter_table("decisions") as table:
        table.drop_index(op.f("ix_decisions_session_id"))
        table.drop_constraint(op.f("fk_decisions_session_id"), type_="foreignkey")
        table.drop_column("session_id")
    with op.batch_alter_table("commitments") as table:
        table.drop_column("awaits")
    op.execute("UPDATE records SET state = 'planned' WHERE kind = 'session' AND state = 'draft'")
    with op.batch_alter_table("agenda_items") as table:
        table.drop_constraint(op.f("fk_agenda_items_origin_id"), type_="foreignkey")
        table.drop_column("discussion")
        table.drop_column("origin_id")
    for name in (
        "reservations", "outcomes", "note_entries", "attendances", "amendments", "signatures", "minutes", "addenda",
    ):  # fmt: skip
        op.drop_table(name)


def _tables() -> None:
    op.create_table(
        "addenda",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_addenda_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_addenda_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_addenda_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addenda")),
    )
    op.create_index(op.f("ix_addenda_session_id"), "addenda", ["session_id"])
    op.create_table(
        "minutes",
        sa.Column("session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("html", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("circulated_at", db.UtcDateTime(), nullable=False),
        sa.Column("amend_until", sa.Date(), nullable=False),
        sa.Column("published_at", db.UtcDateTime(), nullable=True),
        sa.Column("unsigned", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_minutes_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_minutes")),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_signatures_mandate_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_signatures_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signatures_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_signatures_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("session_id", "organisation_id", "digest", name="uq_signatures_organisation"),
    )
    op.create_index(op.f("ix_signatures_session_id"), "signatures", ["session_id"])
    op.create_table(
        "amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_amendments_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_amendments_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_amendments_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_amendments_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
    )
    op.create_index(op.f("ix_amendments_session_id"), "amendments", ["session_id"])
    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("as_written", sa.String(length=200), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", db.UtcDateTime(), nullable=False),
        sa.Column("left_at", db.UtcDateTime(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_attendances_mandate_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_attendances_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attendances_person_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_attendances_seat_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_attendances_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
    )
    op.create_index(op.f("ix_attendances_session_id"), "attendances", ["session_id"])
    op.create_index(
        "uq_attendances_seat",
        "attendances",
        ["session_id", "seat_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "note_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_note_entries_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_note_entries_mandate_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_note_entries_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_note_entries_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_entries")),
        sa.UniqueConstraint("session_id", "key", name="uq_note_entries_key"),
    )
    op.create_index(op.f("ix_note_entries_session_id"), "note_entries", ["session_id"])
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("adopted_at", db.UtcDateTime(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("verifier_id", sa.Integer(), nullable=True),
        sa.Column("exceptions", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("taken_back", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitments.id"], name=op.f("fk_outcomes_commitment_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_outcomes_decision_id")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_items.id"], name=op.f("fk_outcomes_item_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outcomes_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["roundtable_sessions.id"], name=op.f("fk_outcomes_session_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["verifier_id"], ["organisations.id"], name=op.f("fk_outcomes_verifier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("commitment_id", name=op.f("uq_outcomes_commitment_id")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_outcomes_decision_id")),
    )
    op.create_index(op.f("ix_outcomes_item_id"), "outcomes", ["item_id"])
    op.create_index(op.f("ix_outcomes_session_id"), "outcomes", ["session_id"])
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_reservations_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_reservations_outcome_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("outcome_id", "organisation_id", name="uq_reservations_organisation"),
    )
    op.create_index(op.f("ix_reservations_outcome_id"), "reservations", ["outcome_id"])
