"""A practice is imported through both doors, reviewed, changed on both sides, imported again and taken back: what stands
here is what stands there, once.

What is expected is told from the sandbox's own records; nothing of it passes through what it answers the product.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from json import loads
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from practice.firms.models import Member
from sandbox.state.people import People
from sandbox.world.records import Client as Theirs
from tests.practice.xpm.conftest import TABLES
from tests.practice.xpm.fetch.conftest import MARGARET, PRIYA, Practice
from tests.world import adopted, started
from worker.run import work

KIND = {"person": "person", "company": "company", "trust": "trust", "fund": "super_fund", "partnership": "partnership"}
BASIC = {"name": "name", "title": "title", "first_name": "firstName", "last_name": "lastName", "other_name": "otherName", "email": "email"}
ALL = BASIC | {
    "phone": "phone", "mobile": "mobile", "address": "address", "city": "city", "region": "region",
    "postcode": "postCode", "country": "country", "postal_address": "postalAddress", "postal_city": "postalCity",
    "postal_region": "postalRegion", "postal_postcode": "postalPostCode", "postal_country": "postalCountry",
}  # fmt: skip


@dataclass
class Desk(Practice):
    """Somebody who imports a practice by the wire, and looks at what came of it on both sides."""

    @property
    def there(self) -> People:
        """The practice as the sandbox keeps it."""
        people: People = self.sandbox.sandbox.memory.people
        return people

    async def ok(self, method: str, path: str, json: Any = None, *, status: int = 200, **headers: Any) -> Any:
        answer = await self.ada.send(method, path, json, **headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def begun(self) -> str:
        started = await self.ok("POST", "/xpm/imports", {}, status=202, Idempotency_Key=str(uuid4()))
        assert started["state"] == "fetching"
        return str(started["id"])

    async def read_import(self, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.ok("GET", f"/xpm/imports/{id_}")
        return found

    async def fetched(self) -> str:
        id_ = await self.begun()
        await self.worked()
        now = await self.read_import(id_)
        assert (now["state"], now["problem"]) == ("ready", None)
        return id_

    async def listed(self, id_: str, kind: str, show: str = "all") -> dict[str, dict[str, Any]]:
        """Rows by their id there, page after page."""
        found: dict[str, dict[str, Any]] = {}
        cursor = None
        while True:
            query = {"kind": kind, "show": show, "limit": "60"} | ({"cursor": cursor} if cursor else {})
            page = (await self.ada.get(f"/xpm/imports/{id_}/rows", **query)).json()
            assert not found.keys() & {row["remote_id"] for row in page["items"]}
            found |= {row["remote_id"]: row for row in page["items"]}
            cursor = page["next_cursor"]
            if cursor is None:
                assert len(found) == page["total"]
                return found

    async def decide(self, id_: str, row: dict[str, Any], **said: Any) -> dict[str, Any]:
        decided: dict[str, Any] = await self.ok(
            "PATCH", f"/xpm/imports/{id_}/rows/{row['id']}", {"version": row["version"], **said}
        )
        return decided

    async def explain_structures(self, id_: str) -> None:
        """As somebody says it who knows the practice: from the kinds that the truth gives."""
        kinds = {normal(one.fields.get("businessStructure", "")): self.kind_there(one) for one in self.there.records.clients.values()}
        unsaid = [one for one in (await self.ok("GET", f"/xpm/imports/{id_}/structures"))["items"] if not one["client_kind"]]
        if unsaid:
            said = [{"structure": one["structure"], "client_kind": kinds[normal(one["structure"])]} for one in unsaid]
            await self.ok("PUT", f"/xpm/imports/{id_}/structures", {"structures": said})
            await self.worked()

    def kind_there(self, one: Theirs) -> str:
        return KIND.get(self.there.records.origins.kind.get(one.uuid) or "", "other")

    async def save(self, id_: str, **said: Any) -> dict[str, Any]:
        version = (await self.read_import(id_))["version"]
        saved: dict[str, Any] = await self.ok("PATCH", f"/xpm/imports/{id_}", {"version": version, **said})
        return saved

    async def confirmed(self, id_: str) -> None:
        version = (await self.read_import(id_))["version"]
        path = f"/xpm/imports/{id_}/confirmation"
        told = await self.ok("POST", path, {"version": version}, status=202, Idempotency_Key=str(uuid4()))
        assert told["state"] == "applying"

    async def applied(self, id_: str) -> dict[str, Any]:
        await self.confirmed(id_)
        await self.worked()
        now = await self.read_import(id_)
        assert (now["state"], now["problem"]) == ("applied", None)
        return now

    async def imported(self, **said: Any) -> dict[str, Any]:
        """All that is proposed and sure, with these settings."""
        id_ = await self.fetched()
        await self.explain_structures(id_)
        if said:
            await self.save(id_, **said)
        return await self.applied(id_)

    async def undone(self, id_: str) -> dict[str, Any]:
        assert (await self.ok("DELETE", f"/xpm/imports/{id_}/confirmation", status=202))["state"] == "undoing"
        await self.worked()
        return await self.read_import(id_)

    async def tables(self, *, leave: Sequence[str] = ("created_at", "updated_at")) -> dict[str, list[str]]:
        """Every row of what an import writes."""
        found = {}
        async with self.ctx.unit(write=False) as unit:
            for table in TABLES:
                query = f"SELECT (to_jsonb(t) - CAST(:leave AS text[]))::text FROM {table} t ORDER BY 1"
                found[table] = [row[0] for row in await unit.rows(text(query), {"leave": list(leave)})]
        return found

    async def rows_of(self, query: str, **given: Any) -> list[Any]:
        async with self.ctx.unit(write=False) as unit:
            return list(await unit.rows(text(query), given))

    async def truth(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.control("GET", "practice/truth")
        return found

    async def colleague_of_the_practice(self, name: str) -> str:
        """A member of the firm with the address of one of the practice's staff; answers that one's id there."""
        staff = next(one for one in self.there.records.staff.values() if one.email.startswith(f"{name}@"))
        async with self.ctx.unit() as unit:
            unit.add(
                Member(
                    identity_id=await self.house.identity(name), name=staff.name, email=staff.email.upper(), role="staff",
                    state="active", version=1,
                )
            )
        return staff.uuid

    def said_there(self, one: Theirs) -> dict[str, str]:
        """The client's fields; a mobile, and often the only address, stand with the contact who comes first."""
        records = self.there.records
        said = {field: trimmed(one.fields.get(name, "")) for field, name in ALL.items()}
        links = [link for link in records.links.get(one.uuid, ()) if not records.contacts[link.contact].deleted]
        first = next((link for link in links if link.primary), links[0] if len(links) == 1 else None)
        if first is not None:
            contact = records.contacts[first.contact]
            said["email"] = said["email"] or contact.email.strip()
            said["mobile"] = said["mobile"] or contact.mobile.strip()
        return said

    def manages(self, one: Theirs, staff: str) -> bool:
        return staff in (one.fields.get("accountManagerUuid"), one.fields.get("jobManagerUuid"))

    async def with_books(self, tenant_ids: Sequence[str]) -> None:
        """Clients here that are organisations in Xero, imported before anything is known of the practice."""
        await started(self.ada, list((await adopted(self.ada, self.house.xero, tenant_ids)).values()))
        await self.worked()

    async def later(self, by: timedelta = timedelta(minutes=10)) -> None:
        """Less than after which somebody who does nothing is signed out."""
        await super().later(by)
        await self.ada.get("/me")

    async def small(self) -> None:
        """A practice of fifty: enough for what follows one client."""
        await self.control("POST", "practice/size", clients=50)

    async def change(self, remote_id: str, **fields: str) -> None:
        """Somebody changes a client there; '' takes a value away."""
        await self.control("POST", "practice/change-client", uuid=remote_id, fields=fields)

    async def amend(self, client_id: str, **fields: str) -> None:
        version = (await self.ok("GET", f"/clients/{client_id}/team"))["version"]
        await self.ok("PATCH", f"/clients/{client_id}/details", {"version": version, "fields": fields})

    async def alone(self, how_many: int) -> list[str]:
        """Clients here with nothing about them that tells on others, by their id there; those with an address first."""
        records = self.there.records
        related = {end for row in records.relationships.values() for end in (row.client, row.related)}
        told = [one["clients"] for what in ("duplicates", "near", "couples") for one in (await self.truth())[what]]
        talked_of = related.union(*told)
        found = [
            remote_id
            for remote_id in sorted((await self.clients()).keys() - talked_of)
            if (one := records.clients[remote_id]).fields.get("phone") and one.fields.get("address")
        ]
        found.sort(key=lambda remote_id: not records.clients[remote_id].fields.get("email"))
        assert len(found) >= how_many, len(found)
        return found[:how_many]

    async def killed(self, job: str, places: Sequence[str]) -> None:
        """The worker dies at each of these places, one after another; whoever comes next goes on."""
        lent = self.rt.lent
        for place in places:
            taken = await self.slice()
            assert taken is not None
            assert taken.name == job
            broken = replace(lent, settings=lent.settings.model_copy(update={"failpoint": f"{place}:raise"}))
            outcome = await work(broken, taken)
            assert outcome is not None
            assert not outcome.done, place
            await self.later()

    async def picture(self) -> dict[str, list[Any]]:
        """What stands here, told by the ids there: two firms that brought the same have the same."""
        tables = {
            "clients": """SELECT l.kind, l.remote_id, c.name, c.kind, c.state, d.fields, l.base, l.state, l.details, m.name
                FROM link l LEFT JOIN client c ON c.id = l.client_id LEFT JOIN client_detail d ON d.client_id = c.id
                LEFT JOIN member m ON m.id = l.member_id""",
            "relationships": """SELECT r.remote_id, c.remote_id, o.remote_id, r.other_remote_id, r.other_name, r.type, r.role,
                r.inward, r.shares::text, r.percentage::text, r.started_on::text, r.ended_on::text
                FROM relationship r JOIN link c ON c.client_id = r.client_id LEFT JOIN link o ON o.client_id = r.other_id""",
            "people": """SELECT l.remote_id, p.remote_id, p.name, p.email, p.phone, cp.position, cp.is_primary
                FROM client_person cp JOIN person p ON p.id = cp.person_id JOIN link l ON l.client_id = cp.client_id""",
            "groups": """SELECT l.remote_id, g.remote_id, g.name FROM client_group_member m
                JOIN client_group g ON g.id = m.group_id JOIN link l ON l.client_id = m.client_id""",
            "managers": """SELECT l.remote_id, m.staff_remote_id, m.position FROM pending_manager m
                JOIN link l ON l.client_id = m.client_id""",
            "managing": """SELECT l.remote_id, n.name, m.position FROM client_manager m JOIN member n ON n.id = m.member_id
                JOIN link l ON l.client_id = m.client_id""",
        }
        return {name: sorted(map(str, await self.rows_of(query))) for name, query in tables.items()}

    async def all_clients(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = (await self.ada.get("/clients", limit="100", **({"cursor": cursor} if cursor else {}))).json()
            found += page["items"]
            if (cursor := page["next_cursor"]) is None:
                return found

    async def check_surroundings(self, chosen: Collection[str]) -> None:
        """People, groups, relationships and managers of these clients, as they stand there."""
        records = self.there.records
        clients = await self.clients()
        ours = {remote_id: one["client"]["id"] for remote_id, one in clients.items()}
        people = defaultdict(list)
        for row in await self.rows_of(
            """SELECT cp.client_id::text AS client, p.remote_id, p.name, p.email, cp.position, cp.is_primary
            FROM client_person cp JOIN person p ON p.id = cp.person_id"""
        ):
            people[row.client].append((row.remote_id, row.name, row.email or "", row.position or "", row.is_primary))
        for remote_id in chosen:
            expected = [
                (link.contact, trimmed(one.name), one.email.strip(), trimmed(link.position), link.primary)
                for link in records.links.get(remote_id, ())
                if not (one := records.contacts[link.contact]).deleted
            ]
            assert sorted(people[ours[remote_id]]) == sorted(expected), records.clients[remote_id].name
        groups = defaultdict(set)
        for row in await self.rows_of(
            """SELECT m.client_id::text AS client, g.remote_id FROM client_group_member m
            JOIN client_group g ON g.id = m.group_id"""
        ):
            groups[row.client].add(row.remote_id)
        for remote_id in chosen:
            assert groups[ours[remote_id]] == {group.uuid for group in records.groups_of(remote_id)}
        related = await self.rows_of(
            """SELECT r.remote_id, c.remote_id AS here, o.remote_id AS there, r.other_remote_id, r.other_id, r.type
            FROM relationship r JOIN link c ON c.client_id = r.client_id LEFT JOIN link o ON o.client_id = r.other_id"""
        )
        assert {frozenset((row.here, row.there or row.other_remote_id)) for row in related} == {
            frozenset((row.client, row.related))
            for row in records.relationships.values()
            if {row.client, row.related} & set(chosen) and records.clients[row.client].status != "deleted"
        }
        assert len({row.remote_id for row in related}) == len(related)
        for row in related:
            assert (row.other_id is not None) == (row.other_remote_id in chosen)
        waiting = {
            (row.client, row.position): row.staff_remote_id
            for row in await self.rows_of("SELECT client_id::text AS client, position, staff_remote_id FROM pending_manager")
        }
        managing = {
            (row.client, row.position): row.remote_id
            for row in await self.rows_of(
                """SELECT m.client_id::text AS client, m.position, l.remote_id FROM client_manager m
                JOIN link l ON l.member_id = m.member_id AND l.kind = 'staff'"""
            )
        }
        assert not waiting.keys() & managing.keys()
        named = {
            (ours[remote_id], position): staff
            for remote_id in chosen
            for position, name in enumerate(("accountManagerUuid", "jobManagerUuid"))
            if (staff := records.clients[remote_id].fields.get(name))
        }
        of_chosen = {ours[remote_id] for remote_id in chosen}
        assert {place: staff for place, staff in (waiting | managing).items() if place[0] in of_chosen} == named

    async def clients(self) -> dict[str, dict[str, Any]]:
        """What is linked here by its id there: client, details, link."""
        rows = await self.rows_of(
            """SELECT l.remote_id, to_jsonb(c) AS client, d.fields, to_jsonb(l) AS link
            FROM link l JOIN client c ON c.id = l.client_id LEFT JOIN client_detail d ON d.client_id = c.id
            WHERE l.state <> 'unlinked'"""
        )
        assert len({row.remote_id for row in rows}) == len(rows)
        return {row.remote_id: {"client": row.client, "fields": row.fields or {}, "link": row.link} for row in rows}


LOOKED_AT = ("created_at", "updated_at", "last_imported_at", "imported_by", "snapshot_id")
"""What an import that changes nothing leaves behind all the same: that it looked."""


PUT_BACK = ("id", "version", *LOOKED_AT)


def trimmed(text_: str) -> str:
    return text_.strip()


def differing(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[tuple[str, str, Any]]:
    """What changed between two looks at the tables: table, id, and by column what it was and is."""
    found: list[tuple[str, str, Any]] = []
    for table in before:
        was, is_ = ({row["id"]: row for row in map(loads, rows[table])} for rows in (before, after))
        found += [(table, id_, "gone") for id_ in was.keys() - is_.keys()]
        found += [(table, id_, "new") for id_ in is_.keys() - was.keys()]
        for id_ in was.keys() & is_.keys():
            if columns := {name: (was[id_][name], is_[id_][name]) for name in was[id_] if was[id_][name] != is_[id_][name]}:
                found.append((table, id_, columns))
    return found


def normal(structure: str) -> str:
    return " ".join(structure.split()).casefold()


@pytest.fixture
def desk(practice: Practice) -> Desk:
    return Desk(practice.house, practice.ada, practice.clock, practice.sandbox)


async def test_what_stands_here_is_what_stands_there_once(desk: Desk) -> None:
    tane = await desk.colleague_of_the_practice("tane")
    organisations = {one["client"]: one["tenant_id"] for one in (await desk.truth())["organisations"]}
    sizes = {one["tenant_id"]: one["documents"] for one in (await desk.control("GET", "organisations"))["organisations"]}
    with_books = sorted(organisations.values(), key=lambda tenant_id: int(sizes[tenant_id]))[:4]
    await desk.with_books(with_books)
    await desk.connect()
    id_ = await desk.fetched()
    await desk.explain_structures(id_)
    offered = {**await desk.listed(id_, "client", "check"), **await desk.listed(id_, "entity", "check")}
    for remote_id, row in offered.items():
        # A number without check digits proves nothing by itself, and is told beside the name.
        if organisations.get(remote_id) in with_books:
            assert {"same_name", "same_company_number"} <= {reason["code"] for reason in row["candidates"][0]["reasons"]}
            await desk.decide(id_, row, action="link", target_id=row["candidates"][0]["id"])
    await desk.save(id_, details="all", numbers_too=True)
    chosen = {remote_id for kind in ("client", "entity") for remote_id in await desk.listed(id_, kind, "chosen")}
    told = await desk.ok("GET", f"/xpm/imports/{id_}/summary")
    done = await desk.applied(id_)

    # All that is neither archived nor asked about; each once, with everything that is known there.
    living = {one.uuid: one for one in desk.there.records.clients.values() if one.status == "active"}
    asked = {remote_id for remote_id, row in offered.items() if organisations.get(remote_id) not in with_books}
    unnamed = {one.uuid for one in living.values() if not one.name.strip()}
    assert chosen == living.keys() - asked - unnamed
    clients = await desk.clients()
    assert clients.keys() == chosen
    for remote_id, one in clients.items():
        there = living[remote_id]
        expected = desk.said_there(there)
        if one["client"]["tenant_id"]:
            expected["name"] = one["client"]["name"]
        assert one["fields"] | {"name": one["client"]["name"]} == {k: v for k, v in expected.items() if v}, there.name
        assert (one["client"]["kind"], one["link"]["state"]) == (desk.kind_there(there), "linked")
    assert any("<script>" in one["client"]["name"] for one in clients.values())
    assert any(not one["client"]["name"].isascii() for one in clients.values())

    # Every link that nobody was asked about is right, and every organisation that the numbers tell has its client.
    tenants = {str(row.id): row.remote_id for row in await desk.rows_of("SELECT id, remote_id FROM tenant")}
    tied = {remote_id: tenants[one["client"]["tenant_id"]] for remote_id, one in clients.items() if one["client"]["tenant_id"]}
    assert tied == {remote_id: tenant_id for remote_id, tenant_id in organisations.items() if tenant_id in with_books} != {}
    # Couples who share an address are both there, and so is each of two that only look alike.
    truth = await desk.truth()
    for pair in [one["clients"] for one in truth["couples"]] + [one["clients"] for one in truth["near"]]:
        here = set(pair) & chosen
        assert len({clients[remote_id]["client"]["id"] for remote_id in here}) == len(here)
    shared = [one["clients"] for one in truth["couples"] if one["one_email"] and set(one["clients"]) <= chosen]
    assert shared
    assert all(clients[a]["fields"]["email"] == clients[b]["fields"]["email"] for a, b in shared)

    await desk.check_surroundings(chosen)
    managed = {remote_id for remote_id, one in clients.items() if desk.manages(living[remote_id], tane)}
    listed = {one["id"]: one for one in (await desk.all_clients())}
    assert {remote_id for remote_id, one in clients.items() if listed[one["client"]["id"]]["managers"]} == managed != set()
    assert all(one["linked_to_xpm"] for id_, one in listed.items() if id_ in {one["client"]["id"] for one in clients.values()})
    new = {one["client"]["id"] for one in clients.values() if not one["client"]["tenant_id"]}
    assert {id_ for id_, one in listed.items() if one["is_new"]} >= new
    assert done["counts"]["created"] == len(new) + told["staff"]["create"]
    assert done["counts"]["linked"] == len(tied) + told["staff"]["link"]
    assert done["counts"]["failed"] == done["counts"]["conflict"] == 0
    letters = Counter(row.intent.split(":")[0] for row in await desk.rows_of("SELECT intent FROM message"))
    assert (letters["snapshot_ready"], letters["snapshot_applied"]) == (1, 1), letters

    # Numbers and dates of birth are sealed wherever they stand: no warning, no job, no record says them.
    secrets = {
        value
        for one in desk.there.records.clients.values()
        for name in ("businessNumber", "companyNumber", "dateOfBirth", "taxNumber")
        if (len(value := one.fields.get(name, "")) > 6 and desk.kind_there(one) == "person") or (name.endswith("Number") and len(value) > 6)
    }
    assert len(secrets) > 50
    for table in ("snapshot_row", "job", "entry", "client_detail", "link"):
        said = " ".join(row[0] for row in await desk.rows_of(f"SELECT to_jsonb(t)::text FROM {table} t"))
        assert {value for value in secrets if value in said} == set(), table

    # Brought again at once, it changes nothing: no version, no badge.
    before = await desk.tables(leave=LOOKED_AT)
    again = await desk.fetched()
    assert (await desk.ok("GET", f"/xpm/imports/{again}/summary"))["blockers"] == []
    assert not await desk.listed(again, "client", "chosen")
    assert not await desk.listed(again, "entity", "chosen")
    assert not await desk.listed(again, "staff", "chosen")
    for kind, show in (("staff", "all"), ("client", "updates"), ("entity", "updates")):
        wanted = {"kind": kind, "show": show, "chosen": True}
        await desk.ok("PATCH", f"/xpm/imports/{again}/rows", wanted)
    twice = await desk.applied(again)
    assert twice["counts"]["unchanged"] == len(chosen) + len(desk.there.records.staff)
    assert twice["counts"]["created"] == twice["counts"]["updated"] == twice["counts"]["linked"] == 0
    assert differing(before, await desk.tables(leave=LOOKED_AT)) == []


async def test_each_side_keeps_what_it_changed_and_a_person_decides_the_rest(desk: Desk) -> None:
    await desk.small()
    await desk.connect()
    await desk.imported(details="all")
    ours, theirs, same, taken, kept, blank = await desk.alone(6)
    clients = await desk.clients()
    ids = {remote_id: one["client"]["id"] for remote_id, one in clients.items()}
    before = {remote_id: clients[remote_id]["fields"] for remote_id in clients}
    await desk.amend(ids[ours], phone="01 111 111")
    await desk.change(theirs, phone="02 222 222")
    await desk.amend(ids[same], phone="03 333 333")
    await desk.change(same, phone="03 333 333")
    for remote_id in (taken, kept):
        await desk.amend(ids[remote_id], phone="04 444 444")
        await desk.change(remote_id, phone="05 555 555")
    await desk.change(blank, phone="", address="")

    done = await desk.imported(details="all")
    assert (done["counts"]["conflict"], done["counts"]["updated"], done["counts"]["created"]) == (2, 1, 0)
    now = {remote_id: one["fields"] for remote_id, one in (await desk.clients()).items()}
    changed = {ours: "01 111 111", theirs: "02 222 222", same: "03 333 333", taken: "04 444 444", kept: "04 444 444"}
    assert now == before | {remote_id: before[remote_id] | {"phone": phone} for remote_id, phone in changed.items()}
    listed = {one["id"]: one for one in await desk.all_clients()}
    assert {id_ for id_, one in listed.items() if one["updated_fields"]} == {ids[theirs]}
    team = await desk.ok("GET", f"/clients/{ids[theirs]}/team")
    assert {one["field"]: one["source"] for one in team["details"]}["phone"] == "xpm"
    team = await desk.ok("GET", f"/clients/{ids[ours]}/team")
    assert {one["field"]: one["source"] for one in team["details"]}["phone"] == "here"

    conflicts = {one["client"]["id"]: one for one in (await desk.ok("GET", "/xpm/conflicts"))["items"]}
    assert conflicts.keys() == {ids[taken], ids[kept]}
    for one in conflicts.values():
        assert (one["field"], one["local"], one["remote"]) == ("phone", "04 444 444", "05 555 555")
    for remote_id, take in ((taken, "remote"), (kept, "local")):
        await desk.ok("POST", f"/xpm/conflicts/{conflicts[ids[remote_id]]['id']}/resolution", {"take": take})
    after = await desk.tables(leave=LOOKED_AT)

    # What was brought as all is not blanked by basic, and nobody is asked again about what was decided.
    id_ = await desk.fetched()
    for kind in ("client", "entity"):
        await desk.ok("PATCH", f"/xpm/imports/{id_}/rows", {"kind": kind, "show": "updates", "chosen": True})
    await desk.save(id_, details="basic")
    again = await desk.applied(id_)
    assert again["counts"]["conflict"] == again["counts"]["updated"] == 0
    assert differing(after, await desk.tables(leave=LOOKED_AT)) == []
    now = {remote_id: one["fields"] for remote_id, one in (await desk.clients()).items()}
    assert (now[taken]["phone"], now[kept]["phone"]) == ("05 555 555", "04 444 444")
    assert now[blank] == before[blank]


async def test_archived_deleted_merged_made_anew_and_restored(desk: Desk) -> None:
    await desk.small()
    await desk.connect()
    id_ = await desk.fetched()
    await desk.explain_structures(id_)
    rows = await desk.listed(id_, "client", "new")
    stays = next(row for row in rows.values() if row["fields"].get("email") and not row["relations"] and row["chosen"])
    await desk.decide(id_, stays, chosen=False)
    await desk.save(id_, details="all")
    await desk.applied(id_)
    merged, anew, archived, deleted, vanished, ticked = await desk.alone(6)
    before = await desk.clients()
    assert stays["remote_id"] not in before
    # The two are one: the practice puts the one that we have into the one that we have not.
    name = {name: before[merged]["fields"].get(field, "") for field, name in ALL.items()}
    await desk.change(stays["remote_id"], **{key: name[key] for key in ("name", "firstName", "lastName", "email")})
    await desk.control("POST", "practice/archive-client", uuid=archived)
    await desk.control("POST", "practice/delete-client", uuid=deleted)
    await desk.control("POST", "practice/delete-client", uuid=vanished, gone="yes")
    await desk.control("POST", "practice/merge-clients", gone=merged, into=stays["remote_id"])
    new = (await desk.control("POST", "practice/convert-client", uuid=anew))["uuid"]
    await desk.later()

    id_ = await desk.fetched()
    await desk.explain_structures(id_)
    found = {**await desk.listed(id_, "client"), **await desk.listed(id_, "entity")}
    for remote_id, reason, old in ((stays["remote_id"], "merged_into", merged), (new, "new_id", anew)):
        row = found[remote_id]
        assert (row["proposal"], row["chosen"]) == ("check", False)
        assert reason in {one["code"] for one in row["reasons"]}
        assert row["candidates"][0]["id"] == before[old]["client"]["id"]
        await desk.decide(id_, row, action="link", target_id=row["candidates"][0]["id"])
    done = await desk.applied(id_)
    assert done["counts"]["failed"] == done["counts"]["created"] == 0
    now = await desk.clients()
    states = {remote_id: (now[remote_id]["link"]["state"], now[remote_id]["client"]["state"]) for remote_id in (archived, deleted, vanished)}
    assert states == {
        archived: ("remote_archived", "archived"), deleted: ("remote_deleted", "active"), vanished: ("remote_deleted", "active"),
    }  # fmt: skip
    assert not {merged, anew} & now.keys()
    for remote_id, old in ((stays["remote_id"], merged), (new, anew)):
        assert now[remote_id]["client"]["id"] == before[old]["client"]["id"]
        assert now[remote_id]["client"]["state"] == "active"
    for remote_id in (archived, deleted, vanished, ticked):
        assert now[remote_id]["fields"] == before[remote_id]["fields"]
    assert len(now) == len(before)

    await desk.control("POST", "practice/restore-client", uuid=archived)
    await desk.control("POST", "practice/restore-client", uuid=deleted)
    await desk.later()
    await desk.imported(details="all")
    back = await desk.clients()
    for remote_id in (archived, deleted):
        assert (back[remote_id]["link"]["state"], back[remote_id]["client"]["state"]) == ("linked", "active")
        assert back[remote_id]["client"]["id"] == before[remote_id]["client"]["id"]
        assert back[remote_id]["fields"] == before[remote_id]["fields"]
    assert len(back) == len(before)
    await desk.check_surroundings(back.keys() - {vanished, new, stays["remote_id"]})


async def test_somebody_who_sees_less_marks_nobody_as_gone(desk: Desk) -> None:
    await desk.connect()
    await desk.imported(details="all")
    # Nor does reading one of two by itself, who does not tell what the other says of both.
    before = await desk.tables(leave=(*LOOKED_AT, "web_url"))
    clients = await desk.clients()
    related = {end for row in desk.there.records.relationships.values() for end in (row.client, row.related)}
    for remote_id in sorted(related & clients.keys())[:12]:
        answer = await desk.ok("POST", f"/clients/{clients[remote_id]['client']['id']}/link/refresh")
        assert answer["outcome"] == "unchanged"
    assert differing(before, await desk.tables(leave=(*LOOKED_AT, "web_url"))) == []

    before = await desk.tables(leave=LOOKED_AT)
    await desk.control("POST", "revoke", user=MARGARET)
    await desk.connect(who=PRIYA)
    id_ = await desk.fetched()
    seen = {**await desk.listed(id_, "client"), **await desk.listed(id_, "entity")}
    assert 0 < len(seen) < len(await desk.clients()) // 2
    for kind in ("staff", "client", "entity"):
        await desk.ok("PATCH", f"/xpm/imports/{id_}/rows", {"kind": kind, "show": "updates", "chosen": True})
    done = await desk.applied(id_)
    assert done["counts"]["unchanged"] > 0
    assert differing(before, await desk.tables(leave=LOOKED_AT)) == []


async def test_undo_puts_back_what_nobody_touched_since(desk: Desk) -> None:
    await desk.small()
    nothing = await desk.tables()
    await desk.connect()
    tane = await desk.colleague_of_the_practice("tane")
    first = await desk.imported(details="all")
    # What was taken away and put back has another id; what it says of whom is the same.
    stood = await desk.tables(leave=PUT_BACK)
    records = desk.there.records
    one, other, lone = await desk.alone(3)
    clients = await desk.clients()
    await desk.change(one, phone="02 222 222", name="Somebody Else", businessStructure="Company", accountManagerUuid=tane)
    await desk.change(other, email="new@elsewhere.example", jobManagerUuid=tane)
    await desk.control("POST", "practice/archive-client", uuid=lone)
    in_group = next(group for group in records.groups.values() if set(group.members) & clients.keys())
    await desk.control("POST", "practice/member", group=in_group.uuid, client=one)
    await desk.control("POST", "practice/member", group=in_group.uuid, client=next(iter(set(in_group.members) & clients.keys())), on="no")
    row = next(row for row in records.relationships.values() if {row.client, row.related} <= clients.keys())
    await desk.control("POST", "practice/relationship", uuid=row.uuid, gone="yes")
    await desk.control("POST", "practice/relationship", client=one, related=other, type="Shareholder", shares="3")
    link = next(link for remote_id in clients for link in records.links.get(remote_id, ()))
    await desk.control("POST", "practice/contact", uuid=link.contact, name="Another Name", email="another@elsewhere.example")
    await desk.control("POST", "practice/add-client", fields={"name": "Newcomer, Ned", "firstName": "Ned", "lastName": "Newcomer", "businessStructure": "Individual"})
    await desk.later()
    second = await desk.imported(details="all")
    assert second["counts"]["created"] == 1
    assert await desk.tables(leave=PUT_BACK) != stood
    undone = await desk.undone(second["id"])
    assert (undone["state"], undone["counts"]["kept"]) == ("undone", 0)
    now = await desk.tables(leave=PUT_BACK)
    assert {table: set(rows) ^ set(stood[table]) for table, rows in now.items()} == {table: set() for table in now}
    assert {table: len(rows) for table, rows in now.items()} == {table: len(rows) for table, rows in stood.items()}
    undone = await desk.undone(first["id"])
    assert (undone["state"], undone["counts"]["kept"]) == ("undone", 0), await desk.rows_of(
        "SELECT name, undone, before -> 'left', (SELECT version FROM client c WHERE c.id = client_id), (SELECT version FROM link l WHERE l.client_id = r.client_id) FROM snapshot_row r WHERE undone LIKE 'Kept%'"
    )
    assert differing(nothing, await desk.tables()) == []


async def test_undo_keeps_what_people_did_since(desk: Desk) -> None:
    await desk.small()
    await desk.connect()
    ben = await desk.house.colleague(desk.ada, "staff")
    done = await desk.imported(details="all")
    amended, managed, settled = await desk.alone(3)
    clients = await desk.clients()
    ids = {remote_id: one["client"]["id"] for remote_id, one in clients.items()}
    await desk.amend(ids[amended], phone="01 111 111")
    version = clients[managed]["client"]["version"]
    who = [{"id": ids[managed], "version": version, "manager_ids": [str(ben.member_id)]}]
    await desk.ok("PATCH", "/clients/bulk", {"changes": who})
    await desk.ok("DELETE", f"/clients/{ids[settled]}/link", status=204)
    undone = await desk.undone(done["id"])
    assert undone["counts"]["kept"] >= 3
    report = {row["remote_id"]: row["undone"] for kind in ("client", "entity") for row in (await desk.listed(done["id"], kind)).values()}
    assert all(report[remote_id].startswith("Kept") for remote_id in (amended, managed, settled))
    left = {row.id: row.name for row in await desk.rows_of("SELECT id::text AS id, name FROM client")}
    assert left.keys() == {ids[amended], ids[managed], ids[settled]}


async def test_consent_is_withdrawn_half_way_and_given_again(desk: Desk) -> None:
    await desk.small()
    await desk.connect()
    id_ = await desk.begun()
    await desk.killed("take_snapshot", ["after_staff"])
    await desk.control("POST", "revoke", user=MARGARET)
    await desk.worked()
    failed = await desk.read_import(id_)
    assert (failed["state"], failed["problem"]["action"]["operation"]) == ("failed", "connect_practice")
    (shown,) = (await desk.ok("GET", "/xpm"))["practices"]
    assert shown["connection"] == "needs_action"
    refused = await desk.ada.post("/xpm/imports", {}, Idempotency_Key=str(uuid4()))
    assert (refused.status_code, refused.json()["action"]["operation"]) == (409, "connect_practice")
    assert await desk.all_clients() == []
    await desk.connect()
    assert (await desk.imported())["counts"]["created"] > 30
    await desk.ok("DELETE", f"/xpm/imports/{id_}", status=204)
    assert [row[0] for row in await desk.rows_of(f"SELECT count(*) FROM snapshot_row WHERE snapshot_id = '{id_}'")] == [0]


FETCH = ["after_staff", "after_batch", "after_clients", "after_staging"]
APPLY = ["applying_staff", "applied_staff", "applying_client", "applied_client", "applying_entity", "applied_entity", "applied_relations"]
UNDO = ["undoing", "undone"]


async def test_the_worker_dies_at_every_step_and_the_end_is_the_same(desk: Desk) -> None:
    await desk.small()
    await desk.colleague_of_the_practice("tane")
    await desk.connect()
    nothing = await desk.tables()
    plain = await desk.imported(details="all")
    right, counts = await desk.picture(), plain["counts"]
    await desk.undone(plain["id"])
    assert differing(nothing, await desk.tables()) == []

    id_ = await desk.begun()
    await desk.killed("take_snapshot", FETCH)
    await desk.worked()
    assert (await desk.read_import(id_))["state"] == "ready"
    await desk.explain_structures(id_)
    await desk.save(id_, details="all")
    await desk.confirmed(id_)
    await desk.killed("apply_snapshot", APPLY)
    await desk.worked()
    done = await desk.read_import(id_)
    assert (done["state"], done["counts"], await desk.picture()) == ("applied", counts, right)
    await desk.ok("DELETE", f"/xpm/imports/{id_}/confirmation", status=202)
    await desk.killed("undo_snapshot", UNDO)
    await desk.worked()
    undone = await desk.read_import(id_)
    assert (undone["state"], undone["counts"]["kept"]) == ("undone", 0)
    assert differing(nothing, await desk.tables()) == []


async def test_another_firm_sees_nothing_of_it(desk: Desk) -> None:
    await desk.small()
    await desk.connect()
    done = await desk.imported(details="all")
    (row, *_) = (await desk.listed(done["id"], "client")).values()
    stranger = await desk.house.founder("Elsewhere", "Eve")
    assert (await stranger.get("/xpm")).json()["practices"] == []
    assert (await stranger.get("/xpm/imports")).json()["items"] == []
    assert (await stranger.get("/clients")).json()["items"] == []
    assert (await stranger.get("/xpm/conflicts")).json()["items"] == []
    path = f"/xpm/imports/{done['id']}"
    for method, at, body in (
        ("GET", path, None), ("GET", f"{path}/rows", None), ("GET", f"{path}/summary", None), ("GET", f"{path}/report", None),
        ("GET", f"{path}/structures", None), ("PATCH", path, {"version": 1, "step": "clients"}),
        ("PATCH", f"{path}/rows/{row['id']}", {"chosen": False}), ("DELETE", path, None), ("DELETE", f"{path}/confirmation", None),
        ("POST", f"{path}/confirmation", {"version": 1}), ("GET", f"/clients/{row['client_id']}/team", None),
    ):  # fmt: skip
        answer = await stranger.send(method, at, body, Idempotency_Key=str(uuid4()))
        assert answer.status_code == 404, (method, at, answer.text)
