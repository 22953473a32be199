"""What every test shares: where the recorded files lie, which kinds of test are mandatory, and no way to the outside.

`FOUR_PILLARS_REQUIRE=browser,recorded` turns the skipping of those kinds of test into failures.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
RECORDED = Path(os.environ.get("FOUR_PILLARS_RECORDED") or ROOT.parent / "shared" / "data")
REQUIRED = frozenset(filter(None, os.environ.get("FOUR_PILLARS_REQUIRE", "").split(",")))
# A busy machine must not fail a law, and a merge must not fail by luck: each run tries the same examples.
# New ones are looked for by `make soak`, which sets HYPOTHESIS_PROFILE=search.
settings.register_profile("unhurried", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "unhurried"))
SETTINGS = ("FOUR_PILLARS_CHROMIUM", "FOUR_PILLARS_PAGES", "FOUR_PILLARS_RECORDED", "FOUR_PILLARS_REQUIRE")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of the browser named by FOUR_PILLARS_CHROMIUM or of the first one installed."""
    names = (os.environ.get("FOUR_PILLARS_CHROMIUM", ""), *BROWSERS)
    return next((path for name in names if name and (path := shutil.which(name))), None)


def why_not(kind: str) -> str | None:
    """Return why tests marked `kind` cannot run here, or None when they can."""
    if kind == "recorded" and not RECORDED.is_dir():
        return f"no recorded publishers' files in {RECORDED}; set FOUR_PILLARS_RECORDED to their folder"
    if kind == "browser" and find_chromium() is None:
        return "no Chromium found; install the package chromium or set FOUR_PILLARS_CHROMIUM to its program"
    return None


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a misspelt setting, which would silently require, read or drive nothing."""
    misspelt = sorted(name for name in os.environ if name.startswith("FOUR_PILLARS_") and name not in SETTINGS)
    if misspelt:
        raise pytest.UsageError(f"{misspelt[0]} is no setting of these tests; choose from {', '.join(SETTINGS)}")
    pages = os.environ.get("FOUR_PILLARS_PAGES", "")
    if pages not in ("", "all") and not (pages.isascii() and pages.isdigit()):
        raise pytest.UsageError(f"FOUR_PILLARS_PAGES: {pages!r} is neither 'all' nor a number, whose turn it is")
    unknown = REQUIRED - {"browser", "recorded"}
    if unknown:
        raise pytest.UsageError(f"FOUR_PILLARS_REQUIRE: {sorted(unknown)} unknown; choose from browser, recorded")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long runs to `make soak`, unless a marker expression names them; browser tests go last."""
    if "soak" not in (config.option.markexpr or ""):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("soak")])
        items[:] = [item for item in items if not item.get_closest_marker("soak")]
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here, with its reason."""
    for kind in ("recorded", "browser"):
        reason = why_not(kind) if item.get_closest_marker(kind) else None
        if reason:
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Turn the skipping of a required kind of test into a failure, whoever skipped it."""
    report = yield
    kinds = sorted(kind for kind in REQUIRED if item.get_closest_marker(kind))
    if report.skipped and kinds and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, but {', '.join(kinds)} tests are required: {report.longrepr[2]}"
    return report


@pytest.fixture(scope="session")
def recorded() -> Path:
    """Return the folder of the recorded publishers' files; a test that takes it is marked `recorded`."""
    reason = why_not("recorded")
    if reason:
        pytest.skip(reason)
    return RECORDED


def is_loopback(host: object) -> bool:
    """Tell whether a socket address names this machine only."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Fail any test that looks up or connects to a host beyond this machine; `*.invalid` names do not exist."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse(host: object) -> None:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if not is_loopback(host):
            pytest.fail(f"a test reached for {host!r}; tests stay on this machine")

    def guarded(real: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                refuse(address[0])
            return real(self, address)

        return call

    def guarded_look_up(host: Any, *rest: Any, **options: Any) -> Any:
        refuse(host)
        return look_up(host, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield
