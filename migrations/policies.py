"""Row-level security as the migrations write it: who may see and write which rows of a table.

Three roles that own nothing (house 6.2): `bulkhead_app` works for one firm, `bulkhead_jobs` claims and sweeps jobs,
`bulkhead_door` knows who is at the door before a firm is known.
"""

from alembic import op

FIRM = "nullif(current_setting('app.firm_id', true), '')::uuid"
MEMBER = "nullif(current_setting('app.member_id', true), '')::uuid"


def create_roles() -> None:
    """Roles belong to the whole cluster, so they may be there already."""
    for role in ("bulkhead_app", "bulkhead_jobs", "bulkhead_door"):
        op.execute(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN NOBYPASSRLS; EXCEPTION WHEN duplicate_object"
            " OR unique_violation THEN NULL; END $$"
        )
        op.execute(f"GRANT {role} TO CURRENT_USER")
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")


def guard(table: str, *, firm_column: str = "firm_id", client_column: str | None = None, append_only: bool = False) -> None:
    """A firm's table: its firm alone; where rows name a client, only those who may see that client."""
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    seen = ""
    if client_column:
        seen = (
            f" AND ({MEMBER} IS NULL OR {client_column} IS NULL OR EXISTS (SELECT 1 FROM sight s"
            f' WHERE s.firm_id = "{table}".firm_id AND s.client_id = "{table}".{client_column}'
            f" AND s.member_id = {MEMBER}))"
        )
    op.execute(
        f'CREATE POLICY firm ON "{table}" TO bulkhead_app USING ({firm_column} = {FIRM}{seen})'
        f" WITH CHECK ({firm_column} = {FIRM})"
    )
    rights = "SELECT, INSERT" if append_only else "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f'GRANT {rights} ON "{table}" TO bulkhead_app')


def open_to(role: str, table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Lets one of the other roles use the table, whatever the firm."""
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY {role} ON "{table}" TO {role} USING (true) WITH CHECK (true)')
    op.execute(f'GRANT {rights} ON "{table}" TO {role}')
