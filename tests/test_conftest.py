"""The guards of the suite itself: nothing beyond loopback, and required tests cannot be skipped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
MARKERS = "[pytest]\nmarkers =\n  recorded: x\n  browser: x\n  soak: x\n"


def run_suite(folder: Path, body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "tests").mkdir()
    (folder / "tests" / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "tests" / "test_one.py").write_text(f"import pytest\n{body}", encoding="utf-8")
    (folder / "pytest.ini").write_text(MARKERS, encoding="utf-8")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FOUR_PILLARS_")}
    clean["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", "tests"]
    return subprocess.run(command, cwd=folder, env=clean | environment, capture_output=True, text=True, check=False)


RECORDED_TEST = "@pytest.mark.recorded\ndef test_reads(recorded):\n    assert recorded.is_dir()\n"


def test_a_recorded_test_is_skipped_with_its_reason_where_the_files_are_absent(tmp_path: Path) -> None:
    outcome = run_suite(tmp_path, RECORDED_TEST)
    assert outcome.returncode == 0
    assert "1 skipped" in outcome.stdout
    assert "set FOUR_PILLARS_RECORDED" in outcome.stdout


def test_a_recorded_test_runs_where_the_files_are(tmp_path: Path) -> None:
    assert "1 passed" in run_suite(tmp_path, RECORDED_TEST, FOUR_PILLARS_RECORDED=str(tmp_path)).stdout


def test_a_required_recorded_test_fails_where_the_files_are_absent(tmp_path: Path) -> None:
    outcome = run_suite(tmp_path, RECORDED_TEST, FOUR_PILLARS_REQUIRE="recorded")
    assert outcome.returncode == 1
    assert "recorded tests are required" in outcome.stdout


def test_a_required_test_fails_when_it_skips_itself(tmp_path: Path) -> None:
    body = "@pytest.mark.browser\ndef test_drives():\n    pytest.skip('not today')\n"
    outcome = run_suite(tmp_path, body, FOUR_PILLARS_REQUIRE="browser", FOUR_PILLARS_CHROMIUM=sys.executable)
    assert outcome.returncode == 1
    assert "not today" in outcome.stdout


def test_a_misspelt_requirement_is_refused(tmp_path: Path) -> None:
    outcome = run_suite(tmp_path, RECORDED_TEST, FOUR_PILLARS_REQUIRE="browsers")
    assert outcome.returncode == 4
    assert "choose from browser, recorded" in outcome.stderr


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    outcome = run_suite(tmp_path, RECORDED_TEST, **{"FOUR_PILLARS_" + "RECORED": str(tmp_path)})
    assert outcome.returncode == 4
    assert "RECORED is no setting of these tests" in outcome.stderr


def test_a_turn_that_is_no_number_is_refused(tmp_path: Path) -> None:
    outcome = run_suite(tmp_path, RECORDED_TEST, FOUR_PILLARS_PAGES="every")
    assert outcome.returncode == 4
    assert "'every' is neither 'all' nor a number" in outcome.stderr


def test_soak_tests_run_only_when_asked_for(tmp_path: Path) -> None:
    body = "@pytest.mark.soak\ndef test_long():\n    pass\ndef test_short():\n    pass\n"
    assert "1 passed, 1 deselected" in run_suite(tmp_path, body).stdout


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_a_connection_beyond_this_machine_fails_the_test(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(pytest.fail.Exception, match="stay on this machine"):
        sock.connect(address)


def test_a_lookup_beyond_this_machine_fails_the_test() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"example\.org"):
        socket.create_connection(("example.org", 443))


def test_a_connection_on_this_machine_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_a_reserved_name_does_not_exist() -> None:
    with pytest.raises(socket.gaierror):
        socket.create_connection(("publisher.invalid", 443))
