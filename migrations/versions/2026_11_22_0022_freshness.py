"""Refreshes by night and on request, deliveries from Xero, and rows that are gone there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import guard, open_to

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Every table of a ledger whose rows Xero knows by an id.
REMOTE = (
    "account", "contact", "document", "bank_transaction", "bank_transfer", "payment", "manual_journal", "ledger_user",
)  # fmt: skip
MOMENT = sa.DateTime(timezone=True)
# How the door finds out whose a delivery is, and nothing more of a tenant.
DOOR_READS = "SELECT (firm_id, id, provider, remote_id)"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in REMOTE:
        op.add_column(table, sa.Column("gone_at", MOMENT, nullable=True))
    op.add_column("firm", sa.Column("nightly_sync", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("firm", "nightly_sync", server_default=None)
    op.add_column("client", sa.Column("last_synced_at", MOMENT, nullable=True))
    op.add_column("client", sa.Column("last_swept_at", MOMENT, nullable=True))
    # Both walls stand in the way of a plain update: the migration is nobody's firm.
    op.execute("ALTER TABLE client NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE client SET last_synced_at = last_imported_at, last_swept_at = last_imported_at"
        " WHERE last_imported_at IS NOT NULL"
    )
    op.execute("ALTER TABLE client FORCE ROW LEVEL SECURITY")
    op.add_column("import", sa.Column("changed", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("import", "changed", server_default=None)
    op.add_column("import_run", sa.Column("kind", sa.Text(), nullable=False, server_default="import"))
    op.alter_column("import_run", "kind", server_default=None)
    op.add_column("import_run", sa.Column("night", sa.Date(), nullable=True))
    op.create_check_constraint(
        op.f("import_run_kind_check"), "import_run", "kind IN ('import', 'sync', 'night', 'sweep')"
    )
    op.create_check_constraint(
        op.f("import_run_night_has_date_check"), "import_run", "(night IS NOT NULL) = (kind IN ('night', 'sweep'))"
    )
    op.create_index(
        "import_run_night_key",
        "import_run",
        ["firm_id", "kind", "night"],
        unique=True,
        postgresql_where=sa.text("night IS NOT NULL"),
    )
    create_tables()
    guard("seen_page")
    guard("remote_change")
    open_to("bulkhead_door", "delivery")
    open_to("bulkhead_door", "tenant", DOOR_READS)


def create_tables() -> None:
    op.create_table(
        "seen_page",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("seen_page_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "resource", "page", name=op.f("seen_page_pkey")),
    )
    op.create_table(
        "remote_change",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("remote_change_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("remote_change_pkey")),
    )
    op.create_index(
        "remote_change_document_key", "remote_change", ["firm_id", "tenant_id", "resource", "remote_id"], unique=True
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("tenant_remote_id", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("event_at", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("passed_on_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("delivery_pkey")),
        sa.UniqueConstraint(
            "provider", "tenant_remote_id", "resource_id", "category", "event_type", "event_at",
            name="delivery_event_key",
        ),
    )  # fmt: skip
    op.create_index("delivery_waiting_idx", "delivery", ["received_at"], postgresql_where=sa.text("passed_on_at IS NULL"))
    op.create_index("delivery_received_at_idx", "delivery", ["received_at"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP POLICY bulkhead_door ON tenant")
    op.execute("REVOKE ALL (firm_id, id, provider, remote_id) ON tenant FROM bulkhead_door")
    for table in ("delivery", "remote_change", "seen_page"):
        op.drop_table(table)
    op.drop_index("import_run_night_key", table_name="import_run")
    op.drop_constraint(op.f("import_run_night_has_date_check"), "import_run", type_="check")
    op.drop_constraint(op.f("import_run_kind_check"), "import_run", type_="check")
    op.drop_column("import_run", "night")
    op.drop_column("import_run", "kind")
    op.drop_column("import", "changed")
    op.drop_column("client", "last_swept_at")
    op.drop_column("client", "last_synced_at")
    op.drop_column("firm", "nightly_sync")
    for table in REMOTE:
        op.drop_column(table, "gone_at")
