"""What a route may ask for: the actor, a Context, or a Unit. The only place where a unit is opened for a request.

A unit is committed when the route's function has returned and before a byte of the answer is sent: a failing commit is a
failed request. GET and HEAD get a unit in which PostgreSQL refuses to write.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from api.callers import SAFE, CallerDep
from practice.kernel.actor import Actor
from practice.kernel.context import Context
from practice.kernel.runtime import Runtime
from practice.kernel.unit import Unit


def runtime(request: Request) -> Runtime:
    rt: Runtime = request.app.state.rt
    return rt


RuntimeDep = Annotated[Runtime, Depends(runtime)]


def actor(caller: CallerDep) -> Actor:
    return caller.actor


ActorDep = Annotated[Actor, Depends(actor)]


def context(rt: RuntimeDep, actor: ActorDep) -> Context:
    return rt.context(actor)


ContextDep = Annotated[Context, Depends(context)]


async def unit(request: Request, ctx: ContextDep) -> AsyncIterator[Unit]:
    async with ctx.unit(write=request.method not in SAFE) as opened:
        request.state.unit = opened
        yield opened


UnitDep = Annotated[Unit, Depends(unit, scope="function")]

__all__ = ["ActorDep", "CallerDep", "ContextDep", "RuntimeDep", "UnitDep"]
