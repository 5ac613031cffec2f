"""Every provider can do what the ports ask, and says it in words that a ledger's tables understand."""

import inspect
import re

import pytest

from practice.kernel.problems import NotFound
from practice.ledgers.load_books import MADE_OF
from practice.ledgers.store_page import TABLES
from practice.providers.base import Consent, LedgerProvider
from practice.providers.registry import provider, providers
from practice.providers.xero.accounting import OPTIONAL, RESOURCES, XeroLedger
from practice.providers.xero.oauth import XeroConsent
from stack.places import ROOT

# One pair a provider; a folder without one fails below.
BUILT = {"xero": (XeroConsent, XeroLedger, (*RESOURCES, *OPTIONAL))}
EVERY = pytest.mark.parametrize("key", sorted(BUILT))


def test_every_folder_is_a_provider_and_is_known_here() -> None:
    folders = {path.parent.name for path in (ROOT / "practice/providers").glob("*/__init__.py")}
    assert folders == set(providers()) == set(BUILT)


def test_an_unknown_one_is_not_found() -> None:
    with pytest.raises(NotFound):
        provider("myob")


@EVERY
def test_it_does_what_the_ports_ask(key: str) -> None:
    assert provider(key).key == key
    assert provider(key).label
    for port, built in zip((Consent, LedgerProvider), BUILT[key], strict=False):
        for name, asked in inspect.getmembers(port, inspect.isfunction):
            if name.startswith("_"):
                continue
            offered = getattr(built, name)
            assert inspect.iscoroutinefunction(offered) == inspect.iscoroutinefunction(asked), name
            wanted = set(inspect.signature(asked).parameters)
            assert wanted <= set(inspect.signature(offered).parameters), name


@EVERY
def test_its_resources_have_tables_and_the_books_their_resources(key: str) -> None:
    resources = BUILT[key][2]
    assert len({one.key for one in resources}) == len(resources)
    assert {one.key for one in resources} == set(TABLES)
    assert {one for parts in MADE_OF.values() for one in parts} <= set(TABLES)
    for one in resources:
        assert one.label
        assert re.fullmatch(r"[a-z_]+", one.key)


def test_ports_name_no_provider() -> None:
    for name in ("base.py", "http.py", "limits.py", "registry.py", "problems.py"):
        source = (ROOT / "practice/providers" / name).read_text()
        assert "practice.providers.xero" not in source, name
