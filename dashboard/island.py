"""Dash as an island: a store for the state, a graph, and one server callback; the page around it is plain HTML.

A change of the page's form sets `state`; the server answers with the figure and the re-made parts; a clientside
function (`static/app.js`) puts the parts in place and the state into the address bar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update


@dataclass(frozen=True)
class Answer:
    """What the server answers to a state: the figure with its name, the parts of the page, links, and the title."""

    figure: Mapping[str, Any] | None
    config: Mapping[str, Any]
    name: str
    kind: str  # "chart" in the language of the page
    parts: Mapping[str, str]
    links: Mapping[str, str]
    title: str


@dataclass(frozen=True)
class Screen:
    """What the reader's window asks of a figure: a theme of the style sheet, and whether it is narrow."""

    theme: str = "light"
    narrow: bool = False


Ask = Callable[[str, str, Screen], Answer]  # (path, query, screen) -> Answer


def layout() -> html.Div:
    """Return the island's components: stores and an empty slot; nothing of any page is in it."""
    return html.Div([dcc.Store(id="state"), dcc.Store(id="parts"), html.Div(id="chart"), html.Div(id="done")])


def register(app: Dash, ask: Ask) -> None:
    """Wire the island: mounted -> state -> server -> figure and parts -> page."""
    app.clientside_callback(
        ClientsideFunction("pillars", "mounted"), Output("state", "data"), Input("chart", "id")
    )  # runs once, when Dash has mounted
    app.clientside_callback(ClientsideFunction("pillars", "patch"), Output("done", "children"), Input("parts", "data"))

    @app.callback(
        Output("chart", "children"), Output("parts", "data"), Input("state", "data"), prevent_initial_call=True
    )
    def _answer(state: Mapping[str, Any]) -> tuple[Any, Any]:
        screen = Screen(str(state.get("theme", "light")), bool(state.get("narrow")))
        answer = ask(str(state["path"]), str(state.get("query", "")), screen)
        first = bool(state.get("first"))
        changed = {"html": answer.parts, "links": answer.links, "title": answer.title}
        return graph(answer), no_update if first else changed


def graph(answer: Answer) -> html.Div | None:
    """Return the figure as one stop of the keyboard (`static/walk.js`); None where the page has no chart."""
    if answer.figure is None:
        return None
    height = f"{answer.figure['layout']['height']}px"  # a graph as wide as its column takes its height from its style
    plot = dcc.Graph(
        id="graph",
        figure=dict(answer.figure),
        config=cast("Any", dict(answer.config)),
        responsive=True,
        style={"height": height},
    )
    named = {"aria-label": answer.name, "aria-roledescription": answer.kind, "aria-describedby": "walk-keys"}
    return html.Div(plot, role="application", tabIndex=0, **cast("Any", named))
