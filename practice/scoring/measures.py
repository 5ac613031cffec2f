"""Checks' outcomes as a scorecard keeps them: exact, and small enough to weigh thousands of clients anew in seconds."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from fractions import Fraction
from typing import Any

from practice.scoring.check import NOTHING, Check, Measure
from practice.scoring.score import Judged

MEASURED = tuple(one.name for one in fields(Measure))


def kept(judged: Mapping[str, Judged], checks: Mapping[str, Check]) -> dict[str, Any]:
    """As JSON, by check: its state, and its measure with its degree `d` or the reason why there is none."""
    return {
        code: {"state": one.state, "d": str(checks[code].degree(one.measure))} | _said(one.measure)
        if one.state == "evaluated" and code in checks
        else {"state": one.state} | ({"reason": one.reason} if one.reason else {})
        for code, one in judged.items()
    }


def read(measures: Mapping[str, Any]) -> dict[str, Judged]:
    """The outcomes again, exactly as they were."""
    return {code: read_one(one) for code, one in measures.items()}


def read_one(one: Mapping[str, Any]) -> Judged:
    """One check's outcome."""
    said = {name: one[name] for name in MEASURED if name in one}
    return Judged(one["state"], Measure(**said), one.get("reason"))


def degree(one: Mapping[str, Any]) -> Fraction | None:
    """The degree that a check had then, whatever its rule says now."""
    return Fraction(one["d"]) if "d" in one else None


def _said(measure: Measure) -> dict[str, Any]:
    """Without what is as a measure is anyway; nothing out of nothing is not the same as not measured."""
    return {name: value for name, value in asdict(measure).items() if value != getattr(NOTHING, name)}
