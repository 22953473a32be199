"""What the command line shows while it works: how far, how fast, how long still."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from dashboard import console


class Clock:
    """Moves when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("done,seconds,said", [(0, 10.0, "–/min"), (3, 15.0, "12.0/min"), (1, 90.0, "0.7/min")])
def test_the_rate_is_of_sources_per_minute(done: int, seconds: float, said: str) -> None:
    clock = Clock()
    with Progress(get_time=clock, console=Console(file=io.StringIO()), auto_refresh=False) as bar:
        task = bar.add_task("reading", total=10)
        clock.now = seconds
        bar.update(task, completed=done)
        assert console.Rate().render(bar.tasks[0]).plain == said


def test_a_terminal_is_shown_a_bar_with_rate_and_remaining_time(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(console, "ERR", Console(file=shown, force_terminal=True, width=120))
    with console.progress() as step:
        step(0, 4, "eurostat")
        step(2, 4, "irceline")
    text = shown.getvalue()
    assert "irceline" in text
    assert "/min" in text
    assert "2/4" in text


def test_a_pipe_is_told_each_source_on_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(console, "ERR", Console(file=shown))
    with console.progress() as step:
        step(0, 2, "eurostat")
    assert shown.getvalue() == "1/2 eurostat\n"
