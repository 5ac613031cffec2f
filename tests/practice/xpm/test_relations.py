from datetime import date
from random import Random

import pytest

from practice.providers.parties import RemoteParty
from practice.xpm.relations import ROLES, canonical, edges, inverse_of
from tests.practice.xpm.parties import party, relation

XERO = (
    "Director", "Shareholder", "Trustee", "Beneficiary", "Partner", "Settlor", "Associate", "Secretary", "Public Officer",
    "Husband", "Wife", "Spouse", "Parent Of", "Child Of", "Appointer", "Member", "Auditor", "Owner",
)  # fmt: skip
KINDS = {"ada": "person", "tom": "person", "bakery": "company"}


def said(*parties: RemoteParty, kinds: dict[str, str | None] | None = None) -> list[tuple[str, str, str]]:
    return [(one.from_id, one.role or one.type, one.to_id) for one in edges(parties, kinds)]


def test_all_eighteen_are_known() -> None:
    assert tuple(canonical(type_) for type_ in XERO) == ROLES


@pytest.mark.parametrize(
    ("type_", "role"),
    [
        ("Director Of", "director"),
        ("SHAREHOLDER OF", "shareholder"),
        ("Partner of", "partner"),
        ("Owner Of", "owner"),
        ("Public-Officer", "public_officer"),
        ("Appointor", "appointer"),
        ("Company Secretary", "secretary"),
        ("Bucket Company", None),
        ("", None),
    ],
)
def test_words_that_others_write(type_: str, role: str | None) -> None:
    assert canonical(type_) == role


def test_who_says_the_same_from_the_other_side() -> None:
    assert [inverse_of(role) for role in ("parent", "child", "husband", "wife", "spouse", "director", None)] == [
        "child", "parent", "wife", "husband", "spouse", None, None,
    ]  # fmt: skip
    assert all(inverse_of(inverse_of(role)) in (role, None) for role in ROLES)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Husband", "Wife"), ("Spouse", "Spouse"), ("Spouse", "Wife"), ("Parent Of", "Child Of"), ("Associate", "Associate")],
)
def test_what_both_sides_wrote_is_once(first: str, second: str) -> None:
    tom = party("tom", relations=(relation(first, "ada", id_="1"),))
    ada = party("ada", relations=(relation(second, "tom", id_="2"),))
    assert len(edges([tom, ada])) == 1
    assert edges([tom, ada]) == edges([ada, tom])


def test_of_the_two_the_fuller_one_stays() -> None:
    tom = party("tom", relations=(relation("Husband", "ada", id_="1", started_on=date(2001, 2, 3)),))
    ada = party("ada", relations=(relation("Wife", "tom", id_="2"),))
    assert [one.remote_id for one in edges([ada, tom])] == ["1"]


def test_director_and_director_of_are_one() -> None:
    ada = party("ada", relations=(relation("Director Of", "bakery", id_="1"),))
    bakery = party("bakery", structure="Company", relations=(relation("Director", "ada", id_="2"),))
    assert said(ada, bakery) == [("ada", "director", "bakery")]


def test_what_was_written_at_the_company_is_read_from_the_person() -> None:
    bakery = party("bakery", structure="Company", relations=(relation("Director", "ada", id_="2"),))
    assert said(bakery, kinds=dict(KINDS)) == [("ada", "director", "bakery")]
    assert said(party("ada", relations=(relation("Director", "bakery"),)), bakery, kinds=dict(KINDS)) == [
        ("ada", "director", "bakery")
    ]


def test_two_parcels_of_shares_are_two() -> None:
    parcels = (relation("Shareholder", "bakery", id_="1", shares="60"), relation("Shareholder", "bakery", id_="2", shares="40"))
    assert len(edges([party("ada", relations=parcels)])) == 2


def test_one_id_is_one_relation_wherever_it_stands() -> None:
    tom = party("tom", relations=(relation("Husband", "ada", id_="1"),))
    ada = party("ada", relations=(relation("Husband", "tom", id_="1"),))
    assert len(edges([tom, ada])) == 1


def test_two_children_are_two() -> None:
    ada = party("ada", relations=(relation("Parent Of", "tom", id_="1"), relation("Parent Of", "zoe", id_="2")))
    tom, zoe = (party(id_, relations=(relation("Child Of", "ada", id_=f"{id_}1"),)) for id_ in ("tom", "zoe"))
    assert len(edges([tom, ada, zoe])) == 2


def test_a_word_of_the_practices_own_stays_as_it_is() -> None:
    [one] = edges([party("ada", "Hill, Ada", relations=(relation("Bucket Company", "bakery"),)), party("bakery", "Bakery")])
    assert (one.role, one.type, one.from_name, one.to_name) == (None, "Bucket Company", "Hill, Ada", "Bakery")


def test_the_order_changes_nothing() -> None:
    chance = Random(4)
    ids = [f"p{n}" for n in range(12)]
    parties = [
        party(id_, relations=tuple(relation(chance.choice(XERO), chance.choice(ids), id_=f"{id_}{n}") for n in range(4)))
        for id_ in ids
    ]
    kinds = {id_: chance.choice(["person", "company"]) for id_ in ids}
    first = edges(parties, kinds)
    chance.shuffle(parties)
    assert edges(parties, kinds) == first
