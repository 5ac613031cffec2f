"""Xero: consent (oauth.py) and the Accounting API (accounting.py and its shapes)."""

from practice.kernel.settings import Settings
from practice.providers.http import Caller
from practice.providers.xero.accounting import XeroLedger
from practice.providers.xero.oauth import XeroConsent


class Xero:
    """What the registry finds."""

    key = "xero"
    label = "Xero"

    def consent(self, caller: Caller, settings: Settings) -> XeroConsent:
        return XeroConsent(caller, settings)

    def ledger(self, caller: Caller, settings: Settings, *, access_token: str, tenant_id: str) -> XeroLedger:
        return XeroLedger(caller, settings, access_token=access_token, tenant_id=tenant_id)


PROVIDER = Xero()
