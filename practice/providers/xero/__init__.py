"""Xero: consent (oauth.py), the Accounting API (accounting.py), Practice Manager (practice_manager.py), webhooks (deliveries.py)."""

from practice.kernel.settings import Settings
from practice.providers.base import RemoteEvent
from practice.providers.http import Caller
from practice.providers.xero import deliveries
from practice.providers.xero.accounting import XeroLedger
from practice.providers.xero.oauth import PRACTICE_SCOPES, SCOPES, WRITE_SCOPES, XeroConsent
from practice.providers.xero.practice_manager import XeroPractice


class Xero:
    """What the registry finds."""

    key = "xero"
    label = "Xero"
    scopes = SCOPES
    write_scopes = WRITE_SCOPES
    practice_scopes = PRACTICE_SCOPES

    def consent(self, caller: Caller, settings: Settings) -> XeroConsent:
        return XeroConsent(caller, settings)

    def ledger(self, caller: Caller, settings: Settings, *, access_token: str, tenant_id: str) -> XeroLedger:
        return XeroLedger(caller, settings, access_token=access_token, tenant_id=tenant_id)

    def practice(self, caller: Caller, settings: Settings, *, access_token: str, tenant_id: str) -> XeroPractice:
        return XeroPractice(caller, settings, access_token=access_token, tenant_id=tenant_id)

    def events(self, settings: Settings, *, body: bytes, signature: str) -> list[RemoteEvent] | None:
        if not deliveries.signed(body, signature, settings.xero.webhook_key.get_secret_value()):
            return None
        return deliveries.events(body)

    def resource_of(self, category: str) -> str | None:
        return deliveries.RESOURCES.get(category)


PROVIDER = Xero()
