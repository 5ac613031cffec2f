from tests.books import Told, books


def showing() -> Told:
    return books().people("Ada@practice.example", "grace@client.example").user("mallory@elsewhere.example")


def test_who_is_not_known_is_named() -> None:
    found = showing().user("ada@practice.example").user("grace@client.example", "FINANCIALADVISER").look("DQ46")
    assert [(one.title, one.detail) for one in found.findings] == [
        ("mallory", "Standard user, mallory@elsewhere.example")
    ]
    assert found.of == 3


def test_capitals_and_blanks_are_not_a_stranger() -> None:
    assert showing().user(" ADA@Practice.example ").look("DQ46").of == 2
    assert [one.key for one in showing().user(" ADA@Practice.example ").look("DQ46").findings] == ["users-0001"]


def test_without_an_address_nobody_is_known() -> None:
    found = books().people("ada@practice.example").user(None, "FINANCIALADVISER").look("DQ46")
    assert [one.detail for one in found.findings] == ["Adviser, without an e-mail address"]


def test_who_has_no_name_is_called_by_the_address() -> None:
    told = showing().user("eve@elsewhere.example")
    told.rows["users"][-1]["name"] = None
    assert [one.title for one in told.look("DQ46").findings] == ["mallory", "eve@elsewhere.example"]


def test_other_roles_are_not_looked_at() -> None:
    found = showing().user("reader@x.example", "READONLY").user("clerk@x.example", "INVOICEONLY").look("DQ46")
    assert found.of == 1


def test_nothing_to_judge() -> None:
    assert books().user("mallory@elsewhere.example").look("DQ46").not_applicable
    assert books().people("ada@practice.example").user("reader@x.example", "READONLY").look("DQ46").not_applicable
