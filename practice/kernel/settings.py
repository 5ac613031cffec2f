"""Everything the product is told from outside, typed and explained, read once at a door.

Environment names join group and field with one underscore: `XERO_CLIENT_ID` is `settings.xero.client_id`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict


class Group(BaseModel):
    """Settings that belong together; frozen like the whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DatabaseSettings(Group):
    """Where PostgreSQL is."""

    url: str = Field(
        "postgresql+asyncpg://postgres@localhost/bulkhead",
        description="PostgreSQL, as an owner of the database; each unit of work takes a lesser role by itself.",
    )
    pool: int = Field(10, ge=1, le=100, description="Connections a process keeps open at most.")


class RedisSettings(Group):
    """Where Redis, or a server that speaks its protocol, is."""

    url: str = Field("redis://localhost:6379/0", description="Redis or Valkey; may be emptied at any time.")


class XeroSettings(Group):
    """The Xero app that this installation signs in with."""

    client_id: str = Field("", description="The app's client id, from developer.xero.com.")
    client_secret: SecretStr = Field(SecretStr(""), description="The app's client secret.")
    login_url: str = Field("https://login.xero.com", description="Where people sign in and consent.")
    identity_url: str = Field("https://identity.xero.com", description="Token, discovery and revocation endpoints.")
    api_url: str = Field("https://api.xero.com", description="The Accounting and Practice Manager APIs.")
    app_url: str = Field("https://go.xero.com", description="Xero itself, for links from an issue to its document.")
    bulk_connections: bool = Field(
        True, description="Whether Xero lets this app connect many organisations in one consent (its Advanced tier)."
    )
    more_scopes: str = Field(
        "assets.read",
        description=(
            "What a consent is asked for besides what reading a ledger needs, with blanks between. Add"
            " finance.cashvalidation.read once Xero has let this app ask for it: bank statements are read then."
        ),
    )
    deadline: float = Field(30, gt=0, le=30, description="Seconds within which an answer must have arrived whole.")
    daily_limit: int = Field(5000, ge=1, description="Calls a day for each organisation: 5000, or 1000 on Starter.")
    sandbox: bool = Field(False, description="Xero is the sandbox of this repository: pages say so.")
    webhook_key: SecretStr = Field(
        SecretStr(""), description="Signs Xero's webhooks; empty: none are taken, and clients are refreshed by night."
    )
    pace: float = Field(
        1, ge=1, le=100, description="How many times faster Xero's minutes pass; only a benchmark's sandbox differs from 1."
    )


class SmtpSettings(Group):
    """Where mail goes out. Without a host nothing is sent, and pages say so."""

    host: str = Field("", description="SMTP server; empty: mail is kept unsent.")
    port: int = Field(587, description="SMTP port.")
    username: str = Field("", description="SMTP user, if the server wants one.")
    password: SecretStr = Field(SecretStr(""), description="SMTP password.")
    starttls: bool = Field(True, description="Encrypt with STARTTLS.")
    sender: str = Field("Bulkhead <bulkhead@localhost>", description="The From address.")


class WorkerSettings(Group):
    """How background work is sliced. The defaults are those of the design; tests shorten them."""

    page_size: int = Field(1000, ge=1, le=1000, description="Rows asked for in one page; Xero's most is 1000.")
    slice_calls: int = Field(15, ge=1, description="Calls after which an import takes its turn again.")
    slice_seconds: float = Field(30, gt=0, description="Seconds after which an import takes its turn again.")
    lease_seconds: float = Field(30, gt=0, description="Seconds without a heartbeat after which a job is taken back.")
    drain_seconds: float = Field(20, gt=0, description="Seconds for which one wake-up works through what is due.")
    sweep_seconds: float = Field(5, gt=0, description="Seconds between two looks for what was forgotten.")


class Settings(BaseSettings):
    """All settings. Refuses to start where something necessary is missing or unsafe."""

    model_config = SettingsConfigDict(
        frozen=True, env_nested_delimiter="_", env_nested_max_split=1, extra="ignore", env_file=None
    )

    environment: Literal["dev", "test", "production"] = Field("dev", description="dev, test or production.")
    base_url: str = Field("http://localhost:8000", description="The address people open; links and redirects use it.")
    port: int = Field(8000, description="The port the API listens on.")
    signup: Literal["first", "open", "closed"] = Field(
        "first",
        description="Who may found a firm: the holder of the link printed at the first start, anybody, or nobody.",
    )
    client_bundle: int = Field(50, ge=1, description="Clients with a Xero organisation that a new firm may hold.")
    keys_file: Path = Field(
        Path("var/keys"), description="Encryption keys, one `id:base64` of 32 bytes a line, the active one first."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    frontend_dist: Path = Field(Path("frontend/dist"), description="The built browser application that the API serves.")
    mailbox_url: str = Field("", description="A page that shows the mail that was sent, on a laptop.")
    failpoint: str = Field(
        "", description="For tests of faults: `place:exit`, `place:sleep=40` or `place:raise`; never in production."
    )
    database: DatabaseSettings = Field(default_factory=lambda: DatabaseSettings.model_validate({}))
    redis: RedisSettings = Field(default_factory=lambda: RedisSettings.model_validate({}))
    xero: XeroSettings = Field(default_factory=lambda: XeroSettings.model_validate({}))
    smtp: SmtpSettings = Field(default_factory=lambda: SmtpSettings.model_validate({}))
    worker: WorkerSettings = Field(default_factory=lambda: WorkerSettings.model_validate({}))

    @property
    def on_localhost(self) -> bool:
        """Whether cookies go without Secure: Safari keeps none on http://localhost (promises S10)."""
        return self.base_url.startswith("http://localhost")

    @model_validator(mode="after")
    def _safe_to_start(self) -> Self:
        if not self.base_url.startswith("https://") and not self.on_localhost:
            msg = "BASE_URL must be https://… or http://localhost:…, or cookies would travel in the clear."
            raise ValueError(msg)
        if self.environment == "production" and not (self.xero.client_id and self.xero.client_secret):
            msg = "XERO_CLIENT_ID and XERO_CLIENT_SECRET are missing: register an app at developer.xero.com."
            raise ValueError(msg)
        if self.environment == "production" and self.xero.pace != 1:
            msg = "XERO_PACE is for benchmarks: with it, the limits of the real Xero would be broken."
            raise ValueError(msg)
        if self.environment == "production" and self.failpoint:
            msg = "FAILPOINT is for tests: it ends or stops the process on purpose."
            raise ValueError(msg)
        return self


def every_setting() -> Iterator[tuple[str, FieldInfo]]:
    """Environment name and field, in the order of this file."""
    for group in grouped_settings():
        yield from group


def grouped_settings() -> Iterator[list[tuple[str, FieldInfo]]]:
    """What stands alone first, then each group."""
    alone, groups = [], []
    for name, info in Settings.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Group):
            parts = info.annotation.model_fields.items()
            groups.append([(f"{name}_{part}".upper(), inner) for part, inner in parts])
        else:
            alone.append((name.upper(), info))
    yield alone
    yield from groups


def as_env_example() -> str:
    """The text of .env.example. Defaults stand behind a `#`: copied as it is, the file changes nothing."""
    written = ["# Every setting with its default. Written by `python -m practice.kernel.settings > .env.example`."]
    for group in grouped_settings():
        lines = []
        for name, info in group:
            lines += [f"# {info.description}", f"#{name}={_said(info.default)}"]
        written.append("\n".join(lines))
    return "\n\n".join(written) + "\n"


def _said(default: object) -> str:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return str(default).lower() if isinstance(default, bool) else str(default)


if __name__ == "__main__":
    sys.stdout.write(as_env_example())
