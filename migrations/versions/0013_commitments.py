"""Commitments: promises, what is reported of them, what is found, decided and contributed."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=30), nullable=True),
        sa.Column("verbatim", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("expected_result", sa.Text(), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=True),
        sa.Column("accountable_id", sa.Integer(), nullable=True),
        sa.Column("accountable_as_written", sa.String(length=400), nullable=False),
        sa.Column("oversight_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=400), nullable=False),
        sa.Column("document_url", sa.String(length=500), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("planned_evidence", sa.Text(), nullable=False),
        sa.Column("money", sa.String(length=20), nullable=True),
        sa.Column("money_note", sa.String(length=500), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("due_original", sa.Date(), nullable=True),
        sa.Column("due_current", sa.Date(), nullable=True),
        sa.Column("due_key", sa.String(length=10), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("next_milestone_on", sa.Date(), nullable=True),
        sa.Column("open_disputes", sa.Integer(), nullable=False),
        sa.Column("last_finding", sa.String(length=20), nullable=True),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("verifier_id", sa.Integer(), nullable=True),
        sa.Column("paused", sa.String(length=20), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("suspended_days", sa.Integer(), nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("grace_from", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("register", sa.String(length=120), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["accountable_id"], ["organisations.id"], name=op.f("fk_commitments_accountable_id")),
        sa.ForeignKeyConstraint(["verifier_id"], ["organisations.id"], name=op.f("fk_commitments_verifier_id")),
        sa.ForeignKeyConstraint(["id"], ["records.id"], name=op.f("fk_commitments_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["oversight_id"], ["organisations.id"], name=op.f("fk_commitments_oversight_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_accountable_id"), "commitments", ["accountable_id"], unique=False)
    op.create_index("ix_commitments_due_key", "commitments", ["due_key", "id"], unique=False)
    op.create_index(op.f("ix_commitments_oversight_id"), "commitments", ["oversight_id"], unique=False)
    op.create_index("ix_commitments_register_external_id", "commitments", ["register", "external_id"], unique=False)
    op.create_table(
        "commitment_parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_commitment_parties_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_commitment_parties_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_parties")),
        sa.UniqueConstraint("commitment_id", "organisation_id", "role", name="uq_commitment_parties"),
    )
    op.create_index(op.f("ix_commitment_parties_commitment_id"), "commitment_parties", ["commitment_id"], unique=False)
    op.create_index(
        op.f("ix_commitment_parties_organisation_id"), "commitment_parties", ["organisation_id"], unique=False
    )
    op.create_table(
        "contributions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pledged_on", sa.Date(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("verifier_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_contributions_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_contributions_organisation_id")
        ),
        sa.ForeignKeyConstraint(["verifier_id"], ["organisations.id"], name=op.f("fk_contributions_verifier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
    )
    op.create_index(op.f("ix_contributions_commitment_id"), "contributions", ["commitment_id"], unique=False)
    op.create_index(op.f("ix_contributions_organisation_id"), "contributions", ["organisation_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=400), nullable=False),
        sa.Column("document_url", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["organisations.id"], name=op.f("fk_decisions_body_id")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_decisions_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_decisions_mandate_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_decisions_person_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["commitments.id"], name=op.f("fk_decisions_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_commitment_id"), "decisions", ["commitment_id"], unique=False)
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=500), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_findings_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_findings_mandate_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_findings_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_findings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index(op.f("ix_findings_commitment_id"), "findings", ["commitment_id"], unique=False)
    op.create_index(op.f("ix_findings_organisation_id"), "findings", ["organisation_id"], unique=False)
    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("weight", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("claimed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_milestones_commitment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_index(op.f("ix_milestones_commitment_id"), "milestones", ["commitment_id"], unique=False)
    op.create_table(
        "progress_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_progress_updates_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"], name=op.f("fk_progress_updates_mandate_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_progress_updates_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_progress_updates_person_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["progress_updates.id"], name=op.f("fk_progress_updates_supersedes_id")
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_progress_updates_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_updates")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_progress_updates_supersedes_id")),
    )
    op.create_index(op.f("ix_progress_updates_commitment_id"), "progress_updates", ["commitment_id"], unique=False)
    op.create_table(
        "verifiers_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("done_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["organisations.id"], name=op.f("fk_verifiers_asked_body_id")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_verifiers_asked_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_verifiers_asked_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifiers_asked")),
        sa.UniqueConstraint("commitment_id", "organisation_id", name="uq_verifiers_asked"),
    )
    op.create_index(op.f("ix_verifiers_asked_commitment_id"), "verifiers_asked", ["commitment_id"], unique=False)
    op.create_index(op.f("ix_verifiers_asked_organisation_id"), "verifiers_asked", ["organisation_id"], unique=False)
    op.create_table(
        "disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer_html", sa.Text(), nullable=False),
        sa.Column("answered_at", db.UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", db.UtcDateTime(), nullable=True),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["organisations.id"], name=op.f("fk_disputes_answered_by_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_disputes_comment_id")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_disputes_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_disputes_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_disputes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_disputes_comment_id")),
    )
    op.create_index(op.f("ix_disputes_commitment_id"), "disputes", ["commitment_id"], unique=False)
    op.create_index(op.f("ix_disputes_person_id"), "disputes", ["person_id"], unique=False)
    op.create_table(
        "milestone_reports",
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestones.id"], name=op.f("fk_milestone_reports_milestone_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["progress_updates.id"], name=op.f("fk_milestone_reports_update_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("update_id", "milestone_id", name=op.f("pk_milestone_reports")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name=op.f("fk_evidence_attachment_id")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_evidence_commitment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_evidence_finding_id")),
        sa.ForeignKeyConstraint(["judged_by_id"], ["findings.id"], name=op.f("fk_evidence_judged_by_id")),
        sa.ForeignKeyConstraint(["update_id"], ["progress_updates.id"], name=op.f("fk_evidence_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_attachment_id"), "evidence", ["attachment_id"], unique=False)
    op.create_index(op.f("ix_evidence_commitment_id"), "evidence", ["commitment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("evidence")
    op.drop_table("milestone_reports")
    op.drop_table("disputes")
    op.drop_table("verifiers_asked")
    op.drop_table("progress_updates")
    op.drop_table("milestones")
    op.drop_table("findings")
    op.drop_table("decisions")
    op.drop_table("contributions")
    op.drop_table("commitment_parties")
    op.drop_table("commitments")
