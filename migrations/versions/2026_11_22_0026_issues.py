"""The life of an issue: snoozed until a day, dismissed by rules, fixed by us; and what was done can be undone for a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import guard

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# With a value for the rows that are there; the next score writes what is true of them.
REQUIRED = {
    "version": (sa.Integer(), "1"),
    "about": (sa.Text(), ""),
    "told": (sa.Text(), ""),
    "counts_anyway": (sa.Boolean(), "false"),
}
OPTIONAL = {
    "dismissed_scope": sa.Text(),
    "rule_id": sa.Uuid(),
    "snoozed_until": sa.Date(),
    "snoozed_at": MOMENT,
    "snoozed_by": sa.Uuid(),
    "fixed_at": MOMENT,
    "fixed_by": sa.Uuid(),
}
STATES = "state IN ('open', 'snoozed', 'dismissed', 'fixed', 'resolved')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, (kind, value) in REQUIRED.items():
        op.add_column("issue", sa.Column(name, kind, nullable=False, server_default=value))
        op.alter_column("issue", name, server_default=None)
    for name, optional in OPTIONAL.items():
        op.add_column("issue", sa.Column(name, optional, nullable=True))
    op.drop_constraint(op.f("issue_state_check"), "issue")
    op.create_check_constraint(op.f("issue_state_check"), "issue", STATES)
    _update_past_the_wall("UPDATE issue SET dismissed_scope = 'item' WHERE dismissed_at IS NOT NULL")
    op.create_check_constraint(
        op.f("issue_dismissed_scope_check"), "issue", "dismissed_scope IN ('item', 'contact', 'rule')"
    )
    op.create_index("issue_rule_idx", "issue", ["firm_id", "rule_id"], postgresql_where=sa.text("rule_id IS NOT NULL"))
    op.create_index(
        "issue_snoozed_idx", "issue", ["firm_id", "client_id"], postgresql_where=sa.text("state = 'snoozed'")
    )
    create_tables()
    for table in ("issue_rule", "issue_change", "issue_before"):
        guard(table, client_column="client_id")


def create_tables() -> None:
    op.create_table(
        "issue_rule",
        *_own("issue_rule"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        _of("issue_rule", "client", "client_id"),
    )
    op.create_index(
        "issue_rule_place_key",
        "issue_rule",
        ["firm_id", "code", "about", "client_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "issue_change",
        *_own("issue_change"),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("rules_made", postgresql.JSONB(), nullable=False),
        sa.Column("rules_ended", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("kind IN ('dismissed', 'snoozed', 'reopened')", name=op.f("issue_change_kind_check")),
        _of("issue_change", "client", "client_id"),
    )
    op.create_index("issue_change_made_idx", "issue_change", ["firm_id", "made_at"])
    op.create_table(
        "issue_before",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dismissed_at", MOMENT, nullable=True),
        sa.Column("dismissed_by", sa.Uuid(), nullable=True),
        sa.Column("dismissed_reason", sa.Text(), nullable=True),
        sa.Column("dismissed_scope", sa.Text(), nullable=True),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("counts_anyway", sa.Boolean(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("snoozed_at", MOMENT, nullable=True),
        sa.Column("snoozed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "change_id", "issue_id", name=op.f("issue_before_pkey")),
        _of("issue_before", "issue_change", "change_id"),
        _of("issue_before", "issue", "issue_id"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("issue_before", "issue_change", "issue_rule"):
        op.drop_table(table)
    op.drop_index("issue_snoozed_idx", "issue")
    op.drop_index("issue_rule_idx", "issue")
    # What the older states do not know counts again, or was put right.
    op.drop_constraint(op.f("issue_state_check"), "issue")
    _update_past_the_wall(
        "UPDATE issue SET resolved_at = coalesce(resolved_at, fixed_at),"
        " state = CASE state WHEN 'fixed' THEN 'resolved' ELSE 'open' END WHERE state IN ('fixed', 'snoozed')"
    )
    op.create_check_constraint(op.f("issue_state_check"), "issue", "state IN ('open', 'dismissed', 'resolved')")
    op.drop_constraint(op.f("issue_dismissed_scope_check"), "issue")
    for name in (*OPTIONAL, *REQUIRED):
        op.drop_column("issue", name)


def _update_past_the_wall(statement: str) -> None:
    """The wall stands in the way of a plain update: the migration is nobody's firm."""
    op.execute("ALTER TABLE issue NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    op.execute("ALTER TABLE issue FORCE ROW LEVEL SECURITY")


def _own(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f(f"{table}_pkey")),
    ]


def _of(table: str, other: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["firm_id", column],
        [f"{other}.firm_id", f"{other}.id"],
        name=op.f(f"{table}_firm_id_{column}_fkey"),
        ondelete="CASCADE",
    )
