"""Logs: one line an event, `noun.verb` with fields, ids but never names, amounts or secrets."""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

_SECRET_KEYS = re.compile(r"token|secret|password|authorization|cookie|email|verifier|^code$", re.IGNORECASE)
_SECRET_VALUES = re.compile(r"Bearer\s+\S+|eyJ[\w-]{10,}\.[\w-]+\.[\w-]+|[\w.+-]+@[\w-]+\.[\w.]+|bh_live_\S+")


def redact(value: object) -> object:
    """Takes tokens and addresses out of a string; other values stay."""
    return _SECRET_VALUES.sub("[redacted]", value) if isinstance(value, str) else value


def _redacted(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = "[redacted]" if _SECRET_KEYS.search(key) and isinstance(value, str | bytes) else redact(value)
    return event


class _Unheeded:
    """A stream whose lines may be lost, with a disk that is full or a reader that has gone. No work fails for its log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


class _ThroughStructlog(logging.Handler):
    """What libraries log, made one redacted line like our own."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"logger": record.name}
        if record.exc_info:
            fields["exc_info"] = record.exc_info
        structlog.get_logger().log(record.levelno, record.getMessage(), **fields)


def configure_logging(level: str, *, as_json: bool) -> None:
    """Sets up logging for a process. httpx logs whole URLs and arq arguments, so both speak only when worried."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redacted,
            structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unheeded(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_ThroughStructlog()], force=True)
