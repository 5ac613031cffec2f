"""Loads one organisation's ledger as columns: COPY out of PostgreSQL, straight into Polars, a frame at a time. What no
organisation has much of comes together in one answer: a small ledger's time is its round trips.

Who asks says which frames and columns it reads, and nothing else is fetched. What was not asked for is not there: a check
that reads a column it did not name fails, rather than see nothing in it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
from sqlalchemy import text

from practice.kernel.context import Context
from practice.kernel.unit import Unit
from practice.ledgers import books
from practice.ledgers.books import CENTS, DAY, FLAG, FRAMES, TEXT, Absence, Books
from practice.ledgers.local_day import local_day, month_end_before

# Ids and zone are our own and come from rows, never from a request; asyncpg's COPY takes no parameters in a query.
# ruff: noqa: S608
Needs = Mapping[str, Collection[str]]

_OF = "t.firm_id = '{firm}' AND t.tenant_id = '{tenant}' AND t.gone_at IS NULL"
# What Xero calls deleted or voided stays as a row, and no frame but `removed` holds it. A row without a status stands.
_STANDING = _OF + " AND t.status IS DISTINCT FROM 'DELETED' AND t.status IS DISTINCT FROM 'VOIDED'"
_REMOVED = _OF + " AND t.status IN ('DELETED', 'VOIDED')"
_MONEY_SIDE = "CASE WHEN t.type LIKE 'RECEIVE%' THEN 'sales' ELSE 'purchases' END"


def _flag(column: str, *, unsaid: str = "'false'") -> str:
    """As Polars reads it. What was never said is false, or left open."""
    return f"CASE WHEN t.{column} THEN 'true' WHEN NOT t.{column} THEN 'false' ELSE {unsaid} END"


def _day(column: str) -> str:
    """The organisation's own day, whatever the offset was at that moment."""
    return f"(t.{column} AT TIME ZONE '{{zone}}')::date"


def _plain(frame: str, **other: str) -> dict[str, str]:
    """Columns that are called as the table calls them, but for these."""
    return {name: other.get(name, "t.remote_id" if name == "id" else f"t.{name}") for name in FRAMES[frame]}


_UPDATED = _day("updated_at")
_LINES = "{table} t WHERE cardinality(t.line_cents) > 0 AND " + _STANDING
_OF_LINE = {
    "document_id": "t.remote_id",
    "status": "t.status",
    "date": "t.date",
    # A document's lines come as its row has them, an array a column, and are laid out here: a third of the bytes. What
    # people chose is told as JSON, so that no letter of it can be taken for the end of an element.
    "account_code": "array_to_json(t.line_accounts)",
    "account_id": "array_to_string(t.line_account_ids, ' ', '')",
    "tax_type": "array_to_json(t.line_tax_types)",
    "amount_cents": "array_to_string(t.line_cents, ' ', '')",
    "tax_cents": "array_to_string(t.line_tax_cents, ' ', '')",
}
_WORDS = ("account_code", "tax_type")
_SPACED = ("account_id", "amount_cents", "tax_cents")
_IN_SQL = {DAY: "date", CENTS: "bigint", FLAG: "boolean"}
_NOTHING_EACH = "repeat(' ', cardinality(t.line_cents) - 1)"
_NOT_SAID = "NULL"

Part = tuple[dict[str, str], str]
"""What each column of a frame is in SQL, and where the rows come from."""

QUERIES: Mapping[str, tuple[Part, ...]] = {
    "accounts": ((_plain("accounts"), f"account t WHERE {_STANDING}"),),
    "tax_rates": (
        (
            _plain(
                "tax_rates",
                basis_points="round(t.effective_rate * 100)::bigint",
                **{name: _flag(name, unsaid=_NOT_SAID) for name in FRAMES["tax_rates"] if name.startswith("for_")},
            ),
            "tax_rate t WHERE t.firm_id = '{firm}' AND t.tenant_id = '{tenant}'",
        ),
    ),
    "contacts": (
        (
            _plain("contacts", is_supplier=_flag("is_supplier"), is_customer=_flag("is_customer"), updated_on=_UPDATED),
            f"contact t WHERE {_OF}",
        ),
    ),
    "documents": (
        (
            _plain("documents", has_attachments=_flag("has_attachments", unsaid=_NOT_SAID), updated_on=_UPDATED),
            f"document t WHERE {_STANDING}",
        ),
    ),
    "bank_transactions": (
        (
            _plain(
                "bank_transactions",
                reconciled=_flag("reconciled"),
                has_attachments=_flag("has_attachments", unsaid=_NOT_SAID),
                updated_on=_UPDATED,
            ),
            f"bank_transaction t WHERE {_STANDING}",
        ),
    ),
    "payments": ((_plain("payments", reconciled=_flag("reconciled")), f"payment t WHERE {_STANDING}"),),
    "transfers": (
        (
            _plain("transfers", **{name: _flag(name) for name in ("from_reconciled", "to_reconciled")}),
            f"bank_transfer t WHERE {_STANDING}",
        ),
    ),
    "journals": ((_plain("journals", updated_on=_UPDATED), f"manual_journal t WHERE {_STANDING}"),),
    "lines": (
        (
            _OF_LINE
            | {name: f"t.{name}" for name in ("side", "contact_id", "currency", "rate")}
            | {"source": "t.kind"},
            _LINES.replace("{table}", "document"),
        ),
        (
            _OF_LINE
            | {name: f"t.{name}" for name in ("contact_id", "currency", "rate")}
            | {"source": "'bank_transaction'", "side": _MONEY_SIDE},
            _LINES.replace("{table}", "bank_transaction"),
        ),
        (
            _OF_LINE
            | dict.fromkeys(("side", "contact_id", "currency", "rate"), _NOT_SAID)
            | {"source": "'manual_journal'", "tax_cents": _NOTHING_EACH},
            _LINES.replace("{table}", "manual_journal"),
        ),
    ),
    "removed": (
        (_plain("removed", updated_on=_UPDATED), f"document t WHERE {_REMOVED}"),
        (
            _plain("removed", kind="'bank_transaction'", side=_MONEY_SIDE, number=_NOT_SAID, updated_on=_UPDATED),
            f"bank_transaction t WHERE {_REMOVED}",
        ),
    ),
    "users": ((_plain("users"), f"ledger_user t WHERE {_OF}"),),
    "balances": (
        (
            {"account_id": "b.key", "date": "t.as_of", "cents": "b.value"},
            """
            report t CROSS JOIN LATERAL jsonb_each_text(t.balances) b
            WHERE t.firm_id = '{firm}' AND t.tenant_id = '{tenant}' AND t.name = 'trial_balance'
            """,
        ),
    ),
    "stated": ((_plain("stated"), "stated_figure t WHERE t.firm_id = '{firm}' AND t.tenant_id = '{tenant}'"),),
    "assets": ((_plain("assets"), f"asset t WHERE {_OF}"),),
    "lock_history": (
        (
            _plain("lock_history", id="t.id", seen_on=_day("seen_at")),
            "lock_history t WHERE t.firm_id = '{firm}' AND t.tenant_id = '{tenant}' ORDER BY t.seen_at, t.id",
        ),
    ),
    "bank_history": (
        (
            _plain("bank_history", seen_on=_day("seen_at")),
            "bank_history t WHERE t.firm_id = '{firm}' AND t.tenant_id = '{tenant}'",
        ),
    ),
}

# Which resources a frame is made of; one that was never read whole makes its frame absent.
MADE_OF: Mapping[str, tuple[str, ...]] = {
    "accounts": ("accounts",),
    "tax_rates": ("tax_rates",),
    "contacts": ("contacts",),
    "documents": ("invoices", "credit_notes", "prepayments", "overpayments"),
    "bank_transactions": ("bank_transactions",),
    "payments": ("payments",),
    "transfers": ("bank_transfers",),
    "journals": ("manual_journals",),
    "lines": ("invoices", "credit_notes", "bank_transactions", "manual_journals"),
    "removed": ("invoices", "credit_notes", "bank_transactions"),
    "users": ("users",),
    "balances": ("trial_balance",),
    "lock_history": ("organisation",),
    "bank_history": ("contacts",),
}
OPTIONAL: Mapping[str, str] = {"stated": "cash_validation", "assets": "assets"}
"""The resource of a frame that not every consent covers; without it books are whole all the same."""
Unfold = Callable[[pl.DataFrame, Mapping[str, pl.DataType]], pl.DataFrame]
PIECE = 4 * 1024 * 1024
"""Bytes of CSV that are parsed at once."""
MANY = 10_000
"""Rows from which on it pays to look for the same ids among them."""
TOGETHER = ("accounts", "tax_rates", "users", "balances", "stated", "lock_history", "bank_history", "assets")
"""Frames of some hundred rows at most, even of a giant."""
COUNTED = ("documents", "bank_transactions", "payments", "journals")
"""What the size of a ledger is."""

_ABOUT = text(
    """
    SELECT o.*, read.at AS read_at, read.resources, refused.resources AS refused, balances.as_of AS balances_on,
        EXISTS (SELECT 1 FROM stated_figure s WHERE s.firm_id = :firm AND s.tenant_id = :tenant) AS stated,
        EXISTS (SELECT 1 FROM lock_history h WHERE h.firm_id = :firm AND h.tenant_id = :tenant) AS locks_seen
    FROM (SELECT) AS always
    LEFT JOIN organisation o ON o.firm_id = :firm AND o.tenant_id = :tenant
    LEFT JOIN (
        SELECT min(coalesce(w.read_at, w.modified_since)) AS at, array_agg(w.resource) AS resources
        FROM high_water w WHERE w.firm_id = :firm AND w.tenant_id = :tenant AND w.refused_at IS NULL
    ) AS read ON true
    LEFT JOIN (
        SELECT array_agg(w.resource) AS resources
        FROM high_water w WHERE w.firm_id = :firm AND w.tenant_id = :tenant AND w.refused_at IS NOT NULL
    ) AS refused ON true
    LEFT JOIN report balances ON balances.firm_id = :firm AND balances.tenant_id = :tenant
        AND balances.name = 'trial_balance' AND balances.balances IS NOT NULL
    """
)


async def load_books(
    ctx: Context,
    *,
    tenant_id: UUID,
    as_of: date,
    needs: Needs | None = None,
    people: Iterable[str] = (),
    thresholds: Mapping[str, int] | None = None,
) -> Books:
    """The books as they are stored now, in one read-only transaction, so that the frames agree with each other.

    Without `needs` it is every frame and column.
    """
    async with ctx.unit(write=False) as unit:
        books = await open_books(unit, tenant_id=tenant_id, as_of=as_of, people=people, thresholds=thresholds)
        return await read_frames(unit, books, tenant_id=tenant_id, needs=FRAMES if needs is None else needs)


async def open_books(
    unit: Unit, *, tenant_id: UUID, as_of: date, people: Iterable[str] = (), thresholds: Mapping[str, int] | None = None
) -> Books:
    """All that is known of the books but their frames, which are empty and have no columns."""
    nothing: dict[str, Any] = dict.fromkeys(FRAMES, pl.DataFrame())
    about = (await unit.rows(_ABOUT, {"firm": unit.firm_id, "tenant": tenant_id}))[0]
    return Books(
        as_of=as_of,
        organisation=_organisation(about),
        absent=_absent(about, as_of),
        read_on=_read_on(about),
        people=frozenset(one.casefold() for one in people),
        thresholds=thresholds or {},
        **nothing,
    )


async def read_frames(unit: Unit, books: Books, *, tenant_id: UUID, needs: Needs) -> Books:
    """The same books with these frames and columns, and with the count of their documents."""
    names = {"firm": unit.firm_id, "tenant": tenant_id, "zone": _known_zone(books.organisation.time_zone)}
    raw = (await (await unit.session.connection()).get_raw_connection()).driver_connection
    assert raw is not None
    wanted = {
        frame: {name: kind for name, kind in columns.items() if name in needs[frame]}
        for frame, columns in FRAMES.items()
        if frame in needs
    }
    frames: dict[str, Any] = await _small_ones(unit, names, {frame: wanted[frame] for frame in TOGETHER if wanted.get(frame)})
    for frame, columns in wanted.items():
        if frame in TOGETHER or not columns:
            continue
        rows = _Rows(columns, unfold=_unfolded if frame == "lines" else None)
        await raw.copy_from_query(
            _select(frame, rows.fetched).format(**names), output=rows.take, format="csv", header=False
        )
        frames[frame] = rows.frame()
    return replace(books, counted=await _count(unit, tenant_id, frames), **frames)


async def _small_ones(
    unit: Unit, names: Mapping[str, Any], wanted: Mapping[str, Mapping[str, pl.DataType]]
) -> dict[str, pl.DataFrame]:
    """Each column as an array, all of them in one row."""
    if not wanted:
        return {}
    each = ", ".join(f"({_as_arrays(frame, columns)}) AS {frame}" for frame, columns in wanted.items())
    (row,) = await unit.rows(text(f"SELECT * FROM {each}"), dict(names))
    values = iter(row)
    return {
        frame: pl.DataFrame({name: next(values) or [] for name in columns}, schema=dict(columns))
        for frame, columns in wanted.items()
    }


def _as_arrays(frame: str, columns: Mapping[str, pl.DataType]) -> str:
    ((said, where),) = QUERIES[frame]
    rows = f"SELECT {', '.join(f'{said[name]} AS {name}' for name in columns)} FROM {where}"
    for name in ("firm", "tenant", "zone"):
        rows = rows.replace(f"'{{{name}}}'", f":{name}")
    # As in a piece of CSV: an empty text says nothing.
    told = ", ".join(
        f"array_agg(nullif({name}::text, ''))" if kind == TEXT else f"array_agg({name}::{_IN_SQL[kind]})"
        for name, kind in columns.items()
    )
    return f"SELECT {told} FROM ({rows}) AS each"


def _select(frame: str, columns: Collection[str]) -> str:
    return " UNION ALL ".join(
        f"SELECT {', '.join(said[name] for name in columns)} FROM {where}" for said, where in QUERIES[frame]
    )


class _Rows:
    """Takes what COPY sends and parses it a piece at a time, while PostgreSQL makes the next: memory stays near the frame's.

    The driver hands on whole messages, and PostgreSQL puts each row into one of its own: a piece ends with a row.
    """

    def __init__(self, columns: Mapping[str, pl.DataType], *, unfold: Unfold | None = None) -> None:
        self._columns = dict(columns)
        self._unfold = unfold
        self.fetched = self._columns
        if unfold:
            # Without one of the arrays nothing would say how many lines there are.
            arrays = dict.fromkeys([*(name for name in columns if name in (*_WORDS, *_SPACED)), "amount_cents"], pl.String())
            self.fetched = self._columns | arrays
        self._waiting = bytearray()
        self._parsed: list[pl.DataFrame] = []

    async def take(self, data: bytes) -> None:
        self._waiting += data
        if len(self._waiting) >= PIECE:
            self._parse()

    def frame(self) -> pl.DataFrame:
        if self._waiting:
            self._parse()
        if len(self._parsed) == 1:
            # Parsed in chunks, which every later step would have to put side by side again.
            return self._parsed[0].rechunk()
        return pl.concat(self._parsed) if self._parsed else pl.DataFrame(schema=self._columns)

    def _parse(self) -> None:
        piece = pl.read_csv(
            bytes(self._waiting), has_header=False, schema=self.fetched, null_values=[""], try_parse_dates=False
        )
        self._waiting.clear()
        if self._unfold:
            piece = self._unfold(piece, self._columns)
        if piece.height >= MANY:
            piece = piece.with_columns(_shared(piece[name]) for name in self._columns if name.endswith("_id"))
        self._parsed.append(piece)


def _unfolded(documents: pl.DataFrame, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A row for each line, of documents that have their lines in arrays; an element that says nothing is null."""
    words = [name for name in documents.columns if name in _WORDS]
    spaced = [name for name in documents.columns if name in _SPACED]
    lines = documents.with_columns(
        *(pl.col(name).str.json_decode(pl.List(pl.String)) for name in words),
        *(pl.col(name).fill_null("").str.split(" ") for name in spaced),
    ).explode(*words, *spaced)
    said = (pl.when(pl.col(name) != "").then(pl.col(name)).cast(columns[name]) for name in (*words, *spaced) if name in columns)
    return lines.with_columns(said).select(*columns)


def _shared(ids: pl.Series) -> pl.Series:
    """The same ids, each kept in memory once: a contact's id is on every line of its documents."""
    known = ids.unique()
    at = (
        ids.alias("id")
        .to_frame()
        .join(
            known.alias("id").to_frame().with_row_index("at"),
            on="id",
            how="left",
            maintain_order="left",
            nulls_equal=True,
        )
    )
    return known.gather(at["at"]).alias(ids.name)


async def _count(unit: Unit, tenant_id: UUID, frames: Mapping[str, pl.DataFrame]) -> int:
    """Where a frame was not fetched, its rows are counted where they are."""
    counted = sum(frames[name].height for name in COUNTED if name in frames)
    unread = [name for name in COUNTED if name not in frames]
    if unread:
        rows = " + ".join(f"(SELECT count(*) FROM {QUERIES[name][0][1]})" for name in unread)
        counted += int(await unit.scalar(text("SELECT " + rows.format(firm=unit.firm_id, tenant=tenant_id))))
    return counted


def _absent(about: Any, as_of: date) -> dict[str, Absence]:
    read = set(about.resources or ())
    absent: dict[str, Absence] = {
        name: "not_synced" for name, resources in MADE_OF.items() if any(resource not in read for resource in resources)
    }
    # Balances of another day are not those of the period's end.
    if about.balances_on != month_end_before(as_of):
        absent["balances"] = "not_synced"
    if not about.locks_seen:
        absent["lock_history"] = "not_synced"
    refused = set(about.refused or ())
    for frame, resource in OPTIONAL.items():
        if resource not in read and not (frame == "stated" and about.stated):
            absent[frame] = "no_permission" if resource in refused else "not_synced"
    return absent


def _read_on(about: Any) -> date | None:
    """The day on which the resource that was read longest ago was; None before each was read to the end once."""
    every = {resource for resources in MADE_OF.values() for resource in resources}
    at: datetime | None = about.read_at
    return local_day(at, about.time_zone) if at and every <= set(about.resources or ()) else None


def _known_zone(time_zone: str | None) -> str:
    """A zone that PostgreSQL can be told: one of the tz database, as `local_day` reads it."""
    try:
        known = ZoneInfo(time_zone or "UTC").key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    return known if re.fullmatch(r"[A-Za-z0-9_+\-/]+", known) else "UTC"


def _organisation(row: Any) -> books.Organisation:
    if row.name is None:
        return books.Organisation()
    return books.Organisation(
        name=row.name,
        base_currency=row.base_currency or "",
        country=row.country,
        time_zone=row.time_zone,
        fy_end_day=row.financial_year_end_day,
        fy_end_month=row.financial_year_end_month,
        period_lock_date=row.period_lock_date,
        end_of_year_lock_date=row.end_of_year_lock_date,
        short_code=row.short_code,
        sales_tax_basis=row.sales_tax_basis,
        pays_tax=row.pays_tax,
    )
