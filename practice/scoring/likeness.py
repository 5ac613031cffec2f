"""Says which names are alike and which things belong together."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

COMPANY_WORDS = frozenset({"ltd", "limited", "pty", "inc", "llc", "plc", "co"})


def plain_name(name: str) -> str:
    """A name without case, accents, punctuation and the words that only say what kind of company it is."""
    decomposed = unicodedata.normalize("NFKD", name.replace("&", " and ").casefold())
    kept = "".join(char for char in decomposed if unicodedata.category(char)[0] not in "MPS")
    return " ".join(word for word in kept.split() if word not in COMPANY_WORDS)


def digits(text: str | None) -> str:
    return re.sub(r"\D", "", text or "")


class Sets:
    """Which ids belong together, directly or through others."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.parent = {id_: id_ for id_ in ids}

    def root(self, id_: str) -> str:
        while self.parent[id_] != id_:
            self.parent[id_] = self.parent[self.parent[id_]]
            id_ = self.parent[id_]
        return id_

    def join(self, a: str, b: str) -> None:
        low, high = sorted((self.root(a), self.root(b)))
        self.parent[high] = low

    def groups(self) -> list[list[str]]:
        """Those of two and more, each sorted."""
        members: dict[str, list[str]] = defaultdict(list)
        for id_ in sorted(self.parent):
            members[self.root(id_)].append(id_)
        return [group for group in members.values() if len(group) > 1]
