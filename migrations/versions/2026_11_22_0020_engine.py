"""What the import engine needs: indexes for the claim, so that it reads as little of a long queue as of a short one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("job_due_idx", table_name="job")
    # A column and not an expression: with row-level security PostgreSQL does not use the order of an index over one.
    op.add_column("job", sa.Column("line", sa.Text(), sa.Computed("coalesce(lane, '')", persisted=True), nullable=False))
    op.create_index(
        "job_due_idx", "job", ["queue", "firm_id", "line", "run_at"], postgresql_where=sa.text("state = 'queued'")
    )
    op.create_index(
        "job_cost_idx",
        "job",
        ["queue", "firm_id", "line", "cost", "run_at"],
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "job_served_idx", "job", ["queue", "firm_id", "served_at"], postgresql_where=sa.text("served_at IS NOT NULL")
    )
    op.create_index(
        "job_finished_idx", "job", ["finished_at"], postgresql_where=sa.text("finished_at IS NOT NULL")
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("job_finished_idx", table_name="job")
    op.drop_index("job_served_idx", table_name="job")
    op.drop_index("job_cost_idx", table_name="job")
    op.drop_index("job_due_idx", table_name="job")
    op.drop_column("job", "line")
    op.create_index(
        "job_due_idx", "job", ["queue", "firm_id", "lane", "run_at"], postgresql_where=sa.text("state = 'queued'")
    )
