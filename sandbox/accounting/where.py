"""Translates Xero's `where` and `order` into SQL over known columns; every value travels as a parameter."""

import re
from calendar import timegm
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from .errors import QueryParseError
from .resources import Column, Resource

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign>==|!=|<>|>=|<=|&&|\|\||[=<>()!,])|(?P<name>\.?[A-Za-z][A-Za-z0-9_.]*))"""
)
_SIGNS = {"==": "=", "=": "=", "!=": "<>", "<>": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_CALLS = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}


@dataclass(slots=True)
class Condition:
    sql: str
    values: list[object]


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise QueryParseError(f"Unexpected sign at {at}")
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Parser:
    def __init__(self, resource: Resource, text: str) -> None:
        self._resource = resource
        self._left = _tokens(text)
        self._at = 0

    def whole(self) -> Condition:
        made = self._either()
        if self._at < len(self._left):
            raise QueryParseError(f"Nothing expected at '{self._left[self._at][1]}'")
        return made

    def _peek(self) -> tuple[str, str]:
        return self._left[self._at] if self._at < len(self._left) else ("", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        if not token[0]:
            raise QueryParseError("Expression expected")
        self._at += 1
        return token

    def _accept(self, *words: str) -> bool:
        if self._peek()[0] != "text" and self._peek()[1].lower() in words:
            self._at += 1
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._accept(word):
            raise QueryParseError(f"'{word}' expected")

    def _either(self) -> Condition:
        made = self._every()
        while self._accept("or", "||"):
            other = self._every()
            made = Condition(f"({made.sql} OR {other.sql})", made.values + other.values)
        return made

    def _every(self) -> Condition:
        made = self._one()
        while self._accept("and", "&&"):
            other = self._one()
            made = Condition(f"({made.sql} AND {other.sql})", made.values + other.values)
        return made

    def _one(self) -> Condition:
        if self._accept("!", "not"):
            inner = self._one()
            return Condition(f"NOT ({inner.sql})", inner.values)
        if self._accept("("):
            inner = self._either()
            self._need(")")
            return inner
        column, folded, call = self._field()
        if call:
            self._need("(")
            value = str(self._value(column))
            self._need(")")
            escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            made = Condition(f"{folded} LIKE ? ESCAPE '\\'", [_CALLS[call].format(escaped)])
            if self._accept("==", "="):
                return made if self._value(Column("", "flag")) else Condition(f"NOT ({made.sql})", made.values)
            return made
        if column.kind == "flag" and self._peek()[1] not in _SIGNS:
            return Condition(f"{column.sql} = 1", [])
        sign = _SIGNS.get(self._take()[1])
        if sign is None:
            raise QueryParseError("Operator expected")
        if self._peek()[0] == "name" and self._accept("null"):
            return Condition(f"coalesce({column.sql}, '') {'=' if sign == '=' else '<>'} ''", [])
        value_ = self._value(column)
        if column.kind == "moment":
            # Sent to the second, kept to the millisecond.
            return Condition(f"{column.sql} / 1000 {sign} ?", [value_])
        return Condition(f"{folded} {sign} ?", [value_])

    def _field(self) -> tuple[Column, str, str]:
        kind, word = self._take()
        if kind != "name":
            raise QueryParseError(f"Field expected at '{word}'")
        path, call, fold = word.lower(), "", ""
        parts = path.split(".")
        while (
            parts
            and parts[-1] in {*_CALLS, "tolower", "toupper", "value", "date", "hasvalue"}
            and ".".join(parts) not in self._resource.fields
        ):
            last = parts.pop()
            if last in _CALLS:
                call = last
            elif last in ("tolower", "toupper"):
                fold = last[2:]
                self._need("(")
                self._need(")")
                # `.ToLower().Contains("x")` continues after the brackets.
                following = self._peek()[1].lower().removeprefix(".")
                if following in _CALLS:
                    self._at += 1
                    call = following
        column = self._resource.fields.get(".".join(parts))
        if column is None:
            raise QueryParseError(f"No property or field '{word}' exists in type '{self._resource.element}'")
        return column, f"{fold}({column.sql})" if fold else column.sql, call

    def _value(self, column: Column) -> object:
        kind, word = self._take()
        lower = word.lower()
        if kind == "text":
            text = re.sub(r"\\(.)", r"\1", word[1:-1])
            return text.lower() if column.kind == "id" else text
        if kind == "number":
            try:
                return int(Decimal(word) * 100) if column.kind == "money" else float(Decimal(word))
            except InvalidOperation as error:  # pragma: no cover - the pattern admits numbers only
                raise QueryParseError(word) from error
        if lower in ("true", "false"):
            return int(lower == "true")
        if lower == "guid":
            self._need("(")
            text = str(self._value(Column("", "text")))
            self._need(")")
            return text.lower()
        if lower == "datetime":
            return self._moment(column)
        raise QueryParseError(f"Value expected at '{word}'")

    def _moment(self, column: Column) -> object:
        self._need("(")
        parts = [int(self._take()[1])]
        while self._accept(","):
            parts.append(int(self._take()[1]))
        self._need(")")
        try:
            at = datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001
        except (TypeError, ValueError) as error:
            raise QueryParseError("DateTime") from error
        return timegm(at.timetuple()) if column.kind == "moment" else at.date().isoformat()


def condition(resource: Resource, text: str) -> Condition:
    try:
        return _Parser(resource, text).whole()
    except ValueError as error:
        raise QueryParseError(str(error)) from error


def order(resource: Resource, text: str) -> str:
    """`Field`, `Field DESC`, several with commas; the id decides between equals."""
    made = []
    for part in text.split(","):
        words = part.split()
        if (
            not words
            or len(words) > 2
            or (len(words) == 2 and words[1].lower() not in ("asc", "desc", "ascending", "descending"))
        ):
            raise QueryParseError(f"order: {text}")
        column = resource.fields.get(words[0].lower())
        if column is None:
            raise QueryParseError(f"No property or field '{words[0]}' exists in type '{resource.element}'")
        made.append(f"{column.sql}{' DESC' if len(words) == 2 and words[1].lower().startswith('desc') else ''}")
    return ", ".join([*made, "id"])
