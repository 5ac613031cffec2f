"""The RS256 key pair that signs this sandbox's tokens, and the tokens themselves as signed text."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def left_half(text: str) -> str:
    """`at_hash`: the left half of the SHA-256 of a token."""
    return _b64(hashlib.sha256(text.encode()).digest()[:16])


@cache
def _made() -> rsa.RSAPrivateKey:
    """One pair for the whole process: making one takes a tenth of a second, and tests build many sandboxes."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _kept(path: Path) -> rsa.RSAPrivateKey:
    if path.exists():
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key
    made = _made()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(
        made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return made


class Keys:
    def __init__(self, directory: Path | None) -> None:
        self._private = _kept(directory / "signing-key.pem") if directory else _made()
        self._public = self._private.public_key()
        der = self._public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.kid = hashlib.sha256(der).hexdigest()[:40].upper()
        self.x5t = _b64(hashlib.sha1(der, usedforsecurity=False).digest())
        self._read: dict[str, dict[str, Any] | None] = {}

    def sign(self, claims: dict[str, Any]) -> str:
        head = {"alg": "RS256", "kid": self.kid, "x5t": self.x5t, "typ": "JWT"}
        text = ".".join(_b64(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
        return text + "." + _b64(self._private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of a token this pair signed; None for anything else. Whether it has expired is not asked."""
        if token not in self._read:
            if len(self._read) > 2_000:
                self._read.clear()
            self._read[token] = self._verified(token)
        return self._read[token]

    def _verified(self, token: str) -> dict[str, Any] | None:
        try:
            signed, _, signature = token.rpartition(".")
            self._public.verify(_unb64(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
            claims = json.loads(_unb64(signed.partition(".")[2]))
        except (InvalidSignature, ValueError):
            return None
        return claims if isinstance(claims, dict) else None

    def jwks(self) -> dict[str, Any]:
        numbers = self._public.public_numbers()
        return {
            "keys": [
                {
                    "kty": "RSA",
                    "use": "sig",
                    "kid": self.kid,
                    "x5t": self.x5t,
                    "e": _b64(numbers.e.to_bytes(3, "big")),
                    "n": _b64(numbers.n.to_bytes(256, "big")),
                    "alg": "RS256",
                }
            ]
        }
