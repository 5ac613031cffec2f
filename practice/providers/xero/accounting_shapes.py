"""Turns Xero's accounting JSON into neutral rows, and sets aside the rows it cannot believe.

The trap is Xero's dates: a calendar date arrives as midnight UTC in milliseconds, so it must be read in UTC
and never be moved to a local zone.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

Row = dict[str, Any]
Shape = Callable[[Row], Row]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)

# A float parsed from a literal with two decimals is the double nearest to n/100. Multiplying by 100 adds one
# more rounding, so the product is within n * 2**-52 of n and `round` finds n as long as n < 2**51. This bound
# (in hundredths) stays well below that; anything larger goes through Decimal.
_EXACT = 1e15
# From 2**46 on, doubles lie further apart than a cent: the literal is lost, and a wrong amount is worse than none.
_BEYOND = 2.0**46
# How far from a whole number of cents a product may lie through rounding alone.
_SLACK = 1e-3


class Malformed(ValueError):
    """A row says something that cannot be true; the message becomes the reason it is set aside."""


def cents(value: Any, name: str = "Amount") -> int:
    """Minor units, exactly. Numbers and quoted numbers are both seen in the wild."""
    if type(value) is float:
        scaled = value * 100
        if -_EXACT < scaled < _EXACT:
            whole = round(scaled)
            if -_SLACK < scaled - whole < _SLACK:
                return whole
        if abs(value) >= _BEYOND:
            raise Malformed(f"{name} is out of range")
    elif type(value) is int and -_EXACT < value < _EXACT:
        return value * 100
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Malformed(f"{name} is not a number")
    try:
        # repr() of a float is the shortest literal that reads back the same, which is the literal Xero wrote.
        amount = Decimal(repr(value) if isinstance(value, float) else value.strip() if isinstance(value, str) else value)
        hundredths = (amount * 100).to_integral_value(ROUND_HALF_UP)
    except (ArithmeticError, ValueError) as error:
        raise Malformed(f"{name} is not a number") from error
    if not hundredths.is_finite() or abs(hundredths) >= 10**17:
        raise Malformed(f"{name} is out of range")
    return int(hundredths)


def cents_or_zero(value: Any, name: str = "Amount") -> int:
    return 0 if value is None or value == "" else cents(value, name)


@lru_cache(maxsize=16384)
def _day(text: str) -> date:
    match = _STAMP.fullmatch(text)
    try:
        if match:
            return (_EPOCH + timedelta(milliseconds=int(match[1]))).date()
        return date.fromisoformat(text[:10])
    except (ValueError, OverflowError) as error:
        raise Malformed("a date cannot be read") from error


def day(value: Any, text: Any = None) -> date | None:
    """The calendar date, preferring the readable twin (`DateString`) where Xero sends one."""
    chosen = text or value
    if chosen is None or chosen == "":
        return None
    if not isinstance(chosen, str):
        raise Malformed("a date is not text")
    return _day(chosen)


def instant(value: Any) -> datetime | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Malformed("a timestamp is not text")
    match = _STAMP.fullmatch(value)
    try:
        if match:
            return _EPOCH + timedelta(milliseconds=int(match[1]))
        # Python reads at most six decimals of a second, Xero writes up to seven.
        read = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed("a timestamp cannot be read") from error


def uid(value: Any, name: str) -> str:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise Malformed(f"{name} is missing or not an id")
    return value.lower()


def uid_or_none(value: Any, name: str) -> str | None:
    return None if value is None or value == "" else uid(value, name)


def text(value: Any, limit: int = 4000) -> str | None:
    """Free text as stored: no NUL (Postgres refuses it), no more than the limit, empty means absent."""
    if value is None or value == "":
        return None
    if type(value) is not str:
        value = str(value)
    if "\0" in value:
        value = value.replace("\0", "")
    return str(value[:limit])


def yes(value: Any) -> bool:
    """Xero's documents show `"true"` where its servers send `true`."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def yes_or_unsaid(value: Any) -> bool | None:
    return None if value is None or value == "" else yes(value)


def number(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        read = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation as error:
        raise Malformed("a rate is not a number") from error
    if not read.is_finite() or not Decimal(0) <= read < Decimal(10) ** 12:
        raise Malformed("a rate is out of range")
    return read


def whole(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        read = int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Malformed("a count is not a whole number") from error
    if abs(read) >= 2**31:
        raise Malformed("a count is out of range")
    return read


def word(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise Malformed(f"{name} is missing")
    return value[:60]


def part(row: Row, name: str) -> Row:
    """A nested object, or an empty one; a list or a number in its place is a malformed row."""
    inner = row.get(name)
    if inner is None:
        return {}
    if not isinstance(inner, dict):
        raise Malformed(f"{name} is not an object")
    return inner


def lines(row: Row, name: str = "LineItems") -> Row:
    """The lines as parallel columns, which is how the ledger keeps them; amounts are net, however they were entered."""
    items = row.get(name) or ()
    codes: list[str | None] = []
    ids: list[str | None] = []
    taxes: list[str | None] = []
    amounts: list[int] = []
    tax_amounts: list[int] = []
    inclusive = str(row.get("LineAmountTypes") or "").casefold() == "inclusive"
    if not isinstance(items, list | tuple):
        raise Malformed(f"{name} is not a list")
    for item in items:
        if not isinstance(item, dict):
            raise Malformed(f"{name} holds something that is not a line")
        get = item.get
        codes.append(text(get("AccountCode"), 50))
        ids.append(uid_or_none(get("AccountID"), "AccountID"))
        taxes.append(text(get("TaxType"), 50))
        # A line of text only has no amount.
        tax = cents_or_zero(get("TaxAmount"), "TaxAmount")
        amounts.append(cents_or_zero(get("LineAmount"), "LineAmount") - (tax if inclusive else 0))
        tax_amounts.append(tax)
    return {
        "line_accounts": codes, "line_account_ids": ids, "line_tax_types": taxes,
        "line_cents": amounts, "line_tax_cents": tax_amounts,
    }


# --- one shape per resource ------------------------------------------------------------------------------------

# Xero names zones in its own way. What is not here falls back to the country, then to UTC.
_ZONES = {
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland", "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane", "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin", "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "TASMANIASTANDARDTIME": "Australia/Hobart", "GMTSTANDARDTIME": "Europe/London",
    "GREENWICHSTANDARDTIME": "Atlantic/Reykjavik", "UTC": "UTC", "ROMANCESTANDARDTIME": "Europe/Paris",
    "WEUROPESTANDARDTIME": "Europe/Berlin", "SOUTHAFRICASTANDARDTIME": "Africa/Johannesburg",
    "SINGAPORESTANDARDTIME": "Asia/Singapore", "CHINASTANDARDTIME": "Asia/Shanghai",
    "FIJISTANDARDTIME": "Pacific/Fiji", "EASTERNSTANDARDTIME": "America/New_York",
    "CENTRALSTANDARDTIME": "America/Chicago", "MOUNTAINSTANDARDTIME": "America/Denver",
    "PACIFICSTANDARDTIME": "America/Los_Angeles", "HAWAIIANSTANDARDTIME": "Pacific/Honolulu",
}
_COUNTRY_ZONES = {
    "AU": "Australia/Sydney", "NZ": "Pacific/Auckland", "GB": "Europe/London", "UK": "Europe/London",
    "US": "America/New_York", "SG": "Asia/Singapore", "ZA": "Africa/Johannesburg", "IE": "Europe/Dublin",
    "HK": "Asia/Hong_Kong", "CA": "America/Toronto",
}


def organisation(row: Row) -> Row:
    country = text(row.get("CountryCode"), 10)
    zone = _ZONES.get(str(row.get("Timezone", "")).upper()) or _COUNTRY_ZONES.get(country or "", "UTC")
    return {
        "remote_id": uid(row.get("OrganisationID"), "OrganisationID"),
        "name": text(row.get("Name"), 500) or "",
        "legal_name": text(row.get("LegalName"), 500), "country": country,
        "base_currency": word(row.get("BaseCurrency"), "BaseCurrency"), "time_zone": zone,
        "financial_year_end_day": whole(row.get("FinancialYearEndDay")),
        "financial_year_end_month": whole(row.get("FinancialYearEndMonth")),
        "sales_tax_basis": text(row.get("SalesTaxBasis"), 60), "sales_tax_period": text(row.get("SalesTaxPeriod"), 60),
        "pays_tax": yes(row.get("PaysTax")), "period_lock_date": day(row.get("PeriodLockDate")),
        "end_of_year_lock_date": day(row.get("EndOfYearLockDate")), "short_code": text(row.get("ShortCode"), 60),
        "is_demo": yes(row.get("IsDemoCompany")), "edition": text(row.get("Edition"), 60), "class_": text(row.get("Class"), 60),
        "registration_number": text(row.get("RegistrationNumber"), 60),
    }


def user(row: Row) -> Row:
    name = " ".join(filter(None, (text(row.get("FirstName"), 255), text(row.get("LastName"), 255))))
    return {
        "remote_id": uid(row.get("UserID"), "UserID"), "email": text(row.get("EmailAddress"), 320),
        "name": name or None, "role": text(row.get("OrganisationRole"), 60) or "UNKNOWN",
    }


def account(row: Row) -> Row:
    return {
        "remote_id": uid(row.get("AccountID"), "AccountID"), "code": text(row.get("Code"), 50),
        "name": text(row.get("Name"), 500) or "", "type": word(row.get("Type"), "Type"),
        "class_": text(row.get("Class"), 60), "status": text(row.get("Status"), 60) or "ACTIVE",
        "tax_type": text(row.get("TaxType"), 50), "bank_account_number": text(row.get("BankAccountNumber"), 60),
        "currency": text(row.get("CurrencyCode"), 3), "system_account": text(row.get("SystemAccount"), 60),
        "reporting_code": text(row.get("ReportingCode"), 60), "updated_at": instant(row.get("UpdatedDateUTC")),
    }


_APPLIES = ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")


def tax_rate(row: Row) -> Row:
    return {
        "tax_type": word(row.get("TaxType"), "TaxType"), "name": text(row.get("Name"), 500) or "",
        "status": text(row.get("Status"), 60) or "ACTIVE", "effective_rate": number(row.get("EffectiveRate")),
        **{f"for_{kind.lower()}": yes_or_unsaid(row.get(f"CanApplyTo{kind}")) for kind in _APPLIES},
    }


def contact(row: Row) -> Row:
    return {
        "remote_id": uid(row.get("ContactID"), "ContactID"), "name": text(row.get("Name"), 500) or "",
        "email": text(row.get("EmailAddress"), 320), "tax_number": text(row.get("TaxNumber"), 60),
        "bank_account": text(row.get("BankAccountDetails"), 255), "company_number": text(row.get("CompanyNumber"), 60),
        "status": text(row.get("ContactStatus"), 60) or "ACTIVE", "is_supplier": yes(row.get("IsSupplier")),
        "is_customer": yes(row.get("IsCustomer")), "merged_to": uid_or_none(row.get("MergedToContactID"), "MergedToContactID"),
        "sales_account": text(row.get("SalesDefaultAccountCode"), 50),
        "purchases_account": text(row.get("PurchasesDefaultAccountCode"), 50),
        "sales_tax": text(row.get("AccountsReceivableTaxType"), 50),
        "purchases_tax": text(row.get("AccountsPayableTaxType"), 50), "updated_at": instant(row.get("UpdatedDateUTC")),
    }


_SIDES = {
    "invoice": {"ACCREC": "sales", "ACCPAY": "purchases"},
    "credit_note": {"ACCRECCREDIT": "sales", "ACCPAYCREDIT": "purchases"},
    "prepayment": {"RECEIVE-PREPAYMENT": "sales", "ARPREPAYMENT": "sales", "SPEND-PREPAYMENT": "purchases", "APPREPAYMENT": "purchases"},
    "overpayment": {"RECEIVE-OVERPAYMENT": "sales", "AROVERPAYMENT": "sales", "SPEND-OVERPAYMENT": "purchases", "APOVERPAYMENT": "purchases"},
}


def _document(row: Row, kind: str, id_key: str, number_key: str, due_key: str) -> Row:
    get = row.get
    side = _SIDES[kind].get(str(get("Type")))
    if side is None:
        raise Malformed("Type is not one we know")
    whom = part(row, "Contact")
    return {
        "remote_id": uid(get(id_key), id_key), "kind": kind, "side": side, "status": word(get("Status"), "Status"),
        "contact_id": uid_or_none(whom.get("ContactID"), "ContactID"), "contact_name": text(whom.get("Name"), 500),
        "number": text(get(number_key), 255), "reference": text(get("Reference"), 4000),
        "date": day(get("Date"), get("DateString")), "due_date": day(get("DueDate"), get("DueDateString")),
        "subtotal_cents": cents_or_zero(get("SubTotal"), "SubTotal"), "tax_cents": cents_or_zero(get("TotalTax"), "TotalTax"),
        "total_cents": cents(get("Total"), "Total"), "due_cents": cents_or_zero(get(due_key), due_key),
        "paid_cents": cents_or_zero(get("AmountPaid"), "AmountPaid"),
        "credited_cents": cents_or_zero(get("AmountCredited"), "AmountCredited"),
        "currency": text(get("CurrencyCode"), 3), "rate": number(get("CurrencyRate")),
        "has_attachments": yes_or_unsaid(get("HasAttachments")), **lines(row), "updated_at": instant(get("UpdatedDateUTC")),
    }


def invoice(row: Row) -> Row:
    return _document(row, "invoice", "InvoiceID", "InvoiceNumber", "AmountDue")


def credit_note(row: Row) -> Row:
    return _document(row, "credit_note", "CreditNoteID", "CreditNoteNumber", "RemainingCredit")


def prepayment(row: Row) -> Row:
    return _document(row, "prepayment", "PrepaymentID", "InvoiceNumber", "RemainingCredit")


def overpayment(row: Row) -> Row:
    return _document(row, "overpayment", "OverpaymentID", "InvoiceNumber", "RemainingCredit")


def bank_transaction(row: Row) -> Row:
    get = row.get
    whom = part(row, "Contact")
    return {
        "remote_id": uid(get("BankTransactionID"), "BankTransactionID"), "type": word(get("Type"), "Type"),
        "status": word(get("Status"), "Status"), "contact_id": uid_or_none(whom.get("ContactID"), "ContactID"),
        "contact_name": text(whom.get("Name"), 500), "account_id": uid(part(row, "BankAccount").get("AccountID"), "BankAccount"),
        "date": day(get("Date"), get("DateString")), "total_cents": cents(get("Total"), "Total"),
        "reconciled": yes(get("IsReconciled")), "currency": text(get("CurrencyCode"), 3),
        "rate": number(get("CurrencyRate")), "reference": text(get("Reference")),
        "has_attachments": yes_or_unsaid(get("HasAttachments")), **lines(row), "updated_at": instant(get("UpdatedDateUTC")),
    }


_PAID = (("Invoice", "InvoiceID"), ("CreditNote", "CreditNoteID"), ("Prepayment", "PrepaymentID"), ("Overpayment", "OverpaymentID"))


def payment(row: Row) -> Row:
    get = row.get
    document_id = currency = None
    for name, key in _PAID:
        if get(name):
            paid = part(row, name)
            document_id, currency = uid_or_none(paid.get(key), key), text(paid.get("CurrencyCode"), 3)
            break
    account_ = part(row, "Account")
    return {
        "remote_id": uid(get("PaymentID"), "PaymentID"), "type": word(get("PaymentType"), "PaymentType"),
        "status": word(get("Status"), "Status"), "date": day(get("Date"), get("DateString")),
        "amount_cents": cents(get("Amount"), "Amount"), "currency": currency,
        "account_id": uid_or_none(account_.get("AccountID"), "AccountID"), "account_code": text(account_.get("Code"), 50),
        "reconciled": yes(get("IsReconciled")), "document_id": document_id, "reference": text(get("Reference")),
        "updated_at": instant(get("UpdatedDateUTC")),
    }


def bank_transfer(row: Row) -> Row:
    get = row.get
    return {
        "remote_id": uid(get("BankTransferID"), "BankTransferID"),
        # Xero sends no Status before July 2026; a transfer that is listed at all was made.
        "status": text(get("Status"), 60) or "AUTHORISED", "date": day(get("Date"), get("DateString")),
        "amount_cents": cents(get("Amount"), "Amount"),
        "from_account_id": uid(part(row, "FromBankAccount").get("AccountID"), "FromBankAccount"),
        "to_account_id": uid(part(row, "ToBankAccount").get("AccountID"), "ToBankAccount"),
        "from_reconciled": yes(get("FromIsReconciled")), "to_reconciled": yes(get("ToIsReconciled")),
        "created_at": instant(get("CreatedDateUTC")),
    }


def manual_journal(row: Row) -> Row:
    columns = lines(row, "JournalLines")
    del columns["line_tax_cents"]
    return {
        "remote_id": uid(row.get("ManualJournalID"), "ManualJournalID"), "status": word(row.get("Status"), "Status"),
        "date": day(row.get("Date"), row.get("DateString")), "narration": text(row.get("Narration")),
        **columns, "updated_at": instant(row.get("UpdatedDateUTC")),
    }


_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")


def _long_day(value: Any) -> date:
    """`21 November 2026`."""
    said = str(value).lower().split()
    try:
        return date(int(said[2]), _MONTHS.index(said[1]) + 1, int(said[0]))
    except (IndexError, ValueError) as error:
        raise Malformed("the report's day cannot be read") from error


def _rows(row: Row) -> list[Row]:
    rows = row.get("Rows")
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise Malformed("the report has no rows")
    return rows


def trial_balance(row: Row) -> Row:
    """As it stands, and each account's balance. The day is its title's `As at`; ReportDate is the day of asking.

    Neither that nor the time of making is kept, so that the same balances on another day are the same row.
    """
    titles = row.get("ReportTitles")
    said = [one for one in titles if isinstance(one, str)] if isinstance(titles, list) else []
    as_at = next((one.lower().removeprefix("as at ") for one in reversed(said) if one.lower().startswith("as at ")), None)
    return {
        "name": "trial_balance", "as_of": _long_day(as_at), "balances": _balances(_rows(row)),
        "body": {"ReportName": row.get("ReportName"), "ReportTitles": said, "Rows": row["Rows"]},
    }


def _balances(rows: list[Row]) -> dict[str, int]:
    """The columns to date: the others are the month's movement. A row that names no account is a total."""
    header = [cell.get("Value") for one in rows if one.get("RowType") == "Header" for cell in _cells(one)]
    try:
        debit, credit = header.index("YTD Debit"), header.index("YTD Credit")
    except ValueError:
        raise Malformed("the report has no balances to date") from None
    balances: dict[str, int] = {}
    for section in rows:
        for one in _rows(section) if section.get("Rows") else ():
            cells = _cells(one)
            named = cells[0].get("Attributes") if cells else None
            ids = [said.get("Value") for said in named or () if isinstance(said, dict) and said.get("Id") == "account"]
            if one.get("RowType") != "Row" or not ids:
                continue
            if len(cells) <= max(debit, credit):
                raise Malformed("a row of the report is too short")
            account_id = uid(ids[0], "account")
            net = cents_or_zero(cells[debit].get("Value"), "YTD Debit") - cents_or_zero(cells[credit].get("Value"), "YTD Credit")
            balances[account_id] = balances.get(account_id, 0) + net
    return balances


def _cells(row: Row) -> list[Row]:
    cells = row.get("Cells") or []
    if not isinstance(cells, list) or not all(isinstance(one, dict) for one in cells):
        raise Malformed("a row of the report has no cells")
    return cells


def bank_summary(row: Row) -> Row:
    """As it stands, with the day of asking (`21 November 2026`, in the organisation's own zone)."""
    body = {key: row.get(key) for key in ("ReportName", "ReportTitles", "ReportDate")} | {"Rows": _rows(row)}
    return {"name": "bank_summary", "as_of": _long_day(row.get("ReportDate")), "body": body}


def read_rows(items: Iterable[Any], shape: Shape) -> tuple[list[Row], list[dict[str, str | None]]]:
    """The rows that could be read, each once, and what was set aside with its reason.

    A row seen twice in one page counts once, the later one: data that changes while Xero pages through it can
    repeat itself.
    """
    kept: dict[str, Row] = {}
    aside: list[dict[str, str | None]] = []
    for item in items:
        try:
            if not isinstance(item, dict):
                raise Malformed("the row is not an object")
            row = shape(item)
        except Malformed as reason:
            aside.append({"remote_id": _said_id(item), "reason": str(reason)})
        else:
            kept[row.get("remote_id") or row.get("tax_type") or row["name"]] = row
    return list(kept.values()), aside


def _said_id(item: Any) -> str | None:
    if isinstance(item, dict):
        for key, value in item.items():
            if key.endswith(("ID", "Id")) and isinstance(value, str):
                return value[:60]
    return None
