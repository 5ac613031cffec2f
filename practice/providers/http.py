"""One policy for every call to the outside: a total deadline, a cap on the body, limits asked first, trouble named.

Nothing of a request gets into a problem or a log: addresses may carry codes, headers carry tokens.
"""

import asyncio
import time
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from json import loads
from typing import Any

import httpx
import orjson
from redis.asyncio import Redis

from practice.kernel.clock import Clock
from practice.kernel.context import Context, Run
from practice.kernel.ids import Ids
from practice.kernel.problems import Problem
from practice.providers.limits import DayKnown, Limiter, Limits, Permit
from practice.providers.problems import (
    BadAnswer,
    DayLimitReached,
    ScopeMissing,
    TenantGone,
    Throttled,
    TokenRefused,
    Unavailable,
)

DEADLINE = 30.0
BODY_CAP = 20 * 1024 * 1024
# What an answer that is read as it arrives may take (promises F33, F34): a large practice's list needs minutes.
LONG_DEADLINE = 600.0
LONG_CAP = 256 * 1024 * 1024
SLOWEST = (10_000, 30.0)
"""The fewest bytes of a body in so many seconds of waiting for it."""
_PIECE = 256 * 1024

_LONGEST_PAUSE = 86_400.0
# No limit of the other side is larger; a header that says more says nothing.
_MOST_LEFT = 1_000_000
# Where the other side names no time, in its own seconds. `concurrent` never does; a day's window opens we do not know
# when. What it does name is in our seconds, however fast a benchmark's minutes pass.
_UNSAID = {"minute": 60.0, "app": 60.0, "concurrent": 1.0, "day": 3_600.0}


@dataclass(frozen=True, slots=True)
class Arriving:
    """An answer whose body still arrives. `pieces`: decoded, each of a moderate size; raises what a body can be wrong in."""

    headers: httpx.Headers
    pieces: AsyncIterator[bytes]

    @property
    def type(self) -> str:
        return _type_of(self.headers)


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer, its body decoded and within the cap."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def type(self) -> str:
        """What it says its body is, in small letters."""
        return _type_of(self.headers)

    def json(self) -> Any:
        """Raises BadAnswer for anything that is not JSON, whatever its status says."""
        said = self.type
        if not self.body.strip():
            raise BadAnswer(reason="the body is empty", status=self.status)
        if "json" not in said:
            raise BadAnswer(reason=f"it is {_mild(said) or 'of no type'}, not JSON", status=self.status)
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return self._read_leniently()

    def _read_leniently(self) -> Any:
        """One number that JSON has not (NaN, 1e400) or half a letter shall cost its row, not the whole page."""
        try:
            return loads(self.body.decode(), object_hook=_whole_letters)
        except (ValueError, RecursionError):
            raise BadAnswer(reason="the JSON is broken or cut short", status=self.status) from None


def _type_of(headers: httpx.Headers) -> str:
    said: str = headers.get("content-type", "")
    return said.split(";", maxsplit=1)[0].strip().lower()


def _whole_letters(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.encode(errors="replace").decode() if isinstance(value, str) else value for key, value in row.items()}


class Caller:
    """Makes calls for one provider and remembers how many, and what the answers said is left of the day."""

    def __init__(
        self, http: httpx.AsyncClient, redis: Redis, clock: Clock, ids: Ids, *, provider: str, limits: Limits | None = None,
        deadline: float = DEADLINE, pace: float = 1, firm: str = "", people: bool = False, day: DayKnown | None = None,
    ) -> None:
        self.http = http
        self.clock = clock
        self._limiter = Limiter(redis, clock, ids, provider=provider, limits=limits or Limits(), firm=firm)
        self._deadline = deadline
        self._pace = pace
        self._people = people
        self._day = day
        self.calls = 0
        self.day_left: int | None = None
        self.day_resets_at: datetime | None = None
        """When the day opens again, where a refusal said so."""
        self.ahead: Callable[[], int] | None = None
        """How many calls will follow those under way: a wait for the minute ends when that many can go."""
        self.allowed: Callable[[], Awaitable[None]] | None = None
        """Asked when a call's turn has come, right before it leaves; raises where it may no longer be made."""

    @classmethod
    def of(cls, ctx: Context, *, provider: str, people: bool = False, day: DayKnown | None = None) -> "Caller":
        """With a context's means. `people`: somebody waits for it, so it goes first and may use what is kept for that."""
        xero = ctx.settings.xero
        caller = cls(
            ctx.http, ctx.redis, ctx.clock, ctx.ids, provider=provider, limits=Limits.of(xero), deadline=xero.deadline,
            pace=xero.pace, firm=str(ctx.actor.firm_id or ""), people=people, day=day,
        )  # fmt: skip
        if isinstance(ctx, Run):
            caller.ahead = lambda: max(0, ctx.calls_left)
        return caller

    async def call(
        self,
        method: str,
        url: str,
        *,
        tenant: str | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        expect: tuple[int, ...] = (200,),
        deadline: float = DEADLINE,
    ) -> Answer:
        """An answer whose status was expected; everything else is raised by its name. With a tenant, limits come first."""
        request = self.http.build_request(
            method, url, params=params, data=form, json=json,
            # Gzip only: that is what we unpack a piece at a time.
            headers={"accept": "application/json", "accept-encoding": "gzip", **(headers or {})},
        )  # fmt: skip
        deadline = min(deadline, self._deadline)
        if tenant is None:
            answer = await self._send(request, deadline)
        else:
            ahead = self.ahead() if self.ahead else None
            async with self._limiter.permit(tenant, people=self._people, ahead=ahead, day=self._day) as permit:
                if self.allowed:
                    await self.allowed()
                answer = await self._send(request, deadline)
                self._learn(permit, answer)
                if answer.status == 429:
                    # Before the place is free for the next one.
                    raise await self._throttled(tenant, answer)
        if answer.status in expect:
            return answer
        raise await self._throttled(None, answer) if answer.status == 429 else trouble(answer)

    @asynccontextmanager
    async def arriving(
        self, url: str, *, tenant: str, headers: Mapping[str, str], params: Mapping[str, str] | None = None
    ) -> AsyncIterator[Arriving]:
        """A GET whose body is read as it arrives, since it may be too large to hold: what reads it sets the pace.

        The call keeps its place among the five until the body is read. Only waiting for the other side counts towards
        the deadline.
        """
        deadline = LONG_DEADLINE * self._deadline / DEADLINE
        request = self.http.build_request(
            "GET", url, params=params, headers={"accept-encoding": "gzip", **headers},
            # The other side thinks for minutes before it answers.
            timeout=httpx.Timeout(deadline, connect=5, pool=10),
        )  # fmt: skip
        async with self._limiter.permit(tenant, people=self._people, ahead=1, day=self._day) as permit:
            if self.allowed:
                await self.allowed()
            self.calls += 1
            began = time.monotonic()
            try:
                async with asyncio.timeout(deadline):
                    response = await self.http.send(request, stream=True)
            except (TimeoutError, httpx.TimeoutException):
                raise Unavailable(reason="timeout") from None
            except (httpx.HTTPError, httpx.InvalidURL):
                raise _network() from None
            try:
                if response.status_code == 200:
                    self._learn(permit, Answer(200, response.headers, b""))
                    left = deadline - (time.monotonic() - began)
                    async with aclosing(_pieces(response, LONG_CAP, left, self._deadline / DEADLINE)) as pieces:
                        yield Arriving(response.headers, pieces)
                    return
                answer = await self._refusal_of(response)
                self._learn(permit, answer)
                raise await self._throttled(tenant, answer) if answer.status == 429 else trouble(answer)
            finally:
                await response.aclose()

    async def _refusal_of(self, response: httpx.Response) -> Answer:
        try:
            async with asyncio.timeout(self._deadline):
                return Answer(response.status_code, response.headers, await _body(response))
        except (TimeoutError, httpx.TimeoutException):
            raise Unavailable(reason="timeout") from None
        except (httpx.HTTPError, httpx.StreamError):
            raise _network() from None

    async def _send(self, request: httpx.Request, deadline: float) -> Answer:
        self.calls += 1
        try:
            async with asyncio.timeout(deadline):
                response = await self.http.send(request, stream=True)
                try:
                    body = await _body(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException):
            raise Unavailable(reason="timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise _network() from None
        return Answer(response.status_code, response.headers, body)

    def _learn(self, permit: Permit, answer: Answer) -> None:
        if answer.status != 429:
            # A refusal says better when the minute opens than a guess from what is left of it.
            permit.minute_left = _count(answer.headers.get("x-minlimit-remaining"))
        permit.day_left = _count(answer.headers.get("x-daylimit-remaining"))
        left, known = permit.day_left, self.day_left
        if left is not None:
            # Answers overtake each other; only another day makes the count rise by more.
            self.day_left = left if known is None or left > known + 5 else min(left, known)

    async def _throttled(self, tenant: str | None, answer: Answer) -> Problem:
        said = answer.headers.get("x-rate-limit-problem", "").lower()
        which = next((name for name in ("app", "day", "concurrent") if name in said), "day" if "daily" in said else "minute")
        now = self.clock.now()
        seconds = retry_after(answer.headers.get("retry-after"), now=now, unsaid=_UNSAID[which] / self._pace)
        if tenant is not None:
            await self._limiter.pause(tenant, which, seconds=seconds)
        until = now + timedelta(seconds=seconds)
        if which == "day":
            self.day_left, self.day_resets_at = 0, until
        return DayLimitReached(until=until) if which == "day" else Throttled(until=until, which=which)


def _network() -> Unavailable:
    return Unavailable(reason="network", detail="The connection to Xero failed. It is tried again with growing pauses.")


async def _pieces(response: httpx.Response, cap: int, deadline: float, pace: float) -> AsyncGenerator[bytes, None]:
    """The decoded body, piece by piece, and never past the cap or slower than is bearable."""
    packed = _unpacker(response)
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    raws = aiter(stream)
    fewest, within = SLOWEST[0], SLOWEST[1] * pace
    left, whole = cap, True
    waited, since, came = 0.0, 0.0, 0
    while True:
        before = time.monotonic()
        try:
            async with asyncio.timeout(max(0, min(deadline - waited, since + within - waited))):
                raw = await anext(raws, None)
        except (TimeoutError, httpx.TimeoutException):
            raise Unavailable(reason="timeout") from None
        except (httpx.HTTPError, httpx.StreamError):
            raise _network() from None
        if raw is None:
            break
        waited += time.monotonic() - before
        came += len(raw)
        if came >= fewest:
            since, came = waited, 0
        while True:
            try:
                piece = packed.decompress(raw, _PIECE) if packed else raw
            except zlib.error:
                raise BadAnswer(reason="its compression is broken", status=response.status_code) from None
            left -= len(piece)
            if left < 0:
                raise BadAnswer(reason=f"it is larger than {cap // 1024 // 1024} MB", status=response.status_code)
            whole = packed is None or packed.eof or not raw
            if piece:
                yield piece
            if packed is None or not packed.unconsumed_tail:
                break
            raw = packed.unconsumed_tail
    if not whole:
        raise BadAnswer(reason="its compression is cut short", status=response.status_code)


def _unpacker(response: httpx.Response) -> "zlib._Decompress | None":
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise BadAnswer(reason="it is packed in a way nobody asked for", status=response.status_code)
    return zlib.decompressobj(wbits=31) if encoding == "gzip" else None


async def _body(response: httpx.Response) -> bytes:
    """The decoded body. Unpacked a piece at a time and never past the cap: a kilobyte of gzip may hold a megabyte."""
    packed = _unpacker(response)
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    chunks, left, whole = [], BODY_CAP, True
    async for raw in stream:
        try:
            chunk = packed.decompress(raw, left + 1) if packed else raw
        except zlib.error:
            raise BadAnswer(reason="its compression is broken", status=response.status_code) from None
        left -= len(chunk)
        if left < 0:
            raise BadAnswer(reason="it is larger than 20 MB", status=response.status_code)
        chunks.append(chunk)
        whole = packed is None or packed.eof or not raw
    if not whole:
        raise BadAnswer(reason="its compression is cut short", status=response.status_code)
    return b"".join(chunks)


def retry_after(value: str | None, *, now: datetime, unsaid: float) -> float:
    """Seconds to wait: a number or a date, between a second and a day whatever it says."""
    if value is None or not value.strip():
        return unsaid
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return unsaid
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    if seconds != seconds:  # noqa: PLR0124 - only "nan" differs from itself
        return unsaid
    return min(max(seconds, 1.0), _LONGEST_PAUSE)


def trouble(answer: Answer) -> Problem:
    """The name of an answer that was not expected."""
    status = answer.status
    if status in (401, 403):
        detail = _gateway_detail(answer)
        if detail is None:
            # Not the gateway's own words: a proxy or a wall before it. No reason to break a connection.
            return TokenRefused() if status == 401 else Unavailable(reason="refused", status=status)
        if status == 401:
            return ScopeMissing() if detail.startswith("authorizationunsuccessful") else TokenRefused()
        return TenantGone() if detail.startswith("authenticationunsuccessful") else ScopeMissing()
    if status == 408 or status >= 500:
        said = answer.body[:200].decode(errors="replace").lower()
        if "maintenance" in said:
            return Unavailable(reason="maintenance", detail="Xero is down for maintenance. It is tried again.", status=status)
        if "organisation is offline" in said:
            return Unavailable(reason="organisation_offline", detail="Xero has this organisation offline for the moment. It is tried again.", status=status)
        return Unavailable(reason="server_error", detail=f"Xero answered with error {status}. It is tried again with growing pauses.", status=status)
    if 300 <= status < 400:
        return BadAnswer(reason="it points elsewhere", status=status)
    return BadAnswer(reason=_refusal(answer) or f"the request was refused with {status}", status=status)


def _gateway_detail(answer: Answer) -> str | None:
    try:
        body = answer.json()
    except BadAnswer:
        return None
    if not isinstance(body, dict):
        return None
    # Older traffic wrote the keys in small letters.
    detail = next((value for key, value in body.items() if key.lower() == "detail"), None)
    return detail.lower() if isinstance(detail, str) else None


def _refusal(answer: Answer) -> str | None:
    try:
        body = answer.json()
    except BadAnswer:
        return None
    kind = body.get("Type") if isinstance(body, dict) else None
    return f"the request was refused as {_mild(kind)}" if isinstance(kind, str) and _mild(kind) else None


def _mild(word: str) -> str:
    """What may be repeated of words that came from outside."""
    return "".join(letter for letter in word if letter.isalnum() or letter in "/+-.")[:60]


def _count(value: str | None) -> int | None:
    try:
        return min(max(0, int(value)), _MOST_LEFT) if value is not None else None
    except ValueError:
        return None
