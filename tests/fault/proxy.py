"""Stands between the product and one of its servers, and lets pass, holds, resets, or loses the answer to a COMMIT.

In a thread with a loop of its own, so that it works while a test waits for something else.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any

MOST_REMEMBERED = 4_000_000


class Link:
    """One connection of the product, with what it has said since its transaction began."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near = near
        self.far = far
        self.said = bytearray()
        self.cut = False

    def abort(self) -> None:
        for side in (self.near, self.far):
            side.transport.abort()


class Proxy:
    """Listens on a TCP port of its own, as a server on another machine would be, and forwards to a socket file."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.port = 0
        self.cuts = 0
        self._marks: list[bytes] = []
        self._links: set[Link] = set()
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._do(self._listen())

    def stop(self) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    # -- faults ----------------------------------------------------------------------------------------------------

    def blackhole(self) -> None:
        """Every byte is held, in both directions; connecting works and nobody answers."""
        self._do(self._set(passing=False))

    def pass_on(self) -> None:
        """What was held goes on its way, as after a network's fault."""
        self._do(self._set(passing=True))

    def reset(self) -> None:
        """Every connection breaks; new ones work."""
        self._do(self._reset())

    def cut_commit_of(self, mark: bytes) -> None:
        """The next transaction that names this is committed, and whoever asked for it never hears of it."""
        self._marks.append(mark)

    # -- in the thread ---------------------------------------------------------------------------------------------

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        done: Future[None] = asyncio.run_coroutine_threadsafe(what, self._loop)
        done.result(10)

    async def _listen(self) -> None:
        self._open.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        self._open.set()
        await self._reset()
        await asyncio.sleep(0)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _set(self, *, passing: bool) -> None:
        if passing:
            self._open.set()
        else:
            self._open.clear()

    async def _reset(self) -> None:
        for link in list(self._links):
            link.abort()

    async def _serve(self, from_near: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            await self._open.wait()
            from_far, far = await asyncio.open_unix_connection(str(self.target))
        except (OSError, asyncio.CancelledError):
            near.transport.abort()
            return
        link = Link(near, far)
        self._links.add(link)
        pumps = (self._forward(from_near, link), self._back(from_far, link))
        tasks = [asyncio.ensure_future(pump) for pump in pumps]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        except asyncio.CancelledError:
            # The proxy stops. asyncio's own callback would print a cancelled connection as an error.
            for task in tasks:
                task.cancel()
        finally:
            self._links.discard(link)
            for side in (near, far):
                with contextlib.suppress(OSError, RuntimeError):
                    side.close()

    async def _forward(self, reader: asyncio.StreamReader, link: Link) -> None:
        while chunk := await reader.read(65_536):
            await self._open.wait()
            if self._marks:
                self._listen_for_commit(link, chunk)
            link.far.write(chunk)
            await link.far.drain()

    def _listen_for_commit(self, link: Link, chunk: bytes) -> None:
        if b"BEGIN" in chunk:
            link.said.clear()
        link.said += chunk[: max(0, MOST_REMEMBERED - len(link.said))]
        if b"COMMIT;" in chunk:
            mark = next((mark for mark in self._marks if mark in link.said), None)
            link.said.clear()
            if mark is not None:
                self._marks.remove(mark)
                link.cut = True
                self.cuts += 1

    async def _back(self, reader: asyncio.StreamReader, link: Link) -> None:
        while chunk := await reader.read(65_536):
            await self._open.wait()
            if link.cut:
                # The server has answered, so the commit is done; the answer goes no further.
                link.abort()
                return
            link.near.write(chunk)
            await link.near.drain()
