"""Dash as an island: a store for the state, a graph, and one server callback; the page around it is plain HTML.

A change of the page's form sets `state`; the server answers with the figure and the re-made parts; a clientside
function (`static/app.js`) puts the parts in place and the state into the address bar. The stores are our own component
of one line, since Dash's comes with all of its core components (113 kB on the wire); those are fetched with the chart
library, once a chart is to be interactive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component


@dataclass(frozen=True)
class Answer:
    """What the server answers to a state: the figure with its name, the parts of the page, links, and the title.

    `refused`: the state cannot be shown; `parts` say why and everything else stays as it is.
    """

    parts: Mapping[str, str]
    figure: Mapping[str, Any] | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    kind: str = ""  # "chart" in the language of the page
    links: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    refused: bool = False


@dataclass(frozen=True)
class Screen:
    """What the reader's window asks of a figure: a theme of the style sheet, and whether it is narrow.

    `chart` says that the chart library has been fetched, so that a figure can be drawn.
    """

    theme: str = "light"
    narrow: bool = False
    chart: bool = False


class Store(Component):
    """A component that shows nothing and keeps `data`; its JavaScript half stands in `static/app.js`."""

    _namespace = "four_pillars"
    _type = "Store"
    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes = ["children"]  # noqa: RUF012

    def __init__(self, name: str) -> None:
        self._prop_names = self.available_properties = ["id", "data"]
        self._valid_wildcard_attributes = self.available_wildcard_properties = []
        super().__init__(id=name)  # type: ignore[no-untyped-call]


Ask = Callable[[str, str, Screen], Answer]  # (path, query, screen) -> Answer


def layout() -> html.Div:
    """Return the island's components: stores and an empty slot; nothing of any page is in it."""
    return html.Div([Store("state"), Store("parts"), html.Div(id="chart"), html.Div(id="done")])


def register(app: Dash, ask: Ask) -> None:
    """Wire the island: mounted -> state -> server -> figure and parts -> page."""
    app.clientside_callback(
        ClientsideFunction("pillars", "mounted"), Output("state", "data"), Input("chart", "id")
    )  # runs once, when Dash has mounted
    app.clientside_callback(ClientsideFunction("pillars", "patch"), Output("done", "children"), Input("parts", "data"))

    @app.callback(
        Output("chart", "children"), Output("parts", "data"), Input("state", "data"), prevent_initial_call=True
    )
    def _answer(state: Mapping[str, Any] | None) -> tuple[Any, Any]:
        if state is None:  # the island was mounted anew, and nothing has been asked since
            return no_update, no_update
        screen = Screen(str(state.get("theme", "light")), bool(state.get("narrow")), bool(state.get("chart")))
        answer = ask(str(state["path"]), str(state.get("query", "")), screen)
        first = bool(state.get("first"))
        changed = {"html": answer.parts, "links": answer.links, "title": answer.title}
        return no_update if answer.refused else graph(answer), no_update if first else changed


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
