"""Opens an organisation's ledger as the control page has left it; every API reads the same one."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from ..ledgers.ledger import Ledger, Ledgers
from .chain import Sandbox

_shelves: WeakKeyDictionary[object, Ledgers] = WeakKeyDictionary()


def ledgers_of(sandbox: Sandbox) -> Ledgers:
    """The ledgers of this sandbox, opened as they are asked for."""
    shelf = _shelves.get(sandbox.memory)
    if shelf is None:
        shelf = _shelves[sandbox.memory] = Ledgers(
            sandbox.settings.seed, sandbox.settings.today, sandbox.settings.directory
        )
    return shelf


async def ledger_of(sandbox: Sandbox, tenant_id: str) -> Ledger:
    """An organisation's ledger as the control page has left it."""
    ledger = await ledgers_of(sandbox).get(tenant_id)
    edits = sandbox.memory.edits.for_tenant(tenant_id)
    ledger.lay({where: (edit.fields, edit.updated_utc) for where, edit in edits.items()})
    return ledger
