"""The first tables, and who may see and write which rows of them.

Firm-owned tables are listed by name below: a table that is in no list is open to nobody.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import create_roles, guard, open_to

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A firm's rows, for every member of the firm.
FIRMS_OWN = (
    # kernel
    "job", "replay", "chain_head",
    # firms and access
    "member", "invitation", "api_key",
    # connections
    "grant", "token_version", "tenant", "connection", "connection_grant",
    # ledgers
    "organisation", "ledger_user", "account", "tax_rate", "contact", "document", "bank_transaction", "bank_transfer",
    "payment", "manual_journal", "report", "high_water",
    # clients: whom the policies of the next list ask
    "sight",
    # imports, and letters
    "import_run", "message",
)  # fmt: skip

# A firm's rows about one client: only for those who may see that client. The column names the client.
BY_CLIENT = {
    "client": "id",
    "client_manager": "client_id",
    "client_viewer": "client_id",
    "client_xero_user": "client_id",
    "client_seen": "client_id",
    "import": "client_id",
    "scorecard": "client_id",
    "issue": "client_id",
}

# The record is written and read, never changed. A dropped client stays in it, so `sight` is not asked here.
APPEND_ONLY = ("entry",)

# Known before a firm is: for the door alone. Tickets are also given out by a firm's own work, never read by it.
DOOR_ONLY = ("identity", "session", "ticket", "throttle")

# What the door looks up of firms it does not know yet, and the one column that it notes.
DOOR_READS = {
    "firm": "SELECT",
    "invitation": "SELECT",
    "member": "SELECT, UPDATE (last_seen_at)",
    "api_key": "SELECT, UPDATE (last_used_at)",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    create_roles()
    create_tables()
    # A firm belongs to itself: its own id is its firm's.
    guard("firm", firm_column="id")
    for table in FIRMS_OWN:
        guard(table)
    for table, column in BY_CLIENT.items():
        guard(table, client_column=column)
    for table in APPEND_ONLY:
        guard(table, append_only=True)
    for table in DOOR_ONLY:
        open_to("bulkhead_door", table)
    open_to("bulkhead_app", "ticket", "INSERT")
    for table, rights in DOOR_READS.items():
        open_to("bulkhead_door", table, rights)
    open_to("bulkhead_jobs", "job", "SELECT, UPDATE, DELETE")


def create_tables() -> None:
    op.create_table(
        "chain_head",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("read_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", name=op.f("chain_head_pkey")),
    )

    op.create_table(
        "entry",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("entry_pkey")),
    )
    op.create_index("entry_client_idx", "entry", ["firm_id", "client_id", "seq"], unique=False)
    op.create_index("entry_firm_id_seq_key", "entry", ["firm_id", "seq"], unique=True)

    op.create_table(
        "firm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("default_visibility", sa.Text(), nullable=False),
        sa.Column("client_bundle", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "default_visibility IN ('whole_team', 'xero_users', 'specific_people')",
            name=op.f("firm_default_visibility_check"),
        ),
        sa.CheckConstraint("client_bundle > 0", name=op.f("firm_bundle_is_positive_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("firm_pkey")),
    )

    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("xero_user_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("identity_pkey")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("identity_issuer_subject_key")),
    )

    op.create_table(
        "job",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("args", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name=op.f("job_running_is_leased_check")),
        sa.CheckConstraint("queue IN ('quick', 'slow')", name=op.f("job_queue_check")),
        sa.CheckConstraint(
            "state IN ('queued', 'running') OR finished_at IS NOT NULL", name=op.f("job_finished_has_time_check")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("job_state_check")
        ),
        sa.CheckConstraint("slot IS NULL OR slot BETWEEN 1 AND width", name=op.f("job_slot_in_lane_check")),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("job_pkey")),
    )
    op.create_index(
        "job_due_idx",
        "job",
        ["queue", "firm_id", "lane", "run_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "job_key_live_key",
        "job",
        ["firm_id", "key"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_index(
        "job_lane_slot_key",
        "job",
        ["firm_id", "lane", "slot"],
        unique=True,
        postgresql_where=sa.text("state = 'running' AND lane IS NOT NULL"),
    )
    op.create_index(
        "job_leased_idx", "job", ["lease_until"], unique=False, postgresql_where=sa.text("state = 'running'")
    )

    op.create_table(
        "member",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'admin', 'manager', 'staff', 'viewer')", name=op.f("member_role_check")),
        sa.CheckConstraint("state IN ('active', 'removed')", name=op.f("member_state_check")),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("member_pkey")),
    )
    op.create_index(
        "member_active_identity_key",
        "member",
        ["firm_id", "identity_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index("member_identity_id_idx", "member", ["identity_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("html", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'sent', 'kept')", name=op.f("message_state_check")),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("message_pkey")),
        sa.UniqueConstraint("firm_id", "intent", name=op.f("message_firm_id_intent_key")),
    )

    op.create_table(
        "replay",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("replay_pkey")),
        sa.UniqueConstraint(
            "firm_id", "principal", "operation", "key", name=op.f("replay_firm_id_principal_operation_key_key")
        ),
    )

    op.create_table(
        "tenant",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("short_code", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("size_state", sa.Text(), nullable=False),
        sa.Column("size_documents", sa.Integer(), nullable=True),
        sa.Column("size_calls", sa.Integer(), nullable=True),
        sa.Column("sized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("auth_event_id", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('organisation', 'practice_manager', 'other')", name=op.f("tenant_kind_check")),
        sa.CheckConstraint(
            "size_state <> 'known' OR size_documents IS NOT NULL", name=op.f("tenant_known_size_is_said_check")
        ),
        sa.CheckConstraint(
            "size_state IN ('unknown', 'checking', 'known', 'failed')", name=op.f("tenant_size_state_check")
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("tenant_pkey")),
        sa.UniqueConstraint("firm_id", "provider", "remote_id", name=op.f("tenant_firm_id_provider_remote_id_key")),
    )

    op.create_table(
        "throttle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("origin_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("throttle_pkey")),
    )
    op.create_index("throttle_origin_hash_at_idx", "throttle", ["origin_hash", "at"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("binding_hash", sa.LargeBinary(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("ticket_pkey")),
        sa.UniqueConstraint("secret_hash", name=op.f("ticket_secret_hash_key")),
    )
    op.create_index("ticket_expires_at_idx", "ticket", ["expires_at"], unique=False)

    op.create_table(
        "account",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("class_", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("tax_type", sa.Text(), nullable=True),
        sa.Column("bank_account_number", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("system_account", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("account_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("account_pkey")),
    )

    op.create_table(
        "api_key",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "member_id"],
            ["member.firm_id", "member.id"],
            name=op.f("api_key_firm_id_member_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("api_key_pkey")),
    )
    op.create_index("api_key_member_idx", "api_key", ["firm_id", "member_id"], unique=False)

    op.create_table(
        "bank_transaction",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("reconciled", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("line_accounts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("line_account_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("line_tax_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("line_cents", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("line_tax_cents", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("bank_transaction_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("bank_transaction_pkey")),
    )

    op.create_table(
        "bank_transfer",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("from_account_id", sa.Uuid(), nullable=True),
        sa.Column("to_account_id", sa.Uuid(), nullable=True),
        sa.Column("from_reconciled", sa.Boolean(), nullable=False),
        sa.Column("to_reconciled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("bank_transfer_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("bank_transfer_pkey")),
    )

    op.create_table(
        "client",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("importing", sa.Text(), nullable=True),
        sa.Column("documents", sa.Integer(), nullable=True),
        sa.Column("last_imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("import_failed", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score_change", sa.Integer(), nullable=True),
        sa.Column("trend", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("issues", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("band IN ('healthy', 'attention', 'at_risk', 'unscored')", name=op.f("client_band_check")),
        sa.CheckConstraint(
            "importing IN ('queued', 'importing', 'waiting', 'scoring')", name=op.f("client_importing_check")
        ),
        sa.CheckConstraint("state IN ('draft', 'ready', 'active', 'archived')", name=op.f("client_state_check")),
        sa.CheckConstraint(
            "visibility IN ('whole_team', 'xero_users', 'specific_people')", name=op.f("client_visibility_check")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("client_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_pkey")),
    )
    op.create_index("client_name_idx", "client", ["firm_id", sa.literal_column("lower(name)")], unique=False)
    op.create_index(
        "client_tenant_key",
        "client",
        ["firm_id", "tenant_id"],
        unique=True,
        postgresql_where=sa.text("tenant_id IS NOT NULL"),
    )

    op.create_table(
        "connection",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("day_calls_left", sa.Integer(), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'reauth_required', 'disconnected')", name=op.f("connection_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("connection_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("connection_pkey")),
        sa.UniqueConstraint("firm_id", "tenant_id", name=op.f("connection_firm_id_tenant_id_key")),
    )

    op.create_table(
        "contact",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("tax_number", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("company_number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("is_supplier", sa.Boolean(), nullable=True),
        sa.Column("is_customer", sa.Boolean(), nullable=True),
        sa.Column("merged_to", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("contact_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("contact_pkey")),
    )

    op.create_table(
        "document",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("subtotal_cents", sa.BigInteger(), nullable=True),
        sa.Column("tax_cents", sa.BigInteger(), nullable=True),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_cents", sa.BigInteger(), nullable=True),
        sa.Column("paid_cents", sa.BigInteger(), nullable=True),
        sa.Column("credited_cents", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("rate", sa.Numeric(precision=18, scale=10), nullable=True),
        sa.Column("has_attachments", sa.Boolean(), nullable=True),
        sa.Column("line_accounts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("line_account_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("line_tax_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("line_cents", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("line_tax_cents", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("document_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("document_pkey")),
    )

    op.create_table(
        "grant",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("xero_user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("access", sa.LargeBinary(), nullable=False),
        sa.Column("refresh", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("auth_event_id", sa.Text(), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_refresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('active', 'reauth_required')", name=op.f("grant_status_check")),
        sa.ForeignKeyConstraint(
            ["firm_id", "connected_by"],
            ["member.firm_id", "member.id"],
            name=op.f("grant_firm_id_connected_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("grant_pkey")),
        sa.UniqueConstraint(
            "firm_id", "provider", "xero_user_id", name=op.f("grant_firm_id_provider_xero_user_id_key")
        ),
    )

    op.create_table(
        "high_water",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("modified_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("high_water_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "resource", name=op.f("high_water_pkey")),
    )

    op.create_table(
        "import_run",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'finished') = (finished_at IS NOT NULL)", name=op.f("import_run_finished_has_time_check")
        ),
        sa.CheckConstraint("state IN ('open', 'paused', 'finished')", name=op.f("import_run_state_check")),
        sa.ForeignKeyConstraint(
            ["firm_id", "started_by"],
            ["member.firm_id", "member.id"],
            name=op.f("import_run_firm_id_started_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("import_run_pkey")),
    )

    op.create_table(
        "invitation",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'admin', 'manager', 'staff', 'viewer')", name=op.f("invitation_role_check")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "invited_by"],
            ["member.firm_id", "member.id"],
            name=op.f("invitation_firm_id_invited_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("invitation_pkey")),
    )
    op.create_index(
        "invitation_open_email_key",
        "invitation",
        ["firm_id", sa.literal_column("lower(email)")],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
    )

    op.create_table(
        "ledger_user",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("ledger_user_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("ledger_user_pkey")),
    )

    op.create_table(
        "manual_journal",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("narration", sa.Text(), nullable=True),
        sa.Column("line_accounts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("line_account_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("line_tax_types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("line_cents", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("manual_journal_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("manual_journal_pkey")),
    )

    op.create_table(
        "organisation",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("base_currency", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("financial_year_end_day", sa.Integer(), nullable=True),
        sa.Column("financial_year_end_month", sa.Integer(), nullable=True),
        sa.Column("sales_tax_basis", sa.Text(), nullable=True),
        sa.Column("sales_tax_period", sa.Text(), nullable=True),
        sa.Column("pays_tax", sa.Boolean(), nullable=True),
        sa.Column("period_lock_date", sa.Date(), nullable=True),
        sa.Column("end_of_year_lock_date", sa.Date(), nullable=True),
        sa.Column("short_code", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=True),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("class_", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("organisation_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", name=op.f("organisation_pkey")),
    )

    op.create_table(
        "payment",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("account_code", sa.Text(), nullable=True),
        sa.Column("reconciled", sa.Boolean(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("payment_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "remote_id", name=op.f("payment_pkey")),
    )

    op.create_table(
        "report",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("report_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "name", name=op.f("report_pkey")),
    )

    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=True),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("may_found", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("session_identity_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("session_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("session_token_hash_key")),
    )
    op.create_index("session_ends_at_idx", "session", ["ends_at"], unique=False)
    op.create_index("session_identity_id_idx", "session", ["identity_id"], unique=False)

    op.create_table(
        "tax_rate",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("tax_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("effective_rate", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("tax_rate_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "tenant_id", "tax_type", name=op.f("tax_rate_pkey")),
    )

    op.create_table(
        "client_manager",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("client_manager_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "member_id"],
            ["member.firm_id", "member.id"],
            name=op.f("client_manager_firm_id_member_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_manager_pkey")),
    )
    op.create_index("client_manager_by_member_idx", "client_manager", ["firm_id", "member_id"], unique=False)
    op.create_index("client_manager_member_key", "client_manager", ["firm_id", "client_id", "member_id"], unique=True)

    op.create_table(
        "client_seen",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("client_seen_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "member_id"],
            ["member.firm_id", "member.id"],
            name=op.f("client_seen_firm_id_member_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_seen_pkey")),
    )
    op.create_index("client_seen_member_key", "client_seen", ["firm_id", "client_id", "member_id"], unique=True)

    op.create_table(
        "client_viewer",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("client_viewer_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "member_id"],
            ["member.firm_id", "member.id"],
            name=op.f("client_viewer_firm_id_member_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_viewer_pkey")),
    )
    op.create_index("client_viewer_member_key", "client_viewer", ["firm_id", "client_id", "member_id"], unique=True)

    op.create_table(
        "client_xero_user",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("client_xero_user_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_xero_user_pkey")),
    )
    op.create_index("client_xero_user_email_key", "client_xero_user", ["firm_id", "client_id", "email"], unique=True)

    op.create_table(
        "connection_grant",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("auth_event_id", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "connection_id"],
            ["connection.firm_id", "connection.id"],
            name=op.f("connection_grant_firm_id_connection_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "grant_id"],
            ["grant.firm_id", "grant.id"],
            name=op.f("connection_grant_firm_id_grant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("connection_grant_pkey")),
        sa.UniqueConstraint(
            "firm_id", "connection_id", "grant_id", name=op.f("connection_grant_firm_id_connection_id_grant_id_key")
        ),
    )
    op.create_index("connection_grant_grant_idx", "connection_grant", ["firm_id", "grant_id"], unique=False)

    op.create_table(
        "import",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("documents_total", sa.Integer(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("calls_left", sa.Integer(), nullable=True),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name=op.f("import_ended_has_time_check"),
        ),
        sa.CheckConstraint("state <> 'failed' OR problem IS NOT NULL", name=op.f("import_failed_has_reason_check")),
        sa.CheckConstraint(
            "state IN ('queued', 'importing', 'scoring', 'waiting', 'done', 'failed', 'cancelled')",
            name=op.f("import_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("import_firm_id_client_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "run_id"],
            ["import_run.firm_id", "import_run.id"],
            name=op.f("import_firm_id_run_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("import_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("import_pkey")),
    )
    op.create_index(
        "import_active_client_key",
        "import",
        ["firm_id", "client_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'importing', 'scoring', 'waiting')"),
    )
    op.create_index("import_run_idx", "import", ["firm_id", "run_id"], unique=False)

    op.create_table(
        "issue",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("links", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by", sa.Uuid(), nullable=True),
        sa.Column("dismissed_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('open', 'dismissed', 'resolved')", name=op.f("issue_state_check")),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("issue_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("issue_pkey")),
        sa.UniqueConstraint("firm_id", "client_id", "code", "key", name=op.f("issue_firm_id_client_id_code_key_key")),
    )
    op.create_index("issue_client_state_idx", "issue", ["firm_id", "client_id", "state", "code"], unique=False)

    op.create_table(
        "scorecard",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("coverage", sa.Integer(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("profile_version", sa.Integer(), nullable=False),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("checks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "band IN ('healthy', 'attention', 'at_risk', 'unscored')", name=op.f("scorecard_band_check")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("scorecard_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("scorecard_pkey")),
    )
    op.create_index("scorecard_client_idx", "scorecard", ["firm_id", "client_id", "scored_at"], unique=False)

    op.create_table(
        "sight",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("sight_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "member_id"],
            ["member.firm_id", "member.id"],
            name=op.f("sight_firm_id_member_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("sight_pkey")),
    )
    op.create_index("sight_client_idx", "sight", ["firm_id", "client_id"], unique=False)
    op.create_index("sight_member_client_key", "sight", ["firm_id", "member_id", "client_id"], unique=True)

    op.create_table(
        "token_version",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("refresh", sa.LargeBinary(), nullable=False),
        sa.Column("obtained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "grant_id"],
            ["grant.firm_id", "grant.id"],
            name=op.f("token_version_firm_id_grant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("token_version_pkey")),
    )
    op.create_index("token_version_grant_idx", "token_version", ["firm_id", "grant_id", "obtained_at"], unique=False)
    # ### end Alembic commands ###


def downgrade() -> None:
    """Roles stay: they belong to the whole cluster, where another database may use them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    # These policies ask `sight`, which could not go before them.
    for table in BY_CLIENT:
        op.execute(f'DROP POLICY firm ON "{table}"')
    for table in (
        "token_version",
        "sight",
        "scorecard",
        "issue",
        "import",
        "connection_grant",
        "client_xero_user",
        "client_viewer",
        "client_seen",
        "client_manager",
        "tax_rate",
        "session",
        "report",
        "payment",
        "organisation",
        "manual_journal",
        "ledger_user",
        "invitation",
        "import_run",
        "high_water",
        "grant",
        "document",
        "contact",
        "connection",
        "client",
        "bank_transfer",
        "bank_transaction",
        "api_key",
        "account",
        "ticket",
        "throttle",
        "tenant",
        "replay",
        "message",
        "member",
        "job",
        "identity",
        "firm",
        "entry",
        "chain_head",
    ):
        op.drop_table(table)
