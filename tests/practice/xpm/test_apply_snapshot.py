"""What was decided in the review is done, once, row by row."""

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
