"""Whether the scores of an edition follow from its own observations: asked before it is shown or built upon.

Scoring takes half a second. Where an edition is only compared with others, what was found is remembered in a folder of
the user's, beside the editions and never inside one: an empty file named after the id and the hash of its list of
hashes, so that any change of any file is another question.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pandas as pd

from config import wholeness
from config.agreement import disagreement
from config.snapshot import Snapshot, SnapshotError
from indicators import score
from indicators.scores import Scores
from indicators.table import table


def scored(held: Snapshot) -> tuple[Scores, pd.DataFrame]:
    """Return the scores of an edition and their table; raises SnapshotError where scores.csv says something else."""
    scores = score(held.observations, held.catalogue)
    computed = table(scores)
    other = disagreement(held.scores, computed)
    if other is not None:
        raise SnapshotError(
            f"scores.csv of {held.id} is not what this version computes: {other}; make the edition anew with "
            f"`pillars snapshots rescore {held.id}`, or serve it with the version that wrote it"
        )
    return scores, computed


def check(held: Snapshot, memory: Path | None = None) -> None:
    """Raise SnapshotError as `scored` does, unless `memory` says that it was found right before."""
    mark = memory / f"{held.id}-{wholeness.sha256(held.folder / wholeness.SUMS)}" if memory else None
    if mark is not None and mark.is_file():
        return
    scored(held)
    # A folder that cannot be written remembers nothing: the question is asked again.
    with suppress(OSError):
        if mark is not None:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
