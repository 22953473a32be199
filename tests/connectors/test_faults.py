"""Every shipped connector against what publishers do: a fault is loud, or what arrives is complete and right; a benign
change is accepted, and the report notes it.

Each case is a refresh against the last snapshot, made from the clean file: live over HTTP where the publisher can be
called, from files where it cannot.
"""

from __future__ import annotations

import importlib
from functools import cache

import pandas as pd
import pytest

from config.snapshot import Snapshot
from connectors import refresh
from connectors.errors import ConnectorError
from tests.connectors import anywhere
from tests.connectors.forms import FORMS
from tests.connectors.given import PAYLOADS, loaded, payload
from tests.connectors.spoilt import BENIGN, DAMAGES, FAULTS, HARMLESS

LOADED = loaded()
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


# --- sources without a form of their own: their payloads are spoilt as any file can be --------------------------------

WITHOUT_FORM = sorted(set(LOADED.sources) - set(FORMS))
EACH = 16  # of the faults made from a source's own files; all of them in the soak
FILES = 2  # of a source with several tables, for harmless changes; all of them in the soak
# Half of a year's hours is a true, shorter year: its coverage stands beside the mean and says so.
SAYS_ITSELF = {("openaq", "half of the rows"), ("openaq", "half of every list")}
# SDMX-CSV and TSV have their dimensions before the period; this order is part of the form.
IN_ORDER = {("eurostat", "columns in another order")}


def given_files(source_id):
    """The small payload of each table that is switched on, by table."""
    declared = LOADED.sources[source_id].datasets
    files = {path.name.partition(".")[0]: path for path in sorted((PAYLOADS / source_id).iterdir(), reverse=True)}
    return {name: path for name, path in files.items() if name in declared and declared[name].enabled}


class Spoilt:
    """One payload of a source, read clean, and judged again when it was changed."""

    def __init__(self, source_id, name, path):
        self.id, self.name, self.content = source_id, name, path.read_bytes()
        self.url = f"https://publisher.example/{path.name}"
        module = importlib.import_module(f"connectors.{source_id}")
        present = set(module.parse([self.payload(self.content)], LOADED.sources[source_id])["measure"])
        kept = {m: declared for m, declared in self.declared.measures.items() if m in present}
        self.source = self.with_floors({"minimum_rows": 0, "minimum_places": 0, "measures": kept, "on_trial": False})
        clean = self.refreshed(self.content)
        assert clean.failed == (), clean.failed[0].error
        rows = clean.observations
        self.past = Snapshot("2026-01-01-abc", None, rows, pd.DataFrame(), clean.provenance, LOADED)
        floors = {"minimum_rows": int(SHARE * rows["obs_value"].notna().sum()),
                  "minimum_places": int(SHARE * rows["ref_area"].nunique())}  # fmt: skip
        self.source = self.with_floors({**floors, "measures": kept, "on_trial": False})

    @property
    def declared(self):
        return LOADED.sources[self.id].datasets[self.name]

    def with_floors(self, changes):
        source = LOADED.sources[self.id]
        return source.model_copy(
            update={"datasets": {**source.datasets, self.name: self.declared.model_copy(update=changes)}}
        )

    def payload(self, content):
        return payload(self.name, content, self.url)

    def refreshed(self, content, previous=None):
        world = LOADED.model_copy(update={"sources": {self.id: self.source}})
        given = {self.id: [self.payload(content)]}
        return refresh.run(world, recordings=given, sources=[self.id], previous=previous)

    def silent(self, content):
        """Tell what a spoilt file did unnoticed; "" when it was refused by source and cause, or changed nothing."""
        outcome = self.refreshed(content, self.past)
        report = outcome.reports[0]
        if report.error is None:
            return "" if outcome.observations.equals(self.past.observations) else f"accepted: {report.notes[-2:]}"
        good = report.error.source_id == self.id and len(report.error.cause) > 15
        return "" if good and outcome.observations.equals(self.past.observations) else f"refused badly: {report.error}"

    def misread(self):
        """Yield what a harmless change of the file did."""
        changes = [*anywhere.benign(self.content)]
        changes += [(name, change(self.content)) for name, change in HARMLESS.items() if is_text(self.content)]
        for name, content in changes:
            if (self.id, name) in IN_ORDER:
                continue
            outcome = self.refreshed(content, self.past)
            report = outcome.reports[0]
            if report.error is not None or not outcome.observations.equals(self.past.observations):
                yield f"{self.name}, {name}: {report.error or report.notes[-2:]}"
            elif " more" in name and not any("new_remark" in note for note in report.notes):
                yield f"{self.name}, {name}: not noted"


@cache
def spoilt(source_id):
    return [Spoilt(source_id, name, path) for name, path in given_files(source_id).items()]


def spread(found, most):
    """Some of many, over the whole list."""
    found = list(found)
    step = max(1, -(-len(found) // most))
    return found[::step]


def unnoticed(source_id, most):
    silent, tried = [], 0
    for file in spoilt(source_id):
        wrong = spread(anywhere.faults(file.content), most // len(spoilt(source_id)) + 1)
        wrong += [
            (name, damage(file.content)) for name, damage in DAMAGES.items() if is_text(file.content) or name in ANY
        ]
        tried += len(wrong)
        for name, content in wrong:
            if content != file.content and (source_id, name) not in SAYS_ITSELF and (said := file.silent(content)):
                silent.append(f"{file.name}, {name}: {said}")
    return silent, tried


ANY = ("cut before its last byte", "gzip in gzip in gzip", "a page for the file", "a packed page for the file",
       "an error object", "an empty object", "an empty list", "null", "an exception in XML", "blank")  # fmt: skip


def is_text(content):
    return not content.startswith((b"PK", b"PAR1", b"\x1f\x8b"))


@pytest.mark.parametrize("source_id", WITHOUT_FORM)
def test_a_fault_of_any_file_is_never_silent(source_id):
    silent, tried = unnoticed(source_id, EACH)
    assert silent == []
    assert tried >= len(ANY)


@pytest.mark.soak
@pytest.mark.parametrize("source_id", sorted(LOADED.sources))
def test_no_fault_of_any_file_is_ever_silent(source_id):
    assert unnoticed(source_id, 10_000)[0] == []


@pytest.mark.parametrize("source_id", WITHOUT_FORM)
def test_a_file_written_otherwise_or_with_more_in_it_says_the_same(source_id):
    wrong = [said for file in spoilt(source_id)[:FILES] for said in file.misread()]
    assert wrong == []


@pytest.mark.soak
@pytest.mark.parametrize("source_id", sorted(LOADED.sources))
def test_every_payload_written_otherwise_says_the_same(source_id):
    wrong = [said for file in spoilt(source_id) for said in file.misread()]
    assert wrong == []
