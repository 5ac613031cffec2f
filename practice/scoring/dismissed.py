"""What people set aside at a client, as a judgement needs it: such findings are found, and do not count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from practice.scoring.check import Finding


def about(*, contact: str | None, account: str | None, title: str) -> str:
    """Whom or what an issue is about, for a rule that outlives the issue: its contact, else its account, else its title.

    However the name is spelt: neither case nor spaces make it another one.
    """
    kind, name = ("contact", contact) if contact else ("account", account) if account else ("title", title)
    return f"{kind}:{' '.join((name or '').casefold().split())}"


def about_finding(finding: Finding) -> str:
    return about(contact=finding.contact, account=finding.account, title=finding.title)


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Each by check. It can be compared: where it differs, one looks again."""

    items: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The keys of what was dismissed or snoozed one by one, and the fingerprint each had: a change brings it back."""
    rules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Whom or what a rule hides, as `about` words it, whatever changes."""
    counting: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The keys that count although a rule would hide them: somebody took them up again."""
    fixed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The keys of what was written to Xero since the books were last judged."""

    def covers(self, code: str, finding: Finding) -> bool:
        """Whether this finding leaves n."""
        return self.covers_one(code, finding.key, finding.fingerprint, about_finding(finding))

    def covers_one(self, code: str, key: str, fingerprint: str, about: str) -> bool:
        """As `covers`, for what is known as an issue."""
        return self.items.get(code, {}).get(key) == fingerprint or self.ruled_out(code, key, about)

    def ruled_out(self, code: str, key: str, about: str) -> bool:
        """Whether a rule hides it."""
        return about in self.rules.get(code, ()) and key not in self.counting.get(code, ())

    def keys(self, code: str, findings: Iterable[Finding]) -> list[str]:
        """The keys of those findings that leave n."""
        if code not in self.items and code not in self.rules:
            return []
        return [finding.key for finding in findings if self.covers(code, finding)]


NOTHING_DISMISSED = Dismissed()
