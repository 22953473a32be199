"""Templates to HTML: one Jinja2 environment, everything escaped unless a renderer of ours made it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Return the environment: autoescaping on, a missing name is an error."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters["strong"] = strong
    return env


def template(name: str, /, **context: Any) -> Markup:
    """Return a template filled in; `name` is relative to `dashboard/templates`."""
    return Markup(environment().get_template(name).render(**context))  # noqa: S704


def strong(text: str, words: list[str]) -> Markup:
    """Return text with each of `words` in bold, everything escaped."""
    safe = str(escape(text))
    for word in words:
        marked = str(escape(word))
        safe = safe.replace(marked, f"<b>{marked}</b>", 1)
    return Markup(safe)  # noqa: S704
