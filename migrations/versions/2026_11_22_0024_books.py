"""What the rest of the checks read: defaults, flags and balances, what readings saw change, and figures stated elsewhere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import guard

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COLUMNS = {
    "account": {"reporting_code": sa.Text()},
    "tax_rate": {
        f"for_{kind}": sa.Boolean() for kind in ("assets", "equity", "expenses", "liabilities", "revenue")
    },
    "contact": {
        "sales_account": sa.Text(),
        "purchases_account": sa.Text(),
        "sales_tax": sa.Text(),
        "purchases_tax": sa.Text(),
    },
    "bank_transaction": {"rate": sa.Numeric(precision=18, scale=10), "has_attachments": sa.Boolean()},
    "report": {"balances": postgresql.JSONB()},
    "high_water": {"read_at": MOMENT},
}
# Read before these columns were: the next reading asks for all of them once, as if everything had changed.
WIDENED = ("accounts", "contacts", "bank_transactions")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    # The wall stands in the way of a plain update: the migration is nobody's firm.
    op.execute("ALTER TABLE high_water NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE high_water SET read_at = modified_since")
    listed = ", ".join(f"'{name}'" for name in WIDENED)
    op.execute(f"UPDATE high_water SET modified_since = '2000-01-01 00:00+00' WHERE resource IN ({listed})")
    op.execute("ALTER TABLE high_water FORCE ROW LEVEL SECURITY")
    create_tables()
    for table in ("lock_history", "bank_history", "stated_figure"):
        guard(table)


def create_tables() -> None:
    op.create_table(
        "lock_history",
        *_own("lock_history"),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("period_lock", sa.Date(), nullable=True),
        sa.Column("year_lock", sa.Date(), nullable=True),
    )
    op.create_index("lock_history_tenant_idx", "lock_history", ["firm_id", "tenant_id", "seen_at"])
    op.create_table(
        "bank_history",
        *_own("bank_history"),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_index("bank_history_tenant_idx", "bank_history", ["firm_id", "tenant_id", "seen_at"])
    op.create_table(
        "stated_figure",
        *_own("stated_figure"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=True),
        sa.Column("earliest", sa.Date(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('statement', 'tax_filed')", name=op.f("stated_figure_kind_check")),
        sa.CheckConstraint(
            "source IN ('entered', 'uploaded', 'finance')", name=op.f("stated_figure_source_check")
        ),
    )
    op.create_index(
        "stated_figure_what_key",
        "stated_figure",
        ["firm_id", "tenant_id", "kind", "account_id", "date"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def _own(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """A row of a firm's tenant."""
    return (
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "tenant_id"],
            ["tenant.firm_id", "tenant.id"],
            name=op.f(f"{table}_firm_id_tenant_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f(f"{table}_pkey")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("stated_figure", "bank_history", "lock_history"):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)
