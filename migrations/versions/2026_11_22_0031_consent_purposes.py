"""What a consent is for: a practice's own records are read with a consent apart from the ledgers'."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("grant", sa.Column("purpose", sa.Text(), server_default="ledgers", nullable=False))
    op.alter_column("grant", "purpose", server_default=None)
    op.create_check_constraint(op.f("grant_purpose_check"), "grant", "purpose IN ('ledgers', 'practice')")
    op.drop_constraint(op.f("grant_firm_id_provider_xero_user_id_key"), "grant")
    op.create_unique_constraint(
        op.f("grant_firm_id_provider_xero_user_id_purpose_key"), "grant", ["firm_id", "provider", "xero_user_id", "purpose"]
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # One consent a person was all there was room for; practices are connected again afterwards.
    op.execute("""DELETE FROM "grant" WHERE purpose = 'practice'""")
    op.drop_constraint(op.f("grant_firm_id_provider_xero_user_id_purpose_key"), "grant")
    op.create_unique_constraint(
        op.f("grant_firm_id_provider_xero_user_id_key"), "grant", ["firm_id", "provider", "xero_user_id"]
    )
    op.drop_constraint(op.f("grant_purpose_check"), "grant")
    op.drop_column("grant", "purpose")
