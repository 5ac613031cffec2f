"""Xero's own Python SDK, unchanged but for its base addresses, reads every endpoint and refreshes its token."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.identity import IdentityApi

from .conftest import CLIENT, LEDGER, Browser, Served


class Sdk:
    def __init__(self, served: Served, tokens: dict[str, Any], *, expires_in: float = 1800) -> None:
        self.saved: list[dict[str, Any]] = []
        held = {**tokens, "scope": LEDGER.split(), "expires_at": time.time() + expires_in}
        self.client = ApiClient(
            Configuration(oauth2_token=OAuth2Token(client_id=CLIENT[0], client_secret=CLIENT[1])), pool_threads=1
        )
        self.client.oauth2_token_getter(lambda: self.saved[-1] if self.saved else held)
        self.client.oauth2_token_saver(self.saved.append)
        self.accounting = AccountingApi(self.client, base_url=served.url + "/api.xro/2.0")
        self.identity = IdentityApi(self.client, base_url=served.url)


@pytest.fixture(autouse=True)
def addresses(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(TokenApi, "refresh_token_url", served.url + "/connect/token")
    monkeypatch.setattr(TokenApi, "client_credentials_token_url", served.url + "/connect/token")
    monkeypatch.setattr(TokenApi, "revoke_token_url", served.url + "/connect/revocation")
    served.app.sandbox.reset()
    yield
    served.app.sandbox.reset()


@pytest.fixture
async def tokens(served: Served) -> dict[str, Any]:
    """Consent to one organisation that has every kind of document and is quick to make."""
    async with httpx.AsyncClient(base_url=served.url) as http:
        firm = (await http.get("/__control/organisations")).json()["organisations"]
        sizes = {o["tenant_id"]: o["documents"] for o in firm}
        browser = Browser(http)
        page = await browser.sign_in((await browser.ask()).headers["location"])
        offered = await browser.offered(page)
        chosen = min(offered, key=lambda tenant: abs(sizes[tenant] - 3_000))
        return await browser.tokens([chosen])


READS: list[tuple[str, str, dict[str, Any]]] = [
    ("get_organisations", "organisations", {}),
    ("get_users", "users", {}),
    ("get_accounts", "accounts", {}),
    ("get_tax_rates", "tax_rates", {}),
    ("get_contacts", "contacts", {"page": 1}),
    ("get_invoices", "invoices", {"page": 1, "page_size": 1000}),
    ("get_credit_notes", "credit_notes", {"page": 1}),
    ("get_payments", "payments", {"page": 1}),
    ("get_prepayments", "prepayments", {"page": 1}),
    ("get_overpayments", "overpayments", {"page": 1}),
    ("get_bank_transactions", "bank_transactions", {"page": 1}),
    ("get_bank_transfers", "bank_transfers", {}),
    ("get_manual_journals", "manual_journals", {"page": 1}),
    ("get_report_trial_balance", "reports", {}),
    ("get_report_bank_summary", "reports", {}),
]


def test_the_sdk_reads_every_endpoint(served: Served, tokens: dict[str, Any]) -> None:
    sdk = Sdk(served, tokens)
    [connection] = sdk.identity.get_connections()
    assert connection.tenant_type == "ORGANISATION"
    read: dict[str, int] = {}
    for call, field, arguments in READS:
        answer = getattr(sdk.accounting, call)(connection.tenant_id, **arguments)
        rows = getattr(answer, field)
        read[call] = len(rows)
        assert rows, call
    invoice = sdk.accounting.get_invoices(connection.tenant_id, page=1).invoices[0]
    assert sdk.accounting.get_invoice(connection.tenant_id, invoice.invoice_id).invoices[0].line_items
    assert read["get_organisations"] == 1


def test_the_sdk_refreshes_before_its_call_and_goes_on(served: Served, tokens: dict[str, Any]) -> None:
    sdk = Sdk(served, tokens, expires_in=10)
    [connection] = sdk.identity.get_connections()
    assert sdk.accounting.get_accounts(connection.tenant_id).accounts
    [saved] = sdk.saved
    assert saved["refresh_token"] != tokens["refresh_token"]
    assert saved["scope"] == LEDGER.split()


def test_the_sdk_deletes_a_connection_and_revokes(served: Served, tokens: dict[str, Any]) -> None:
    sdk = Sdk(served, tokens)
    [connection] = sdk.identity.get_connections()
    sdk.identity.delete_connection(connection.id)
    assert sdk.identity.get_connections() == []
    token = OAuth2Token(client_id=CLIENT[0], client_secret=CLIENT[1])
    token.update_token(**{**tokens, "scope": LEDGER.split()})
    assert token.revoke_access_token(sdk.client)
    assert not served.app.sandbox.memory.consents.refreshes or not served.app.sandbox.memory.consents.consents


def test_the_sdk_takes_the_apps_own_token(served: Served) -> None:
    sdk = Sdk(served, {"access_token": "none", "expires_in": 0, "token_type": "Bearer", "scope": []})
    token = OAuth2Token(client_id=CLIENT[0], client_secret=CLIENT[1])
    assert token.get_client_credentials_access_token(sdk.client, app_store_billing=True)
    assert token.scope == "marketplace.billing"
