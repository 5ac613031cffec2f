"""From calls to time: what Xero's limits allow, and no more (peers.md section 5). Pure."""

from collections.abc import Iterable
from math import ceil

SECONDS_A_CALL = 0.35
CALLS_A_MINUTE = 60
CALLS_AT_ONCE = 5
CLIENTS_AT_ONCE = 5
FIXED_CALLS = 18
"""Calls that even an empty organisation takes: one for each resource, and three for the register of fixed assets."""


def client_seconds(calls: int) -> float:
    """T(K): whole minutes for each 60 calls before the last, then five at a time."""
    if calls <= 0:
        return 0.0
    minutes = (calls - 1) // CALLS_A_MINUTE
    rest = calls - CALLS_A_MINUTE * minutes
    return 60.0 * minutes + ceil(rest / CALLS_AT_ONCE) * SECONDS_A_CALL


def run_seconds(calls: Iterable[int]) -> float:
    """max(max T(K), r·ΣK/25): the largest client's own minutes, or all calls through five places."""
    each = list(calls)
    if not each:
        return 0.0
    largest = max(client_seconds(one) for one in each)
    return max(largest, SECONDS_A_CALL * sum(each) / (CALLS_AT_ONCE * CLIENTS_AT_ONCE))


def left_seconds(calls_left: Iterable[int], *, calls_made: int, elapsed: float) -> float:
    """What a run still takes: Xero's limits say the least, and the pace so far corrects it where this machine is slower."""
    each = list(calls_left)
    pace = elapsed / calls_made if calls_made else 0.0
    return max(run_seconds(each), pace * sum(each))
