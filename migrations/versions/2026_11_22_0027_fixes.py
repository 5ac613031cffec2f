"""Corrections written to Xero, and sealed periods."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import guard

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "fix",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("can_undo", sa.Boolean(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("problem", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('writing', 'written', 'failed', 'undoing', 'undone')", name=op.f("fix_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("fix_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "issue_id"],
            ["issue.firm_id", "issue.id"],
            name=op.f("fix_firm_id_issue_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("fix_pkey")),
    )
    op.create_index("fix_client_idx", "fix", ["firm_id", "client_id", "created_at"])
    op.create_index(
        "fix_under_way_key",
        "fix",
        ["firm_id", "issue_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('writing', 'undoing')"),
    )
    guard("fix", client_column="client_id")
    op.create_table(
        "seal",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.Column("sealed_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("seal_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("seal_pkey")),
        sa.UniqueConstraint("firm_id", "tenant_id", "period_end", name=op.f("seal_firm_id_tenant_id_period_end_key")),
    )
    guard("seal")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("seal")
    op.drop_table("fix")
