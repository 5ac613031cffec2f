import pytest

from practice.scoring.checks.duplicate_contacts import nearly_same
from practice.scoring.likeness import plain_name
from tests.books import Told, books, n_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Acme Pty Ltd"}, {"name": "ACME"}),
        ({"name": "Café Zoë"}, {"name": "Cafe Zoe"}),
        ({"name": "Smith & Sons"}, {"name": "Smith and Sons Limited"}),
        ({"name": "Jones P.L.C."}, {"name": "jones"}),
        ({"name": "O'Brien Co."}, {"name": "OBrien Inc"}),
        ({"name": "Wattle Bakery"}, {"name": "Wattle Bakary"}),
        ({"name": "Wattle Bakery"}, {"name": "Wattle Bakeyr"}),
        ({"name": "Wattle Bakery"}, {"name": "Wattle Bakry"}),
        ({"name": "A", "email": "Pay@Example.com"}, {"name": "B", "email": " pay@example.COM"}),
        ({"name": "A", "tax_number": "51 824 753 556"}, {"name": "B", "tax_number": "51824753556"}),
        ({"name": "A", "bank_account": "06-2000 123456"}, {"name": "B", "bank_account": "062000123456"}),
    ],
)
def test_pairs(one: dict[str, str], other: dict[str, str]) -> None:
    found = books().contact(**one, id="1").contact(**other, id="2").look("DQ06")
    assert [(f.key, f.count) for f in found.findings] == [("1+2", 1)]
    assert found.of == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Birch"}, {"name": "Berch"}),  # short names differ for a reason
        ({"name": "Unit 12 Cleaning"}, {"name": "Unit 13 Cleaning"}),  # so do numbers
        ({"name": "Wattle Bakery"}, {"name": "Wattle Bukary"}),
        ({"name": "Pty Ltd"}, {"name": "Limited"}),  # nothing is left of either
        ({"name": "", "email": ""}, {"name": "", "email": ""}),
        ({"name": "Acme"}, {"name": "Acme", "status": "ARCHIVED"}),
        ({"name": "A", "tax_number": "n/a"}, {"name": "B", "tax_number": "none"}),
    ],
)
def test_near_misses(one: dict[str, str], other: dict[str, str]) -> None:
    assert books().contact(**one, id="1").contact(**other, id="2").look("DQ06").findings == ()


def test_contacts_linked_through_others_are_one_group_that_counts_its_size_less_one() -> None:
    told = books().contact("Acme", id="1", email="a@x.org").contact("Acme Ltd", id="2", tax_number="12")
    told.contact("Beech", id="3", tax_number="12").contact("Cedar", id="4", email="a@x.org").contact("Dogwood", id="5")
    found = told.look("DQ06")
    assert [(f.key, f.count) for f in found.findings] == [("1+2+3+4", 3)]
    assert (n_of(found), found.of) == (3, 5)
    assert "e-mail address, name and tax number" in found.findings[0].detail


def test_the_fingerprint_moves_with_what_makes_them_alike_and_not_otherwise() -> None:
    def told(email: str, name: str) -> str:
        made = books().contact(name, id="1", email=email).contact("B", id="2", email=email)
        return made.look("DQ06").findings[0].fingerprint

    assert told("a@x.org", "Acme") == told("A@x.org", "ACME Ltd")
    assert told("a@x.org", "Acme") != told("b@x.org", "Acme")


def test_names_without_what_does_not_matter() -> None:
    assert plain_name("  The Zoë & Co. (Pty) Ltd ") == "the zoe and"
    assert plain_name("İstanbul Kebab") == "istanbul kebab"


def test_near_names_are_found_without_comparing_all() -> None:
    names = {str(i): "".join(chr(97 + i // 26**p % 26) * 3 for p in range(4)) for i in range(5_000)}
    names["x"], names["y"] = "grevillea gardens", "grevilea gardens"
    assert ("x", "y") in {tuple(sorted(pair)) for pair in nearly_same(names)}


def test_nobody_to_compare() -> None:
    assert Told().look("DQ06").not_applicable
