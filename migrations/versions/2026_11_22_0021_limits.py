"""What is left of a day's calls, kept where Redis cannot lose it."""

import sqlalchemy as sa
from alembic import op

from migrations.policies import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "day_quota",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("left_calls", sa.Integer(), nullable=True),
        sa.Column("resets_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "id", name="day_quota_pkey"),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"], ["tenant.firm_id", "tenant.id"], ondelete="CASCADE", name="day_quota_firm_id_tenant_id_fkey"
        ),
        sa.UniqueConstraint("firm_id", "tenant_id", "opened_at", name="day_quota_firm_id_tenant_id_opened_at_key"),
    )
    guard("day_quota")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("day_quota")
