import pickle
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice.ledgers.books import FRAMES, Books
from practice.scoring.catalogue import catalogue
from practice.scoring.check import Found
from practice.scoring.dismissed import Dismissed
from practice.scoring.judge import Judgement, judge
from tests.books import AS_OF, FIRST, ORGANISATION, Told, books

IDS = st.sampled_from(["a", "b", "c", "d"])
DAYS = st.dates(date(2024, 6, 1), AS_OF) | st.none()
CENTS = st.sampled_from([0, 100, 100, 5_000, 123_456])
STATUSES = st.sampled_from(["DRAFT", "SUBMITTED", "AUTHORISED", "AUTHORISED", "PAID", "VOIDED", "DELETED"])
NAMES = st.sampled_from(["Acme Ltd", "acme", "Wattle Bakery", "Wattle Bakary", "Unit 1", "", "Zoë & Co", "zoe and"])


@st.composite
def ledgers(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    def rows(prefix: str, **columns: st.SearchStrategy[Any]) -> list[dict[str, Any]]:
        drawn = draw(st.lists(st.fixed_dictionaries(columns), max_size=7))
        return [{"id": f"{prefix}{at}", **row} for at, row in enumerate(drawn)]

    contact = IDS | st.none()
    code = st.sampled_from(["200", "400", "404"]) | st.none()
    line = {
        "side": st.sampled_from(["sales", "purchases"]),
        "contact_id": contact,
        "status": STATUSES,
        "date": DAYS,
        "account_code": code,
    }
    documents = rows(
        "doc", kind=st.sampled_from(["invoice", "credit_note"]), side=line["side"], status=STATUSES, contact_id=contact,
        number=NAMES, date=DAYS, due_date=DAYS, total_cents=CENTS, due_cents=CENTS, currency=st.sampled_from([None, "AUD", "NZD"]),
        rate=st.sampled_from([None, 0.9, 1.1]),
    )  # fmt: skip
    lines = rows("line", **line, source=st.sampled_from(["invoice", "credit_note", "manual_journal"]))
    return {
        "accounts": [
            {"id": "bank", "type": "BANK", "status": "ACTIVE", "name": "Bank"},
            *rows("account", code=code, type=st.just("EXPENSE"), status=st.sampled_from(["ACTIVE", "ARCHIVED"])),
        ],
        "contacts": rows("", name=NAMES, email=NAMES, tax_number=st.sampled_from([None, "12 3", "123"]), status=st.just("ACTIVE")),
        "documents": documents,
        "bank_transactions": rows(
            "bt", type=st.sampled_from(["SPEND", "RECEIVE", "SPEND-TRANSFER"]), status=STATUSES, contact_id=contact,
            account_id=st.just("bank"), date=DAYS, total_cents=CENTS, reconciled=st.booleans(),
        ),
        "payments": rows(
            "pay", status=STATUSES, date=DAYS, amount_cents=CENTS, account_id=st.just("bank"), reconciled=st.booleans(), document_id=IDS
        ),
        "transfers": rows(
            "tr", status=STATUSES | st.none(), date=DAYS, amount_cents=CENTS, from_account_id=st.just("bank"),
            to_account_id=st.just("bank"), from_reconciled=st.booleans(), to_reconciled=st.booleans(),
        ),
        "lines": [row | {"document_id": row["id"]} for row in lines],
    }  # fmt: skip


def judged(rows: dict[str, Any]) -> Judgement:
    return judge(Books.of(AS_OF, ORGANISATION, **rows), FIRST)


def failing(judgement: Judgement) -> list[str]:
    return [code for code, outcome in judgement.judged.items() if outcome.state == "error"]


def in_any_order(judgement: Judgement) -> object:
    findings = {
        code: sorted(((f.key, f.fingerprint, f.amount_cents, f.count, f.date) for f in found), key=str)
        for code, found in judgement.findings.items()
    }
    return findings, judgement.judged, judgement.score


QUICK = settings(max_examples=60)


@QUICK
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: dict[str, list[dict[str, Any]]], chance: Any) -> None:
    before = judged(rows)
    assert failing(before) == []
    shuffled = {name: chance.sample(each, len(each)) for name, each in rows.items()}
    assert in_any_order(judged(shuffled)) == in_any_order(before)


@QUICK
@given(ledgers(), st.integers(0, 7))
def test_frames_in_pieces_change_nothing(rows: dict[str, list[dict[str, Any]]], at: int) -> None:
    def pieces(name: str) -> pl.DataFrame:
        parts = [rows.get(name, [])[:at], rows.get(name, [])[at:]]
        made: list[dict[str, Any]] = [{name: part} for part in parts]
        frames: list[pl.DataFrame] = [getattr(Books.of(AS_OF, **one), name) for one in made]
        return pl.concat(frames, rechunk=False)

    assert in_any_order(judged({name: pieces(name) for name in FRAMES})) == in_any_order(judged(rows))


@QUICK
@given(ledgers())
def test_what_was_dismissed_leaves_n_and_the_score_does_not_fall(rows: dict[str, list[dict[str, Any]]]) -> None:
    built = Books.of(AS_OF, ORGANISATION, **rows)  # type: ignore[arg-type]  # rows by frame
    before = judge(built, FIRST)
    every = {code: {f.key: f.fingerprint for f in found} for code, found in before.findings.items()}
    after = judge(built, FIRST, Dismissed(items=every))
    assert {code: outcome.measure.n for code, outcome in after.judged.items() if outcome.measure.n} == {}
    assert [outcome.measure.of for outcome in after.judged.values()] == [
        outcome.measure.of for outcome in before.judged.values()
    ]
    assert after.findings == before.findings
    assert after.score.value in (100, None)


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_empty_books(code: str) -> None:
    found = catalogue()[code].look(Books.empty(AS_OF))
    assert found.findings == ()
    assert found.not_applicable or found.not_synced


def test_empty_books_have_no_score() -> None:
    judgement = judge(Books.empty(AS_OF), FIRST)
    assert judgement.score.value is None
    assert judgement.score.coverage == 0


def everything() -> Told:
    told = books().bank("Everyday").bank("Savings").account("400", "Advertising").account("404").account("999")
    told.contact("Acme", email="x@x.org").contact("Acme Ltd", email="x@x.org").locked(period=None, year=None)
    told.invoice("Acme", 1, "2026-01-01").invoice("Acme", 1, "2026-01-02").bill("Acme", 1, "2026-01-03").bill(
        "Acme", 1, "2026-01-04"
    )
    told.bill("Acme", 9, "2026-01-01", codes=["400"] * 3 + ["404"]).bill("Acme", 2, "2026-05-05", status="DRAFT")
    told.payment(1, "2026-10-01", reconciled=False, document_id="documents-0001").transfer(
        1, "2026-10-10", came_from=False
    )
    return told.spend("Acme", 5, "2026-06-06", reconciled=False)


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_check_reads_no_more_than_it_says(code: str) -> None:
    """The loader may leave out what no check needs, and a frame that is absent must not matter to the others."""
    check, built = catalogue()[code], everything().build()
    bare = {
        name: getattr(built, name).with_columns(
            pl.lit(None, dtype=kind).alias(column)
            for column, kind in columns.items()
            if column not in check.needs.get(name, ())
        )
        for name, columns in FRAMES.items()
    }
    assert check.look(replace(built, **bare)) == check.look(built)


def test_one_failing_check_leaves_the_others_alone() -> None:
    def fail(_: Books) -> Found:
        raise ZeroDivisionError

    whole = judge(everything().build(), FIRST)
    checks = catalogue() | {"DQ06": replace(catalogue()["DQ06"], look=fail)}
    judgement = judge(everything().build(), FIRST, checks=checks)
    assert judgement.judged["DQ06"].state == "error"
    assert "DQ06" not in judgement.findings
    assert {c: o for c, o in judgement.judged.items() if c != "DQ06"} == {
        c: o for c, o in whole.judged.items() if c != "DQ06"
    }
    assert judgement.score.coverage * 100 == whole.score.coverage * 100 - 12


def test_what_was_not_read_is_not_judged() -> None:
    built = replace(everything().build(), absent={"contacts": "not_synced", "payments": "no_permission"})
    states = {code: outcome.state for code, outcome in judge(built, FIRST).judged.items()}
    assert (states["DQ06"], states["DQ01"], states["DQ27"]) == ("not_synced", "no_permission", "evaluated")


def test_a_dismissal_holds_until_its_fingerprint_moves() -> None:
    built = everything().build()
    (twins,) = judge(built, FIRST).findings["DQ06"]
    assert judge(built, FIRST, Dismissed(items={"DQ06": {twins.key: twins.fingerprint}})).judged["DQ06"].measure.n == 0
    assert judge(built, FIRST, Dismissed(items={"DQ06": {twins.key: "another"}})).judged["DQ06"].measure.n == 1


def test_a_judgement_travels_between_processes() -> None:
    judgement = judge(everything().build(), FIRST)
    assert pickle.loads(pickle.dumps(judgement)) == judgement


def test_a_hundred_thousand_documents_are_judged_in_seconds() -> None:
    import time

    size = 100_000
    days = [AS_OF - timedelta(days=at % 900) for at in range(size)]
    documents = pl.DataFrame(
        {
            "id": [f"d{at}" for at in range(size)], "kind": ["invoice"] * size, "side": ["sales", "purchases"] * (size // 2),
            "status": ["PAID", "AUTHORISED"] * (size // 2), "contact_id": [f"c{at * 7 % 5_000}" for at in range(size)], "date": days,
            "total_cents": [at * 31 % 900_000 for at in range(size)], "due_cents": [at % 3 * 100 for at in range(size)],
        }
    )  # fmt: skip
    lines = documents.select(
        "side", "contact_id", "status", "date", document_id="id", source="kind",
        account_code=pl.int_range(size, dtype=pl.Int64).mod(11).cast(pl.String),
    )  # fmt: skip
    names = [
        " ".join(("North", "South", "Upper", "Lower")[at // p % 4] + chr(97 + at // p % 26) for p in (1, 26, 676))
        for at in range(5_000)
    ]
    contacts = pl.DataFrame({"id": [f"c{at}" for at in range(5_000)], "name": names, "status": ["ACTIVE"] * 5_000})
    built = Books.of(AS_OF, ORGANISATION, documents=documents, lines=pl.concat([lines] * 3), contacts=contacts)
    began = time.process_time()
    judgement = judge(built, FIRST)
    assert failing(judgement) == []
    took = time.process_time() - began
    print(f"judged in {took:.2f} s of computing")
    assert took < 15
