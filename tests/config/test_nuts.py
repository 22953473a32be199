"""Codes of regions from one NUTS version to another: a recode is one to one, and nothing else carries a value."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.catalogue import crosswalk, load
from config.nuts import Change, Crosswalk

VERSIONS = (2013, 2016, 2021, 2024)
SHIPPED = crosswalk()


def change(version: int, earlier: str, later: str, relation: str = "recode") -> dict[str, object]:
    shares = {"of_earlier": 0.95, "of_later": 0.95}
    return {"version": version, "earlier": earlier, "later": later, "relation": relation, **shares}


def walk(*changes: dict[str, object]) -> Crosswalk:
    return Crosswalk.model_validate(
        {"citation": "made", "url": "https://publisher.example", "versions": VERSIONS, "changes": changes}
    )


def test_a_recode_leads_from_any_version_to_any_other() -> None:
    made = walk(change(2016, "A1", "B1"), change(2024, "B1", "C1"))
    assert made.carried(2013) == {"B1": "A1", "C1": "A1"}
    assert made.carried(2016) == made.carried(2021) == {"A1": "B1", "C1": "B1"}
    assert made.carried(2024) == {"A1": "C1", "B1": "C1"}


@pytest.mark.parametrize("relation", ["split_into", "absorbed_into", "partial"])
def test_what_is_no_recode_ends_the_way_in_both_directions(relation: str) -> None:
    made = walk(change(2016, "A1", "B1"), change(2021, "B1", "B2", relation), change(2024, "B2", "C1"))
    assert made.carried(2013) == {"B1": "A1"}
    assert made.carried(2024) == {"B2": "C1"}
    assert {code: list(found) for code, found in made.apart(2024).items()} == {"B1": ["C1"]}
    assert {code: list(found) for code, found in made.apart(2013).items()} == {"B2": ["A1"]}


def test_a_code_of_the_wanted_version_is_never_called_apart() -> None:
    """NO081 keeps its code in 2024 and gains a piece of NO082: it is a region of both versions."""
    assert "NO081" not in SHIPPED.apart(2021)
    assert "NO082" not in SHIPPED.apart(2021)


@pytest.mark.parametrize("pair", [("A1", "B1", "A1", "B2"), ("A1", "B1", "A2", "B1")])
def test_a_region_recoded_twice_is_refused(pair: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="a recode is one to one"):
        walk(change(2016, *pair[:2]), change(2016, *pair[2:]))


@pytest.mark.parametrize("version", [2013, 2017])
def test_a_change_into_no_later_version_is_refused(version: int) -> None:
    with pytest.raises(ValidationError, match="no version follows another as"):
        walk(change(version, "A1", "B1"))


def test_the_shipped_history_says_what_is_known_of_our_places() -> None:
    to_2021 = SHIPPED.carried(2021)
    assert to_2021["NL36"] == "NL33"
    assert to_2021["FR71"] == "FRK2"
    assert to_2021["NL32B"] == to_2021["NL326"] == "NL329"
    assert to_2021["DE3"] == "DE30"
    # Lisbon, Zagreb, Warsaw, Budapest, Vilnius, Dublin, Oslo, Riga: parts, wholes, neighbours; never the same ground.
    for code in ("PT1A", "PT1B", "HR04", "PL12", "HU10", "LT00", "IE02", "NO01", "LV00A", "DE2", "PL9"):
        assert code not in to_2021
    assert list(SHIPPED.apart(2021)["PT1A"]) == ["PT17"]


def test_every_region_of_a_place_is_where_the_history_leads() -> None:
    for place in load().city_regions():
        before, after = place.areas["nuts2_2021"], place.areas.get("nuts2_2024")
        if place.id == "lisbon":
            assert SHIPPED.split_from(before, 2024) == ("PT1A", "PT1B")
            assert after == "PT1A"
        else:
            assert SHIPPED.between(before, 2021, 2024) == after, place.id


@pytest.mark.recorded
def test_the_shipped_history_is_the_computed_crosswalk_of_our_places(recorded: Path) -> None:
    with (recorded / "geo" / "nuts_crosswalk_2013_2024.csv").open(encoding="utf-8") as file:
        rows = {(r["to_version"], r["from_code"], r["to_code"]): r for r in csv.DictReader(file)
                if (r["from_version"], r["to_version"]) in itertools.pairwise(map(str, VERSIONS))}  # fmt: skip
    for found in SHIPPED.changes:
        row = rows[str(found.version), found.earlier, found.later]
        assert (row["relation"], float(row["area_share_of_from"]), float(row["area_share_of_to"])) == (
            found.relation, found.of_earlier, found.of_later
        )  # fmt: skip
    ours = {code for place in load().city_regions() for scheme, code in place.areas.items() if "nuts" in scheme}
    known = {(str(c.version), c.earlier, c.later) for c in SHIPPED.changes}
    assert {key for key in rows if ours & set(key[1:]) and all(key[1:])} <= known


# --- laws -------------------------------------------------------------------------------------------------------------


History = tuple[Crosswalk, dict[int, list[str]]]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A crosswalk and the regions of each version: at each step some are recoded, split, merged or left as they are."""
    regions = [f"A{n}" for n in range(4)]
    changes: list[dict[str, object]] = []
    known = {VERSIONS[0]: regions}
    for version in VERSIONS[1:]:
        after: list[str] = []
        for number, code in enumerate(regions):
            fate, new = draw(st.sampled_from(["same", "recode", "split", "merge"])), f"{version}-{number}"
            if fate == "same":
                after.append(code)
            elif fate == "recode":
                changes.append(change(version, code, new))
                after.append(new)
            elif fate == "split":
                changes += [change(version, code, f"{new}x", "split_into"), change(version, code, f"{new}y", "partial")]
                after += [f"{new}x", f"{new}y"]
            else:
                changes.append(change(version, code, f"{version}-all", "absorbed_into"))
        if any(c["later"] == f"{version}-all" for c in changes):
            after.append(f"{version}-all")
        known[version] = regions = after
    return walk(*changes), known


@given(histories())
def test_recodes_are_one_to_one_and_lead_back(history: History) -> None:
    made, known = history
    for start, end in itertools.product(VERSIONS, VERSIONS):
        reached = {code: to for code in known[start] if (to := made.between(code, start, end))}
        assert len(set(reached.values())) == len(reached)
        assert all(made.between(to, end, start) == code for code, to in reached.items())


@given(histories(), st.sampled_from(VERSIONS))
def test_nothing_passes_a_split_a_merger_or_an_exchange(history: History, version: int) -> None:
    made, _ = history
    recodes = {frozenset((c.earlier, c.later)) for c in made.changes if c.relation == "recode"}
    for code, to in made.carried(version).items():
        reached = {code}
        for _ in VERSIONS:
            reached |= {other for pair in recodes if pair & reached for other in pair}
        assert to in reached, "a chain of recodes joins the two"
    assert not set(made.apart(version)) & set(made.carried(version))


def test_a_change_says_itself_in_words() -> None:
    assert str(Change.model_validate(change(2024, "PT17", "PT1A", "split_into"))) == "PT17 split into PT1A in NUTS 2024"
