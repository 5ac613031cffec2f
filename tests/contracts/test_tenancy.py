"""The second wall: PostgreSQL itself keeps every firm's rows from every other firm (S29, house 6.2).

Asked of the catalogue, and tried out on the product's own address with two firms that have a row in every table.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import CheckConstraint, Column, Table, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from migrations.models import metadata
from practice.kernel.actor import Actor
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings
from practice.kernel.unit import Unit
from tests import make

ROLES = ("bulkhead_app", "bulkhead_door", "bulkhead_jobs")
# Known before a firm is; session names a firm but is the person's. For the door alone.
DOORS = {"identity", "session", "ticket", "throttle", "delivery"}
OWNED = [table for table in metadata.sorted_tables if table.name not in DOORS]
WORDS = {
    "queue": "quick", "state": "open", "band": "unscored", "role": "staff", "visibility": "whole_team",
    "default_visibility": "whole_team", "kind": "organisation", "size_state": "unknown", "status": "active",
}  # fmt: skip
BY_TABLE = {
    "job": {"state": "queued"},
    "client": {"state": "ready"},
    "snapshot": {"source": "xpm", "state": "ready", "step": "staff", "details": "basic"},
    "snapshot_row": {"kind": "client", "proposal": "create", "action": "create"},
    "link": {"kind": "client", "state": "linked", "details": "basic"},
    "link_policy": {"policy": "ask"},
    "ignored_remote": {"kind": "client"},
    "import": {"state": "queued"},
    "import_run": {"kind": "import"},
    "message": {"state": "queued"},
    "member": {"state": "active"},
    "grant": {"purpose": "ledgers"},
    "stated_figure": {"kind": "statement", "source": "entered"},
    "profile_choice": {"kind": "client"},
    "issue_change": {"kind": "dismissed"},
    "fix": {"kind": "archive_contact", "state": "written"},
    "export": {"kind": "health_xlsx", "state": "ready"},
}


def test_every_table_with_a_firm_is_known_here() -> None:
    assert [table.name for table in OWNED if "firm_id" not in table.columns and table.name != "firm"] == []


# -- the catalogue ------------------------------------------------------------------------------------------------


@pytest.fixture
async def owner(runtime: Runtime) -> AsyncEngine:
    """As the owner of the database, past every policy."""
    return runtime.engine


async def asked(engine: AsyncEngine, query: str) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_every_table_is_under_row_level_security(owner: AsyncEngine) -> None:
    bare = """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)
    """
    assert await asked(owner, bare) == []


async def test_a_firms_tables_have_one_policy_that_reads_and_writes_by_firm(owner: AsyncEngine) -> None:
    policies = await asked(
        owner, "SELECT tablename, qual, with_check, cmd FROM pg_policies WHERE 'bulkhead_app' = ANY(roles)"
    )
    by_table = {row[0]: row[1:] for row in policies}
    assert len(by_table) == len(policies), "two policies would be joined by OR"
    for table in OWNED:
        using, check, command = by_table[table.name]
        column = "id" if table.name == "firm" else "firm_id"
        mine = f"({column} = (NULLIF(current_setting('app.firm_id'::text, true), ''::text))::uuid)"
        assert using.replace(" AND ", "").startswith((mine, "(" + mine)), table.name
        assert check == mine, table.name
        assert command == "ALL", table.name
        if table.name == "client" or ("client_id" in table.columns and table.name not in ("sight", "entry")):
            assert "FROM sight" in using, f"{table.name} names a client and does not ask who may see it"


async def test_the_roles_own_nothing_and_pass_no_wall(owner: AsyncEngine) -> None:
    listed = ", ".join(f"'{role}'" for role in ROLES)
    roles = await asked(
        owner, f"SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname IN ({listed}) ORDER BY 1"
    )
    assert roles == [(role, False, False, False) for role in ROLES]
    assert await asked(owner, f"SELECT relname FROM pg_class JOIN pg_roles r ON r.oid = relowner WHERE rolname IN ({listed})") == []
    assert await asked(owner, f"SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE rolname IN ({listed})") == []


async def test_each_role_may_do_what_its_work_needs_and_no_more(owner: AsyncEngine) -> None:
    granted = await asked(
        owner,
        "SELECT grantee, table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
        " FROM information_schema.role_table_grants WHERE grantee LIKE 'bulkhead_%' GROUP BY 1, 2",
    )
    rights = {(role, table): kinds for role, table, kinds in granted}
    everything = "DELETE INSERT SELECT UPDATE"
    for table in OWNED:
        assert rights.pop(("bulkhead_app", table.name)) == ("INSERT SELECT" if table.name == "entry" else everything)
    assert rights.pop(("bulkhead_app", "ticket")) == "INSERT"
    assert rights.pop(("bulkhead_jobs", "job")) == "DELETE SELECT UPDATE"
    for name in DOORS:
        assert rights.pop(("bulkhead_door", name)) == everything
    assert rights == {("bulkhead_door", name): "SELECT" for name in ("firm", "invitation", "member", "api_key")}
    # Whose a delivery is: the ids of a tenant, and nothing of what it is called or holds.
    columns = await asked(
        owner,
        "SELECT column_name, privilege_type FROM information_schema.column_privileges"
        " WHERE grantee = 'bulkhead_door' AND table_name = 'tenant' ORDER BY 1",
    )
    assert columns == [(name, "SELECT") for name in ("firm_id", "id", "provider", "remote_id")]


async def test_nobody_else_may_anything(owner: AsyncEngine) -> None:
    public = "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = 'public'"
    assert await asked(owner, public) == []
    assert await asked(owner, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace") == []
    assert await asked(owner, "SELECT viewname FROM pg_views WHERE schemaname = 'public'") == []


def test_references_and_unique_keys_carry_the_firm() -> None:
    owned = {table.name for table in OWNED}
    for table in OWNED:
        if table.name == "firm":
            continue
        for key in table.foreign_key_constraints:
            if key.referred_table.name in owned:
                assert key.column_keys[0] == "firm_id", f"{table.name} → {key.referred_table.name}"
        for index in table.indexes:
            if index.unique:
                first = next(iter(index.columns)).name
                assert first == "firm_id", f"{index.name} tells one firm what another has"
        for constraint in table.constraints:
            if hasattr(constraint, "columns") and not isinstance(constraint, CheckConstraint) and list(constraint.columns):
                assert "firm_id" in [column.name for column in constraint.columns], constraint.name


# -- tried out ----------------------------------------------------------------------------------------------------


def plausible(column: Column[Any], table: str) -> Any:
    """A value that the column takes."""
    if column.name in (words := WORDS | BY_TABLE.get(table, {})) and column.type.python_type is str:
        return words[column.name]
    if isinstance(column.type, JSONB):
        return {}
    if isinstance(column.type, ARRAY):
        return []
    return {
        UUID: UUID(int=1),
        str: "x",
        bytes: b"x",
        bool: False,
        int: 1,
        dt.date: dt.date(2026, 11, 21),
        dt.datetime: dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
    }.get(column.type.python_type, 1)


def row_of(table: Table, firm_id: UUID, made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A row with what must be said, referring to the rows made before it."""
    row = {
        column.name: plausible(column, table.name)
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    for key in table.foreign_key_constraints:
        for element in key.elements:
            row[element.parent.name] = made[key.referred_table.name][element.column.name]
    row["id" if table.name == "firm" else "firm_id"] = firm_id
    return row


@dataclass
class Two:
    """Two firms with one row in every table, the same ids but for the firm's."""

    runtime: Runtime
    a: Actor
    b: Actor
    rows: dict[str, dict[str, Any]]

    def unit(self, actor: Actor | None = None, *, write: bool = True) -> Any:
        return self.runtime.context(actor or self.a).unit(write=write)


@pytest.fixture
async def two(runtime: Runtime) -> Two:
    first, second = (Actor.system(runtime.lent.ids.new()) for _ in range(2))
    rows: dict[str, dict[str, Any]] = {}
    for actor in (first, second):
        assert actor.firm_id is not None
        rows = {}
        async with runtime.context(actor).unit() as unit:
            for table in OWNED:
                rows[table.name] = row_of(table, actor.firm_id, rows)
                await unit.execute(table.insert().values(rows[table.name]))
    return Two(runtime, first, second, rows)


def in_firm(table: Table, firm_id: UUID) -> Any:
    return table.columns["id" if table.name == "firm" else "firm_id"] == firm_id


async def count(unit: Unit, table: Table) -> int:
    counted: int = await unit.scalar(select(func.count()).select_from(table))
    return counted


async def refused(unit: Unit, statement: Any) -> str:
    """What PostgreSQL says to it; the unit goes on."""
    savepoint = await unit.session.begin_nested()
    try:
        await unit.execute(statement)
    except DBAPIError as error:
        await savepoint.rollback()
        return str(error.orig)
    await savepoint.rollback()
    return ""


async def test_a_unit_sees_and_touches_its_own_firm_alone(two: Two) -> None:
    theirs = two.b.firm_id
    assert theirs is not None
    async with two.unit() as unit:
        for table in OWNED:
            assert await count(unit, table) == 1, table.name
            found = await unit.rows(select(table).where(in_firm(table, theirs)))
            assert found == [], f"{table.name} shows another firm's row"
    async with two.unit() as unit:
        for table in reversed(OWNED):
            if table.name == "entry":
                continue
            column = next(column for column in table.columns if not column.primary_key and not column.foreign_keys)
            for statement in (
                table.delete().where(in_firm(table, theirs)),
                table.update().where(in_firm(table, theirs)).values({column.name: column}),
            ):
                assert (await unit.execute(statement)).rowcount == 0, table.name
    async with two.unit(two.b, write=False) as unit:
        assert [await count(unit, table) for table in OWNED] == [1] * len(OWNED)


async def test_a_row_for_another_firm_is_refused(two: Two) -> None:
    async with two.unit() as unit:
        for table in OWNED:
            said = await refused(unit, table.insert().values(two.rows[table.name]))
            assert "row-level security" in said, f"{table.name}: {said or 'accepted'}"
            if table.name not in ("entry", "firm"):
                said = await refused(unit, table.update().values(firm_id=two.b.firm_id))
                assert "row-level security" in said, f"{table.name} gives its row away: {said or 'accepted'}"


async def test_a_reference_to_another_firms_row_is_refused(two: Two) -> None:
    async with two.unit(two.b) as unit:
        only_theirs = await make.client(unit, "Theirs")
    manager = metadata.tables["client_manager"]
    with pytest.raises(IntegrityError, match="client_manager_firm_id_client_id_fkey"):
        async with two.unit() as unit:
            await unit.execute(manager.update().values(client_id=only_theirs.id))


async def test_nothing_is_seen_before_a_firm_is_named(two: Two) -> None:
    async with two.runtime.engine.connect() as connection:
        for named in (None, ""):
            async with connection.begin():
                await connection.execute(text("SELECT set_config('role', 'bulkhead_app', true)"))
                if named is not None:
                    await connection.execute(text("SELECT set_config('app.firm_id', :firm, true)"), {"firm": named})
                for table in OWNED:
                    counted = await connection.scalar(select(func.count()).select_from(table))
                    assert counted == 0, table.name


async def test_the_door_sees_no_firms_work_and_jobs_see_jobs_alone(two: Two) -> None:
    async with two.unit(Actor.door()) as unit:
        for table in OWNED:
            said = await refused(unit, select(table))
            looked_up = table.name in ("firm", "invitation", "member", "api_key")
            assert ("permission denied" in said) != looked_up, table.name
    async with two.runtime.engine.connect() as connection:
        for table in metadata.sorted_tables:
            async with connection.begin():
                await connection.execute(text("SELECT set_config('role', 'bulkhead_jobs', true)"))
                if table.name == "job":
                    assert await connection.scalar(select(func.count()).select_from(table)) == 2
                    continue
                with pytest.raises(DBAPIError, match="permission denied"):
                    await connection.execute(select(table))


async def test_a_members_rows_about_clients_are_those_they_may_see(two: Two) -> None:
    assert two.a.firm_id is not None
    by_client = [
        table
        for table in OWNED
        if table.name == "client" or ("client_id" in table.columns and table.name not in ("sight", "entry"))
    ]
    assert len(by_client) >= 8
    seen_by = UUID(int=1)
    member = Actor("staff", two.a.firm_id, seen_by, "staff", "Sam")
    blind = Actor("staff", two.a.firm_id, UUID(int=2), "staff", "Bob")
    nobody = Actor("staff", two.a.firm_id, None, "staff", "Nobody")
    for actor, rows in ((member, 1), (blind, 0), (nobody, 0)):
        async with two.unit(actor) as unit:
            for table in by_client:
                assert await count(unit, table) == rows, table.name
                changed = await unit.execute(table.update().values(created_at=func.now()))
                assert changed.rowcount == rows, table.name
    async with two.unit(blind) as unit:
        async with unit.whole_firm():
            assert [await count(unit, table) for table in by_client] == [1] * len(by_client)
        assert [await count(unit, table) for table in by_client] == [0] * len(by_client)


async def test_a_connection_that_comes_back_keeps_no_role_and_no_firm(product: Settings, two: Two) -> None:
    one = product.model_copy(update={"database": product.database.model_copy(update={"pool": 1})})
    state = text("SELECT pg_backend_pid(), current_user, current_setting('app.firm_id', true), current_setting('app.member_id', true)")
    async with Runtime.open(one) as runtime:
        pids = set()
        for failing in (True, False):
            try:
                async with runtime.context(two.a).unit() as unit:
                    [(pid, user, firm, _)] = await unit.rows(state)
                    assert (user, firm) == ("bulkhead_app", str(two.a.firm_id))
                    pids.add(pid)
                    if failing:
                        await unit.execute(text("SELECT 1/0"))
            except DBAPIError:
                assert failing
            async with runtime.engine.connect() as connection:
                pid, user, firm, member = (await connection.execute(state)).one()
                pids.add(pid)
                assert user not in ROLES
                assert (firm or "", member or "") == ("", "")
        assert len(pids) == 1, "the pool gave another connection, so nothing was shown"


async def test_a_unit_that_reads_writes_nothing(two: Two) -> None:
    async with two.unit(write=False) as unit:
        for table in OWNED:
            said = await refused(unit, table.insert().values(two.rows[table.name] | {"firm_id": two.a.firm_id} if table.name != "firm" else two.rows[table.name]))
            assert "read-only transaction" in said, table.name
