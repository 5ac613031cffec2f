"""Where things lie under var/ (private to its user, never committed), and which ports are free."""

import base64
import hashlib
import os
import secrets
import socket
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_LONGEST_FOLDER = 85  # a unix socket's path has room for 107 bytes, and its file's name needs some


def var_folder() -> Path:
    folder = Path(os.environ.get("BULKHEAD_VAR") or ROOT / "var").absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def socket_folder(var: Path) -> Path:
    folder = var / "run"
    if len(os.fsencode(folder)) > _LONGEST_FOLDER:
        mark = hashlib.sha256(os.fsencode(var)).hexdigest()[:10]
        folder = Path(tempfile.gettempdir()) / f"bulkhead-{os.getuid()}-{mark}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid == os.getuid():
        folder.chmod(0o700)
    elif not (os.getuid() == 0 and folder.is_relative_to(var)):
        raise RuntimeError(f"{folder} belongs to somebody else; remove it")
    return folder


def keys_file(var: Path) -> Path:
    """The key that seals what the database holds. Losing it loses the connections to Xero, nothing else."""
    path = var / "keys"
    if not path.exists():
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        draft = path.with_name("keys.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"k1:{key}\n")
        draft.rename(path)
    return path


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def port_is_free(port: int) -> bool:
    hosts = [(socket.AF_INET, "127.0.0.1")] + ([(socket.AF_INET6, "::1")] if has_ipv6() else [])
    for family, host in hosts:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
