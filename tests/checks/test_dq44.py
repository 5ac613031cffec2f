import json
from dataclasses import asdict

import pytest

from tests.books import Told, books


def showing() -> Told:
    return books().contact("Acme", bank_account="062-000 12345678").contact("Bolt", bank_account="06200012345678")


def test_a_shared_account_warns_and_its_number_is_not_shown() -> None:
    found = (
        showing().contact("Cook", bank_account="0620 0012 345678").contact("Dune", bank_account="1234567").look("DQ44")
    )
    (finding,) = found.findings
    assert (finding.key, finding.fails, finding.count) == ("shared:Acme+Bolt+Cook", False, 1)
    assert (finding.title, finding.detail) == ("Acme, Bolt and Cook", "3 contacts have the same bank account")
    assert "12345678" not in json.dumps(asdict(finding), default=str)


@pytest.mark.parametrize(("number", "n"), [("12-3456", 1), ("12-345", 0), ("", 0), (None, 0)])
def test_six_digits(number: str | None, n: int) -> None:
    told = (
        books().contact("A", bank_account=number).contact("B", bank_account=number).contact("C", bank_account="9999999")
    )
    assert len(told.look("DQ44").findings) == n


def test_only_active_contacts_share() -> None:
    told = books().contact("A", bank_account="123456").contact("B", bank_account="123456", status="ARCHIVED")
    assert told.look("DQ44").findings == ()


@pytest.mark.parametrize(("seen", "n"), [("2026-10-22", 1), ("2026-10-21", 0), ("2026-11-21", 1), ("2026-11-22", 0)])
def test_changes_of_the_last_thirty_days_fail(seen: str, n: int) -> None:
    findings = books().contact("Acme", bank_account="123456").bank_details_changed("Acme", seen).look("DQ44").findings
    assert [(f.key, f.fails, f.contact) for f in findings] == [(f"changed:Acme:{seen}", True, "Acme")] * n


def test_each_day_of_change_is_one_issue() -> None:
    told = showing().bank_details_changed("Acme", "2026-11-20").bank_details_changed("Acme", "2026-11-20")
    told.bank_details_changed("Acme", "2026-11-01").bank_details_changed("Bolt", "2026-11-20")
    assert [f.key for f in told.look("DQ44").findings] == [
        "changed:Acme:2026-11-01",
        "changed:Acme:2026-11-20",
        "changed:Bolt:2026-11-20",
        "shared:Acme+Bolt",
    ]


def test_another_shared_number_is_another_thing() -> None:
    other = books().contact("Acme", bank_account="999999").contact("Bolt", bank_account="999999")
    (a,), (b,) = showing().look("DQ44").findings, other.look("DQ44").findings
    assert a.key == b.key
    assert a.fingerprint != b.fingerprint


def test_no_bank_accounts() -> None:
    assert books().contact("Acme").look("DQ44").not_applicable
