"""An error of one source is its own line; what ends the program passes."""

from __future__ import annotations

import pytest

from connectors import refresh
from connectors.boundary import within
from connectors.check import check
from connectors.errors import ConnectorBroken, SourceChanged
from tests.connectors.given import PAYLOADS, loaded, payload

LOADED = loaded()
_TABLES = {
    name: table.model_copy(update={"minimum_rows": 0, "minimum_places": 0})
    for name, table in LOADED.sources["europepollu"].datasets.items()
}  # floors that fit a small file
WORLD = LOADED.model_copy(update={"sources": {
    "europepollu": LOADED.sources["europepollu"].model_copy(update={"datasets": _TABLES}),
    "irceline": LOADED.sources["irceline"],
}})  # fmt: skip
GOOD = payload("unclean_air_days", next((PAYLOADS / "europepollu").glob("unclean_air_days*")))
FOREIGN = [
    *(ValueError("Invalid IPv6 URL"), OverflowError("date"), KeyError("x"), RecursionError(), MemoryError()),
    *(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), AssertionError(), StopIteration(), OSError(28, "full")),
]


def raising(error):
    def action():
        raise error

    return action


def test_what_an_action_gives_is_given_on():
    assert within("office", lambda: 7) == 7


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
def test_what_nobody_foresaw_names_the_source_and_its_place_is_logged(error, caplog):
    with pytest.raises(ConnectorBroken, match=f"office: the connector ended in {type(error).__name__}"):
        within("office", raising(error))
    assert "raise error" in caplog.text


def test_what_was_foreseen_passes_as_it_is(caplog):
    error = SourceChanged("office", "column 'x' is gone")
    with pytest.raises(SourceChanged) as caught:
        within("office", raising(error))
    assert caught.value is error
    assert caplog.text == ""


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_passes(error):
    with pytest.raises(error):
        within("office", raising(error()))


def get_for(error):
    """Answer the good source, raise for any other."""

    def bound(source):
        def get(dataset, _url, **_):
            if source.id != "europepollu":
                raise error
            return GOOD

        return get

    return bound


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
def test_a_refresh_gives_the_others_their_figures(error):
    outcome = refresh.run(WORLD, get=get_for(error), sources=["europepollu", "irceline"])
    assert [(report.source, bool(report.error)) for report in outcome.reports] == [
        ("europepollu", False), ("irceline", True)
    ]  # fmt: skip
    assert type(error).__name__ in str(outcome.failed[0].error)
    assert len(outcome.observations) > 0


def test_a_check_says_what_went_wrong():
    checked = check(LOADED, "irceline", get_for(KeyError("x")))
    assert "the connector ended in KeyError ('x')" in str(checked.report.error)
