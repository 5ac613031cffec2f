"""The first tables."""

from alembic import op

from migrations.models import metadata
from migrations.policies import create_roles, guard, open_to

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BY_CLIENT = {"client": "id"}
DOOR = ("identity", "session", "ticket", "throttle")
DOOR_READS = ("member", "api_key", "firm", "invitation", "sight")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    create_roles()
    metadata.create_all(op.get_bind())
    for table in metadata.sorted_tables:
        if table.name in DOOR:
            open_to("bulkhead_door", table.name)
            if table.name == "ticket":
                open_to("bulkhead_app", table.name)
            continue
        columns = set(table.columns.keys())
        if "firm_id" in columns:
            client = BY_CLIENT.get(table.name) or ("client_id" if "client_id" in columns else None)
            guard(
                table.name,
                client_column=None if table.name in ("sight", "entry") else client,
                append_only=table.name == "entry",
            )
        if table.name == "firm":
            guard("firm", firm_column="id")
        if table.name in DOOR_READS:
            open_to("bulkhead_door", table.name)
    open_to("bulkhead_jobs", "job")


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
