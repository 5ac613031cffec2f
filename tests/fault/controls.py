"""Controls: each guard is taken out of a copy of the tree, and the test that stands for it must turn red.

`make chaos-controls`, or `ONLY=M1,M4`. A text that is no longer there is an error, so that no control lapses unseen.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from stack.places import ROOT

_LEFT_BEHIND = shutil.ignore_patterns("node_modules", ".git", ".venv", "var", "dist", "__pycache__", ".*_cache")
_SECONDS = 300


@dataclass(frozen=True)
class Mutant:
    """A guard taken out: `was` stands in `file` exactly once and becomes `is_`."""

    name: str
    what: str
    file: str
    was: str
    is_: str
    test: str


MUTANTS = (
    Mutant(
        "M1", "the fence is not checked", "practice/kernel/unit.py",
        "        if held is None:\n            raise LeaseLost\n", "",
        "tests/fault/test_processes.py::test_a_worker_whose_lease_went_to_another_writes_nothing",
    ),
    Mutant(
        "M2", "a refresh takes no lock", "practice/connections/refresh_grant.py",
        "        .with_for_update()\n        .execution_options(populate_existing=True)", "        .execution_options(populate_existing=True)",
        "tests/fault/test_tokens.py::test_f42_ten_processes_turn_each_generation_once",
    ),
    Mutant(
        "M3", "expired leases are not swept", "worker/sweep.py",
        "lease_until < now() AND crashes + 1 < :most", "lease_until < now() AND crashes + 1 < :most AND false",
        "tests/fault/test_processes.py::test_a_second_sweeper_leaves_it_to_the_first",
    ),
    Mutant(
        "M4", "rows are committed before the cursor", "practice/imports/pull_ledger.py",
        '        failpoint(self.run.settings, "after_upsert", step.resource)\n',
        "        await unit.session.commit()\n        await unit.open(write=True)\n"
        '        failpoint(self.run.settings, "after_upsert", step.resource)\n',
        "tests/fault/test_processes.py::test_rows_and_cursor_are_stored_together_or_not_at_all[after_upsert]",
    ),
    Mutant(
        "M5", "an answer is kept in a transaction of its own", "api/idempotency.py",
        "                await keep_answer(\n                    keyed.unit,\n",
        "                await keep_answer_alone(\n                    request,\n                    keyed.unit,\n",
        "tests/fault/test_replays.py",
    ),
    Mutant(
        "M6", "the limiter is a bucket of sixty", "practice/providers/limit_scripts.py",
        "local made = redis.call('ZCOUNT', KEYS[1], '(' .. now - window, '+inf')\nlocal room",
        "local held = redis.call('HMGET', KEYS[1] .. ':bucket', 'left', 'at')\n"
        "local left_over = math.min(calls, tonumber(held[1] or calls) + (now - tonumber(held[2] or now)) * calls / window)\n"
        "local made = left_over >= 1 and 0 or calls\n"
        "if made == 0 then redis.call('HSET', KEYS[1] .. ':bucket', 'left', left_over - 1, 'at', now) end\nlocal room",
        "tests/fault/test_redis.py::test_a_minute_after_a_rush_holds_no_more_than_its_calls",
    ),
    Mutant(
        "M7", "another firm's organisations are taken along", "practice/connections/complete_authorization.py",
        "await consent.tenants(consented.tokens.access, auth_event_id=consented.auth_event_id)",
        "await consent.tenants(consented.tokens.access)",
        "tests/fault/test_tokens.py::test_f47_one_xero_user_in_two_firms_sees_and_ends_only_their_own",
    ),
    Mutant(
        "M8", "a letter is marked sent before it is", "practice/notices/send_message.py",
        "    if smtp.host:\n        try:\n",
        '    async with ctx.unit() as unit:\n        (await unit.lock(Message, message_id)).state = "sent"\n'
        "    if smtp.host:\n        try:\n",
        "tests/fault/test_letters.py",
    ),
    Mutant(
        "M10", "no firm is named to row-level security", "practice/kernel/unit.py",
        '"firm": str(self.actor.firm_id or ""),', '"firm": "",',
        "tests/contracts/test_tenancy.py::test_a_unit_sees_and_touches_its_own_firm_alone",
    ),
)  # fmt: skip
# What a mutant needs beside its one replacement.
_ADDED = {
    "M5": (
        "api/idempotency.py",
        ("\n\nasync def keep_answer_alone(request: Request, unit: Unit, **answer: Any) -> None:\n"
        "    async with request.app.state.rt.context(unit.actor).unit() as own:\n"
        "        await keep_answer(own, **answer)\n"),
    )
}


def verdict(mutant: Mutant | None, tests: list[str]) -> tuple[str, str]:
    """`red`, `GREEN` or `error` of these tests in a copy with this mutant (None: as it is), and what pytest said."""
    with tempfile.TemporaryDirectory(prefix="control-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=_LEFT_BEHIND, symlinks=True)
        if mutant:
            _take_out(copy, mutant)
        env = {**os.environ, "PYTHONPATH": str(copy), "TMPDIR": folder}
        argv = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider", *tests]
        try:
            ran = subprocess.run(argv, cwd=copy, env=env, capture_output=True, text=True, timeout=_SECONDS * len(tests), check=False)
        except subprocess.TimeoutExpired:
            return "error", f"longer than {_SECONDS} s for each"
    return {0: "GREEN", 1: "red"}.get(ran.returncode, "error"), ran.stdout[-1500:] + ran.stderr[-500:]


def _take_out(copy: Path, mutant: Mutant) -> None:
    file = copy / mutant.file
    text = file.read_text()
    if text.count(mutant.was) != 1:
        raise LookupError(f"{mutant.name}: its text stands {text.count(mutant.was)} times in {mutant.file}; write the control anew")
    file.write_text(text.replace(mutant.was, mutant.is_))
    if mutant.name in _ADDED:
        where, added = _ADDED[mutant.name]
        (copy / where).write_text((copy / where).read_text() + added)


def main(argv: list[str]) -> int:
    """All controls, or `ONLY=M1,M4`. First every test as it is: a test that is red anyway proves nothing."""
    said = {name: os.environ[name] for name in ("ONLY",) if os.environ.get(name)}
    said |= dict(argument.split("=", 1) for argument in argv if "=" in argument)
    chosen = [one for one in MUTANTS if one.name in said["ONLY"].split(",")] if "ONLY" in said else list(MUTANTS)
    untouched, output = verdict(None, [one.test for one in chosen])
    print(f"as it is: {'green' if untouched == 'GREEN' else untouched}", flush=True)
    if untouched != "GREEN":
        print(output)
        return 1
    stayed = 0
    for one in chosen:
        at = time.monotonic()
        seen, output = verdict(one, [one.test])
        stayed += seen != "red"
        print(f"{one.name:<4} {one.what:<48} {seen:<6} {time.monotonic() - at:>4.0f} s  {one.test}", flush=True)
        if seen == "error":
            print(output)
    print(f"{len(chosen) - stayed} of {len(chosen)} turned red")
    return 1 if stayed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
