from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from practice.providers.parties import RemoteParty, RemoteRelation
from practice.xpm.precheck import RULES, precheck
from practice.xpm.structures import kind_of
from tests.practice.xpm.parties import AS_OF, contact, party, relation, staff

ADA = {"first_name": "Ada", "last_name": "Hill", "date_of_birth": "1984-03-17"}


def codes(*parties: RemoteParty, staff_too: Any = ()) -> dict[str, list[str]]:
    kinds = {one.remote_id: kind_of(one.structure, {}) for one in parties}
    found = precheck(parties, kinds, staff_too, AS_OF)
    return {remote_id: [remark.code for remark in remarks] for remote_id, remarks in found.items()}


def alone(**said: Any) -> list[str]:
    return codes(party("a", said.pop("name", "Hill, Ada"), said.pop("structure", "Individual"), **said)).get("a", [])


def test_nothing_is_wrong() -> None:
    assert codes(
        party("ada", "Hill, Ada", email="ada@hill.example", phone="0400 000 001", **ADA),
        party("bakery", "Hill Bakery Pty Ltd", "Company", business_number="53 004 085 616", company_number="004085616"),
        party("trust", "Hill Family Trust", "Trust", business_number="51824753556"),
    ) == {}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": " "}, "no_name"),
        ({"name": "N/A"}, "placeholder_name"),
        ({"name": "- -"}, "placeholder_name"),
        ({"first_name": "Ada"}, "half_name"),
        ({"structure": "Joint Venture"}, "unmapped_structure"),
        ({"structure": " "}, "unmapped_structure"),
        ({"business_number": "51 824 753 557"}, "invalid_business_number"),
        ({"business_number": "123"}, "invalid_business_number"),
        ({"company_number": "004 085 617"}, "invalid_company_number"),
        ({"company_number": "12345"}, "invalid_company_number"),
        ({"date_of_birth": "2026-11-22"}, "impossible_birth"),
        ({"date_of_birth": "1905-12-31"}, "impossible_birth"),
        ({"date_of_birth": "0001-01-01"}, "impossible_birth"),
        ({"date_of_birth": "2001-02-30"}, "impossible_birth"),
        ({"email": "ada at hill.example"}, "invalid_email"),
        ({"email": "ada@hill"}, "invalid_email"),
        ({"contacts": (contact("Ada", email="ada@@hill.example"),)}, "invalid_email"),
        ({"phone": "12345"}, "invalid_phone"),
        ({"mobile": "call the office"}, "invalid_phone"),
        ({"contacts": (contact(" "),)}, "unnamed_contact"),
        ({"contacts": (contact("Ada"), contact("ada", id_="l"))}, "contact_twice"),
        ({"contacts": (contact("Ada", primary=False),)}, "no_primary_contact"),
        ({"relations": (relation("Associate", "a"),)}, "related_to_itself"),
        ({"relations": (relation("Bucket Company", "a"), relation("Director", "gone"))}, "relative_not_there"),
        ({"archived": True, "groups": (("g", "Hill Family"),)}, "archived_in_group"),
    ],
)
def test_one_record_by_itself(said: dict[str, Any], code: str) -> None:
    assert code in alone(**said)
    assert alone(**said).count(code) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"business_number": "51824753556"},
        {"business_number": "9429041234563", "country": "New Zealand"},
        {"company_number": "01234567", "country": "United Kingdom"},
        {"date_of_birth": "2026-11-21"},
        {"date_of_birth": "1906-01-01"},
        {"email": "zoë.o'neill+tax@hill-bakery.co.nz"},
        {"phone": "+61 (0)3 9000 0000"},
        {"groups": (("g", "Hill Family"),)},
        {"contacts": (contact("Ada"), contact("Ada", id_="l", email="other@hill.example"))},
    ],
)
def test_nothing_wrong_with_it(said: dict[str, Any]) -> None:
    assert alone(**said) == []


def test_a_deleted_record_is_looked_at_by_nobody() -> None:
    assert alone(name="", deleted=True) == []


# Two records and more.


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, True),
        ({"first_name": "Ad"}, True),
        ({"last_name": "hill"}, True),
        ({"date_of_birth": ""}, True),
        ({"date_of_birth": "1956-01-02"}, False),
        ({"first_name": "Tom"}, False),
        ({"first_name": "Adele", "date_of_birth": ""}, False),
        ({"date_of_birth": "", "email": "another@hill.example"}, False),
        ({"last_name": "Dale"}, False),
    ],
)
def test_the_same_person_twice(changed: dict[str, str], found: bool) -> None:
    one = party("a", "Hill, Ada", email="ada@hill.example", **ADA)
    other = party("b", "Hill, Ada", **({"email": "ADA@hill.example"} | ADA | changed))
    assert [id_ for id_, some in codes(one, other).items() if "same_person" in some] == (["a", "b"] if found else [])


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (party("b", "Else Pty Ltd", "Company", business_number="53004085616"), "same_number"),
        (party("b", "Else Pty Ltd", "Company", company_number="004 085 616"), "same_number"),
        (party("b", "Else Family Trust", "Trust", business_number="53004085616"), "number_of_another"),
        (party("b", "HILL BAKERY PTY. LIMITED", "Company"), "same_entity"),
        (party("b", "Hill Bakery Pty Ltd", "Company", business_number="51824753556"), None),
        (party("b", "Hill Bakery", "Partnership"), None),
        (party("b", "Else Pty Ltd", "Company", business_number="53004085616", archived=True), None),
    ],
)
def test_the_same_entity_twice(other: RemoteParty, code: str | None) -> None:
    one = party("a", "Hill Bakery Pty Ltd", "Company", business_number="53 004 085 616")
    assert codes(one, other) == ({"a": [code], "b": [code]} if code else {})


def test_a_mistyped_number_ties_nobody() -> None:
    two = [party(id_, f"{id_} Pty Ltd", "Company", business_number="51824753557") for id_ in "ab"]
    assert codes(*two) == {"a": ["invalid_business_number"], "b": ["invalid_business_number"]}


def test_who_shares_an_address_is_named_and_may_stay() -> None:
    people = [party(str(n), f"Person {n}", email="office@practice.example") for n in range(5)]
    found = precheck(people, {one.remote_id: "person" for one in people}, (), AS_OF)
    assert [(one.code, one.level) for one in found["0"]] == [("shared_email", "note")]
    assert found["0"][0].text == "Person 1, Person 2, Person 3 and 1 more have office@practice.example too."
    assert found["4"][0].text == "Person 0, Person 1, Person 2 and 1 more have office@practice.example too."


def test_a_company_may_have_its_directors_address() -> None:
    assert codes(party("a", "Hill, Ada", email="x@hill.example"), party("b", "Hill", "Company", email="x@hill.example")) == {}


# Relations.


def held(*parts: RemoteRelation, structure: str) -> list[str]:
    owners = [party(f"p{at}", f"Person {at}", relations=(part,)) for at, part in enumerate(parts)]
    director = party("d", "Director", relations=(relation("Director", "it"),)) if structure == "Company" else party("d", "D")
    return codes(*owners, director, party("it", "It", structure)).get("it", [])


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("60", "40"), False),
        (("1", "1"), False),
        (("1200", "800"), False),
        (("60", "50"), True),
        (("50", "40"), True),
        (("99", "3"), True),
    ],
)
def test_shares(parts: tuple[str, ...], found: bool) -> None:
    rows = [relation("Shareholder", "it", shares=part) for part in parts]
    assert held(*rows, structure="Company") == (["shares_not_100"] if found else [])


@pytest.mark.parametrize(
    ("parts", "found"), [(("50", "50"), False), (("33.33", "33.33", "33.33"), False), (("45", "50"), True), (("70", "70"), True)]
)
def test_percentages(parts: tuple[str, ...], found: bool) -> None:
    rows = [relation("Partner", "it", percentage=part) for part in parts]
    assert held(*rows, structure="Partnership") == (["percentages_not_100"] if found else [])


def test_what_has_ended_no_longer_counts() -> None:
    rows = [relation("Partner", "it", percentage="50"), relation("Partner", "it", percentage="50"), relation("Partner", "it", percentage="30", ended_on=date(2024, 6, 30))]
    assert held(*rows, structure="Partnership") == []


def test_a_director_is_a_person() -> None:
    trust = party("t", "Hill Trust", "Trust", relations=(relation("Director", "c"),))
    company = party("c", "Hill Pty Ltd", "Company")
    assert codes(trust, company) == {"c": ["director_not_a_person"]}


def test_who_has_nobody_to_act_for_it() -> None:
    """The first of each is in order, and shows that this practice keeps such relationships."""
    ada = party("a", "Hill, Ada", relations=tuple(relation(role, other) for role, other in (("Director", "c"), ("Trustee", "t"), ("Trustee", "f"), ("Member", "f"))))
    first = [party("c", "C", "Company"), party("t", "T", "Trust"), party("f", "F", "SMSF")]
    second = [party("c2", "D", "Company"), party("t2", "U", "Trust"), party("f2", "G", "SMSF")]
    assert codes(ada, *first, *second) == {
        "c2": ["company_without_director"],
        "t2": ["trust_without_trustee"],
        "f2": ["fund_without_trustee"],
    }
    assert codes(party("a", "Hill, Ada"), *first, *second) == {}


@pytest.mark.parametrize(
    ("members", "trustees", "directors", "found"),
    [
        ("ab", "ab", "", False),
        ("ab", "c", "ab", False),
        ("a", "ab", "", False),
        ("a", "c", "ab", False),
        ("a", "c", "", False),
        ("ab", "a", "", True),
        ("ab", "c", "a", True),
        ("a", "b", "", True),
        ("ab", "abd", "", True),
        ("", "ab", "", False),
    ],
)
def test_a_funds_members_are_its_trustees(members: str, trustees: str, directors: str, found: bool) -> None:
    rows: dict[str, list[RemoteRelation]] = {id_: [] for id_ in "abcd"}
    for role, of, other in (("Member", members, "f"), ("Trustee", trustees, "f"), ("Director", directors, "c")):
        for id_ in of:
            rows[id_].append(relation(role, other, id_=f"{role}{id_}"))
    parties = [party(id_, f"P {id_}", "Company" if id_ == "c" else "Individual", relations=tuple(some)) for id_, some in rows.items()]
    # Another company has a director, as this one may not.
    parties += [party("e", "E", relations=(relation("Director", "g"),)), party("g", "G", "Company")]
    assert ("members_are_not_trustees" in codes(*parties, party("f", "F", "SMSF")).get("f", [])) is found


def test_what_else_a_relation_may_be() -> None:
    rows = (
        relation("Secretary", "c", id_="1", started_on=date(1998, 7, 1), ended_on=date(1990, 6, 30)),
        relation("Auditor", "c", id_="2"),
        relation("Auditor", "c", id_="3"),
        relation("Bucket Company", "c", id_="4"),
        relation("Shareholder", "c", id_="5", shares="50"),
        relation("Shareholder", "c", id_="6", shares="50"),
    )
    assert codes(party("a", "Hill, Ada", relations=rows), party("c", "C", "Company")) == {
        "a": ["ended_before_it_began", "related_twice", "unknown_relationship"]
    }


# Staff.


def test_staff() -> None:
    people = [staff("1", "Priya", "p@x.example"), staff("2", "Tom", "P@x.example"), staff("3", "Una"), staff("4", "", "a@b")]
    assert codes(staff_too=people) == {
        "1": ["staff_shared_email"],
        "2": ["staff_shared_email"],
        "3": ["staff_without_email"],
        "4": ["no_name", "invalid_email"],
    }


def test_managers_who_left() -> None:
    client = party("a", "Hill, Ada", account_manager=("9", "Una Gone"), job_manager=("1", "Priya"))
    assert codes(client, staff_too=[staff("1", "Priya", "p@x.example")]) == {"a": ["manager_not_on_staff"]}
    assert codes(client) == {}


# All of it.


def test_every_rule_carries_its_level_and_remedy() -> None:
    assert all(rule.level in ("blocker", "warning", "note") and rule.remedy.endswith(".") and rule.title for rule in RULES.values())
    assert {code for code, rule in RULES.items() if rule.level == "blocker"} == {"no_name", "unmapped_structure", "matching_again"}


def test_blockers_come_first_and_the_order_of_records_changes_nothing() -> None:
    chance = Random(5)
    parties = [
        party(
            str(n), chance.choice(["", "Hill, Ada", "N/A", "Hill Pty Ltd"]), chance.choice(["", "Company", "Individual", "SMSF"]),
            email=chance.choice(["", "x@y.example", "x"]), business_number=chance.choice(["", "51824753556", "1"]),
            relations=tuple(relation(chance.choice(["Director", "Husband", "Odd"]), str(chance.randrange(9)), shares=str(Decimal(chance.randrange(99)))) for _ in range(2)),
            **(ADA if chance.random() < 0.3 else {}),
        )
        for n in range(8)
    ]  # fmt: skip
    kinds = {one.remote_id: kind_of(one.structure, {}) for one in parties}
    first = precheck(parties, kinds, (), AS_OF)
    levels = [[remark.level for remark in remarks] for remarks in first.values()]
    assert all(some == sorted(some, key=("blocker", "warning", "note").index) for some in levels)
    chance.shuffle(parties)
    assert precheck(parties, kinds, (), AS_OF) == first
