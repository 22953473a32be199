"""`pillars serve` as its own process on a free port of this machine, and what it costs: memory and processor time."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Served:
    """A running server: its port, its process, and the seconds until it answered."""

    port: int
    process: subprocess.Popen[bytes]
    start_s: float

    def get(self, path: str, host: str = "", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Return status and body of a GET over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{self.port}", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    @property
    def memory(self) -> int:
        """Bytes the server itself holds, without its painter."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    @property
    def spent(self) -> float:
        """Processor seconds of the server itself since its start."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """Serve the shipped editions while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = "from dashboard.cli import main; main()"
    command = [sys.executable, "-c", run, "serve", "--port", str(port), *options]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    found = Served(port, process, 0.0)
    try:
        while True:
            try:
                if found.get("/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.02)
        found.start_s = time.perf_counter() - begun
        yield found
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
