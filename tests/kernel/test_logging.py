"""No secret, address or token reaches a log line, whoever writes it."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

from practice.kernel.logging import configure_logging, redact

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("info", as_json=True)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("refresh_token", "abc"),
        ("client_secret", "abc"),
        ("password", "abc"),
        ("Authorization", "Basic abc"),
        ("set_cookie", "sid=abc"),
        ("email", "ada@bright.example"),
        ("code", "abc"),
        ("code_verifier", "abc"),
        ("url", "https://x.example/?to=ada@bright.example"),
        ("header", "Bearer abc"),
        ("body", JWT),
        ("presented", "bh_live_abc"),
    ],
)
def test_secrets_are_taken_out(lines: Any, field: str, value: str) -> None:
    structlog.get_logger().info("grant.refreshed", **{field: value})
    [line] = lines()
    assert line["event"] == "grant.refreshed"
    assert "[redacted]" in line[field]
    assert "abc" not in line[field]
    assert "ada@" not in line[field]


def test_what_is_no_secret_stays(lines: Any) -> None:
    structlog.get_logger().info("job.settled", job_id="01", cause_code="tenant_gone", calls=15, tokens=None)
    [line] = lines()
    assert (line["job_id"], line["cause_code"], line["calls"], line["level"]) == ("01", "tenant_gone", 15, "info")


def test_libraries_are_redacted_too(lines: Any) -> None:
    logging.getLogger("uvicorn.error").warning("refused %s", "Bearer abc")
    [line] = lines()
    assert line["logger"] == "uvicorn.error"
    assert "abc" not in line["event"]


def test_a_traceback_is_redacted(lines: Any) -> None:
    try:
        raise RuntimeError(f"refused: {JWT}")
    except RuntimeError:
        structlog.get_logger().exception("request.failed")
    [line] = lines()
    assert "RuntimeError" in line["exception"]
    assert JWT not in line["exception"]


def test_what_is_below_the_level_is_not_written(lines: Any) -> None:
    structlog.get_logger().debug("request.seen")
    logging.getLogger("httpx").info("HTTP Request: GET https://api.xero.com/?code=abc")
    assert lines() == []


def test_other_values_pass() -> None:
    assert redact(5) == 5
    assert redact("plain words") == "plain words"
