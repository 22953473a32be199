"""What Dash's own addresses are asked: only what our own pages ask them, since Dash answers anything else with a fault.

`/_dash-update-component` is sent the one state of the one callback (`dashboard.island`), and a file of Dash is one that
our pages name.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from dash import Dash
from dash.fingerprint import check_fingerprint
from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import BadRequest, NotFound

UPDATE, SUITES = "/_dash-update-component", "/_dash-component-suites/"
LONGEST_PATH, LONGEST_QUERY, MOST_NAMES = 2_000, 60_000, 8

Name = Annotated[str, Field(max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _State(_Strict):
    path: str = Field(max_length=LONGEST_PATH)
    query: str = Field(default="", max_length=LONGEST_QUERY)
    first: bool = False
    theme: Name = "light"
    narrow: bool = False
    chart: bool = False


class _Input(_Strict):
    id: Literal["state"]
    property: Literal["data"]
    value: _State | None = None


class _Chart(_Strict):
    id: Literal["chart"]
    property: Literal["children"]


class _Parts(_Strict):
    id: Literal["parts"]
    property: Literal["data"]


class _Asked(_Strict):
    output: Literal["..chart.children...parts.data.."]
    outputs: tuple[_Chart, _Parts]
    inputs: tuple[_Input]
    state: tuple[()] = ()
    changedPropIds: tuple[Name, ...] = Field(default=(), max_length=MOST_NAMES)  # noqa: N815
    parsedChangedPropsIds: tuple[Name, ...] = Field(default=(), max_length=MOST_NAMES)  # noqa: N815


def refuse_nonsense(app: Dash) -> None:
    """Refuse what none of our pages asks of Dash; raises BadRequest or NotFound."""
    if request.path == UPDATE and request.method == "POST":
        _refuse_other_states()
    elif request.path.startswith(SUITES) and _file(request.path.removeprefix(SUITES)) not in _served(app):
        raise NotFound


def _refuse_other_states() -> None:
    try:
        _Asked.model_validate_json(request.get_data())
    except ValidationError as error:
        raise BadRequest from error
    if request.args or not request.is_json:
        raise BadRequest


def _file(asked: str) -> tuple[str, str]:
    package, _, path = asked.partition("/")
    return package, check_fingerprint(path)[0]


@cache
def _served(app: Dash) -> frozenset[tuple[str, str]]:
    """Return the files of Dash that our pages name and that are there, as package and path."""
    registering: Any = app
    registering._generate_scripts_html()
    named = ((package, path) for package, paths in app.registered_paths.items() for path in paths)
    return frozenset((package, path) for package, path in named if files(package).joinpath(path).is_file())
