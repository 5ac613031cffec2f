"""The generated practice: everything is in it that real ones hold, the truth says so, and the same seed makes the same bytes."""

from __future__ import annotations

import hashlib
import time
import tracemalloc
from collections import Counter
from datetime import date
from itertools import pairwise

from ..practice_manager import shapes
from ..practice_manager.answer import Rows, _xml_rows
from ..world import mistakes, numbers, practice
from ..world.organisations import clients, organisation
from ..world.practice import records
from ..world.records import Records

TODAY = date(2026, 11, 21)


def written(held: Records) -> bytes:
    rows = (shapes.client(held, one, detailed=True) for one in held.clients.values())
    return b"".join(_xml_rows("List", Rows("clients", rows)))


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others() -> None:
    practice.records.cache_clear()
    first = digest(written(records(1, 300)))
    practice.records.cache_clear()
    assert digest(written(records(1, 300))) == first
    assert digest(written(records(2, 300))) != first


def test_it_holds_as_many_clients_as_are_asked_for() -> None:
    assert len(records(1, 2000).clients) == 2000
    assert len(records(2, 500).clients) == 500


def test_every_kind_of_client_and_row_is_there() -> None:
    held = records(1, 2000)
    kinds = Counter(held.origins.kind.values())
    assert set(kinds) == {"person", "company", "trust", "fund", "partnership", "association"}
    assert min(kinds[kind] for kind in ("company", "trust", "fund", "partnership")) >= 20
    assert Counter(one.status for one in held.clients.values()).keys() == {"active", "archived", "deleted"}
    structures = {one.fields.get("businessStructure", "") for one in held.clients.values()}
    assert {"", "Individual", "Sole Trader", "Company", "Ltd Co", "Trust", "Superannuation Fund", "Super Fund", "SMSF"} <= structures
    types = {row.type for row in held.relationships.values()}
    assert {"Director", "Shareholder", "Trustee", "Beneficiary", "Partner", "Member", "Husband", "Spouse", "Child Of"} <= types
    names = " ".join(one.name for one in held.clients.values())
    assert all(sign in names for sign in ("<script>", "&", "'", "é", "王", "🦘"))
    assert any(not one.members for one in held.groups.values())
    assert max(Counter(link.contact for links in held.links.values() for link in links).values()) > 1
    assert {one.email for one in held.staff.values()} >= {"", "margaret@ironbark.example", "priya@ironbark.example"}
    assert [one.left for one in held.staff.values()].count(True) == 1


def test_every_reference_leads_somewhere() -> None:
    held = records(1, 2000)
    for row in held.relationships.values():
        assert {row.client, row.related} <= set(held.clients)
    for client, links in held.links.items():
        assert client in held.clients
        assert all(link.contact in held.contacts for link in links)
    for one in held.clients.values():
        for name in ("accountManagerUuid", "jobManagerUuid"):
            assert one.fields.get(name) in {None, *held.staff}
        assert one.fields.get("billingClientUuid") in {None, *held.clients}
    assert all(set(one.members) <= set(held.clients) for one in held.groups.values())


def test_numbers_are_right_but_for_those_that_the_truth_names() -> None:
    held = records(1, 2000)
    wrong = {one["client"] for one in mistakes.count(held, TODAY)["number_wrong"]}
    right = 0
    for one in held.clients.values():
        if one.fields.get("country") == "Australia" and one.uuid not in wrong:
            number = one.fields.get("businessNumber", "").replace(" ", "")
            assert not number or numbers.is_abn(number)
            right += bool(number)
            acn = one.fields.get("companyNumber", "")
            assert not acn or numbers.is_acn(acn)
        assert numbers.is_tfn(one.fields["taxNumber"])
    assert right > 400
    assert 4 <= len(wrong) <= 20


def test_every_kind_of_mistake_is_there_and_is_rare() -> None:
    held = records(1, 2000)
    found = mistakes.count(held, TODAY)
    assert set(found) == set(mistakes.KINDS)
    assert all(found.values())
    common = {"email_missing", "email_shared", "structure_odd", "director_missing"}
    assert all(len(rows) <= 40 for kind, rows in found.items() if kind not in common)


def test_a_mistake_that_is_put_right_is_no_longer_counted() -> None:
    held = records(1, 300).copy()
    before = mistakes.count(held, TODAY)["relationship_to_itself"]
    held.drop_relationship(before[0]["relationship"])
    assert mistakes.count(held, TODAY)["relationship_to_itself"] == before[1:]


def test_duplicates_are_one_party_and_lookalikes_two() -> None:
    held = records(1, 2000)
    party = held.origins.party
    assert len(held.origins.duplicates) > 15
    assert len(held.origins.near) > 10
    assert all(party[a] == party[b] for a, b, _ in held.origins.duplicates)
    assert all(party[a] != party[b] for a, b, _ in held.origins.near)
    assert all(party[a] != party[b] for a, b in held.origins.couples)
    for gone, into in held.origins.merged:
        assert (party[gone], held.clients[gone].deleted) == (party[into], True)
    shared = [
        (a, b)
        for a, b in held.origins.couples
        if held.clients[a].fields.get("email") and held.clients[a].fields.get("email") == held.clients[b].fields.get("email")
    ]
    assert len(shared) > 100


def test_ledger_organisations_are_clients_under_the_number_that_they_report() -> None:
    held = records(1, 2000)
    assert len(held.origins.organisations) >= 30
    same = 0
    for uuid, tenant in held.origins.organisations.items():
        one, ledger = held.clients[uuid], organisation(1, tenant)
        assert ledger in clients(1)
        assert ledger is not None
        said = one.fields.get("businessNumber") or one.fields.get("companyNumber") or ""
        assert said.replace(" ", "") in ("", ledger.registration_number)
        same += (one.name, said) == (ledger.name, ledger.registration_number)
    assert same >= 20
    for uuid, tenant, _ in held.origins.not_organisations:
        ledger = organisation(1, tenant)
        assert ledger is not None
        assert held.clients[uuid].name == ledger.name
        assert ledger.registration_number not in held.clients[uuid].fields.values()


def test_fifteen_thousand_are_made_and_written_in_seconds_and_never_held_as_text() -> None:
    practice.records.cache_clear()
    began = time.process_time()
    held = records(1, 15_000)
    made = time.process_time() - began
    began = time.process_time()
    size = sum(len(part) for part in _xml_rows("List", Rows("clients", (shapes.client(held, one, detailed=True) for one in held.clients.values()))))
    told = time.process_time() - began
    print(f"15,000 clients: made in {made:.1f} s, {size / 1e6:.0f} MB of XML in {told:.1f} s")
    assert size > 25_000_000
    assert made < 10
    assert told < 15
    tracemalloc.start()
    try:
        parts = _xml_rows("List", Rows("clients", (shapes.client(held, one, detailed=True) for one in list(held.clients.values())[:3_000])))
        for before, after in pairwise(parts):
            assert before is not after
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    practice.records.cache_clear()
    assert peak < 5_000_000
