"""How connections fare: what was found, who was warned, which permissions are missing."""

import sqlalchemy as sa
from alembic import op

from migrations.policies import guard

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATUSES = "'active', 'degraded', 'reauth_required', 'disconnected', 'revoked_at_xero'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("grant", sa.Column("checked_at", MOMENT, nullable=True))
    op.add_column("grant", sa.Column("check_problem", sa.Text(), nullable=True))
    op.add_column("connection_grant", sa.Column("gone_at", MOMENT, nullable=True))
    op.add_column("connection_grant", sa.Column("refused", sa.Text(), nullable=True))
    op.add_column("connection", sa.Column("caused_by", sa.Uuid(), nullable=True))
    op.add_column("connection", sa.Column("checked_at", MOMENT, nullable=True))
    op.drop_constraint(op.f("connection_status_check"), "connection", type_="check")
    rename(
        "UPDATE connection SET status = 'revoked_at_xero' WHERE status = 'reauth_required' AND cause = 'tenant_gone'",
        "UPDATE connection SET status = 'degraded' WHERE status = 'active' AND cause IS NOT NULL",
        "UPDATE connection SET cause = 'ended_here' WHERE status = 'disconnected' AND cause IS NULL",
        "UPDATE connection SET cause = 'consent_revoked' WHERE status = 'reauth_required' AND cause IS NULL",
    )
    op.create_check_constraint(op.f("connection_status_check"), "connection", f"status IN ({STATUSES})")
    op.create_check_constraint(
        op.f("connection_active_without_cause_check"), "connection", "status <> 'active' OR cause IS NULL"
    )
    op.create_table(
        "trouble",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("organisations", sa.Integer(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("trouble_pkey")),
    )
    op.create_index(
        "trouble_open_key",
        "trouble",
        ["firm_id", "grant_id", "cause"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    guard("trouble")


def rename(*statements: str) -> None:
    """The rows of every firm: the migration is nobody's firm, so the wall is taken down for it."""
    op.execute("ALTER TABLE connection NO FORCE ROW LEVEL SECURITY")
    for statement in statements:
        op.execute(statement)
    op.execute("ALTER TABLE connection FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("trouble")
    op.drop_constraint(op.f("connection_active_without_cause_check"), "connection", type_="check")
    op.drop_constraint(op.f("connection_status_check"), "connection", type_="check")
    rename(
        "UPDATE connection SET status = 'reauth_required' WHERE status = 'revoked_at_xero'",
        "UPDATE connection SET status = 'active', cause = NULL WHERE status = 'degraded' AND cause <> 'scope_missing'",
        "UPDATE connection SET status = 'active' WHERE status = 'degraded'",
    )
    op.create_check_constraint(
        op.f("connection_status_check"), "connection", "status IN ('active', 'reauth_required', 'disconnected')"
    )
    op.drop_column("connection", "checked_at")
    op.drop_column("connection", "caused_by")
    op.drop_column("connection_grant", "refused")
    op.drop_column("connection_grant", "gone_at")
    op.drop_column("grant", "check_problem")
    op.drop_column("grant", "checked_at")
