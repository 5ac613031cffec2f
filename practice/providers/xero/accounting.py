"""Xero's books, the reading side: one page of one resource at a time, as neutral rows.

Nearly all is the Accounting API; what other APIs of Xero's hold (assets.py, finance.py) is read in one go each.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from practice.kernel.settings import Settings
from practice.providers.base import PulledPage, Resource, Sizes
from practice.providers.http import Caller
from practice.providers.problems import BadAnswer, ScopeMissing
from practice.providers.xero import accounting_shapes as shapes
from practice.providers.xero.assets import ASSETS, pull_assets
from practice.providers.xero.counts import counts_of
from practice.providers.xero.finance import CASH_VALIDATION, pull_statements
from practice.providers.xero.writes import write


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """Where a resource lives: its path, the collection in the body, its shape, and what is always asked with it."""

    resource: Resource
    path: str
    collection: str
    shape: shapes.Shape
    always: dict[str, str] = field(default_factory=dict)
    document: bool = False


_ENDPOINTS = {
    endpoint.resource.key: endpoint
    for endpoint in (
        _Endpoint(Resource("organisation", "Organisation", False, False), "Organisation", "Organisations", shapes.organisation),
        _Endpoint(Resource("users", "Xero users", False, True), "Users", "Users", shapes.user),
        _Endpoint(Resource("accounts", "Chart of accounts", False, True), "Accounts", "Accounts", shapes.account),
        _Endpoint(Resource("tax_rates", "Tax rates", False, False), "TaxRates", "TaxRates", shapes.tax_rate),
        _Endpoint(Resource("contacts", "Contacts", True, True), "Contacts", "Contacts", shapes.contact, {"includeArchived": "true"}),
        _Endpoint(Resource("invoices", "Invoices and bills", True, True), "Invoices", "Invoices", shapes.invoice, document=True),
        _Endpoint(Resource("credit_notes", "Credit notes", True, True), "CreditNotes", "CreditNotes", shapes.credit_note, document=True),
        _Endpoint(Resource("prepayments", "Prepayments", True, True), "Prepayments", "Prepayments", shapes.prepayment, document=True),
        _Endpoint(Resource("overpayments", "Overpayments", True, True), "Overpayments", "Overpayments", shapes.overpayment, document=True),
        _Endpoint(Resource("bank_transactions", "Bank transactions", True, True), "BankTransactions", "BankTransactions", shapes.bank_transaction, document=True),
        _Endpoint(Resource("bank_transfers", "Bank transfers", False, True), "BankTransfers", "BankTransfers", shapes.bank_transfer, {"includeDeleted": "true"}),
        _Endpoint(Resource("payments", "Payments", True, True), "Payments", "Payments", shapes.payment, document=True),
        _Endpoint(Resource("manual_journals", "Manual journals", True, True), "ManualJournals", "ManualJournals", shapes.manual_journal, document=True),
        _Endpoint(Resource("trial_balance", "Trial balance", False, False, dated=True), "Reports/TrialBalance", "Reports", shapes.trial_balance),
        _Endpoint(Resource("bank_summary", "Bank summary", False, False), "Reports/BankSummary", "Reports", shapes.bank_summary),
    )
}  # fmt: skip

RESOURCES: tuple[Resource, ...] = tuple(endpoint.resource for endpoint in _ENDPOINTS.values())
OPTIONAL: tuple[Resource, ...] = (ASSETS, CASH_VALIDATION)
"""What not every consent covers."""

# One object each: an empty answer to these is never "there is none".
_SINGLE = frozenset({"organisation", "trial_balance", "bank_summary"})
_PROBES_AT_ONCE = 4
# What takes `IDs`; forty of them keep the address below two thousand letters.
_BY_IDS = frozenset({"invoices", "contacts"})
_IDS_AT_ONCE = 40


class XeroLedger:
    """One organisation's books at Xero, read with a lent token."""

    def __init__(self, caller: Caller, settings: Settings, *, access_token: str, tenant_id: str) -> None:
        self._caller = caller
        self._root = settings.xero.api_url.rstrip("/")
        self._base = f"{self._root}/api.xro/2.0"
        self._headers = {"authorization": f"Bearer {access_token}", "xero-tenant-id": tenant_id}
        self._tenant = tenant_id

    @property
    def resources(self) -> Sequence[Resource]:
        return (*RESOURCES, *OPTIONAL)

    async def pull(
        self,
        resource: str,
        *,
        page: int | None = None,
        page_size: int = 1000,
        modified_since: datetime | None = None,
        on: date | None = None,
    ) -> PulledPage:
        """One page, or the report of that day. Raises BadAnswer for a body that is not what was asked for: rubbish never counts as nothing."""
        if resource == ASSETS.key:
            return await pull_assets(self._ask_beside)
        if resource == CASH_VALIDATION.key:
            return await pull_statements(self._ask_beside, on=on)
        endpoint = _ENDPOINTS[resource]
        paged, at = endpoint.resource.paged, page or 1
        params = dict(endpoint.always)
        if paged:
            # Without `page` Xero sends everything, but without its lines.
            params |= {"page": str(at), "pageSize": str(page_size)}
        if on is not None and endpoint.resource.dated:
            params["date"] = on.isoformat()
        headers = dict(self._headers)
        if modified_since is not None and endpoint.resource.since:
            headers["if-modified-since"] = modified_since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        items, counts = await self._ask(endpoint, params, headers)
        rows, aside = shapes.read_rows(items, endpoint.shape)
        if resource in _SINGLE and not rows:
            raise BadAnswer(reason=f"{endpoint.path} is empty or cannot be read")
        if paged and not items and counts["itemCount"] and at <= counts["pageCount"]:
            raise BadAnswer(reason=f"a page of {endpoint.path} that should hold rows is empty")
        return PulledPage(
            resource=resource, rows=rows, page=at, page_count=counts["pageCount"] if paged else 1,
            item_count=counts["itemCount"] if paged else len(items), calls=1, quarantined=aside,
        )

    def ids_at_once(self, resource: str) -> int:
        return _IDS_AT_ONCE if resource in _BY_IDS else 1

    async def pull_some(self, resource: str, *, ids: Sequence[str]) -> PulledPage:
        """Several ids in one call where Xero takes them, else the one document."""
        endpoint = _ENDPOINTS[resource]
        if resource in _BY_IDS:
            params = {**endpoint.always, "IDs": ",".join(ids), "page": "1", "pageSize": str(_IDS_AT_ONCE)}
            items, _ = await self._ask(endpoint, params, self._headers)
        else:
            items, _ = await self._ask(endpoint, {}, self._headers, id_=ids[0])
        rows, aside = shapes.read_rows(items, endpoint.shape)
        return PulledPage(
            resource=resource, rows=rows, page=1, page_count=1, item_count=len(items), calls=1, quarantined=aside
        )

    async def write(self, resource: str, *, id_: str, values: Mapping[str, str | None], key: str) -> None:
        """Only what `writes.py` knows can be written."""
        endpoint = _ENDPOINTS[resource]
        await write(
            self._caller, f"{self._base}/{endpoint.path}/{id_}", tenant=self._tenant,
            headers={**self._headers, "idempotency-key": key}, resource=resource, id_=id_, values=values,
        )  # fmt: skip

    async def size(self, *, page_size: int = 1000) -> Sizes:
        """How much there is: the first page of each paged resource, one row long, says how many rows follow."""
        gate = asyncio.Semaphore(_PROBES_AT_ONCE)

        async def count(endpoint: _Endpoint) -> int:
            async with gate:
                params = {**endpoint.always, "page": "1", "pageSize": "1"}
                return (await self._ask(endpoint, params, self._headers))[1]["itemCount"]

        paged = [endpoint for endpoint in _ENDPOINTS.values() if endpoint.resource.paged]
        tasks = [asyncio.ensure_future(count(endpoint)) for endpoint in paged]
        try:
            counted = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
        sizes = {endpoint.resource.key: n for endpoint, n in zip(paged, counted, strict=True)}
        # An empty resource still costs the call that says so.
        pages = sum(max(1, -(-n // page_size)) for n in counted)
        return Sizes(
            documents=sum(n for endpoint, n in zip(paged, counted, strict=True) if endpoint.document),
            calls=pages + len(_ENDPOINTS) - len(paged),
            by_resource=sizes,
        )

    async def _ask_beside(self, path: str, params: dict[str, str]) -> Any:
        """Another API of Xero's."""
        answer = await self._caller.call(
            "GET", f"{self._root}/{path}", tenant=self._tenant, params=params, headers=self._headers
        )
        return answer.json()

    async def _ask(
        self, endpoint: _Endpoint, params: dict[str, str], headers: dict[str, str], *, id_: str | None = None
    ) -> tuple[list[Any], dict[str, int]]:
        """With an id the one document, or nothing where there is none."""
        address = f"{self._base}/{endpoint.path}" + (f"/{id_}" if id_ else "")
        try:
            answer = await self._caller.call(
                "GET", address, tenant=self._tenant, params=params, headers=headers, expect=(200, 404) if id_ else (200,)
            )
        except ScopeMissing:
            raise ScopeMissing(resource=endpoint.resource.label) from None
        if answer.status == 404:
            return [], {}
        body = answer.json()
        if not isinstance(body, dict) or body.get("Status", "OK") != "OK":
            raise BadAnswer(reason=f"{endpoint.path} is not in its envelope")
        items = body.get(endpoint.collection)
        if not isinstance(items, list):
            raise BadAnswer(reason=f"{endpoint.path} holds no {endpoint.collection}")
        return items, counts_of(body.get("pagination"), endpoint.path) if endpoint.resource.paged and not id_ else {}

