"""What can be set is explained, and .env.example says all of it."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from practice.kernel.settings import Settings, as_env_example, every_setting
from stack.places import ROOT

PRODUCTION: dict[str, Any] = {"environment": "production", "xero": {"client_id": "x", "client_secret": "y"}}


def test_a_production_starts() -> None:
    assert Settings.model_validate(PRODUCTION).failpoint == ""


def test_the_example_says_every_setting() -> None:
    written = (ROOT / ".env.example").read_text()
    assert written == as_env_example(), "python -m practice.kernel.settings > .env.example"


def test_every_setting_is_explained_and_every_secret_hidden() -> None:
    names = [name for name, _ in every_setting()]
    assert len(names) == len(set(names))
    for name, info in every_setting():
        assert info.description, name
        assert info.description.endswith("."), name
        if any(word in name for word in ("SECRET", "PASSWORD")):
            assert isinstance(info.default, SecretStr), name


def test_the_names_in_the_example_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in as_env_example().splitlines():
        name, found, value = line.removeprefix("#").partition("=")
        if found and not line.startswith("# "):
            monkeypatch.setenv(name, value)
    assert Settings() == Settings.model_validate({})
    monkeypatch.setenv("XERO_CLIENT_ID", "abc")
    monkeypatch.setenv("WORKER_LEASE_SECONDS", "7")
    monkeypatch.setenv("KEYS_FILE", "/run/keys")
    heard = Settings()
    assert (heard.xero.client_id, heard.worker.lease_seconds, heard.keys_file) == ("abc", 7.0, Path("/run/keys"))


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ({"environment": "production"}, "XERO_CLIENT_ID"),
        ({**PRODUCTION, "failpoint": "before_commit:exit"}, "FAILPOINT"),
        ({**PRODUCTION, "xero": {**PRODUCTION["xero"], "pace": 10}}, "XERO_PACE"),
        ({"base_url": "http://bulkhead.example"}, "https://"),
        ({"port": "many"}, "port"),
        ({"worker": {"page_size": 5000}}, "page_size"),
        ({"xero": {"client_idd": "x"}}, "client_idd"),
    ],
)
def test_it_does_not_start_unsafe_and_says_why(said: dict[str, object], remedy: str) -> None:
    with pytest.raises(ValidationError, match=remedy):
        Settings.model_validate(said)


def test_nothing_changes_after_the_start() -> None:
    settings = Settings()
    for part in (settings, settings.database, settings.xero):
        assert isinstance(part, BaseModel)
        assert part.model_config["frozen"]
    with pytest.raises(ValidationError):
        settings.xero.client_id = "other"  # type: ignore[misc]  # refused by mypy too


def test_a_secret_does_not_show_in_a_repr() -> None:
    assert "sesame" not in repr(Settings.model_validate({"xero": {"client_secret": "sesame"}}))
