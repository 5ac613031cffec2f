"""A sealed value opens where it was sealed, with the key it was sealed with, and only whole."""

import base64
from pathlib import Path

import pytest

from practice.kernel.crypto import KeyRing, KeysUnusable

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
CELL = "grant|refresh|1"


def test_what_was_sealed_opens_again_and_never_looks_the_same() -> None:
    ring = KeyRing({"k1": OLD})
    first, second = ring.seal("Zürich", CELL), ring.seal("Zürich", CELL)
    assert first != second
    assert ring.reveal(first, CELL) == ring.reveal(second, CELL) == "Zürich"
    assert "Zürich".encode() not in first


@pytest.mark.parametrize("elsewhere", ["grant|refresh|2", "grant|access|1", "token_version|refresh|1", ""])
def test_a_moved_cell_does_not_open(elsewhere: str) -> None:
    ring = KeyRing({"k1": OLD})
    with pytest.raises(KeysUnusable, match="does not belong"):
        ring.reveal(ring.seal("secret", CELL), elsewhere)


def test_no_bit_can_be_turned() -> None:
    ring = KeyRing({"k1": OLD})
    sealed = ring.seal("secret", CELL)
    for position in range(len(b"k1|"), len(sealed)):
        turned = bytearray(sealed)
        turned[position] ^= 1
        with pytest.raises(KeysUnusable):
            ring.reveal(bytes(turned), CELL)


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    before = KeyRing({"k1": OLD})
    after = KeyRing({"k2": NEW, "k1": OLD})
    sealed = before.seal("secret", CELL)
    assert after.reveal(sealed, CELL) == "secret"
    assert after.seal("secret", CELL).startswith(b"k2|")
    with pytest.raises(KeysUnusable, match="k1 is not in KEYS_FILE"):
        KeyRing({"k2": NEW}).reveal(sealed, CELL)


def test_a_new_key_ends_no_session_and_no_api_key() -> None:
    before, after = KeyRing({"k1": OLD}), KeyRing({"k2": NEW, "k1": OLD})
    assert before.hash_token("bh_live_1") == after.hash_token("bh_live_1") != before.hash_token("bh_live_2")
    assert KeyRing({"k2": NEW}).hash_token("bh_live_1") != before.hash_token("bh_live_1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        ("", "no encryption key"),
        (f"k1:{base64.b64encode(b'short').decode()}", "5 bytes; 32 are needed"),
        ("k1:no-base64", "is not base64"),
        ("k1", "0 bytes"),
    ],
)
def test_a_key_file_that_cannot_be_used_says_why(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "keys"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KeysUnusable, match=says) as error:
        KeyRing.from_file(path)
    assert "short" not in str(error.value)


def test_a_key_file_is_read_first_key_first(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"k2:{base64.b64encode(NEW).decode()}\nk1:{base64.b64encode(OLD).decode()}\n")
    assert KeyRing.from_file(path).seal("x", CELL).startswith(b"k2|")
