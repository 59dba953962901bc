"""Verifiers that an agreement names, also those of minutes that were published before."""

import sqlalchemy as sa
from alembic import op

from observatory.kernel import db

revision = "0024"
down_revision = "0023"

_NAMED = sa.text(
    """
    INSERT INTO verifiers_asked (commitment_id, organisation_id, body_id, at, agreed)
    SELECT outcomes.commitment_id, outcomes.verifier_id, MIN(records.keeper_id), MIN(minutes.published_at), :agreed
    FROM outcomes
    JOIN minutes ON minutes.session_id = outcomes.session_id AND minutes.state = 'published'
    JOIN records ON records.id = outcomes.session_id
    WHERE outcomes.commitment_id IS NOT NULL AND outcomes.verifier_id IS NOT NULL AND outcomes.taken_back = ''
      AND NOT EXISTS (
        SELECT 1 FROM verifiers_asked AS known
        WHERE known.commitment_id = outcomes.commitment_id AND known.organisation_id = outcomes.verifier_id
      )
    GROUP BY outcomes.commitment_id, outcomes.verifier_id
    """
).bindparams(sa.bindparam("agreed", True, sa.Boolean()))


def upgrade() -> None:
    op.add_column("verifiers_asked", sa.Column("agreed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("verifiers_asked", sa.Column("told_at", db.UtcDateTime(), nullable=True))
    op.execute("UPDATE verifiers_asked SET told_at = at")
    op.execute(_NAMED)
    # What waits to be verified since before is theirs to look at now.
    op.execute(
        "UPDATE verifiers_asked SET told_at = at WHERE told_at IS NULL AND commitment_id IN "
        "(SELECT id FROM records WHERE state = 'reported_complete')"
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM verifiers_asked WHERE told_at IS NULL"))
    with op.batch_alter_table("verifiers_asked") as batch:
        batch.drop_column("told_at")
        batch.drop_column("agreed")
