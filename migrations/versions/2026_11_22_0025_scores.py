"""Scores that can be weighed again: measures on scorecards and issues; a firm's profiles and who they are for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import guard

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("profile", "profile_version", "profile_choice")
# With a value for the rows that are there; the next score writes what is true of them.
COLUMNS = {
    "issue": {
        "adds": (sa.Integer(), "1"),
        "base_cents": (sa.BigInteger(), "0"),
        "fails": (sa.Boolean(), "false"),
    },
    "scorecard": {
        "measures": (postgresql.JSONB(), "{}"),
        "basis": (postgresql.JSONB(), "{}"),
    },
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("issue", sa.Column("subject", sa.Text(), nullable=True))
    op.add_column("scorecard", sa.Column("profile_id", sa.Uuid(), nullable=True))
    for table, columns in COLUMNS.items():
        for name, (kind, value) in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=value))
            op.alter_column(table, name, server_default=None)
    op.create_table(
        "profile",
        *_own("profile"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_content(),
    )
    op.create_index("profile_name_key", "profile", ["firm_id", sa.text("lower(name)")], unique=True)
    op.create_table(
        "profile_version",
        *_own("profile_version"),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_content(),
        sa.UniqueConstraint(
            "firm_id", "profile_id", "version", name=op.f("profile_version_firm_id_profile_id_version_key")
        ),
    )
    op.create_table(
        "profile_choice",
        *_own("profile_choice"),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('default', 'tag', 'client')", name=op.f("profile_choice_kind_check")),
        sa.CheckConstraint(
            "(kind = 'tag') = (tag IS NOT NULL) AND (kind = 'client') = (client_id IS NOT NULL)",
            name=op.f("profile_choice_names_its_target_check"),
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "client_id"],
            ["client.firm_id", "client.id"],
            name=op.f("profile_choice_firm_id_client_id_fkey"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "profile_choice_target_key",
        "profile_choice",
        ["firm_id", "kind", "tag", "client_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    for table in TABLES:
        guard(table, client_column="client_id" if table == "profile_choice" else None)
    weigh_all()


def weigh_all() -> None:
    """Firms have scores of a profile that is no more: each gets those of the one that ships."""
    # The wall stands in the way of a plain insert: the migration is nobody's firm.
    for table in ("scorecard", "job"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        """
        INSERT INTO job (firm_id, id, name, args, queue, key, tries, cost, run_at, state, fence, attempt, crashes, cursor)
        SELECT DISTINCT ON (firm_id) firm_id, gen_random_uuid(), 'weigh_clients', '{"once_more": false}'::jsonb, 'quick',
            'weigh-clients', 8, 1, now(), 'queued', 0, 0, 0, '{}'::jsonb
        FROM scorecard
        ON CONFLICT DO NOTHING
        """
    )
    for table in ("scorecard", "job"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)
    op.drop_column("scorecard", "profile_id")
    op.drop_column("issue", "subject")


def _own(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f(f"{table}_pkey")),
    ]


def _content() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("cap_critical", sa.Boolean(), nullable=False),
        sa.Column("entries", postgresql.JSONB(), nullable=False),
        sa.Column("thresholds", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
    ]
