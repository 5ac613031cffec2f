"""How large a client's books are and how long reading them takes, as several resources show it."""

from typing import Literal

from api.wire import Out
from practice.connections.models import Tenant
from practice.imports.estimate import client_seconds


class Size(Out):
    """Documents and calls are known after a probe; `seconds` is what Xero's limits allow for that many calls."""

    state: Literal["unknown", "checking", "known", "failed"]
    documents: int | None
    calls: int | None
    seconds: int | None
    band: Literal["small", "medium", "large"] | None


def size_of(tenant: Tenant | None) -> Size:
    """The size as last learnt."""
    if tenant is None or tenant.size_state != "known" or tenant.size_documents is None:
        state = tenant.size_state if tenant is not None else "unknown"
        return Size.model_validate({"state": state, "documents": None, "calls": None, "seconds": None, "band": None})
    documents, calls = tenant.size_documents, tenant.size_calls
    return Size(
        state="known",
        documents=documents,
        calls=calls,
        seconds=None if calls is None else max(1, round(client_seconds(calls))),
        band="small" if documents < 2_000 else "medium" if documents < 20_000 else "large",
    )
