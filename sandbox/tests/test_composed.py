"""A world of exact numbers: as many records as were asked for, as many calls as were promised, twins under other ids."""

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from ..ledgers.build import built
from ..ledgers.ledger import Ledger, Query
from ..ledgers.store import RESOURCES
from ..settings import Settings
from ..world.composed import PAGED, calls_for_rows, members, rows_for_calls
from ..world.organisations import organisations
from ..world.users import users

TODAY = date(2026, 11, 21)
EXACT = "Invoices=300+Contacts=50+BankTransactions=40+Payments=100+CreditNotes=3+Accounts=80"
SEED = Settings.from_env({"SEED": "7", "SANDBOX_CLIENTS": f"3*15@10, 2*60@10, 1*{EXACT}"}).seed


@pytest.mark.parametrize(("calls", "page_size"), [(15, 10), (16, 10), (60, 10), (300, 10), (3000, 10), (15, 1000), (60, 100)])
def test_so_many_calls_read_it_whole(calls: int, page_size: int) -> None:
    rows = rows_for_calls(calls, page_size)
    assert calls_for_rows(rows, page_size) == calls
    assert rows["Payments"] <= rows["Invoices"]


def test_fewer_calls_than_there_are_resources_cannot_be() -> None:
    with pytest.raises(ValueError, match="15 are needed"):
        rows_for_calls(12, 10)


@pytest.mark.parametrize("wrong", ["15@10", "3*15", "2*Dragons=3", "x*15@10"])
def test_what_is_no_group_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"no group|only"):
        members(f"1:{wrong}")


def test_the_books_hold_exactly_that(folder: Path) -> None:
    everyone = organisations(SEED)
    assert [len(one.rows) > 0 for one in everyone] == [True] * 6
    assert {user.email: len(user.organisation_ids) for user in users(SEED)}["margaret@ironbark.example"] == 6
    for one in (everyone[0], everyone[3], everyone[5]):
        ledger = Ledger(built(SEED, one.tenant_id, TODAY, folder))
        for resource, count in one.rows:
            assert ledger.count(resource, Query()) == count, resource
        ledger.close()
    ledger = Ledger(built(SEED, everyone[3].tenant_id, TODAY, folder))
    rows = {resource: ledger.count(resource, Query()) for resource in PAGED}
    assert calls_for_rows(rows, 10) == 60
    assert ledger.truth()["flaws"]["DQ22"]["old"] == "0.00"
    ledger.close()


def test_a_twin_has_the_same_books_and_no_id_in_common(folder: Path) -> None:
    first, second = organisations(SEED)[3:5]
    assert second.twin_of == first.tenant_id

    def books(tenant_id: str) -> dict[str, list[tuple[str, str]]]:
        database = sqlite3.connect(built(SEED, tenant_id, TODAY, folder))
        found = {
            resource: database.execute(f"SELECT id, CAST(body AS TEXT) FROM {resource} ORDER BY seq").fetchall()
            for resource in RESOURCES
        }
        database.close()
        return found

    ours, theirs = books(first.tenant_id), books(second.tenant_id)
    own = {resource for resource in RESOURCES if resource not in ("TaxRates", "Users")}
    for resource in own:
        assert len(ours[resource]) == len(theirs[resource])
        assert not {key for key, _ in ours[resource]} & {key for key, _ in theirs[resource]}
        assert not any(first.tenant_id[:8] in body for _, body in theirs[resource])
    mine = json.loads(theirs["Organisations"][0][1])
    assert (mine["OrganisationID"], mine["Name"], mine["ShortCode"]) == (second.tenant_id, second.name, second.short_code)
    contact = json.loads(theirs["Invoices"][0][1])["Contact"]["ContactID"]
    assert contact in {key for key, _ in theirs["Contacts"]}
