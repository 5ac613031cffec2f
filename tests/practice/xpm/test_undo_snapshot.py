"""An import is taken back row by row, as far as nothing was built on it."""

from sqlalchemy import select

from practice.clients.amend_client import amend_client
from practice.clients.configure_clients import Configuration, configure_clients
from practice.clients.models import ClientGroup
from practice.firms.models import Invitation
from practice.links.models import Link
from practice.links.reads import team_of
from practice.links.resolve_conflict import resolve_conflict
from practice.links.set_policy import set_policy
from practice.xpm.undo_snapshot import BUILT_ON, EDITED, UNCHANGED, UNDONE
from tests import make
from tests.practice.xpm.conftest import Office, Theirs, contact, party, relation

VERSIONS = ("version", "id")


def family(**more: str) -> list[Theirs]:
    return [
        Theirs(
            party(
                "p1", "Daniel", email=more.get("email", "d@x.example"), phone=more.get("phone", "1"),
                account_manager=("s1", "Tom"), groups=((more.get("group", "g1"), "Family"),),
                contacts=(contact(more.get("contact", "c1"), "Gus", "g@x.example"),),
                relations=(relation(more.get("relation", "r1"), "Trustee", "t1", "Trust"),),
            )
        ),
        Theirs(party("t1", "Trust", structure="Trust"), kind="trust"),
    ]  # fmt: skip


async def undone(office: Office, snapshot_id: object) -> dict[str, str | None]:
    return {remote_id: row.undone for remote_id, row in (await office.rows(snapshot_id)).items()}  # type: ignore[arg-type]  # an id


async def test_what_the_import_made_is_gone_without_a_trace(office: Office) -> None:
    async with office.unit() as unit:
        await make.client(unit, "Somebody Else", state="active")
    before = await office.everything()
    staff = [{"remote_id": "s1", "name": "Tom", "email": "tom@x.example"}]
    snapshot = await office.imported(*family(), staff=staff, invite=True)
    snapshot = await office.undo(snapshot.id)
    assert snapshot.state == "undone"
    assert (snapshot.counts["undone"], snapshot.counts["kept"]) == (3, 0)
    assert set((await undone(office, snapshot.id)).values()) == {UNDONE}
    assert await office.everything() == before
    async with office.unit(write=False) as unit:
        [invitation] = await unit.scalars(select(Invitation).where(Invitation.firm_id == unit.firm_id))
    assert invitation.withdrawn_at is not None
    again = await office.imported(*family(), staff=staff)
    assert again.counts["created"] == 3, "and it can be imported again"


async def test_what_the_import_changed_is_as_before(office: Office) -> None:
    ben = await office.member("Ben")
    staff = [{"remote_id": "s1", "name": "Ben", "email": "b@x.example", "action": "link", "target": ben.member_id}]
    async with office.unit() as unit:
        await set_policy(unit, tenant_id=office.tenant_id, policies={"email": "xpm_wins"})
    first = await office.imported(*family(), details="all")
    before = await office.everything(leave=VERSIONS)
    second = await office.imported(
        *family(email="new@x.example", phone="2", group="g2", contact="c2", relation="r9"), staff=staff, details="all",
        numbers_too=True,
    )  # fmt: skip
    assert (await office.outcomes(second.id))["p1"] == "updated"
    assert await office.everything(leave=VERSIONS) != before
    await office.undo(second.id)
    assert (await undone(office, second.id))["p1"] == UNDONE
    assert await office.everything(leave=VERSIONS) == before
    assert (await office.read(first.id)).state == "applied"


async def test_what_somebody_worked_on_is_kept_and_says_why(office: Office) -> None:
    snapshot = await office.imported(*family(), party("p2", "Ngozi"), party("p3", "Untouched"))
    daniel, ngozi = await office.client("Daniel"), await office.client("Ngozi")
    async with office.unit() as unit:
        version = (await team_of(unit, daniel.id)).version
        await amend_client(unit, client_id=daniel.id, version=version, fields={"phone": "99"})
        await configure_clients(unit, changes=[Configuration(ngozi.id, tags=["vip"])])
    snapshot = await office.undo(snapshot.id)
    assert await undone(office, snapshot.id) == {"p1": EDITED, "p2": EDITED, "p3": UNDONE, "t1": UNDONE}
    assert (snapshot.counts["undone"], snapshot.counts["kept"]) == (2, 2)
    assert (await office.fields("Daniel"))["phone"] == "99"
    async with office.unit(write=False) as unit:
        [stub] = (await team_of(unit, daniel.id)).relationships
    assert (stub.other.name, stub.other.imported) == ("Trust", False), "whom a removed client was is still known"


async def test_a_client_that_got_books_since_is_kept(office: Office) -> None:
    snapshot = await office.imported(party("p1", "Daniel"))
    daniel = await office.client("Daniel")
    async with office.unit() as unit:
        of = make.tenant(unit, "Daniel's books")
        await unit.flush()
        (await unit.lock(type(daniel), daniel.id)).tenant_id = of.id
    await office.undo(snapshot.id)
    assert await undone(office, snapshot.id) == {"p1": BUILT_ON}
    assert (await office.client("Daniel")).tenant_id == of.id


async def test_a_ledger_client_is_what_it_was_and_keeps_its_books(office: Office) -> None:
    async with office.unit() as unit:
        ledger = await make.client(unit, "Bakery", state="active")
    before = await office.everything(leave=VERSIONS)
    row = party("c1", "Bakery Ltd", email="b@x.example", contacts=(contact("c1", "Gus", "g@x.example"),))
    snapshot = await office.imported(Theirs(row, kind="company", action="link", target=ledger.id))
    assert await office.everything(leave=VERSIONS) != before
    await office.undo(snapshot.id)
    assert await office.everything(leave=VERSIONS) == before


async def test_an_earlier_import_is_not_taken_out_from_under_a_later_one(office: Office) -> None:
    first = await office.imported(party("p1", "Daniel", email="d@x.example"))
    await office.imported(party("p1", "Daniel", email="new@x.example"))
    again = await office.imported(party("p1", "Daniel", email="new@x.example"))
    await office.undo(first.id)
    assert await undone(office, first.id) == {"p1": EDITED}
    await office.undo(again.id)
    assert await undone(office, again.id) == {"p1": UNCHANGED}
    assert (await office.fields("Daniel"))["email"] == "new@x.example"


async def test_a_conflict_that_somebody_decided_stays_decided(office: Office) -> None:
    await office.imported(party("p1", "Daniel", email="d@x.example"), party("p2", "Ngozi", email="n@x.example"))
    for name in ("Daniel", "Ngozi"):
        client = await office.client(name)
        async with office.unit() as unit:
            await amend_client(unit, client_id=client.id, version=1, fields={"email": "mine@x.example"})
    snapshot = await office.imported(party("p1", "Daniel", email="t@x.example"), party("p2", "Ngozi", email="t@x.example"))
    decided = next(one for one in await office.conflicts() if one.client_id == client.id)
    async with office.unit() as unit:
        await resolve_conflict(unit, conflict_id=decided.id, take="remote")
    await office.undo(snapshot.id)
    assert await undone(office, snapshot.id) == {"p1": UNDONE, "p2": EDITED}
    assert await office.conflicts() == []


async def test_who_was_ignored_is_asked_about_again(office: Office) -> None:
    snapshot = await office.imported(Theirs(party("p1", "Daniel"), action="ignore"))
    assert await office.count("ignored_remote") == 1
    await office.undo(snapshot.id)
    assert await office.count("ignored_remote") == 0


async def test_a_group_has_its_earlier_name_again(office: Office) -> None:
    one, other = ("g1", "Okafor Family"), ("g2", "Bakers")
    await office.imported(party("p1", "Daniel", groups=(one, other)))
    second = await office.imported(party("p1", "Daniel", groups=(("g1", "Okafors"), ("g2", "Millers"))))
    assert await names(office) == {"Okafors", "Millers"}
    async with office.unit() as unit:
        [called] = await unit.scalars(
            select(ClientGroup).where(ClientGroup.firm_id == unit.firm_id, ClientGroup.remote_id == "g2")
        )
        called.name = "The mill"
    await office.undo(second.id)
    assert await names(office) == {"Okafor Family", "The mill"}, "what it was called since is its name"


async def names(office: Office) -> set[str]:
    async with office.unit(write=False) as unit:
        return set(await unit.scalars(select(ClientGroup.name).where(ClientGroup.firm_id == unit.firm_id)))


async def test_who_imported_an_unchanged_client_last_is_as_before(office: Office) -> None:
    staff = [{"remote_id": "s1", "name": "Tom", "email": "tom@x.example"}]
    first = await office.imported(party("p1", "Daniel"), party("p2", "Ngozi"), staff=staff)
    before = await stamps(office)
    second = await office.imported(party("p1", "Daniel"), party("p2", "Ngozi"), staff=staff)
    assert await stamps(office) != before
    await office.undo(second.id)
    assert set((await undone(office, second.id)).values()) == {UNCHANGED}
    assert await stamps(office) == before
    await office.undo(first.id)
    assert await stamps(office) == {}


async def test_a_later_import_keeps_its_stamp_where_an_earlier_one_is_undone(office: Office) -> None:
    await office.imported(party("p1", "Daniel"))
    second, third = await office.imported(party("p1", "Daniel")), await office.imported(party("p1", "Daniel"))
    before = await stamps(office)
    assert before["p1"][2] == third.id
    await office.undo(second.id)
    assert await stamps(office) == before


async def stamps(office: Office) -> dict[str, tuple[object, ...]]:
    async with office.unit(write=False) as unit:
        links = await unit.scalars(select(Link).where(Link.firm_id == unit.firm_id))
    return {link.remote_id: (link.last_imported_at, link.imported_by, link.snapshot_id) for link in links}
