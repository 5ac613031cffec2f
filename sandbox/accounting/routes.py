"""Answers every path under /api.xro/2.0: lists, single documents and reports, in whatever letter case they are asked for."""

import asyncio
import json
from datetime import date, datetime
from math import ceil

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from ..gateway.chain import Passed, Sandbox
from ..gateway.shelf import ledger_of
from ..ledgers.ledger import Found, Ledger
from ..state.answers import LONGEST_KEY, Kept, OtherRequest, digest
from . import reports
from .answer import collection, not_found, refusal
from .answer import reports as report_answer
from .errors import ApiError, NotImplementedMethodError, ValidationError
from .pages import Wanted, check_rows, wanted
from .resources import BY_NAME, REPORTS, Resource
from .writes import WRITABLE, Writable, checked, elements, told

PATH = "/api.xro/2.0"
# What an unpaged or summarised answer leaves out beside the lines.
THIN = {
    "Invoices": ("Payments", "HasAttachments", "LineItems", "CISDeduction"),
    "Contacts": (
        "Addresses",
        "Balances",
        "ContactGroups",
        "ContactPersons",
        "IsCustomer",
        "IsSupplier",
        "SalesDefaultAccountCode",
        "PurchasesDefaultAccountCode",
    ),
}


def _summarised(resource: Resource, found: Found) -> bytes:
    document = json.loads(found.body)
    for key in THIN[resource.name]:
        document.pop(key, None)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode()


def _bodies(resource: Resource, asked: Wanted, rows: list[Found]) -> list[bytes]:
    if asked.summary:
        return [_summarised(resource, row) for row in rows]
    if resource.lines and asked.page is None:
        return [row.without_lines for row in rows]
    return [row.body for row in rows]


class Room:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._writing = asyncio.Lock()

    async def answer(self, request: Request) -> Response:
        parts = [part for part in request.path_params["rest"].split("/") if part]
        name = parts[0].lower() if parts else ""
        try:
            if request.method == "POST" and name in WRITABLE and len(parts) <= 2:
                async with self.sandbox.gateway.enter(request, scopes=(WRITABLE[name].scope,)) as passed:
                    return await self._written(request, passed, WRITABLE[name], parts[1] if len(parts) == 2 else None)
            if request.method != "GET" and name in BY_NAME:
                async with self.sandbox.gateway.enter(request, scopes=BY_NAME[name].scopes):
                    raise NotImplementedMethodError
            if name == "reports" and len(parts) == 2 and parts[1].lower() in REPORTS:
                async with self.sandbox.gateway.enter(request, scopes=REPORTS[parts[1].lower()]) as passed:
                    return await self._report(request, passed, parts[1].lower())
            if name in BY_NAME and len(parts) <= 2:
                resource = BY_NAME[name]
                async with self.sandbox.gateway.enter(request, scopes=resource.scopes) as passed:
                    return await self._resource(request, passed, resource, parts[1] if len(parts) == 2 else None)
            async with self.sandbox.gateway.enter(request):
                return not_found()
        except ApiError as error:
            return refusal(request, error)

    @property
    def _now(self) -> datetime:
        return self.sandbox.clock.now()

    def _asked(self, request: Request) -> dict[str, str]:
        return {name.lower(): value for name, value in request.query_params.items()}

    async def _resource(self, request: Request, passed: Passed, resource: Resource, key: str | None) -> Response:
        ledger = await ledger_of(self.sandbox, passed.tenant_id)
        if key is not None:
            found = await asyncio.to_thread(ledger.one, resource.name, key)
            return not_found() if found is None else collection(request, self._now, resource.name, [found.body], None)
        asked = wanted(resource, self._asked(request), request.headers.get("if-modified-since"))
        return await asyncio.to_thread(self._list, request, ledger, resource, asked)

    def _list(self, request: Request, ledger: Ledger, resource: Resource, asked: Wanted) -> Response:
        if asked.page is None:
            check_rows(ledger.count(resource.name, asked.query))
            return collection(
                request,
                self._now,
                resource.name,
                _bodies(resource, asked, ledger.page(resource.name, asked.query)),
                None,
            )
        count = ledger.count(resource.name, asked.query)
        rows = ledger.page(resource.name, asked.query, asked.size, (asked.page - 1) * asked.size)
        pagination = {
            "page": asked.page,
            "pageSize": asked.size,
            "pageCount": ceil(count / asked.size),
            "itemCount": count,
        }
        return collection(request, self._now, resource.name, _bodies(resource, asked, rows), pagination)

    async def _written(self, request: Request, passed: Passed, one: Writable, key: str | None) -> Response:
        """Answers a write, or the answer it had already if it comes again under its Idempotency-Key."""
        body = await request.body()
        name = request.headers.get("idempotency-key", "").strip()
        who = (passed.client_id, passed.tenant_id, name)
        asked = digest(request.method.encode(), request.url.path.lower().encode(), request.url.query.encode(), body)
        if len(name) > LONGEST_KEY:
            raise ValidationError(f"The Idempotency-Key is longer than {LONGEST_KEY} characters")
        async with self._writing:
            try:
                kept = self.sandbox.memory.answers.find(who, asked, self._now) if name else None
            except OtherRequest:
                raise ValidationError("The Idempotency-Key has been used with a different request") from None
            if kept is not None:
                return Response(kept.body, kept.status, media_type=kept.media_type)
            try:
                answer = await self._write(request, passed, one, key, body)
            except ApiError as error:
                answer = refusal(request, error)
            if name:
                media_type = answer.headers["content-type"]
                self.sandbox.memory.answers.keep(
                    who, Kept(asked, self._now, answer.status_code, bytes(answer.body), media_type)
                )
            return answer

    async def _write(self, request: Request, passed: Passed, one: Writable, key: str | None, body: bytes) -> Response:
        ledger = await ledger_of(self.sandbox, passed.tenant_id)
        if key is not None and await asyncio.to_thread(ledger.one, one.resource, key) is None:
            return not_found()
        mark = self._asked(request).get("summarizeerrors", "").lower() == "false"
        now = self._now
        writes = await asyncio.to_thread(checked, one, ledger, elements(one, body, key), mark=mark)
        for write in writes:
            if write.is_due:
                edits = self.sandbox.memory.edits
                edits.change(passed.tenant_id, one.resource, write.key.lower(), write.fields, now)
        ledger = await ledger_of(self.sandbox, passed.tenant_id)
        bodies = await asyncio.to_thread(told, one, ledger, writes, mark=mark)
        return collection(request, now, one.resource, bodies, None)

    async def _report(self, request: Request, passed: Passed, name: str) -> Response:
        ledger = await ledger_of(self.sandbox, passed.tenant_id)
        make = reports.trial_balance if name == "trialbalance" else reports.bank_summary
        organisation = ledger.document("Organisations", passed.tenant_id) or {}
        day = date.fromisoformat(ledger.truth()["today"])
        report = await asyncio.to_thread(
            make, ledger, str(organisation["Name"]), self._asked(request), day, self._now
        )
        return report_answer(request, self._now, report)


def mount(app: Starlette, sandbox: Sandbox) -> None:
    app.add_route(PATH + "/{rest:path}", Room(sandbox).answer, methods=["GET", "POST", "PUT", "DELETE"])
