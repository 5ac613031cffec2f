"""Processes that all want one grant's token, some killed with -9 in the middle: run as a program, answers in JSON.

It forks before it opens anything, so that ten processes cost one import. `python -m tests.fault.race race|kill <seconds>`
with the product's environment, and FIRM, GRANT and SEED.
"""

import asyncio
import json
import os
import random
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from practice.connections.lend_token import lend_token
from practice.kernel.actor import Actor
from practice.kernel.problems import Problem
from practice.kernel.runtime import Runtime
from practice.kernel.settings import Settings

PROCESSES = 10


@dataclass
class Child:
    pid: int
    line: socket.socket

    def ask(self) -> None:
        self.line.sendall(b".")

    def answer(self) -> dict[str, object]:
        said: dict[str, object] = json.loads(self.line.recv(4096) or b"{}")
        return said

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.line.close()


def forked(**env: str) -> Child:
    mine, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        return Child(pid, mine)
    mine.close()
    os.environ.update(env)
    asyncio.run(_serve(theirs))
    os._exit(0)


async def _serve(line: socket.socket) -> None:
    """Asks for the token whenever told to, until nobody is there to tell."""
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    async with Runtime.open(Settings()) as rt:
        ctx = rt.context(Actor.system(UUID(os.environ["FIRM"])))
        while await loop.sock_recv(line, 1):
            try:
                lent = await lend_token(ctx, grant_id=UUID(os.environ["GRANT"]))
                said: dict[str, object] = {"generation": lent.generation}
            except Problem as problem:
                said = {"problem": problem.slug()}
            await loop.sock_sendall(line, json.dumps(said).encode())


async def _expire() -> None:
    from sqlalchemy import text

    async with Runtime.open(Settings()) as rt, rt.context(Actor.system(UUID(os.environ["FIRM"]))).unit() as unit:
        await unit.execute(text('UPDATE "grant" SET expires_at = now() WHERE firm_id = :firm'), {"firm": unit.firm_id})


def race(seconds: float) -> dict[str, object]:
    """Rounds: the token is at its end, and all ask at once."""
    children = [forked() for _ in range(PROCESSES)]
    end, rounds, wrong = time.monotonic() + seconds, 0, []
    before: object = 0
    while time.monotonic() < end or rounds < 3:
        asyncio.run(_expire())
        for child in children:
            child.ask()
        answers = [child.answer() for child in children]
        rounds += 1
        generations = {answer.get("generation") for answer in answers}
        if len(generations) != 1 or before in generations or any("problem" in answer for answer in answers):
            wrong.append(answers)
        before = answers[0].get("generation")
    for child in children:
        child.kill()
    return {"rounds": rounds, "wrong": wrong[:3]}


def kill(seconds: float) -> dict[str, object]:
    """The same, while processes are killed at random moments, and some exactly between Xero's answer and the commit."""
    chance = random.Random(int(os.environ["SEED"]))
    children = [forked() for _ in range(4)]
    kills = planned = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end or kills < 8:
        asyncio.run(_expire())
        if chance.random() < 0.3:
            # This one asks alone, and dies with the answer in its hands.
            doomed = forked(FAILPOINT="after_turning:exit")
            doomed.ask()
            os.waitpid(doomed.pid, 0)
            doomed.line.close()
            planned += 1
            continue
        for child in children:
            child.ask()
        time.sleep(chance.uniform(0, 0.12))
        victim = chance.randrange(len(children))
        children.pop(victim).kill()
        kills += 1
        for child in children:
            child.answer()
        children.append(forked())
    asyncio.run(_expire())
    children[0].ask()
    last = children[0].answer()
    for child in children:
        with suppress(ProcessLookupError):
            child.kill()
    return {"kills": kills, "between": planned, "last": last}


if __name__ == "__main__":
    mode, seconds = sys.argv[1], float(sys.argv[2])
    print(json.dumps({"race": race, "kill": kill}[mode](seconds)))
