"""The outermost layer: notes every call, carries out the planned faults, gives places in flight back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import struct
import time
import zlib
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..state.calls import Call
from .chain import Sandbox, always
from .errors import GatewayRefusal, no_tenant, token_expired, too_many, unauthorised, unavailable
from .faults import INSTEAD, Fault

_MEGABYTE: Final = 1024 * 1024
_APIS: Final = ("/api.xro/", "/practicemanager/", "/finance.xro/", "/assets.xro/", "/connections", "/connect/", "/.well-known/")


class AnswerLost(ConnectionResetError):
    """What a client in the same process sees where a client on a socket sees its connection break."""


class Wire:
    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self.app, self.sandbox = app, sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        if path[:12].lower() == "/connections":  # SDKs ask for /Connections
            path = path[:12].lower() + path[12:]
            scope = {**scope, "path": path, "raw_path": path.encode()}
        if not path.startswith(_APIS):
            await self.app(scope, receive, send)
            return
        await self._noted(scope, receive, send)

    async def _noted(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(
            at=self.sandbox.clock.now(),
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"))),
            tenant=Headers(scope=scope).get("xero-tenant-id", "").strip().lower() or None,
        )
        scope["sandbox.call"] = call
        began = time.monotonic()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
                headers = Headers(raw=message["headers"])
                call.problem = headers.get("x-rate-limit-problem")
                missing = [(k, v) for k, v in call.headers.items() if k.lower() not in headers]
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in missing)]
            else:
                call.bytes += len(message.get("body", b""))
            await send(message)

        try:
            fault = self.sandbox.gateway.faults.pick(call)
            if fault is None:
                await self.app(scope, receive, counted)
            else:
                call.fault = fault.kind
                await self._faulty(fault, call, scope, receive, counted, send)
        finally:
            if call.let_go is not None:
                call.let_go()
            call.ms = (time.monotonic() - began) * 1000
            self.sandbox.memory.calls.note(call)

    async def _faulty(
        self, fault: Fault, call: Call, scope: Scope, receive: Receive, send: Send, wire: Send
    ) -> None:
        if fault.kind == "reset":
            await _broken(wire)
            return
        if fault.kind in INSTEAD:
            call.headers.update(always())
            await self._instead(fault, call, Request(scope))(scope, receive, send)
            return
        start, body = await _answer(self.app, scope, receive)
        if fault.kind == "slow":
            await asyncio.sleep(fault.delay)
        elif fault.kind == "hold":
            await fault.released.wait()
        elif fault.kind in {"lost_answer", "token_lost"}:
            if call.path == "/connect/token" and start["status"] == 200:
                self.sandbox.memory.calls.tokens["lost"] += 1
            await _broken(wire)
            return
        elif fault.kind in {"slow_loris", "gzip_bomb", "huge_body"}:
            encoding = [(b"content-encoding", b"gzip")] if fault.kind == "gzip_bomb" else []
            kept = [(k, v) for k, v in start["headers"] if k.lower() not in {b"content-length", b"content-encoding"}]
            await send({**start, "headers": [*kept, *encoding]})
            async for part in _long(fault, body):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            return
        elif fault.kind == "half_body":
            await send(start)
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await _broken(wire)
            return
        elif start["status"] == 200:
            start, body = _spoiled(fault, start, body)
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _instead(self, fault: Fault, call: Call, request: Request) -> Response:
        gateway = self.sandbox.gateway
        if fault.kind == "expire_token":
            with contextlib.suppress(GatewayRefusal):
                self.sandbox.memory.consents.expired.add(gateway.caller(request).jti)
            return token_expired(self.sandbox.clock.now())
        if fault.kind == "scope401":
            return unauthorised()
        if fault.kind == "tenant403":
            return no_tenant(gateway.limits.app_header(self.sandbox.settings.client_id))
        if fault.kind == "http500":
            return PlainTextResponse("An error occurred", 500)
        if fault.kind == "status_error":
            text = escape(fault.value or "An error occurred")
            body = f"<Response><Status>ERROR</Status><ErrorDescription>{text}</ErrorDescription></Response>"
            return Response(body, media_type="text/xml; charset=utf-8")
        if fault.kind.startswith("503"):
            return unavailable(fault.kind.removeprefix("503"))
        problem = fault.kind.removesuffix("429")
        client, tenant = self.sandbox.settings.client_id, call.tenant or ""
        headers = gateway.limits.headers(client, tenant)
        spent = {"day": "X-DayLimit-Remaining", "minute": "X-MinLimit-Remaining", "appminute": "X-AppMinLimit-Remaining"}
        if problem in spent:
            headers[spent[problem]] = "0"
        wait: int | str | None = None
        if problem in spent and fault.retry_after != "none":
            wait = fault.retry_after or gateway.limits.retry_after(client, tenant, problem)
        return too_many(problem, headers, wait)


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    start: Message = {}
    parts: list[bytes] = []

    async def gather(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, gather)
    return start, b"".join(parts)


async def _long(fault: Fault, body: bytes) -> AsyncIterator[bytes]:
    """A body that does not end while anybody waits for it."""
    if fault.kind == "slow_loris":
        for at in range(len(body)):
            yield body[at : at + 1]
            await asyncio.sleep(fault.delay)
    elif fault.kind == "gzip_bomb":
        for part in _bomb():
            yield part
            await asyncio.sleep(0)
    else:
        for _ in range(300):
            yield b" " * _MEGABYTE
            await asyncio.sleep(0)
        yield b"{}"


@lru_cache(maxsize=1)
def _bomb() -> tuple[bytes, ...]:
    """A thousand and twenty-four megabytes of spaces and an object. Each flushed block stands for itself, so one is packed and repeated."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(b" " * _MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(b"{}") + packer.flush()
    check = 0
    for _ in range(1024):
        check = zlib.crc32(b" " * _MEGABYTE, check)
    trailer = struct.pack("<LL", zlib.crc32(b"{}", check), (1024 * _MEGABYTE + 2) % 2**32)
    return (b"\x1f\x8b\x08\0\0\0\0\0\0\xff", *[block] * 1024, end + trailer)


def _spoiled(fault: Fault, start: Message, body: bytes) -> tuple[Message, bytes]:
    match fault.kind:
        case "wrong_type":
            page = HTMLResponse("<!DOCTYPE html><title>Sign in</title><p>Please sign in to continue.")
            return {**start, "headers": page.raw_headers}, bytes(page.body)
        case "empty":
            body = b""
        case "null":
            body = b"null"
        case "bad_json":
            body = body[: len(body) * 2 // 3].rstrip(b"}] \r\n")
        case "bad_xml":
            body = body[: len(body) * 2 // 3]
        case "xml_bomb" | "xml_entity" | "xml_deep" | "xml_encoding":
            body = _poisoned(fault, body)
        case _ if body.lstrip().startswith(b"<"):
            body = _drifted_xml(fault, body)
        case "bad_utf8":
            body = body.replace(b': "', b': "\xff', 1) if b': "' in body else body.replace(b':"', b':"\xff', 1)
        case _:
            body = _drifted(fault, body)
    headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
    return {**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]}, body


def _drifted(fault: Fault, body: bytes) -> bytes:
    """The same page with other rows in it, or other words about it."""
    try:
        data: Any = json.loads(body)
    except ValueError:
        return body
    rows = next((v for v in data.values() if isinstance(v, list) and v), None) if isinstance(data, dict) else data
    about = data.get("pagination") if isinstance(data, dict) else None
    told = about if fault.kind == "pagination" else rows[0] if rows else None
    if fault.kind == "duplicate_row" and rows:
        rows.append(rows[0])
    elif fault.kind == "reordered" and rows:
        rows.reverse()
    elif fault.kind in {"drift", "pagination"} and isinstance(told, dict) and fault.field:
        told.pop(fault.field, None)
        if fault.value:
            told[fault.field] = "\0value"
    else:
        return body
    # The value goes in as it is written: NaN and 1e400 are no numbers that JSON has.
    text = json.dumps(data, indent=2).replace("/", "\\/").replace("\n", "\r\n").replace('"\\u0000value"', fault.value)
    return text.encode()


_ROW: Final = re.compile(rb"<(Client|Staff|Contact|Group|Relationship|CustomField)>.*?</\1>", re.DOTALL)
_DEEP: Final = 1_000_000
_TEXT: Final = re.compile(rb"<Name>[^<]*</Name>")


def _poisoned(fault: Fault, body: bytes) -> bytes:
    """The first name in the answer is an entity: one of ten of ten of ten, or a file; or the answer is another one altogether."""
    document = body.partition(b"?>")[2] if body.startswith(b"<?xml") else body
    if fault.kind == "xml_deep":
        return b"<Response><Status>OK</Status>" + b"<a>" * _DEEP + b"</a>" * _DEEP + b"</Response>"
    if fault.kind == "xml_encoding":
        return f'<?xml version="1.0" encoding="{fault.value or "UTF-16"}"?>'.encode() + document
    if fault.kind == "xml_entity":
        declared = f'<!ENTITY it SYSTEM "{fault.value or "file:///etc/passwd"}">'
    else:
        declared = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10)) + '<!ENTITY it "&a9;&a9;&a9;">'
    return f"<!DOCTYPE Response [{declared}]>".encode() + _TEXT.sub(b"<Name>&it;</Name>", document, count=1)


def _drifted_xml(fault: Fault, body: bytes) -> bytes:
    rows = list(_ROW.finditer(body))
    if not rows:
        return body
    first, last = rows[0], rows[-1]
    match fault.kind:
        case "bad_utf8":
            return body.replace(b"<Name>", b"<Name>\xff", 1)
        case "duplicate_row":
            return body[: last.end()] + first.group() + body[last.end() :]
        case "reordered":
            return body[: first.start()] + b"".join(row.group() for row in reversed(rows)) + body[last.end() :]
        case "drift" if fault.field:
            tag = re.escape(fault.field.encode())
            said = f"<{fault.field}>{fault.value}</{fault.field}>".encode() if fault.value else b""
            changed = re.sub(rb"<%b>.*?</%b>|<%b />" % (tag, tag, tag), lambda _: said, first.group(), count=1, flags=re.DOTALL)
            return body[: first.start()] + changed + body[first.end() :]
    return body


async def _broken(send: Send) -> None:
    """Ends the connection with a reset. In one process there is none: the caller gets the exception instead."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise AnswerLost("the sandbox was told to break this connection")
    plug = transport.get_extra_info("socket")
    if plug is not None:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # What was already sent has to leave before the reset overtakes it.
    await asyncio.sleep(0.05)
    transport.abort()
    for _ in range(5):
        await asyncio.sleep(0)
