"""Who may call what: authz.csv, a line an operation. Deny by default; a route without a line stops the start.

`newcomer` is somebody signed in who is in no firm yet, `anyone` needs no sign-in at all, `key` says whether an API key may
do what its member may, and `step_up` asks for a sign-in of the last ten minutes.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROLES = ("owner", "admin", "manager", "staff", "viewer")
TABLE = Path(__file__).with_name("authz.csv")


class Unguarded(Exception):
    """A route has no line in authz.csv, so the API does not start."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call one operation."""

    roles: frozenset[str]
    newcomer: bool
    anyone: bool
    key: bool
    step_up: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole table."""

    rules: dict[str, Rule]

    @classmethod
    def read(cls) -> "Policy":
        """Reads authz.csv; a word it does not know is a mistake and no permission."""
        rules: dict[str, Rule] = {}
        with TABLE.open(newline="") as file:
            for line in csv.DictReader(file):
                operation = line.pop("operation")
                step_up = line.pop("step_up")
                if operation in rules or step_up not in ("yes", "-") or not set(line.values()) <= {"allow", "-"}:
                    raise Unguarded(f"authz.csv: the line of {operation} cannot be read")
                rules[operation] = Rule(
                    roles=frozenset(role for role in ROLES if line[role] == "allow"),
                    newcomer=line["newcomer"] == "allow",
                    anyone=line["anyone"] == "allow",
                    key=line["key"] == "allow",
                    step_up=step_up == "yes",
                )
        return cls(rules)

    def must_cover(self, operations: Iterable[str]) -> None:
        """Raises Unguarded for an operation without a line."""
        bare = sorted(set(operations) - self.rules.keys())
        if bare:
            raise Unguarded(f"no line in api/authz.csv for: {', '.join(bare)}")

    def permissions(self, role: str) -> list[str]:
        """The operations that a role may call."""
        return sorted(operation for operation, rule in self.rules.items() if role in rule.roles)
