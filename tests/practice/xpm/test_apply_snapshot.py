"""What was decided in the review is done, once, row by row."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select

from practice.clients.configure_clients import Configuration, configure_clients
from practice.clients.models import Client, ClientDetail, ClientManager, Relationship
from practice.clients.note_progress import note_imported
from practice.firms.models import Firm, Invitation
from practice.kernel.actor import Actor
from practice.kernel.record import EntryRow
from practice.links.link_staff import link_joined_member
from practice.links.set_policy import set_policy
from practice.xpm.begin_undo import retry_failed
from practice.xpm.models import SnapshotRow
from tests import make
from tests.practice.xpm.conftest import Office, Theirs, contact, party, relation

COUPLE = (
    party("p1", "Okafor, Daniel", first_name="Daniel", last_name="Okafor", email="family@okafor.example", phone="0400 1"),
    party("p2", "Okafor, Ngozi", first_name="Ngozi", last_name="Okafor", email="family@okafor.example", phone="0400 2"),
)


async def test_two_who_share_an_address_both_become_clients(office: Office) -> None:
    snapshot = await office.imported(*COUPLE)
    assert snapshot.state == "applied"
    assert snapshot.counts["created"] == 2
    assert await office.outcomes(snapshot.id) == {"p1": "created", "p2": "created"}
    daniel, ngozi = await office.client("Okafor, Daniel"), await office.client("Okafor, Ngozi")
    assert daniel.id != ngozi.id
    assert (daniel.kind, daniel.state, daniel.tenant_id, daniel.linked) == ("person", "active", None, True)
    assert await office.fields("Okafor, Daniel") == {
        "name": "Okafor, Daniel", "first_name": "Daniel", "last_name": "Okafor", "email": "family@okafor.example",
    }  # fmt: skip
    link = await office.link("Okafor, Daniel")
    assert (link.remote_id, link.details, link.web_url) == ("p1", "basic", "https://practicemanager.example/p1")
    assert link.snapshot_id == snapshot.id


@pytest.mark.parametrize(("default", "seen_by"), [("xero_users", "specific_people"), ("whole_team", "whole_team")])
async def test_who_sees_a_client_without_xero_users(office: Office, default: str, seen_by: str) -> None:
    async with office.unit() as unit:
        (await unit.lock(Firm, unit.firm_id)).default_visibility = default
    await office.imported(*COUPLE)
    assert (await office.client("Okafor, Daniel")).visibility == seen_by


async def test_what_was_left_out_is_not_there(office: Office) -> None:
    one, two = COUPLE
    snapshot = await office.imported(
        Theirs(one, chosen=False), Theirs(two, action="ignore"), Theirs(party("p3", "Skipped"), action="skip")
    )
    assert await office.outcomes(snapshot.id) == {"p1": "skipped", "p2": "ignored", "p3": "skipped"}
    assert await office.count("client") == 0
    assert await office.count("ignored_remote") == 1


async def test_relationships_people_and_groups_come_along(office: Office) -> None:
    family = (("g1", "Okafor Family"),)
    both = contact("c1", "Gus", "gus@okafor.example", primary=True)
    snapshot = await office.imported(
        party("p1", "Daniel", relations=(relation("r1", "Trustee", "t1", "Okafor Trust"),), groups=family, contacts=(both,)),
        Theirs(
            party("t1", "Okafor Trust", structure="Trust", groups=family, contacts=(both,),
                  relations=(relation("r2", "Beneficiary", "x9", "Nobody Here"),)),
            kind="trust",
        ),
    )  # fmt: skip
    assert snapshot.counts["created"] == 2
    assert await office.count("person") == 1
    assert await office.count("client_person") == 2
    assert await office.count("client_group") == 1
    assert await office.count("client_group_member") == 2
    everything = await office.everything()
    assert len(everything["relationship"]) == 2
    assert sum('"other_id": null' in row for row in everything["relationship"]) == 1


async def test_a_row_that_cannot_be_done_fails_alone_and_says_why(office: Office) -> None:
    good = [party(f"p{number}", f"Client {number}") for number in range(5)]
    snapshot = await office.imported(*good, Theirs(party("p9", "Odd & Co", structure="Ancient Guild"), kind=None))
    assert snapshot.state == "applied"
    assert (snapshot.counts["created"], snapshot.counts["failed"]) == (5, 1)
    failed = (await office.rows(snapshot.id))["p9"]
    assert failed.problem is not None
    assert failed.problem["detail"] == "Nobody has said what the structure “Ancient Guild” means."


async def test_failed_rows_are_tried_again_and_nothing_else_is(office: Office) -> None:
    snapshot = await office.imported(party("p1", "One"), Theirs(party("p2", "Two", structure="Guild"), kind=None))
    before = await office.everything()
    async with office.unit() as unit:
        [row] = await unit.scalars(select(SnapshotRow).where(SnapshotRow.remote_id == "p2", SnapshotRow.firm_id == unit.firm_id))
        row.client_kind = "other"
        await retry_failed(unit, snapshot_id=snapshot.id)
    snapshot = await office.apply(snapshot.id)
    assert await office.outcomes(snapshot.id) == {"p1": "created", "p2": "created"}
    after = await office.everything()
    assert set(before["client"]) < set(after["client"])
    assert len(after["client"]) == 2


async def test_managers_are_placed_where_they_are_members_and_wait_where_they_are_not(office: Office) -> None:
    ben = await office.member("Ben")
    staff = [
        {"remote_id": "s1", "name": "Ben There", "email": "ben@bright.example", "action": "link", "target": ben.member_id},
        {"remote_id": "s2", "name": "Tom Avery", "email": "Tom@Bright.example"},
    ]
    rows = [party("p1", "Daniel", account_manager=("s1", "Ben There"), job_manager=("s2", "Tom Avery"))]
    snapshot = await office.imported(*rows, staff=staff)
    assert await office.outcomes(snapshot.id) == {"s1": "linked", "s2": "created", "p1": "created"}
    assert await managers(office) == [(ben.member_id, 0)]
    assert await office.count("pending_manager") == 1
    async with office.unit(ben, write=False) as unit:
        assert len(await unit.scalars(select(Client.id).where(Client.firm_id == unit.firm_id))) == 1

    tom = await office.member("Tom", email="tom@bright.example")
    assert tom.member_id is not None
    async with office.unit(Actor.system(office.ada.firm_id)) as unit:  # type: ignore[arg-type]  # Ada has a firm
        assert await link_joined_member(unit, member_id=tom.member_id) == 1
    assert await managers(office) == [(ben.member_id, 0), (tom.member_id, 1)]
    assert await office.count("pending_manager") == 0


async def test_whom_people_made_manager_stays_it(office: Office) -> None:
    ben, eve = await office.member("Ben"), await office.member("Eve")
    staff = [{"remote_id": "s1", "name": "Ben", "email": "b@x.example", "action": "link", "target": ben.member_id}]
    row = party("p1", "Daniel", account_manager=("s1", "Ben"))
    await office.imported(row, staff=staff)
    daniel = await office.client("Daniel")
    async with office.unit() as unit:
        await configure_clients(unit, changes=[Configuration(daniel.id, manager_ids=[eve.member_id])])  # type: ignore[list-item]  # members have ids
    await office.imported(row, staff=staff)
    assert await managers(office) == [(eve.member_id, 0)]


async def test_staff_are_invited_once_where_that_is_wanted(office: Office) -> None:
    staff = [
        {"remote_id": "s1", "name": "Priya", "email": "priya@ironbark.example", "role": "manager"},
        {"remote_id": "s2", "name": "No Address"},
        {"remote_id": "s3", "name": "Wrong", "email": "not an address"},
    ]
    snapshot = await office.imported(staff=staff, invite=True)
    assert await office.outcomes(snapshot.id) == {"s1": "created", "s2": "created", "s3": "failed"}
    async with office.unit(write=False) as unit:
        [invitation] = await unit.scalars(select(Invitation).where(Invitation.firm_id == unit.firm_id))
    assert (invitation.email, invitation.role, invitation.invited_by) == (
        "priya@ironbark.example", "manager", office.ada.member_id,
    )  # fmt: skip
    again = await office.imported(staff=staff, invite=True)
    assert (await office.outcomes(again.id))["s1"] == "unchanged"
    assert await office.count("invitation") == 1


async def test_a_client_with_books_keeps_them_and_its_name(office: Office) -> None:
    async with office.unit() as unit:
        ledger = await make.client(unit, "Harbour Bakery Pty Ltd", state="active")
    row = Theirs(
        party("c1", "Harbour Street Bakery", structure="Company", email="books@harbour.example", phone="03 1"),
        kind="company", action="link", target=ledger.id,
    )  # fmt: skip
    snapshot = await office.imported(row)
    assert await office.outcomes(snapshot.id) == {"c1": "linked"}
    client = await office.client("Harbour Bakery Pty Ltd")
    assert (client.id, client.tenant_id, client.kind, client.linked) == (ledger.id, ledger.tenant_id, "company", True)
    assert await office.fields("Harbour Bakery Pty Ltd") == {"email": "books@harbour.example"}
    assert (await office.link("Harbour Bakery Pty Ltd")).remote_name == "Harbour Street Bakery"
    assert await office.conflicts() == []


async def test_a_client_with_books_is_called_as_in_xpm_where_that_is_wanted(office: Office) -> None:
    async with office.unit() as unit:
        ledger = await make.client(unit, "Harbour Bakery Pty Ltd", state="active")
        await set_policy(unit, tenant_id=office.tenant_id, policies={"name": "xpm_wins"})
    await office.imported(
        Theirs(party("c1", "Harbour Street Bakery"), kind="company", action="link", target=ledger.id)
    )
    assert (await office.client("Harbour Street Bakery")).id == ledger.id
    async with office.unit() as unit:
        await note_imported(unit, client_id=ledger.id, documents=1, name="Harbour Bakery Pty Ltd")
    assert (await office.client("Harbour Street Bakery")).documents == 1


async def test_one_that_is_linked_to_another_record_is_not_linked_twice(office: Office) -> None:
    await office.imported(party("p1", "Daniel"))
    daniel = await office.client("Daniel")
    snapshot = await office.imported(party("p1", "Daniel"), Theirs(party("p2", "Dan"), action="link", target=daniel.id))
    assert await office.outcomes(snapshot.id) == {"p1": "unchanged", "p2": "failed"}
    assert (await office.link("Daniel")).remote_id == "p1"


async def test_a_prospect_that_became_a_client_keeps_its_history_under_the_new_id(office: Office) -> None:
    await office.imported(party("old", "Daniel", email="d@x.example"))
    daniel = await office.client("Daniel")
    snapshot = await office.imported(
        party("old", "Daniel", archived=True), Theirs(party("new", "Daniel", email="d@x.example"), action="link", target=daniel.id)
    )
    assert (await office.outcomes(snapshot.id))["new"] == "linked"
    link = await office.link("Daniel")
    assert (link.remote_id, link.state) == ("new", "linked")
    assert (await office.client("Daniel")).state == "active"
    assert await office.count("client") == 1


async def test_archived_there_is_archived_here_and_comes_back(office: Office) -> None:
    family = (("g1", "Okafor Family"),)
    await office.imported(party("p1", "Daniel", groups=family))
    snapshot = await office.imported(party("p1", "Daniel", archived=True))
    assert await office.outcomes(snapshot.id) == {"p1": "updated"}
    client, link = await office.client("Daniel"), await office.link("Daniel")
    assert (client.state, link.state) == ("archived", "remote_archived")
    assert await office.count("client_group_member") == 1, "an archived client stays in its groups"
    await office.imported(party("p1", "Daniel", groups=family))
    client, link = await office.client("Daniel"), await office.link("Daniel")
    assert (client.state, link.state, client.archived_at) == ("active", "linked", None)


async def test_deleted_there_breaks_the_link_and_loses_nothing(office: Office) -> None:
    await office.imported(party("p1", "Daniel", email="d@x.example"))
    snapshot = await office.imported(party("p1", "Daniel", deleted=True), party("p2", "Never here", deleted=True))
    assert await office.outcomes(snapshot.id) == {"p1": "updated", "p2": "skipped"}
    assert (await office.link("Daniel")).state == "remote_deleted"
    assert (await office.client("Daniel")).state == "active"
    assert (await office.fields("Daniel"))["email"] == "d@x.example"


async def test_numbers_come_only_where_they_were_asked_for_and_are_sealed(office: Office) -> None:
    row = party("p1", "Daniel", date_of_birth="1984-03-17", business_number="51824753556")
    await office.imported(row)
    assert "null" in str((await office.everything())["client_detail"][0].split('"private": ')[1][:4])
    await office.imported(row, numbers_too=True)
    client = await office.client("Daniel")
    async with office.unit(write=False) as unit:
        [detail] = await unit.scalars(select(ClientDetail).where(ClientDetail.client_id == client.id))
        assert b"51824753556" not in detail.private
        assert json.loads(unit.reveal(detail, "private")) == {
            "date_of_birth": "1984-03-17", "business_number": "51824753556",
        }  # fmt: skip


async def test_who_was_spoken_of_before_they_came_is_found_when_they_come(office: Office) -> None:
    trust = party("t1", "Okafor Trust", structure="Trust")
    daniel = party("p1", "Daniel", relations=(relation("r1", "Trustee", "t1", "Okafor Trust"),))
    await office.imported(daniel, Theirs(trust, kind="trust", chosen=False))
    assert [(row.other_id, row.inward) for row in await relationships(office)] == [(None, False)]
    await office.imported(Theirs(daniel, chosen=False), Theirs(trust, kind="trust"))
    there = (await office.client("Okafor Trust")).id
    assert [(row.client_id, row.other_id) for row in await relationships(office)] == [
        ((await office.client("Daniel")).id, there)
    ]


async def test_what_only_the_other_side_says_is_known_from_this_side_too(office: Office) -> None:
    trust = party("t1", "Okafor Trust", structure="Trust")
    daniel = party("p1", "Daniel", relations=(relation("r1", "Trustee", "t1", "Okafor Trust"),))
    await office.imported(Theirs(daniel, chosen=False), Theirs(trust, kind="trust"))
    [stub] = await relationships(office)
    assert (stub.other_id, stub.other_name, stub.role, stub.inward) == (None, "Daniel", "trustee", True)
    await office.imported(daniel, Theirs(trust, kind="trust"))
    [row] = await relationships(office)
    assert (row.client_id, row.other_id, row.inward) == (
        (await office.client("Daniel")).id, (await office.client("Okafor Trust")).id, False,
    )  # fmt: skip


async def test_a_relationship_that_ended_there_is_gone_and_one_with_somebody_unseen_is_not(office: Office) -> None:
    both = (relation("r1", "Spouse", "p2", "Ngozi"), relation("r2", "Partner", "p9", "Somebody Else"))
    await office.imported(party("p1", "Daniel", relations=both), party("p2", "Ngozi"), party("p9", "Somebody Else"))
    assert len(await relationships(office)) == 2
    await office.imported(party("p1", "Daniel"), party("p2", "Ngozi"))
    assert [row.remote_id for row in await relationships(office)] == ["r2"], "who reads with less does not take it away"


async def test_everything_stands_in_the_record_under_who_confirmed_it(office: Office) -> None:
    await office.imported(party("p1", "Daniel"))
    async with office.unit(write=False) as unit:
        entries = await unit.scalars(select(EntryRow).where(EntryRow.firm_id == unit.firm_id).order_by(EntryRow.seq))
    told = {entry.verb: entry for entry in entries}
    assert told["client.added"].actor_name == "Ada"
    assert told["snapshot.applied"].facts["created"] == 1
    assert "Daniel" not in str([entry.facts for entry in entries])


async def managers(office: Office) -> list[tuple[UUID, int]]:
    async with office.unit(write=False) as unit:
        rows = await unit.scalars(
            select(ClientManager).where(ClientManager.firm_id == unit.firm_id).order_by(ClientManager.position)
        )
    return [(row.member_id, row.position) for row in rows]


async def relationships(office: Office) -> list[Relationship]:
    async with office.unit(write=False) as unit:
        found: list[Relationship] = await unit.scalars(
            select(Relationship).where(Relationship.firm_id == unit.firm_id).order_by(Relationship.remote_id)
        )
    return found
