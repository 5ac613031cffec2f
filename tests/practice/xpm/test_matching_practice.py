"""Matching and the pre-check over the sandbox's practice of two thousand clients, compared with its truth."""

import asyncio

import pytest

from bench.xpm_matching import AS_OF, WRONG, Practice, compare, derive, read_practice, score, theirs_of
from practice.xpm.matching import propose
from practice.xpm.precheck import precheck
from practice.xpm.read_report import OFFERED, read_report


@pytest.fixture(scope="module")
def practice() -> Practice:
    return asyncio.run(read_practice(size=2000))


@pytest.mark.parametrize(("seed", "known"), [(1, 0.3), (2, 0.7), (3, 1.0)])
def test_whatever_ties_by_itself_is_right(practice: Practice, seed: int, known: float) -> None:
    """The firm's records are the same parties under other names, addresses and numbers, and strangers who look like them."""
    firm = derive(practice, seed=seed, known=known)
    theirs = [theirs_of(party, practice.kind(party.remote_id)) for party in practice.parties if not party.deleted]
    found = score(practice, firm, propose(theirs, firm.ours, linked={}, ignored=()))
    assert found.wrong == []
    assert found.recall >= 0.45
    assert found.found >= 0.99
    assert found.missed.keys() <= {"renamed", "married name"}
    # Where nothing but the e-mail address, or nothing at all, is other, nobody is asked but about duplicates and namesakes.
    assert found.right["the same"] >= 0.9 * (found.right["the same"] + found.asked["the same"])


def test_importing_it_again_ties_every_one_to_what_it_became(practice: Practice) -> None:
    firm = derive(practice, seed=4)
    theirs = [theirs_of(party, practice.kind(party.remote_id)) for party in practice.parties if not party.deleted]
    first = propose(theirs, firm.ours, linked={}, ignored=())
    linked = {id_: one.target for id_, one in first.items() if one.proposal == "match" and one.target}
    assert len(set(linked.values())) == len(linked)
    again = propose(theirs, firm.ours, linked=linked, ignored=())
    assert {id_ for id_, one in again.items() if one.proposal == "linked"} == set(linked)


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_told(practice: Practice, kind: str) -> None:
    found = compare(practice)[kind]
    assert found.expected
    assert found.expected - found.told == set()
    # Who shares an address, and who is there twice, is more than the truth lists.
    if kind not in ("one_email", "duplicates"):
        assert found.told - found.expected == set()


def test_a_trustee_without_directors_is_told_once() -> None:
    """Of this practice two funds have such a trustee: who runs them nobody knows, so nobody says it is not their members."""
    compared = compare(asyncio.run(read_practice(size=2000, seed=2)))
    for kind in ("members_differ", "director_missing"):
        assert compared[kind].told == compared[kind].expected != set()


def test_who_only_looks_alike_is_not_called_the_same(practice: Practice) -> None:
    kinds = {party.remote_id: practice.kind(party.remote_id) for party in practice.parties}
    remarks = precheck(practice.parties, kinds, practice.staff, AS_OF)
    twice = {id_ for one in practice.truth["duplicates"] for id_ in one["clients"]}
    alike = {id_ for one in practice.truth["near"] for id_ in one["clients"]} - twice
    assert alike
    same = {"same_person", "same_entity", "same_number"}
    assert {id_ for id_ in alike if same & {remark.code for remark in remarks.get(id_, ())}} == set()
    trustees = {id_ for one in practice.truth["near"] if "trustee" in one["why"] for id_ in one["clients"]}
    assert {id_ for id_ in trustees if any(remark.code == "number_of_another" for remark in remarks[id_])} == trustees


def test_its_report_is_read_as_its_api_is(practice: Practice) -> None:
    """The report that a practice without access saves by hand: the same clients, without ids."""
    read = read_report("Client Report.csv", practice.report)
    assert {*read.columns} <= {*OFFERED}
    assert {"name", "code", "email", "structure", "business_number", "date_of_birth", "account_manager", "job_manager", "group"} <= {
        *read.columns
    }
    there = {
        (party.name, party.fields["postcode"], party.private["date_of_birth"] or "", party.structure, party.archived)
        for party in practice.parties
        if not party.deleted
    }
    found = {
        (party.name, party.fields["postcode"], party.private["date_of_birth"].replace("0001-01-01", ""), party.structure, party.archived)
        for party in read.parties
    }
    assert len(found & there) >= 0.99 * len(there)
    told = {problem.row for problem in read.problems}
    assert len(read.parties) + len(told) == sum(not party.deleted for party in practice.parties)
    assert len({party.remote_id for party in read.parties}) == len(read.parties)
