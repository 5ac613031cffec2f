"""What comes from Xero Practice Manager: snapshots and links, and what is known of a client besides its books."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import guard

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "report_mapping",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("report_mapping_pkey")),
        sa.UniqueConstraint("firm_id", "headers", name=op.f("report_mapping_firm_id_headers_key")),
    )
    op.create_table(
        "client_group",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("client_group_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_group_pkey")),
    )
    op.create_index(
        "client_group_remote_key",
        "client_group",
        ["firm_id", "tenant_id", "remote_id"],
        unique=True,
        postgresql_where=sa.text("remote_id IS NOT NULL"),
    )
    op.create_table(
        "ignored_remote",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ignored_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('client', 'staff')", name=op.f("ignored_remote_kind_check")),
        sa.ForeignKeyConstraint(
            ["firm_id", "ignored_by"],
            ["member.firm_id", "member.id"],
            name=op.f("ignored_remote_firm_id_ignored_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("ignored_remote_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("ignored_remote_pkey")),
        sa.UniqueConstraint(
            "firm_id",
            "tenant_id",
            "kind",
            "remote_id",
            name=op.f("ignored_remote_firm_id_tenant_id_kind_remote_id_key"),
        ),
    )
    op.create_table(
        "link_policy",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("field_group", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "policy IN ('xpm_wins', 'portal_wins', 'ask', 'mirror', 'off')", name=op.f("link_policy_policy_check")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("link_policy_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("link_policy_pkey")),
        sa.UniqueConstraint(
            "firm_id", "tenant_id", "field_group", name=op.f("link_policy_firm_id_tenant_id_field_group_key")
        ),
    )
    op.create_table(
        "person",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salutation", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("mobile", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("person_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("person_pkey")),
    )
    op.create_index(
        "person_remote_key",
        "person",
        ["firm_id", "tenant_id", "remote_id"],
        unique=True,
        postgresql_where=sa.text("remote_id IS NOT NULL"),
    )
    op.create_table(
        "snapshot",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("archived_too", sa.Boolean(), nullable=False),
        sa.Column("invite", sa.Boolean(), nullable=False),
        sa.Column("numbers_too", sa.Boolean(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("xero_user_id", sa.Text(), nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("progress", postgresql.JSONB(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("problem", postgresql.JSONB(), nullable=True),
        sa.Column("groups", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("details IN ('basic', 'all')", name=op.f("snapshot_details_check")),
        sa.CheckConstraint("source IN ('xpm', 'report')", name=op.f("snapshot_source_check")),
        sa.CheckConstraint(
            "state IN ('fetching', 'ready', 'applying', 'applied', 'undoing', 'undone', 'failed', 'discarded')",
            name=op.f("snapshot_state_check"),
        ),
        sa.CheckConstraint("step IN ('staff', 'clients', 'entities', 'confirm')", name=op.f("snapshot_step_check")),
        sa.ForeignKeyConstraint(
            ["firm_id", "confirmed_by"],
            ["member.firm_id", "member.id"],
            name=op.f("snapshot_firm_id_confirmed_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "started_by"],
            ["member.firm_id", "member.id"],
            name=op.f("snapshot_firm_id_started_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("snapshot_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("snapshot_pkey")),
    )
    op.create_index("snapshot_created_idx", "snapshot", ["firm_id", "created_at"], unique=False)
    op.create_index(
        "snapshot_under_way_key",
        "snapshot",
        ["firm_id", "tenant_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('fetching', 'applying', 'undoing')"),
    )
    op.create_table(
        "structure_kind",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("structure", sa.Text(), nullable=False),
        sa.Column("client_kind", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "set_by"],
            ["member.firm_id", "member.id"],
            name=op.f("structure_kind_firm_id_set_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("structure_kind_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("structure_kind_pkey")),
        sa.UniqueConstraint(
            "firm_id", "tenant_id", "structure", name=op.f("structure_kind_firm_id_tenant_id_structure_key")
        ),
    )
    op.create_table(
        "client_detail",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("sources", postgresql.JSONB(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("client_detail_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_detail_pkey")),
    )
    op.create_index("client_detail_client_key", "client_detail", ["firm_id", "client_id"], unique=True)
    op.create_table(
        "client_group_member",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("client_group_member_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "group_id"],
            ["client_group.firm_id", "client_group.id"],
            name=op.f("client_group_member_firm_id_group_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_group_member_pkey")),
    )
    op.create_index("client_group_member_client_idx", "client_group_member", ["firm_id", "client_id"], unique=False)
    op.create_index("client_group_member_key", "client_group_member", ["firm_id", "group_id", "client_id"], unique=True)
    op.create_table(
        "client_person",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("client_person_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "person_id"],
            ["person.firm_id", "person.id"],
            name=op.f("client_person_firm_id_person_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("client_person_pkey")),
    )
    op.create_index("client_person_key", "client_person", ["firm_id", "client_id", "person_id"], unique=True)
    op.create_table(
        "link",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("base", postgresql.JSONB(), nullable=False),
        sa.Column("remote_name", sa.Text(), nullable=False),
        sa.Column("web_url", sa.Text(), nullable=True),
        sa.Column("last_imported_at", MOMENT, nullable=True),
        sa.Column("imported_by", sa.Uuid(), nullable=True),
        sa.Column("snapshot_id", sa.Uuid(), nullable=True),
        sa.Column("changed_fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("details IN ('basic', 'all')", name=op.f("link_details_check")),
        sa.CheckConstraint("kind IN ('client', 'staff')", name=op.f("link_kind_check")),
        sa.CheckConstraint(
            "state IN ('linked', 'remote_archived', 'remote_deleted', 'unlinked')", name=op.f("link_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("link_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "imported_by"],
            ["member.firm_id", "member.id"],
            name=op.f("link_firm_id_imported_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "member_id"],
            ["member.firm_id", "member.id"],
            name=op.f("link_firm_id_member_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("link_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("link_pkey")),
    )
    op.create_index("link_client_idx", "link", ["firm_id", "client_id"], unique=False)
    op.create_index(
        "link_client_key",
        "link",
        ["firm_id", "tenant_id", "client_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'unlinked' AND client_id IS NOT NULL"),
    )
    op.create_index(
        "link_remote_key",
        "link",
        ["firm_id", "tenant_id", "kind", "remote_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'unlinked'"),
    )
    op.create_table(
        "pending_manager",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("staff_remote_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("pending_manager_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("pending_manager_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("pending_manager_pkey")),
    )
    op.create_index("pending_manager_key", "pending_manager", ["firm_id", "client_id", "position"], unique=True)
    op.create_index(
        "pending_manager_staff_idx", "pending_manager", ["firm_id", "tenant_id", "staff_remote_id"], unique=False
    )
    op.create_table(
        "relationship",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("other_name", sa.Text(), nullable=False),
        sa.Column("other_remote_id", sa.Text(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("inward", sa.Boolean(), nullable=False),
        sa.Column("shares", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("percentage", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("relationship_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "other_id"],
            ["client.firm_id", "client.id"],
            name=op.f("relationship_firm_id_other_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f("relationship_firm_id_tenant_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("relationship_pkey")),
    )
    op.create_index("relationship_client_idx", "relationship", ["firm_id", "client_id"], unique=False)
    op.create_index("relationship_other_idx", "relationship", ["firm_id", "other_id"], unique=False)
    op.create_index(
        "relationship_remote_key",
        "relationship",
        ["firm_id", "tenant_id", "remote_id"],
        unique=True,
        postgresql_where=sa.text("remote_id IS NOT NULL"),
    )
    op.create_index("relationship_stub_idx", "relationship", ["firm_id", "tenant_id", "other_remote_id"], unique=False)
    op.create_table(
        "snapshot_row",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("neutral", postgresql.JSONB(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("client_kind", sa.Text(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("candidates", postgresql.JSONB(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("changed_since", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_at", MOMENT, nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("problem", postgresql.JSONB(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("undone", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("action IN ('create', 'link', 'skip', 'ignore')", name=op.f("snapshot_row_action_check")),
        sa.CheckConstraint("kind IN ('staff', 'client', 'entity')", name=op.f("snapshot_row_kind_check")),
        sa.CheckConstraint(
            "outcome IN ('created', 'updated', 'linked', 'unchanged', 'conflict', 'skipped', 'ignored', 'failed')",
            name=op.f("snapshot_row_outcome_check"),
        ),
        sa.CheckConstraint(
            "proposal IN ('linked', 'match', 'check', 'create', 'skip', 'ignored')",
            name=op.f("snapshot_row_proposal_check"),
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("snapshot_row_firm_id_client_id_fkey"),
            ondelete="SET NULL (client_id)",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "member_id"],
            ["member.firm_id", "member.id"],
            name=op.f("snapshot_row_firm_id_member_id_fkey"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "snapshot_id"],
            ["snapshot.firm_id", "snapshot.id"],
            name=op.f("snapshot_row_firm_id_snapshot_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("snapshot_row_pkey")),
    )
    op.create_index(
        "snapshot_row_open_idx",
        "snapshot_row",
        ["firm_id", "snapshot_id", "id"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL AND chosen"),
    )
    op.create_index(
        "snapshot_row_order_idx",
        "snapshot_row",
        ["firm_id", "snapshot_id", "kind", sa.literal_column("lower(name)"), "id"],
        unique=False,
    )
    op.create_index(
        "snapshot_row_remote_key", "snapshot_row", ["firm_id", "snapshot_id", "kind", "remote_id"], unique=True
    )
    op.create_table(
        "link_conflict",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("local", sa.Text(), nullable=False),
        sa.Column("remote", sa.Text(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("resolution IN ('local', 'remote')", name=op.f("link_conflict_resolution_check")),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("link_conflict_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "link_id"],
            ["link.firm_id", "link.id"],
            name=op.f("link_conflict_firm_id_link_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "resolved_by"],
            ["member.firm_id", "member.id"],
            name=op.f("link_conflict_firm_id_resolved_by_fkey"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("link_conflict_pkey")),
    )
    op.create_index("link_conflict_client_idx", "link_conflict", ["firm_id", "client_id"], unique=False)
    op.create_index(
        "link_conflict_open_key",
        "link_conflict",
        ["firm_id", "link_id", "field"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.add_column("client", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("client", sa.Column("linked", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("client", sa.Column("updated_fields", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("client", sa.Column("updated_at", MOMENT, nullable=True))
    op.alter_column("client", "linked", server_default=None)
    op.alter_column("client", "updated_fields", server_default=None)
    op.add_column("organisation", sa.Column("registration_number", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("client_kind_check"),
        "client",
        "kind IN ('person', 'company', 'trust', 'partnership', 'super_fund', 'other')",
    )
    guard("report_mapping")
    guard("client_group")
    guard("ignored_remote")
    guard("link_policy")
    guard("person")
    guard("snapshot")
    guard("structure_kind")
    guard("client_detail", client_column="client_id")
    guard("client_group_member", client_column="client_id")
    guard("client_person", client_column="client_id")
    guard("link", client_column="client_id")
    guard("pending_manager", client_column="client_id")
    guard("relationship", client_column="client_id")
    guard("snapshot_row", client_column="client_id")
    guard("link_conflict", client_column="client_id")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("organisation", "registration_number")
    op.drop_column("client", "updated_at")
    op.drop_column("client", "updated_fields")
    op.drop_column("client", "linked")
    op.drop_column("client", "kind")
    op.drop_index("link_conflict_open_key", table_name="link_conflict", postgresql_where=sa.text("resolved_at IS NULL"))
    op.drop_index("link_conflict_client_idx", table_name="link_conflict")
    op.drop_table("link_conflict")
    op.drop_index("snapshot_row_remote_key", table_name="snapshot_row")
    op.drop_index("snapshot_row_order_idx", table_name="snapshot_row")
    op.drop_index(
        "snapshot_row_open_idx", table_name="snapshot_row", postgresql_where=sa.text("outcome IS NULL AND chosen")
    )
    op.drop_table("snapshot_row")
    op.drop_index("relationship_stub_idx", table_name="relationship")
    op.drop_index(
        "relationship_remote_key", table_name="relationship", postgresql_where=sa.text("remote_id IS NOT NULL")
    )
    op.drop_index("relationship_other_idx", table_name="relationship")
    op.drop_index("relationship_client_idx", table_name="relationship")
    op.drop_table("relationship")
    op.drop_index("pending_manager_staff_idx", table_name="pending_manager")
    op.drop_index("pending_manager_key", table_name="pending_manager")
    op.drop_table("pending_manager")
    op.drop_index("link_remote_key", table_name="link", postgresql_where=sa.text("state <> 'unlinked'"))
    op.drop_index(
        "link_client_key", table_name="link", postgresql_where=sa.text("state <> 'unlinked' AND client_id IS NOT NULL")
    )
    op.drop_index("link_client_idx", table_name="link")
    op.drop_table("link")
    op.drop_index("client_person_key", table_name="client_person")
    op.drop_table("client_person")
    op.drop_index("client_group_member_key", table_name="client_group_member")
    op.drop_index("client_group_member_client_idx", table_name="client_group_member")
    op.drop_table("client_group_member")
    op.drop_index("client_detail_client_key", table_name="client_detail")
    op.drop_table("client_detail")
    op.drop_table("structure_kind")
    op.drop_index(
        "snapshot_under_way_key",
        table_name="snapshot",
        postgresql_where=sa.text("state IN ('fetching', 'applying', 'undoing')"),
    )
    op.drop_index("snapshot_created_idx", table_name="snapshot")
    op.drop_table("snapshot")
    op.drop_index("person_remote_key", table_name="person", postgresql_where=sa.text("remote_id IS NOT NULL"))
    op.drop_table("person")
    op.drop_table("link_policy")
    op.drop_table("ignored_remote")
    op.drop_index(
        "client_group_remote_key", table_name="client_group", postgresql_where=sa.text("remote_id IS NOT NULL")
    )
    op.drop_table("client_group")
    op.drop_table("report_mapping")
