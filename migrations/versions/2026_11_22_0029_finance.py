"""Fixed assets, which parts of a ledger no consent allows to be read, and who else may use a client's books."""

import sqlalchemy as sa
from alembic import op

from migrations.policies import guard

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("high_water", sa.Column("refused_at", MOMENT, nullable=True))
    op.create_table(
        "asset",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("accumulated_account_id", sa.Uuid(), nullable=True),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("accumulated_cents", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("asset_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("asset_pkey")),
    )
    guard("asset")
    op.create_table(
        "approved_person",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("approved_person_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("approved_person_pkey")),
    )
    op.create_index("approved_person_email_key", "approved_person", ["firm_id", "client_id", "email"], unique=True)
    guard("approved_person", client_column="client_id")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("approved_person")
    op.drop_table("asset")
    op.drop_column("high_water", "refused_at")
