"""Sealing what we must reveal again, and hashing what we only look up.

A sealed cell is bound to its table, column and row: moved elsewhere, it does not open (promises S36, S38).
"""

import base64
import hashlib
import hmac
import os
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class KeysUnusable(Exception):
    """The key file is missing or not as it should be; the product does not start."""


class KeyRing:
    """The encryption keys, the active one first. Older ones still open what they sealed."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys:
            msg = "There is no encryption key."
            raise KeysUnusable(msg)
        self._keys = keys
        self._active = next(iter(keys))
        # The oldest key, so that a new one in front ends no session and no API key.
        self._token_key = hashlib.sha256(b"tokens" + keys[next(reversed(keys))]).digest()

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Reads `id:base64` lines; raises KeysUnusable with the remedy."""
        try:
            lines = path.read_text().split()
        except OSError as error:
            msg = f"KEYS_FILE {path} cannot be read: {error.strerror}. `make run` makes one; see the README."
            raise KeysUnusable(msg) from error
        keys = {}
        for line in lines:
            kid, _, encoded = line.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                msg = f"Key {kid} in {path} is not base64."
                raise KeysUnusable(msg) from error
            if len(key) != 32:
                msg = f"Key {kid} in {path} has {len(key)} bytes; 32 are needed."
                raise KeysUnusable(msg)
            keys[kid] = key
        return cls(keys)

    def seal(self, secret: str, bound_to: str) -> bytes:
        """Encrypts with the active key; `bound_to` must be said again to open it."""
        nonce = os.urandom(12)
        sealed = AESGCM(self._keys[self._active]).encrypt(nonce, secret.encode(), bound_to.encode())
        return self._active.encode() + b"|" + nonce + sealed

    def reveal(self, sealed: bytes, bound_to: str) -> str:
        """Opens what `seal` made; raises KeysUnusable where the key is gone or the cell was moved."""
        kid, _, rest = sealed.partition(b"|")
        key = self._keys.get(kid.decode())
        if key is None:
            msg = f"The key {kid.decode()} is not in KEYS_FILE."
            raise KeysUnusable(msg)
        try:
            return AESGCM(key).decrypt(rest[:12], rest[12:], bound_to.encode()).decode()
        except InvalidTag as error:
            msg = "A sealed value does not belong where it was found."
            raise KeysUnusable(msg) from error

    def hash_token(self, secret: str) -> bytes:
        """What is stored of a secret that is only compared: its keyed hash."""
        return hmac.digest(self._token_key, secret.encode(), "sha256")
