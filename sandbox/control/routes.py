"""The control endpoints: latency, limits, faults, clock, revoke, disconnect, change, webhooks, calls, truth, reset.

Each takes JSON or a plain form, so that `curl -d ms=200 …/__control/latency` and the control page are the same thing.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..deliveries import CATEGORIES, Deliveries
from ..gateway.chain import Sandbox
from ..gateway.faults import KINDS, UnknownFault
from ..ledgers.calendar import day_in
from ..settings import LAST_PAGES
from ..world.organisations import organisations
from ..world.users import User, users
from . import documents, pages, practice

_OFF: Final = {"off", "0", "false", "no", ""}

Answer = dict[str, Any]


class Wrong(ValueError):
    """Something in the request that cannot be; answered with 400 and this sentence."""


class Sent:
    """What came in, from JSON or from a form, with its types put right."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def text(self, name: str, *others: str) -> str | None:
        found = next((self.fields[n] for n in (name, *others) if self.fields.get(n) not in (None, "")), None)
        return None if found is None else str(found).strip()

    def need(self, name: str, *others: str) -> str:
        found = self.text(name, *others)
        if found is None:
            raise Wrong(f"{name} is missing")
        return found

    def number(self, name: str) -> float | None:
        text = self.text(name)
        try:
            return None if text is None else float(text)
        except ValueError:
            raise Wrong(f"{name} is not a number") from None

    def whole(self, name: str) -> int | None:
        found = self.number(name)
        return None if found is None else int(found)

    def day(self, name: str) -> date | None:
        """None where the word is `none`."""
        text = self.need(name)
        try:
            return None if text.lower() == "none" else date.fromisoformat(text)
        except ValueError:
            raise Wrong(f"{name} is not a day") from None

    def said(self, name: str) -> bool:
        """Whether something that may be left out is on."""
        return self.text(name) is not None and self.on(name)

    def plain(self) -> dict[str, str]:
        """What was sent as texts, without what is no text."""
        return {name: str(value) for name, value in self.fields.items() if isinstance(value, (str, int, float))}

    def texts(self, name: str) -> dict[str, str]:
        """An object of texts."""
        found = self.fields.get(name)
        if not isinstance(found, dict):
            raise Wrong(f"{name} is an object of Xero's field names")
        return {key: "" if value is None else str(value) for key, value in found.items()}

    def on(self, name: str = "on") -> bool:
        return self.need(name).lower() not in _OFF


class Control:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.memory = sandbox.memory
        self.gateway = sandbox.gateway
        self.deliveries = Deliveries(sandbox)
        seed = sandbox.settings.seed
        self.organisations = {o.tenant_id: o for o in organisations(seed)}
        self.users: dict[str, User] = {u.user_id: u for u in users(seed)}

    # What is so

    def state(self) -> Answer:
        settings, switches = self.sandbox.settings, self.memory.switches
        return {
            "seed": settings.seed,
            "today": settings.today.isoformat()[:10],
            "now": self.sandbox.clock.now().isoformat(),
            "scale": self.sandbox.clock.scale,
            "switches": vars(switches),
            "faults": [fault.shown() for fault in self.gateway.faults.plan],
            "connections": [
                {"tenant_id": c.tenant_id, "name": c.tenant_name, "user_id": c.user_id, "auth_event_id": c.auth_event_id}
                for c in self.memory.consents.connections.values()
                if c.active
            ],
        }

    def people(self) -> Answer:
        return {
            "users": [
                {
                    "user_id": u.user_id,
                    "name": u.name,
                    "email": u.email,
                    "organisation_ids": list(u.organisation_ids),
                    "practice_ids": list(u.practice_ids),
                }
                for u in self.users.values()
            ]
        }

    def firm(self) -> Answer:
        return {
            "organisations": [
                {
                    "tenant_id": o.tenant_id,
                    "name": o.name,
                    "country": o.country,
                    "currency": o.currency,
                    "today": day_in(o.zone, self.sandbox.settings.today).isoformat(),
                    "short_code": o.short_code,
                    "documents": o.documents,
                    "is_demo": o.is_demo,
                }
                for o in self.organisations.values()
            ]
        }

    # What is changed

    def latency(self, sent: Sent) -> Answer:
        self.memory.switches.latency_ms = max(0, sent.whole("ms") or 0)
        return self.state()

    def limits(self, sent: Sent) -> Answer:
        if sent.text("on") is not None:
            self.memory.switches.limits = sent.on()
        daily = sent.whole("daily")
        if daily is not None:
            self.memory.switches.daily_limit = daily
        return self.state()

    def bulk(self, sent: Sent) -> Answer:
        self.memory.switches.bulk_connect = sent.on()
        return self.state()

    def clock(self, sent: Sent) -> Answer:
        self.sandbox.clock.advance(sent.number("advance") or 0)
        scale = sent.number("scale")
        if scale is not None:
            if scale < 0:
                raise Wrong("scale cannot be negative")
            self.sandbox.clock.set_scale(scale)
        return self.state()

    def plan_fault(self, sent: Sent) -> Answer:
        return self._planned(sent.need("kind"), sent)

    def hold(self, sent: Sent) -> Answer:
        return self._planned("hold", sent)

    def _planned(self, kind: str, sent: Sent) -> Answer:
        tenant = sent.text("tenant", "tenant_id")
        fault = self.gateway.faults.add(
            kind,
            tenant=tenant.lower() if tenant else None,
            path=sent.text("path"),
            page=sent.whole("page"),
            times=sent.whole("times"),
            after=sent.whole("after"),
            delay=sent.number("delay"),
            retry_after=sent.text("retry_after"),
            field=sent.text("field"),
            value=sent.text("value"),
            chance=sent.number("chance"),
        )
        return fault.shown()

    def drop_faults(self, sent: Sent) -> Answer:
        number = sent.whole("id")
        if number is None:
            self.gateway.faults.clear()
        elif not self.gateway.faults.remove(number):
            raise Wrong("no such fault")
        return self.state()

    def release(self, sent: Sent) -> Answer:
        return {"released": self.gateway.faults.release(sent.whole("id"))}

    def rotation(self, sent: Sent) -> Answer:
        self.memory.switches.harsh_rotation = sent.on("harsh")
        return self.state()

    def stats(self) -> Answer:
        return {**self.memory.calls.stats(), "live_tokens": self.memory.consents.live_tokens()}

    def revoke(self, sent: Sent) -> Answer:
        return {"connections_ended": self.memory.consents.revoke(self._user(sent).user_id)}

    def disconnect(self, sent: Sent) -> Answer:
        tenant = sent.need("tenant", "tenant_id").lower()
        user = self._user(sent).user_id if sent.text("user") else None
        ended = [
            c
            for c in self.memory.consents.connections.values()
            if c.active and c.tenant_id == tenant and user in {None, c.user_id}
        ]
        for connection in ended:
            self.memory.consents.disconnect(connection, self.sandbox.clock.now())
        return {"connections_ended": len(ended)}

    async def change(self, sent: Sent) -> Answer:
        tenant = sent.need("tenant_id", "tenant").lower()
        if tenant not in self.organisations:
            raise Wrong("no such organisation")
        fields = sent.fields.get("fields")
        if fields is not None and not isinstance(fields, dict):
            raise Wrong("fields is an object of Xero's field names")
        silent = sent.text("silent") is not None and sent.on("silent")
        gone = sent.on("gone") if sent.text("gone") is not None else None
        changed = await documents.change(
            self.sandbox, tenant, sent.text("resource") or "Invoices", sent.text("id"), fields, silent=silent, gone=gone
        )
        if self.deliveries.url and not silent and gone is None and changed["resource"] in CATEGORIES:
            changed["deliveries"] = await self._deliver(tenant, changed["resource"], changed["id"], changed["document"])
        return changed

    async def _deliver(
        self, tenant: str, resource: str, document_id: str, document: Any = None, *, kind: str = "UPDATE", times: int = 1, wrong: bool = False
    ) -> list[Answer]:
        event = self.deliveries.event(tenant, resource, document_id, kind=kind, document=document)
        return [asdict(one) for one in await self.deliveries.send([event], times=times, wrong=wrong)]

    async def deliver(self, sent: Sent) -> Answer:
        resource = sent.text("resource") or "Invoices"
        if resource not in CATEGORIES:
            raise Wrong(f"Xero tells of nothing but {', '.join(CATEGORIES)}")
        return {
            "deliveries": await self._deliver(
                sent.need("tenant_id", "tenant").lower(),
                resource,
                sent.need("id"),
                kind=sent.text("kind") or "UPDATE",
                times=sent.whole("times") or 1,
                wrong=sent.text("wrong") is not None and sent.on("wrong"),
            )
        }

    async def lock_dates(self, sent: Sent) -> Answer:
        tenant = sent.need("tenant_id", "tenant").lower()
        if tenant not in self.organisations:
            raise Wrong("no such organisation")
        dates = {
            field: sent.day(name)
            for name, field in (("period", "PeriodLockDate"), ("year", "EndOfYearLockDate"))
            if sent.text(name) is not None
        }
        if not dates:
            raise Wrong("period or year: a day, or none")
        return await documents.lock(self.sandbox, tenant, dates)

    # The practice

    def practice(self) -> Answer:
        return practice.told(self.sandbox)

    def practice_size(self, sent: Sent) -> Answer:
        size = sent.whole("clients")
        if size is None or not 50 <= size <= 50_000:
            raise Wrong("clients is a number from 50 to 50000")
        self.memory.people.resize(size)
        return self.practice()

    def practice_switches(self, sent: Sent) -> Answer:
        switches = self.memory.switches
        last_page = sent.text("last_page")
        if last_page is not None and last_page not in LAST_PAGES:
            raise Wrong(f"last_page is one of {', '.join(LAST_PAGES)}")
        switches.last_page = last_page or switches.last_page
        for name in ("empty_clears", "inverse_relationships", "lists_left_staff"):
            if sent.text(name) is not None:
                setattr(switches, name, sent.on(name))
        return self.state()

    def add_client(self, sent: Sent) -> Answer:
        contacts = sent.fields.get("contacts") or []
        if not isinstance(contacts, list) or not all(isinstance(one, dict) for one in contacts):
            raise Wrong("contacts is a list of objects")
        return practice.add_client(self.sandbox, sent.texts("fields"), sent.text("same_as"), contacts)

    def change_client(self, sent: Sent) -> Answer:
        return practice.change_client(self.sandbox, sent.need("uuid"), sent.texts("fields"), silent=sent.said("silent"))

    def archive_client(self, sent: Sent) -> Answer:
        return practice.mark_client(self.sandbox, sent.need("uuid"), archived=True)

    def delete_client(self, sent: Sent) -> Answer:
        if sent.said("gone"):
            return practice.drop_client(self.sandbox, sent.need("uuid"))
        return practice.mark_client(self.sandbox, sent.need("uuid"), deleted=True)

    def restore_client(self, sent: Sent) -> Answer:
        return practice.mark_client(self.sandbox, sent.need("uuid"), archived=False, deleted=False)

    def merge_clients(self, sent: Sent) -> Answer:
        return practice.merge_clients(self.sandbox, sent.need("gone"), sent.need("into"))

    def convert_client(self, sent: Sent) -> Answer:
        return practice.convert_client(self.sandbox, sent.need("uuid"))

    def put_staff(self, sent: Sent) -> Answer:
        left = sent.said("left") if sent.text("left") is not None else None
        return practice.put_staff(self.sandbox, sent.text("uuid"), sent.plain(), left=left, gone=sent.said("gone"))

    def put_relationship(self, sent: Sent) -> Answer:
        return practice.put_relationship(self.sandbox, sent.text("uuid"), sent.plain(), gone=sent.said("gone"))

    def put_member(self, sent: Sent) -> Answer:
        on = sent.text("on") is None or sent.on()
        return practice.put_member(self.sandbox, sent.text("group"), sent.text("client"), sent.text("name"), on=on)

    def put_contact(self, sent: Sent) -> Answer:
        return practice.put_contact(self.sandbox, sent.need("uuid"), sent.plain(), silent=sent.said("silent"))

    def webhook(self, sent: Sent) -> Answer:
        self.deliveries.url = sent.text("url") or ""
        self.deliveries.key = sent.text("key") or self.deliveries.key
        return self.deliveries.shown()

    async def intent(self, _: Sent) -> Answer:
        return await self.deliveries.intent()

    def reset(self, _: Sent) -> Answer:
        self.sandbox.reset()
        return self.state()

    def _user(self, sent: Sent) -> User:
        named = sent.need("user", "user_id").lower()
        found = next((u for u in self.users.values() if named in {u.user_id, u.email}), None)
        if found is None:
            raise Wrong("no such user")
        return found


async def _sent(request: Request) -> Sent:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            fields = json.loads(body or b"{}")
        except ValueError:
            raise Wrong("the body is not JSON") from None
        if not isinstance(fields, dict):
            raise Wrong("the body is not an object")
        return Sent(fields)
    return Sent(dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))


def _does(verb: Callable[[Sent], Answer | Awaitable[Answer]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return JSONResponse({"error": "the control page only takes its own forms"}, 403)
        try:
            answer = verb(await _sent(request))
            if not isinstance(answer, dict):
                answer = await answer
        except (Wrong, UnknownFault, documents.NoSuchDocument, practice.NoSuchThing) as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/", 303)
        return JSONResponse(answer)

    return endpoint


def _shows(noun: Callable[[Request], Any]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return JSONResponse(noun(request))

    return endpoint


def mount(app: Starlette, sandbox: Sandbox) -> None:
    control = Control(sandbox)
    calls = sandbox.memory.calls

    def log(request: Request) -> Answer:
        q = request.query_params
        limit = q.get("limit", "")
        return {"calls": calls.of(q.get("tenant"), q.get("path"), int(limit) if limit.isdigit() else 500)}

    async def home(_: Request) -> Response:
        return pages.home(control)

    async def truth(request: Request) -> Response:
        tenant = str(request.path_params["tenant"]).lower()
        if tenant not in control.organisations:
            return JSONResponse({"error": "no such organisation"}, 404)
        return JSONResponse(await documents.truth(sandbox, tenant))

    async def client(request: Request) -> Response:
        try:
            return JSONResponse(practice.shown(sandbox, str(request.path_params["uuid"])))
        except practice.NoSuchThing as missing:
            return JSONResponse({"error": str(missing)}, 404)

    async def report(_: Request) -> Response:
        return practice.report(sandbox)

    async def screen(request: Request) -> Response:
        return practice.screen(sandbox, str(request.path_params["number"]))

    async def go(request: Request) -> Response:
        q = request.query_params
        return await documents.shown(sandbox, q.get("shortcode", ""), q.get("redirecturl", ""))

    shown: dict[str, Callable[[Request], Any]] = {
        "state": lambda _: control.state(),
        "users": lambda _: control.people(),
        "organisations": lambda _: control.firm(),
        "faults": lambda _: {"kinds": KINDS, "plan": control.state()["faults"]},
        "calls": log,
        "stats": lambda _: control.stats(),
        "deliveries": lambda _: control.deliveries.shown(),
        "practice": lambda _: control.practice(),
        "practice/truth": lambda _: practice.truth(sandbox),
        "health": lambda _: {"status": "ok", "seed": sandbox.settings.seed, "today": sandbox.settings.today.isoformat()[:10]},
    }
    done: dict[str, Callable[[Sent], Answer | Awaitable[Answer]]] = {
        "latency": control.latency,
        "limits": control.limits,
        "bulk": control.bulk,
        "clock": control.clock,
        "faults": control.plan_fault,
        "faults/drop": control.drop_faults,
        "hold": control.hold,
        "release": control.release,
        "rotation": control.rotation,
        "revoke": control.revoke,
        "disconnect": control.disconnect,
        "change-document": control.change,
        "lock-dates": control.lock_dates,
        "webhook": control.webhook,
        "webhook/intent": control.intent,
        "deliver": control.deliver,
        "practice/size": control.practice_size,
        "practice/switches": control.practice_switches,
        "practice/add-client": control.add_client,
        "practice/change-client": control.change_client,
        "practice/archive-client": control.archive_client,
        "practice/delete-client": control.delete_client,
        "practice/restore-client": control.restore_client,
        "practice/merge-clients": control.merge_clients,
        "practice/convert-client": control.convert_client,
        "practice/staff": control.put_staff,
        "practice/relationship": control.put_relationship,
        "practice/member": control.put_member,
        "practice/contact": control.put_contact,
        "reset": control.reset,
    }
    app.router.routes.extend(
        [
            Route("/", home),
            *(Route(f"/__control/{name}", _shows(noun), methods=["GET"]) for name, noun in shown.items()),
            *(Route(f"/__control/{name}", _does(verb), methods=["POST"]) for name, verb in done.items()),
            Route("/__control/truth/{tenant}", truth),
            Route("/__control/practice/clients/{uuid}", client),
            Route("/__control/practice/report.csv", report),
            Route("/Client/{number}/Detail", screen),
            Route("/organisationlogin/default.aspx", go),
        ]
    )
