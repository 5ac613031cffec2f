"""How a practice's records are matched is a choice of its own; what an import read is forgotten after a while."""

import sqlalchemy as sa
from alembic import op

from migrations.policies import guard

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "match_setting",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("trusts_by_name", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("match_setting_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("match_setting_pkey")),
        sa.UniqueConstraint("firm_id", "tenant_id", name=op.f("match_setting_firm_id_tenant_id_key")),
    )
    guard("match_setting")
    op.add_column("snapshot", sa.Column("forgotten_at", MOMENT, nullable=True))
    # A client that goes is looked for in every row that may have become it.
    op.create_index(
        "snapshot_row_client_idx", "snapshot_row", ["firm_id", "client_id"],
        postgresql_where=sa.text("client_id IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("snapshot_row_client_idx", table_name="snapshot_row", postgresql_where=sa.text("client_id IS NOT NULL"))
    op.drop_column("snapshot", "forgotten_at")
    op.drop_table("match_setting")
