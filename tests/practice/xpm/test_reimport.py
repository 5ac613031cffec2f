"""Importing again: what changed only there is taken, what changed only here is kept, and what changed on both is asked about."""

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from practice.clients.amend_client import amend_client
from practice.clients.details import FIELDS
from practice.kernel.problems import Invalid, Stale
from practice.links.problems import AlreadySettled
from practice.links.reads import team_of
from practice.links.resolve_conflict import resolve_conflict
from practice.links.set_policy import set_policy
from practice.links.unlink_client import unlink_client
from practice.providers.parties import RemoteParty
from tests.practice.xpm.conftest import Office, Theirs, contact, party, relation


async def amended(office: Office, name: str, **fields: str) -> None:
    client = await office.client(name)
    async with office.unit() as unit:
        version = (await team_of(unit, client.id)).version
        await amend_client(unit, client_id=client.id, version=version, fields=fields)


async def sources(office: Office, name: str) -> dict[str, str]:
    client = await office.client(name)
    async with office.unit(write=False) as unit:
        return {detail.field: detail.source for detail in (await team_of(unit, client.id)).details}


async def test_importing_twice_changes_nothing(office: Office) -> None:
    await office.member("Tom", email="tom@x.example")
    staff = [{"remote_id": "s1", "name": "Tom", "email": "tom@x.example"}]
    rows: list[Theirs | RemoteParty] = [
        party(
            "p1", "Daniel", email="d@x.example", phone="1", account_manager=("s1", "Tom"), groups=(("g1", "Family"),),
            contacts=(contact("c1", "Gus", "g@x.example"),), relations=(relation("r1", "Director", "e1", "Okafor Pty Ltd"),),
        ),
        Theirs(
            party("e1", "Okafor Pty Ltd", structure="Company",
                  relations=(relation("r2", "Shareholder", "p7", "Elsewhere", shares="12.5"),)),
            kind="company",
        ),
    ]  # fmt: skip
    await office.imported(*rows, staff=staff, details="all")
    before = await office.everything()
    again = await office.imported(*rows, staff=staff, details="all")
    assert set((await office.outcomes(again.id)).values()) == {"unchanged"}
    assert await office.everything() == before


async def test_what_changed_there_is_taken_and_what_changed_here_is_kept(office: Office) -> None:
    await office.imported(party("p1", "Daniel", email="d@x.example", first_name="Daniel"))
    await amended(office, "Daniel", email="mine@x.example")
    snapshot = await office.imported(party("p1", "Daniel", email="d@x.example", first_name="Dan"))
    assert await office.outcomes(snapshot.id) == {"p1": "updated"}
    fields = await office.fields("Daniel")
    assert (fields["email"], fields["first_name"]) == ("mine@x.example", "Dan")
    assert await sources(office, "Daniel") == {"name": "xpm", "first_name": "xpm", "email": "here"}
    assert (await office.client("Daniel")).updated_fields == ["first_name"]


async def test_both_changed_is_a_conflict_that_a_person_resolves(office: Office) -> None:
    await office.imported(party("p1", "Daniel", email="d@x.example"))
    await amended(office, "Daniel", email="mine@x.example")
    theirs = party("p1", "Daniel", email="theirs@x.example")
    for _ in range(2):
        snapshot = await office.imported(theirs)
        assert await office.outcomes(snapshot.id) == {"p1": "conflict"}
        assert (await office.fields("Daniel"))["email"] == "mine@x.example"
    [conflict] = await office.conflicts()
    assert (conflict.base, conflict.local, conflict.remote) == ("d@x.example", "mine@x.example", "theirs@x.example")
    async with office.unit() as unit:
        await resolve_conflict(unit, conflict_id=conflict.id, take="local")
    with pytest.raises(AlreadySettled):
        async with office.unit() as unit:
            await resolve_conflict(unit, conflict_id=conflict.id, take="remote")
    snapshot = await office.imported(theirs)
    assert await office.outcomes(snapshot.id) == {"p1": "unchanged"}, "the same difference is not asked about again"
    assert (await office.fields("Daniel"))["email"] == "mine@x.example"
    await office.imported(party("p1", "Daniel", email="third@x.example"))
    [conflict] = await office.conflicts()
    async with office.unit() as unit:
        await resolve_conflict(unit, conflict_id=conflict.id, take="remote")
    assert (await office.fields("Daniel"))["email"] == "third@x.example"
    assert (await office.outcomes((await office.imported(party("p1", "Daniel", email="third@x.example"))).id)) == {"p1": "unchanged"}


async def test_a_conflict_ends_by_itself_where_both_say_the_same_again(office: Office) -> None:
    await office.imported(party("p1", "Daniel", email="d@x.example"))
    await amended(office, "Daniel", email="mine@x.example")
    await office.imported(party("p1", "Daniel", email="theirs@x.example"))
    assert len(await office.conflicts()) == 1
    await office.imported(party("p1", "Daniel", email="mine@x.example"))
    assert await office.conflicts() == []


@pytest.mark.parametrize(("policy", "email"), [("xpm_wins", "theirs@x.example"), ("portal_wins", "mine@x.example")])
async def test_who_wins_may_be_said_before(office: Office, policy: str, email: str) -> None:
    await office.imported(party("p1", "Daniel", email="d@x.example"))
    await amended(office, "Daniel", email="mine@x.example")
    async with office.unit() as unit:
        await set_policy(unit, tenant_id=office.tenant_id, policies={"email": policy})
    await office.imported(party("p1", "Daniel", email="theirs@x.example"))
    assert (await office.fields("Daniel"))["email"] == email
    assert await office.conflicts() == []


async def test_what_came_as_all_is_not_blanked_by_basic(office: Office) -> None:
    whole = party("p1", "Daniel", email="d@x.example", phone="03 1", address="1 Street", postcode="3056")
    await office.imported(whole, details="all")
    before = await office.fields("Daniel")
    snapshot = await office.imported(party("p1", "Daniel", email="d@x.example"), details="basic")
    assert await office.outcomes(snapshot.id) == {"p1": "unchanged"}
    assert await office.fields("Daniel") == before
    assert (await office.link("Daniel")).details == "all"
    snapshot = await office.imported(party("p1", "Daniel", email="d@x.example"), details="all")
    assert await office.fields("Daniel") == before, "a blank there erases nothing"


async def test_an_unlinked_client_is_left_alone(office: Office) -> None:
    await office.imported(party("p1", "Daniel", email="d@x.example"))
    daniel = await office.client("Daniel")
    async with office.unit() as unit:
        await unlink_client(unit, client_id=daniel.id)
    assert not (await office.client("Daniel")).linked
    assert (await office.fields("Daniel"))["email"] == "d@x.example"
    await office.imported(Theirs(party("p1", "Daniel", email="new@x.example"), action="link", target=daniel.id))
    assert (await office.fields("Daniel"))["email"] == "d@x.example", "a first link asks where the two differ"
    assert len(await office.conflicts()) == 1


async def test_an_amendment_says_what_is_wrong_and_when_it_comes_late(office: Office) -> None:
    await office.imported(party("p1", "Daniel", email="d@x.example"))
    client = await office.client("Daniel")
    with pytest.raises(Stale):
        async with office.unit() as unit:
            await amend_client(unit, client_id=client.id, version=7, fields={"email": "x@x.example"})
    with pytest.raises(Invalid) as refused:
        async with office.unit() as unit:
            await amend_client(unit, client_id=client.id, version=1, fields={"shoe_size": "44", "name": " ", "email": "nobody"})
    assert [error.pointer for error in refused.value.errors] == ["/fields/shoe_size", "/fields/name", "/fields/email"]


TOUCHED = ("name", "email", "phone", "first_name")
VALUES = st.sampled_from(["", "a@x.example", "b@x.example", "c@x.example"])
RECORD = st.fixed_dictionaries({field: VALUES for field in TOUCHED if field != "name"})
STEP = st.one_of(
    st.tuples(st.just("theirs"), RECORD),
    st.tuples(st.just("ours"), st.dictionaries(st.sampled_from(("email", "phone", "first_name")), VALUES, min_size=1)),
    st.tuples(st.just("import"), st.sampled_from(["basic", "all"])),
)


@settings(
    max_examples=20,
    # Each example is several imports: what fails is told as it is, not sought in its smallest form.
    phases=[Phase.explicit, Phase.generate],
)
@given(steps=st.lists(STEP, min_size=3, max_size=9))
async def test_no_field_that_did_not_change_there_overwrites_what_is_here(office: Office, steps: list[Any]) -> None:
    """Whatever is changed on either side between imports: nothing written here is lost, and importing again does nothing."""
    number = await office.count("client")
    name, remote_id = f"Client {number}", f"p{number}"
    theirs = dict.fromkeys(FIELDS, "")
    await office.imported(party(remote_id, name), details="all")
    last_imported = dict(theirs)
    for kind, what in [*steps, ("import", "all")]:
        if kind == "theirs":
            theirs |= what
        elif kind == "ours":
            await amended(office, name, **what)
        else:
            before, wanted = await office.fields(name), {"email", "first_name"} | ({"phone"} if what == "all" else set())
            more = {field: value for field, value in theirs.items() if field != "name"}
            await office.imported(party(remote_id, name, **more), details=what)
            after = await office.fields(name)
            for field in ("email", "phone", "first_name"):
                if field not in wanted or theirs[field] == last_imported[field] or not theirs[field]:
                    assert after.get(field, "") == before.get(field, ""), f"{field} was overwritten"
            again = await office.imported(party(remote_id, name, **more), details=what)
            assert await office.fields(name) == after
            assert (await office.outcomes(again.id))[remote_id] in ("unchanged", "conflict")
            last_imported |= {field: theirs[field] for field in wanted}
