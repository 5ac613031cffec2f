"""What holds of any two lists of clients, however alike their records are."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from practice.xpm.matching import Ours, Proposal, Theirs, propose
from practice.xpm.names import digits, words

WORDS: dict[str, st.SearchStrategy[str]] = {
    "name": st.sampled_from(["Hill, Ada", "Ada Hill", "A Hill", "Hill Bakery Pty Ltd", "Hill Bakery", "Hil Bakery", "Hill Trust", ""]),
    "first_name": st.sampled_from(["", "", "Ada", "Adele"]),
    "last_name": st.sampled_from(["", "", "Hill", "Dale"]),
    "email": st.sampled_from(["", "x@hill.example", "X@hill.example", "y@hill.example"]),
    "address": st.sampled_from(["", "1 Banksia St"]),
    "business_number": st.sampled_from(["", "", "51824753556", "53 004 085 616", "11111111111", "1234567"]),
    "company_number": st.sampled_from(["", "", "004085616"]),
    "date_of_birth": st.sampled_from(["", "", "1984-03-17", "1956-01-02"]),
}
KINDS = st.sampled_from([None, "person", "person", "company", "trust", "super_fund"])
THEIRS = st.lists(st.fixed_dictionaries({**WORDS, "kind": KINDS, "archived": st.sampled_from([False, False, True])}), max_size=7)
OURS = st.lists(st.fixed_dictionaries({**WORDS, "kind": KINDS}), max_size=7)


def made(theirs: list[dict[str, Any]], ours: list[dict[str, Any]], linked: int) -> tuple[list[Theirs], list[Ours], dict[str, UUID]]:
    """The first so many of ours are linked: every second one to a record of theirs, the others to one that is gone."""
    there = [Theirs(remote_id=f"t{at}", **one) for at, one in enumerate(theirs)]
    here = [Ours(id=UUID(int=at + 1), **one) for at, one in enumerate(ours)]
    bound: dict[str, UUID] = {}
    for at, one in enumerate(here[:linked]):
        remote_id = f"t{at}" if at % 2 and at < len(there) else f"gone{at}"
        here[at] = replace(one, linked_to=remote_id)
        bound[remote_id] = one.id
    return there, here, bound


def any_two_lists(test: Callable[..., None]) -> Callable[..., None]:
    return settings(max_examples=150)(
        given(THEIRS, OURS, st.integers(0, 3), st.sets(st.sampled_from(["t0", "t3"])), st.booleans())(test)
    )


def named(one: Theirs | Ours) -> set[tuple[str, ...]]:
    """What it may be called, by words in any order."""
    whole = [one.name] if one.kind != "person" else []
    whole.append(f"{one.first_name} {one.last_name}" if one.first_name and one.last_name else one.name)
    return {tuple(sorted(word for word in words(name) if word not in ("pty", "ltd"))) for name in whole}


def targets(found: dict[str, Proposal], *proposals: str) -> list[UUID]:
    return [one.target for one in found.values() if one.proposal in proposals and one.target]


@any_two_lists
def test_never_two_of_theirs_on_one_of_ours(
    theirs: list[dict[str, Any]], ours: list[dict[str, Any]], linked: int, ignored: set[str], trusts: bool
) -> None:
    there, here, bound = made(theirs, ours, linked)
    found = propose(there, here, linked=bound, ignored=ignored, trusts_by_name=trusts)
    tied = targets(found, "linked", "match", "skip")
    assert len(tied) == len(set(tied))
    free = {one.id for one in here if one.linked_to is None}
    assert set(targets(found, "match", "skip")) <= free
    assert set(found) == {one.remote_id for one in there}


@any_two_lists
def test_the_order_changes_nothing(
    theirs: list[dict[str, Any]], ours: list[dict[str, Any]], linked: int, ignored: set[str], trusts: bool
) -> None:
    there, here, bound = made(theirs, ours, linked)
    found = propose(there, here, linked=bound, ignored=ignored, trusts_by_name=trusts)
    chance = Random(len(there) * 8 + len(here))
    chance.shuffle(there)
    chance.shuffle(here)
    assert propose(there, here, linked=bound, ignored=ignored, trusts_by_name=trusts) == found


@any_two_lists
def test_what_ties_by_itself_is_more_than_an_address_or_a_name(
    theirs: list[dict[str, Any]], ours: list[dict[str, Any]], linked: int, ignored: set[str], trusts: bool
) -> None:
    there, here, bound = made(theirs, ours, linked)
    found = propose(there, here, linked=bound, ignored=ignored)
    by_id = {one.id: one for one in here}
    for one in there:
        if found[one.remote_id].proposal != "match":
            continue
        other = by_id[found[one.remote_id].target or UUID(int=0)]
        numbers = [{digits(of.business_number)[-9:], digits(of.company_number)} - {"", "111111111", "1234567"} for of in (one, other)]
        born = bool(one.date_of_birth) and one.date_of_birth == other.date_of_birth
        email = bool(one.email) and one.email.casefold() == other.email.casefold()
        assert numbers[0] & numbers[1] or ((born or email) and named(one) & named(other))
        assert not (one.kind and other.kind and one.kind != other.kind)
        assert not (one.kind == other.kind == "person" and one.date_of_birth and other.date_of_birth and not born)


@any_two_lists
def test_of_two_of_ours_that_are_the_same_none_is_chosen(
    theirs: list[dict[str, Any]], ours: list[dict[str, Any]], linked: int, ignored: set[str], trusts: bool
) -> None:
    there, here, bound = made(theirs, ours, linked)
    twice = [*here, *(replace(one, id=UUID(int=one.id.int + 50), linked_to=None) for one in here)]
    found = propose(there, twice, linked=bound, ignored=ignored, trusts_by_name=trusts)
    assert targets(found, "match") == []


@any_two_lists
def test_importing_twice_changes_nothing(
    theirs: list[dict[str, Any]], ours: list[dict[str, Any]], linked: int, ignored: set[str], trusts: bool
) -> None:
    there, here, bound = made(theirs, ours, linked)
    first = propose(there, here, linked=bound, ignored=ignored, trusts_by_name=trusts)
    by_id = {one.id: one for one in here}
    for at, one in enumerate(there):
        proposal = first[one.remote_id]
        if proposal.proposal == "match" and proposal.target:
            by_id[proposal.target] = replace(by_id[proposal.target], linked_to=one.remote_id)
            bound[one.remote_id] = proposal.target
        elif proposal.proposal == "create":
            values = {name: getattr(one, name) for name in (*WORDS, "kind")}
            by_id[UUID(int=100 + at)] = Ours(id=UUID(int=100 + at), linked_to=one.remote_id, **values)
            bound[one.remote_id] = UUID(int=100 + at)
    second = propose(there, list(by_id.values()), linked=bound, ignored=ignored, trusts_by_name=trusts)
    became = {"match": "linked", "create": "linked"}
    assert {id_: one.proposal for id_, one in second.items()} == {
        id_: became.get(one.proposal, one.proposal) for id_, one in first.items()
    }
