"""A chart's numbers -> accessible HTML table: row and column heads, numbers to the right, its own scroll region."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

from dashboard.chart import Table

NUMERIC = set("0123456789.,–-−%+×/ \u00a0\u202f")


def html(table: Table, label: str = "") -> Markup:
    """Return the table in a region that scrolls sideways and can be reached by keyboard; `label` names the region.

    The first cell of each row is its head; a column is set to the right when its filled cells are numbers.
    """
    name = escape(label or table.caption)
    return Markup(  # noqa: S704 - every text is escaped
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">{plain(table)}</div>'
    )


def plain(table: Table) -> Markup:
    """Return the bare `<table>`."""
    right = tuple(column > 0 and _numeric(table, column) for column in range(len(table.header)))
    head = "".join(f'<th scope="col"{_right(right[i])}>{escape(text)}</th>' for i, text in enumerate(table.header))
    body = "".join(_row(row, right, i == table.hero) for i, row in enumerate(table.rows))
    caption = f'<caption class="off">{escape(table.caption)}</caption>'
    return Markup(  # noqa: S704 - every text is escaped
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


@lru_cache(maxsize=50_000)  # the rows of the peers are the same whoever the page is about
def _row(row: tuple[str, ...], right: tuple[bool, ...], hero: bool) -> str:
    first, *rest = row
    cells = "".join(f"<td{_right(right[i])}>{escape(text)}</td>" for i, text in enumerate(rest, 1))
    opening = '<tr class="hero">' if hero else "<tr>"
    return f'{opening}<th scope="row">{escape(first)}</th>{cells}</tr>'


def _right(numeric: bool) -> str:
    return ' class="n"' if numeric else ""


def _numeric(table: Table, column: int) -> bool:
    """Most filled cells of a column begin with a digit or a sign."""
    filled = [row[column] for row in table.rows if column < len(row) and row[column]]
    numbers = [text for text in filled if text[0] in NUMERIC]
    return bool(filled) and 2 * len(numbers) > len(filled)
