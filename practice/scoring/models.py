"""Scorecards, one for each look at the books; issues, the life of what a check found; and a firm's own profiles."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, belongs_to, one_of

SCOPES = ("item", "contact", "rule")


class Scorecard(FirmOwned, Base):
    """A score with all it was made of, so that an old one can be explained; never changed once written."""

    __tablename__ = "scorecard"

    client_id: Mapped[UUID]
    import_id: Mapped[UUID | None]
    as_of: Mapped[dt.date]
    period_end: Mapped[dt.date]
    value: Mapped[int | None]
    band: Mapped[str]
    provisional: Mapped[bool]
    coverage: Mapped[int]
    profile: Mapped[str]
    profile_id: Mapped[UUID | None]
    """None where it was scored before profiles were a firm's own."""
    profile_version: Mapped[int]
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    checks: Mapped[dict[str, Any]]
    measures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By check, the exact numbers of its degree (measures.py): the score can be weighed anew without the books."""
    basis: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the outcome depended on (basis.py): a check whose part of it is as it was need not look again."""
    scored_at: Mapped[dt.datetime]

    __table_args__ = (
        one_of("band", ("healthy", "attention", "at_risk", "unscored")),
        belongs_to("client", on_delete="CASCADE"),
        Index("scorecard_client_idx", "firm_id", "client_id", "scored_at"),
    )


class Issue(FirmOwned, Base):
    """Something to put right, the same one for as long as its key is found.

    open → snoozed      until a day; open → dismissed      by people, one by one or by a rule
    snoozed, dismissed → open      by people, on its day, when its rule goes, or when its fingerprint changes
    open, snoozed → fixed      written to Xero by us; found all the same, it is open again
    open, snoozed, dismissed → resolved      when it is no longer found; found again unchanged, it is what it was

    So the state tells who completed it: people (dismissed), a rule (dismissed, with `rule_id`), we (fixed), or it was
    put right elsewhere (resolved).
    """

    __tablename__ = "issue"

    client_id: Mapped[UUID]
    code: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    """Moves with the state and the fingerprint, not with mere words."""
    title: Mapped[str]
    detail: Mapped[str]
    amount: Mapped[Decimal | None]
    currency: Mapped[str | None]
    date: Mapped[dt.date | None]
    contact: Mapped[str | None]
    account: Mapped[str | None]
    about: Mapped[str] = mapped_column(default="")
    """Whom or what a rule would hide, as dismissed.py words it."""
    facts: Mapped[dict[str, Any]]
    links: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    told: Mapped[str] = mapped_column(default="")
    """A digest of all that the finding said: where it is the same, nothing is written."""
    adds: Mapped[int] = mapped_column(default=1)
    """With the next three, what the issue adds to its check's measure (check.py, Finding)."""
    subject: Mapped[str | None]
    base_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    fails: Mapped[bool] = mapped_column(default=False)
    found_at: Mapped[dt.datetime]
    resolved_at: Mapped[dt.datetime | None]
    dismissed_at: Mapped[dt.datetime | None]
    dismissed_by: Mapped[UUID | None]
    dismissed_reason: Mapped[str | None]
    dismissed_scope: Mapped[str | None]
    rule_id: Mapped[UUID | None]
    """The rule that hides it; None where it was dismissed by itself."""
    counts_anyway: Mapped[bool] = mapped_column(default=False)
    """Taken up again although a rule would hide it."""
    snoozed_until: Mapped[dt.date | None]
    """The first day on which it counts again."""
    snoozed_at: Mapped[dt.datetime | None]
    snoozed_by: Mapped[UUID | None]
    fixed_at: Mapped[dt.datetime | None]
    fixed_by: Mapped[UUID | None]

    __table_args__ = (
        one_of("state", ("open", "snoozed", "dismissed", "fixed", "resolved")),
        one_of("dismissed_scope", SCOPES),
        belongs_to("client", on_delete="CASCADE"),
        UniqueConstraint("firm_id", "client_id", "code", "key"),
        Index("issue_client_state_idx", "firm_id", "client_id", "state", "code"),
        Index("issue_rule_idx", "firm_id", "rule_id", postgresql_where=text("rule_id IS NOT NULL")),
        Index("issue_snoozed_idx", "firm_id", "client_id", postgresql_where=text("state = 'snoozed'")),
    )

    @property
    def open(self) -> bool:
        return self.state == "open"

    def fix(self, *, by: UUID | None, at: dt.datetime) -> None:
        """Was written to Xero by us. Where the next look at the books finds it all the same, it is open again."""
        self.state = "fixed"
        self.fixed_at, self.fixed_by = at, by
        self.dismissed_at = self.dismissed_by = self.dismissed_reason = self.dismissed_scope = self.rule_id = None
        self.snoozed_until = self.snoozed_at = self.snoozed_by = None
        self.version += 1

    def unfix(self) -> None:
        """What was written to Xero was taken back."""
        self.state = "open"
        self.fixed_at = self.fixed_by = None
        self.version += 1


class IssueRule(FirmOwned, Base):
    """Hides what a check says about one contact (or account, or under one title), now and later.

    At every client of the firm, or, with `client_id`, at that client alone.
    """

    __tablename__ = "issue_rule"

    code: Mapped[str]
    about: Mapped[str]
    """As `Issue.about`."""
    name: Mapped[str]
    """The same as it is shown."""
    client_id: Mapped[UUID | None]
    reason: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[dt.datetime]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        Index(
            "issue_rule_place_key", "firm_id", "code", "about", "client_id", unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip


class IssueChange(FirmOwned, Base):
    """What somebody did to issues, for as long as it can be undone."""

    __tablename__ = "issue_change"

    client_id: Mapped[UUID]
    kind: Mapped[str]
    made_at: Mapped[dt.datetime]
    rules_made: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    rules_ended: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """With all their columns, to put them back."""

    __table_args__ = (
        one_of("kind", ("dismissed", "snoozed", "reopened")),
        belongs_to("client", on_delete="CASCADE"),
        Index("issue_change_made_idx", "firm_id", "made_at"),
    )


class IssueBefore(Base):
    """An issue as it was before a change."""

    __tablename__ = "issue_before"

    firm_id: Mapped[UUID] = mapped_column(primary_key=True)
    change_id: Mapped[UUID] = mapped_column(primary_key=True)
    issue_id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID]
    version: Mapped[int]
    """The one that the change gave it."""
    state: Mapped[str]
    dismissed_at: Mapped[dt.datetime | None]
    dismissed_by: Mapped[UUID | None]
    dismissed_reason: Mapped[str | None]
    dismissed_scope: Mapped[str | None]
    rule_id: Mapped[UUID | None]
    counts_anyway: Mapped[bool]
    snoozed_until: Mapped[dt.date | None]
    snoozed_at: Mapped[dt.datetime | None]
    snoozed_by: Mapped[UUID | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        belongs_to("issue_change", "change_id", on_delete="CASCADE"),
        belongs_to("issue", on_delete="CASCADE"),
    )


class ProfileRow(FirmOwned, Base):
    """A firm's own profile as it is now. Shipped profiles have no rows (shipped.py)."""

    __tablename__ = "profile"

    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    cap_critical: Mapped[bool] = mapped_column(default=False)
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Each with `code` and `weight`, in the order of the profile."""
    thresholds: Mapped[dict[str, Any]]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[UUID | None]

    __table_args__ = (Index("profile_name_key", "firm_id", text("lower(name)"), unique=True),)


class ProfileVersion(FirmOwned, Base):
    """A profile as it was once; never changed, so that an old score can be explained. It outlives its profile."""

    __tablename__ = "profile_version"

    profile_id: Mapped[UUID]
    name: Mapped[str]
    version: Mapped[int]
    cap_critical: Mapped[bool]
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    thresholds: Mapped[dict[str, Any]]
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[UUID | None]

    __table_args__ = (UniqueConstraint("firm_id", "profile_id", "version"),)


class ProfileChoice(FirmOwned, Base):
    """Which profile counts for a client, for clients with a tag, or by default. Names a shipped profile or a row."""

    __tablename__ = "profile_choice"

    profile_id: Mapped[UUID]
    kind: Mapped[str]
    tag: Mapped[str | None]
    client_id: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        one_of("kind", ("default", "tag", "client")),
        CheckConstraint(
            "(kind = 'tag') = (tag IS NOT NULL) AND (kind = 'client') = (client_id IS NOT NULL)",
            name="names_its_target",
        ),
        Index(
            "profile_choice_target_key", "firm_id", "kind", "tag", "client_id", unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip


class ApprovedPerson(FirmOwned, Base):
    """Somebody outside the practice who may use this client's books: its own bookkeeper, say."""

    __tablename__ = "approved_person"

    client_id: Mapped[UUID]
    email: Mapped[str]
    """In lower case, as it is compared."""
    made_by: Mapped[UUID | None]
    made_at: Mapped[dt.datetime]

    __table_args__ = (
        belongs_to("client", on_delete="CASCADE"),
        Index("approved_person_email_key", "firm_id", "client_id", "email", unique=True),
    )
