"""The long runs (`make soak`): damage found by every command, kills survived, memory and answers under load.

Their limits are wide where a time is measured; `benchmarks/serving.py` measures times.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

import pytest
from typer.testing import CliRunner

from config import snapshot, upkeep
from config.catalogue import load
from config.snapshot import SnapshotError
from dashboard import cli
from dashboard.state import load as load_library
from tests.config.test_snapshot import CATALOGUE, SCORES, observed, origin
from tests.dashboard.served import ROOT, Served, served
from tests.dashboard.test_cli import ONLY, recordings

pytestmark = pytest.mark.soak
KILLS, FLIPS, DIGITS = 500, 200, 60
DISTINCT, HOSTS, SOCKETS = 20_000, 2_000, 200
MIB = 1024 * 1024


def report(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


# ---- Damage ------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "snapshots"
    shutil.copytree(snapshot.SHIPPED, root, ignore=shutil.ignore_patterns(".*"))
    return root / snapshot.current(root)


def finders(root: Path, files: Path) -> set[str]:
    """Return which of serve, score and refresh refuse the current edition of a folder by name."""
    found = set()
    try:
        load_library(root)
    except SnapshotError as error:
        found |= {"serve"} if "is damaged" in str(error) else set()
    for command in (["score", "--in", str(root)], ["refresh", "--recordings", str(files), "--out", str(root)]):
        done = CliRunner().invoke(cli.app, command)
        one_sentence = done.exit_code == 2 and done.stderr.count("\n") == 1 and "is damaged" in done.stderr
        found |= {command[0]} if one_sentence else set()
    return found


def spoilt(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield file and content: one bit turned round anywhere, then one digit of a figure made another."""
    chance, files = random.Random(7), sorted(folder.iterdir())
    for _ in range(FLIPS):
        file = chance.choice(files)
        content = bytearray(file.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        yield file, bytes(content)
    file = folder / "observations.csv"
    true = file.read_bytes()
    for at in chance.sample([n for n, letter in enumerate(true) if letter in b"0123456789"], DIGITS):
        yield file, true[:at] + bytes([chance.choice([d for d in b"0123456789" if d != true[at]])]) + true[at + 1 :]


def test_serve_score_and_refresh_find_every_flipped_bit_and_every_edited_digit(folder: Path, tmp_path: Path) -> None:
    files, found = recordings(tmp_path), []
    for file, content in spoilt(folder):
        true = file.read_bytes()
        file.write_bytes(content)
        found.append(finders(folder.parent, files))
        file.write_bytes(true)
    by = {name: sum(name in each for each in found) for name in ("serve", "score", "refresh")}
    report(soak="damage", spoilt=len(found), found=by)
    assert by == dict.fromkeys(by, FLIPS + DIGITS)


# ---- Kills -------------------------------------------------------------------------------------------------------


def _write_and_choose_for_ever(root: Path, first: int) -> None:
    for value in itertools.count(first):
        snapshot.write(root, observed(float(value % 40)), SCORES, [origin()], CATALOGUE)
        upkeep.use(root, snapshot.ids(root)[value % len(snapshot.ids(root))])


def test_a_folder_is_whole_after_every_kill_over_writing_and_choosing(tmp_path: Path) -> None:
    chance, starter = random.Random(3), multiprocessing.get_context("forkserver")
    starter.set_forkserver_preload(["tests.dashboard.test_soak"])
    snapshot.write(tmp_path, observed(1.0), SCORES, [origin()], CATALOGUE)
    whole = 0
    for number in range(KILLS):
        writer = starter.Process(target=_write_and_choose_for_ever, args=(tmp_path, number))
        writer.start()
        time.sleep(chance.uniform(0.02, 0.25))
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        damage = [snapshot.verify(tmp_path / name) for name in snapshot.ids(tmp_path)]
        whole += not any(damage) and snapshot.read(tmp_path).id == snapshot.current(tmp_path)
    report(soak="kills", kills=KILLS, whole=whole, editions=len(snapshot.ids(tmp_path)))
    assert whole == KILLS


def test_a_folder_is_whole_after_a_kill_over_the_whole_command(tmp_path: Path) -> None:
    chance, files, out = random.Random(4), recordings(tmp_path), tmp_path / "held"
    command = [sys.executable, "-c", "from dashboard.cli import main; main()", "refresh", "--recordings", str(files)]
    command += ["--out", str(out), *ONLY]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    whole = 0
    for _ in range(KILLS // 20):
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.5, 4.0))
        running.kill()
        running.wait()
        whole += all(snapshot.verify(out / name) == () for name in snapshot.ids(out)) and bool(snapshot.read(out).id)
    report(soak="kills of the command", kills=KILLS // 20, whole=whole)
    assert whole == KILLS // 20


# ---- Load --------------------------------------------------------------------------------------------------------


def addresses() -> Iterator[str]:
    """Yield addresses that differ, of pages and of forms, none of them costly to draw."""
    catalogue = load()
    places = [place.id for place in catalogue.city_regions()]
    forms = ["", ".html", ".csv", ".json", ".txt", ".bib"]
    for one, other in itertools.permutations(places, 2):
        for number, indicator in enumerate(catalogue.indicators):
            form = forms[(number + len(one)) % len(forms)]
            lang = ("en", "fr", "nl")[number % 3]
            yield f"/{lang}/i/{indicator}{form}?hero={one}&places={other}"


def ask(running: Served, asked: list[tuple[str, str]]) -> int:
    """Return how many of (path, host) are not answered 200 or 404."""

    def one(pair: tuple[str, str]) -> bool:
        return running.get(*pair)[0] not in (200, 404)

    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(one, asked))


def test_memory_stays_flat_over_distinct_requests_and_invented_hosts() -> None:
    found = list(itertools.islice(addresses(), DISTINCT + 6_000))
    random.Random(5).shuffle(found)
    with served() as running:
        wrong = ask(running, [(path, "") for path in found[:6_000]])
        warm = running.memory
        wrong += ask(running, [(path, "") for path in found[6_000:]])
        after = running.memory
        pages = ["/en/overall.json", "/en/p/safe", "/en/overall.svg", "/feed.xml"]
        wrong += ask(running, [(pages[n % 4], f"h{n}.example") for n in range(HOSTS)])
        hosts = running.memory
    grown = {"distinct": round((after - warm) / MIB, 1), "hosts": round((hosts - after) / MIB, 1)}
    report(soak="memory", warm=round(warm / MIB), grown=grown, errors=wrong)
    assert wrong == 0
    assert hosts - warm <= 50 * MIB


def test_fifty_readers_beside_a_refresh(tmp_path: Path) -> None:
    seconds, times, wrong = 60.0, [], []
    pages = [
        "/en/",
        "/fr/p/safe",
        "/en/i/road_deaths",
        "/nl/compare",
        "/en/data",
        "/en/method",
        "/en/i/vhcn_coverage.html",
    ]
    refresh = [
        sys.executable,
        "-c",
        "from dashboard.cli import main; main()",
        "refresh",
        "--out",
        str(tmp_path / "new"),
    ]
    refresh += ["--recordings", str(recordings(tmp_path)), *ONLY]
    with served() as running:
        for page in pages:
            running.get(page)
        end = time.perf_counter() + seconds

        def read(number: int) -> None:
            connection = socket.create_connection(("127.0.0.1", running.port), timeout=30)
            stream = connection.makefile("rb")
            for turn in itertools.count(number):
                begun = time.perf_counter()
                if begun > end:
                    break
                path = pages[turn % len(pages)]
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n"
                                   "Accept-Encoding: gzip\r\n\r\n".encode())  # fmt: skip
                status = stream.readline().split()[1]
                length = 0
                while (line := stream.readline().strip().lower()) != b"":
                    length = int(line.split(b":")[1]) if line.startswith(b"content-length:") else length
                stream.read(length)
                times.append(time.perf_counter() - begun)
                if status != b"200":
                    wrong.append(status)
                time.sleep(0.2)
            connection.close()

        threads = [threading.Thread(target=read, args=(number,)) for number in range(50)]
        for thread in threads:
            thread.start()
        while time.perf_counter() < end - 10:
            subprocess.run(refresh, cwd=ROOT, capture_output=True, check=False)
        for thread in threads:
            thread.join()
    p95 = quantiles(times, n=20)[-1]
    report(soak="readers", answers=len(times), errors=len(wrong), p95_ms=round(1000 * p95))
    assert wrong == []
    assert len(times) > 50 * 60


def test_silent_and_dripping_sockets_stop_nobody() -> None:
    with served() as running:
        running.get("/en/")
        held = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(SOCKETS)]
        worst = 0.0
        for second in range(12):
            for one in held[SOCKETS // 2 :]:
                try:
                    one.send(b"GET / HTTP/1.1\r\n"[second % 16 :][:1])
                except OSError:
                    continue
            begun = time.perf_counter()
            assert running.get("/healthz")[0] == 200
            worst = max(worst, time.perf_counter() - begun)
            time.sleep(1.0)
        for one in held:
            one.close()
        report(soak="sockets", held=SOCKETS, worst_health_ms=round(1000 * worst), start_s=round(running.start_s, 2))
    assert worst <= 1.0
