"""Survey on the quality of life in European cities, wave of 2023: shares of answers by city, %, from a workbook.

One sheet: a column per city ("202 Bruxelles / Brussel"), below it each question (its code and wording in the first
column), its answers as fractions of those asked, and the number of interviews.

    Q7 In the city where you live, ...   1 Yes                           Column N %       0.72   ->  PS3572V BE001C 72 %
                                         99 Don't know/No Answer/Refuses Column N %       0.02   ->  PS3574V BE001C  2 %
                                         Total                           Unweighted Count 854    ->  interviews

The column "total average" is an unweighted mean over cities and never read; neither are the rows of question codes with
TB_, which repeat sums of answers ("-1 Bot2" is a label). The file has no breakdown by age, income or education within a
city. It is downloaded by hand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from config.schema import Dataset, Payload, Source
from connectors.contract import Dropped, Get, Observations
from connectors.errors import SourceChanged
from connectors.tables import assemble, by_hand
from connectors.unpack import SheetRow, sheets

SOURCE_ID = "qol_survey"
_CORNER = "BR_D3_Cityrecode"  # the name of the city variable, above the first city
_CITY = re.compile(r"\d{3,4} \S.*")
_SHARE, _COUNT, _TOTAL, _EVERYBODY = "Column N %", "Unweighted Count", "Total", "total"
_FIRST_CITY = 4
_ROUNDING = 0.001  # by which the shares of one question may miss 1


@dataclass(frozen=True)
class _Question:
    """One question: its wording, its answers' cells by label, and the number asked, by column."""

    wording: str
    answers: Mapping[str, SheetRow]
    asked: SheetRow


def fetch(get: Get, source: Source) -> list[Payload]:  # noqa: ARG001 (every connector has this signature)
    """Raise SourceUnavailable with the workbook to download by hand: its address changes with each revision."""
    dataset = next(iter(source.datasets))
    raise by_hand(source, dataset, str(source.datasets[dataset].options["file"]))


def parse(payloads: list[Payload], source: Source) -> Observations:
    """Return the share of each answer (% of respondents) and the number of interviews by city.

    Raises SourceChanged naming a question or answer that is gone, reworded or not put to everybody, a share that is no
    fraction, or a question whose shares do not add up to the whole.
    """
    return assemble(payloads, source, _read)


def _read(payload: Payload, source: Source) -> tuple[pd.DataFrame, list[Dropped]]:
    dataset = source.datasets[payload.dataset]
    cities, rows = _sheet(payload, source)
    questions = dict(_questions(payload, source, rows))
    _check_wordings(payload, source, dataset, questions)
    ours = {position: dataset.labels[label] for position, label in cities.items() if label in dataset.labels}
    for code in dict.fromkeys(measure.where["question"] for measure in dataset.measures.values()):
        _check_whole(payload, source, dataset, code, questions, ours)
    records = [
        {"measure": name, "ref_area": area, "time_period": str(dataset.options["period"]), "obs_value": value}
        for name, measure in dataset.measures.items()
        for area, value in _values(payload, source, questions, measure.where, ours)
    ]
    others = [label for label in cities.values() if label not in dataset.labels]
    reason = "the city has no area code in config"
    return pd.DataFrame(records), [Dropped(payload.dataset, reason, len(others), others[0])] if others else []


def _sheet(payload: Payload, source: Source) -> tuple[dict[int, str], list[SheetRow]]:
    """Return position -> label of the columns of cities, and the rows below them."""
    found = sheets(source.id, payload, head=2, keep=lambda rows: bool(rows) and _CORNER in rows[0])
    if len(found) != 1:
        raise _changed(payload, source, f"{len(found)} sheets begin with {_CORNER!r}; expected one")
    _, header, *rows = next(iter(found.values()))
    labels = {position: str(cell).strip() for position, cell in enumerate(header) if position >= _FIRST_CITY}
    cities = {position: label for position, label in labels.items() if _CITY.fullmatch(label)}
    if len(set(cities.values())) != len(cities):
        raise _changed(payload, source, "a city stands twice in the header")
    return cities, rows


def _questions(payload: Payload, source: Source, rows: Sequence[SheetRow]) -> Iterator[tuple[str, _Question]]:
    """Yield the code of each question and what stands below it, up to its total."""
    code, wording, answers = "", "", dict[str, SheetRow]()
    for row in rows:
        first, label, kind = (str(_cell(row, position) or "").strip() for position in range(3))
        if first:
            code, _, wording = first.partition(" ")
            answers = {}
        if (label, kind) == (_TOTAL, _COUNT):
            yield code, _Question(wording, answers, row)
        elif label:
            if kind != _SHARE or label in answers:
                raise _changed(payload, source, f"question {code} has the row {label!r} with {kind!r}")
            answers[label] = row


def _check_wordings(payload: Payload, source: Source, dataset: Dataset, questions: Mapping[str, _Question]) -> None:
    for measure in dataset.measures.values():
        code, answer = measure.where["question"], measure.where["answer"]
        if code not in questions:
            raise _changed(payload, source, f"question {code!r} is gone")
        expected = dataset.options.get(code, "")
        if questions[code].wording != expected:
            raise _changed(payload, source, f"question {code} reads {questions[code].wording!r}, not {expected!r}")
        if answer not in (_TOTAL, *questions[code].answers):
            raise _changed(payload, source, f"question {code} has no answer {answer!r} any more")


def _check_whole(
    payload: Payload,
    source: Source,
    dataset: Dataset,
    code: str,
    questions: Mapping[str, _Question],
    ours: Mapping[int, str],
) -> None:
    """Refuse a question that was put to some of a city's people only, or whose answers are not all there."""
    question, several = questions[code], dataset.options.get("several_answers", ())
    for position, city in ours.items():
        asked, everybody = _cell(question.asked, position), _cell(questions[_EVERYBODY].asked, position)
        if asked == 0:
            continue
        if asked != everybody:
            raise _changed(payload, source, f"{city}: question {code} was put to {asked} of {everybody} people")
        shares = [_share(payload, source, code, city, _cell(row, position)) for row in question.answers.values()]
        one_each = isinstance(several, tuple) and code not in several
        if shares and one_each and abs(math.fsum(shares) - 1) > _ROUNDING:
            raise _changed(payload, source, f"{city}: the shares of {code} add up to {math.fsum(shares):.3f}, not 1")


def _values(
    payload: Payload,
    source: Source,
    questions: Mapping[str, _Question],
    where: Mapping[str, str],
    ours: Mapping[int, str],
) -> Iterator[tuple[str, float]]:
    """Yield (area, value) of one measure: interviews, or a share in %; no number where nobody was asked."""
    code, answer = where["question"], where["answer"]
    question = questions[code]
    for position, area in ours.items():
        asked = _cell(question.asked, position)
        if answer == _TOTAL:
            yield area, _interviews(payload, source, area, asked)
        elif asked == 0:
            yield area, math.nan
        else:
            yield area, 100 * _share(payload, source, code, area, _cell(question.answers[answer], position))


def _cell(row: SheetRow, position: int) -> object:
    return row[position] if position < len(row) else None


def _share(payload: Payload, source: Source, code: str, city: str, cell: object) -> float:
    """Return a cell as a fraction; a nobody is written as the whole number 0."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 <= cell <= 1:
        raise _changed(payload, source, f"{city}: question {code} holds {cell!r}, expected a fraction from 0 to 1")
    return float(cell)


def _interviews(payload: Payload, source: Source, area: str, cell: object) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int) or cell <= 0:
        raise _changed(payload, source, f"{area}: the number of interviews is {cell!r}")
    return float(cell)


def _changed(payload: Payload, source: Source, cause: str) -> SourceChanged:
    return SourceChanged(source.id, cause, dataset=payload.dataset, url=payload.url)
