import pytest

from practice.clients.models import KINDS
from practice.xpm.structures import KNOWN, kind_of, normal, suggest_kind


@pytest.mark.parametrize(
    ("structure", "kind"),
    [
        ("Individual", "person"),
        ("Sole  Trader", "person"),
        ("COMPANY", "company"),
        ("Trust", "trust"),
        ("Discretionary Trust", "trust"),
        ("Partnership", "partnership"),
        ("Superannuation Fund", "super_fund"),
        ("smsf", "super_fund"),
        ("Ltd Co", None),
        ("", None),
    ],
)
def test_what_everybody_means(structure: str, kind: str | None) -> None:
    assert kind_of(structure, {}) == kind


def test_what_the_practice_says_wins() -> None:
    mapping = {normal(" Ltd  Co "): "company", "trust": "other", "": "person"}
    assert [kind_of(name, mapping) for name in ("LTD CO", "Trust", "", "Company")] == ["company", "other", "person", "company"]


@pytest.mark.parametrize(
    ("structure", "name", "first_name", "kind"),
    [
        ("", "Hill Pty Ltd", "", "company"),
        ("Ltd Co", "Hill Bakery", "", "company"),
        ("", "Hill Nominees Pty Ltd ATF Hill Family Trust", "", "trust"),
        ("", "The Trustee for Hill Superannuation Fund", "", "super_fund"),
        ("Super", "Hill", "", "super_fund"),
        ("", "A Hill & T Hill Partnership", "", "partnership"),
        ("", "Hill, Ada", "", "person"),
        ("Client", "Hill Bakery", "Ada", "person"),
        ("Personal", "A. Hill", "", "person"),
        ("", "Brunswick Bowls Club", "", "other"),
        ("Client", "Hill Bakery", "", None),
        ("", "Hill Bakery", "", None),
    ],
)
def test_what_it_looks_like(structure: str, name: str, first_name: str, kind: str | None) -> None:
    assert suggest_kind(structure, name, first_name) == kind


def test_every_kind_is_one_that_a_client_can_be() -> None:
    assert set(KNOWN.values()) == set(KINDS)
    assert all(normal(name) == name for name in KNOWN)
