"""What the programs are told: what the person says wins, and what is embedded fills the rest."""

import socket
from pathlib import Path

import pytest

from stack import environment, up
from stack.places import keys_file, socket_folder


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PORT", "SANDBOX_PORT", "MAILBOX_PORT", "XERO_CLIENT_ID", "SMTP_HOST", "DATABASE_URL", "REDIS_URL", "BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(environment, "ROOT", tmp_path)


def test_everything_embedded(tmp_path: Path) -> None:
    plan = environment.plan(tmp_path)
    assert plan.env["BASE_URL"] == "http://localhost:8000"  # Xero refuses 127.0.0.1 as a way back
    assert plan.env["XERO_API_URL"] == "http://127.0.0.1:8010"
    assert (plan.sandbox, plan.mailbox, plan.own_database, plan.own_redis) == (True, True, False, False)


def test_own_servers_and_real_xero(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("XERO_CLIENT_ID=mine\nSMTP_HOST=mail.example\nREDIS_URL=\nDATABASE_URL=from-file\n")
    monkeypatch.setenv("DATABASE_URL", "from-environment")
    plan = environment.plan(tmp_path)
    assert (plan.sandbox, plan.mailbox, plan.own_database, plan.own_redis) == (False, False, True, False)
    assert plan.env["DATABASE_URL"] == "from-environment"
    assert not {name for name in plan.env if name.startswith("XERO_")} - {"XERO_CLIENT_ID"}
    assert "MAILBOX_URL" not in plan.env


def test_key_is_private_and_stays(tmp_path: Path) -> None:
    first = keys_file(tmp_path).read_text()
    assert keys_file(tmp_path).read_text() == first
    assert keys_file(tmp_path).stat().st_mode & 0o077 == 0


def test_long_path_moves_the_sockets(tmp_path: Path) -> None:
    var = tmp_path / ("deep" * 20)
    var.mkdir()
    folder = socket_folder(var)
    assert len(str(folder)) < 90
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()


def test_taken_port_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(RuntimeError, match=rf"port {port} is taken.*choose another: PORT="):
            up.refuse_taken_ports(environment.plan(tmp_path))


def test_port_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(RuntimeError, match="PORT=eighty is no port number"):
        environment.plan(tmp_path)
