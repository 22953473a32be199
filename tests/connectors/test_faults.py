"""Every shipped connector against what publishers do: a fault is loud, or what arrives is complete and right; a benign
change is accepted, and the report notes it.

Each case is a refresh against the last snapshot, made from the clean file: live over HTTP where the publisher can be
called, from files where it cannot.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from config import catalogue
from config.snapshot import Snapshot
from connectors import refresh
from connectors.errors import ConnectorError
from tests.connectors.forms import FORMS
from tests.connectors.given import payload
from tests.connectors.spoilt import BENIGN, DAMAGES, FAULTS, HARMLESS

LOADED = catalogue.load()
SHARE = 0.8  # of the clean file's values and areas: the gates' floors, as config sets them for the whole files


@cache
def source_of(source_id):
    """The declared source with the one dataset of its form, and floors that fit the small file."""
    source, form = LOADED.sources[source_id], FORMS[source_id]
    clean = refreshed(form, form.write(form.table()), unguarded(source, form)).observations
    floors = {
        "minimum_rows": int(SHARE * clean["obs_value"].notna().sum()),
        "minimum_places": int(SHARE * clean["ref_area"].nunique()),
    }
    dataset = unguarded(source, form).datasets[form.dataset].model_copy(update=floors)
    return source.model_copy(update={"datasets": {form.dataset: dataset}})


def unguarded(source, form):
    dataset = source.datasets[form.dataset].model_copy(update={"minimum_rows": 0, "minimum_places": 0})
    return source.model_copy(update={"datasets": {form.dataset: dataset}})


def refreshed(form, contents, source, previous=None):
    world = LOADED.model_copy(update={"sources": {form.source: source}})
    given = [payload(form.dataset, content) for content in contents]
    return refresh.run(world, recordings={form.source: given}, sources=[form.source], previous=previous)


@cache
def before(source_id):
    """The snapshot of the clean file."""
    form = FORMS[source_id]
    outcome = refreshed(form, form.write(form.table()), source_of(source_id))
    assert outcome.failed == (), outcome.failed[0].error
    assert len(outcome.observations) > 5
    return Snapshot("2026-01-01-abc", None, outcome.observations, pd.DataFrame(), outcome.provenance, LOADED)


def loud_or_right(form, contents):
    """Assert that the spoilt file is refused by source and cause, or read as if it were the clean one."""
    past = before(form.source)
    outcome = refreshed(form, contents, source_of(form.source), past)
    report = outcome.reports[0]
    if report.error is None:
        assert outcome.observations.equals(past.observations), f"silent: {report.notes}"
        return
    assert isinstance(report.error, ConnectorError)
    assert report.error.source_id == form.source
    assert len(report.error.cause) > 15
    assert outcome.observations.equals(past.observations), "the last good observations stay"
    assert report.kept_from == "2026-01-01"


def cases(spoils):
    """Every form with every spoil that its kind of file can suffer."""
    found = []
    for form in FORMS.values():
        for name, spoil in spoils.items():
            if spoil(form, form.table().copied()) is not None:
                found.append(pytest.param(form, spoil, id=f"{form.source}-{name}"))
    return found


def file_cases(damages):
    return [
        pytest.param(form, damage, id=f"{form.source}-{name}")
        for form in FORMS.values()
        for name, damage in damages.items()
        if form.text or name not in ("cut in the middle of a line", "bytes of no encoding", "NUL bytes")
    ]


def test_every_shipped_source_has_a_form():
    assert {name for name, source in LOADED.sources.items() if source.default_on} <= set(FORMS)


@pytest.mark.parametrize("form,spoil", cases(FAULTS))
def test_a_fault_of_the_table_is_never_silent(form, spoil):
    loud_or_right(form, form.write(spoil(form, form.table())))


@pytest.mark.parametrize("form,damage", file_cases(DAMAGES))
def test_a_fault_of_the_file_is_never_silent(form, damage):
    first, *rest = form.write(form.table())
    loud_or_right(form, [damage(first), *rest])


@pytest.mark.parametrize("form,spoil", cases(BENIGN))
def test_a_benign_change_is_accepted_and_noted(form, spoil):
    past = before(form.source)
    outcome = refreshed(form, form.write(spoil(form, form.table())), source_of(form.source), past)
    report = outcome.reports[0]
    assert report.error is None
    if not outcome.observations.equals(past.observations):
        assert any("values" in note for note in report.notes)
    written = form.write(spoil(form, form.table())) != form.write(form.table())
    if written and "new_remark" in str(spoil(form, form.table()).extra):
        assert any("'new_remark'" in note or "new_remark" in note for note in report.notes)


@pytest.mark.parametrize("form,change", file_cases(HARMLESS))
def test_another_packing_of_the_same_file_changes_nothing(form, change):
    contents = [change(content) for content in form.write(form.table())]
    outcome = refreshed(form, contents, source_of(form.source), before(form.source))
    assert outcome.failed == ()
    assert outcome.observations.equals(before(form.source).observations)
