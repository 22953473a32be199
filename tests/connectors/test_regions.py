"""Values under the codes of another NUTS version: a recode carries them over, nothing else does, and no silence."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import crosswalk, load
from connectors import eurostat
from connectors.frames import dropped_of
from connectors.regions import in_version
from tests.connectors.given import payload, values

SOURCE = load().sources["eurostat"]
CARRIED, APART = crosswalk().carried(2021), crosswalk().apart(2021)
TSV = "unit,geo\\TIME_PERIOD\t2020 \t2021 \n"


def table(*cells):
    """Rows of (area, period, value or None, status)."""
    rows = pd.DataFrame(cells, columns=["ref_area", "time_period", "obs_value", "obs_status"])
    return rows.assign(measure="share", group="total", obs_value=rows["obs_value"].astype(float))


def as_cells(rows):
    found = zip(rows["ref_area"], rows["time_period"], rows["obs_value"], strict=True)
    return [(area, period, None if value != value else value) for area, period, value in found]


def after(*cells):
    rows, dropped = in_version(table(*cells), 2021, "table")
    return {(area, period): value for area, period, value in as_cells(rows)}, dropped


def test_a_recoded_region_continues_its_series():
    found, dropped = after(("NL33", "2023", 90.0, "A"), ("NL36", "2024", 91.0, "A"))
    assert found == {("NL33", "2023"): 90.0, ("NL33", "2024"): 91.0}
    assert dropped == []


def test_where_the_place_speaks_itself_nothing_is_carried():
    found, _ = after(("NL33", "2024", 90.0, "A"), ("NL36", "2024", 91.0, "A"))
    assert found == {("NL33", "2024"): 90.0, ("NL36", "2024"): 91.0}


def test_a_suppressed_value_is_not_filled_from_the_other_code():
    found, _ = after(("NL33", "2024", None, "Q"), ("NL36", "2024", 91.0, "A"))
    assert found == {("NL33", "2024"): None, ("NL36", "2024"): 91.0}


def test_an_unexplained_empty_cell_of_a_grid_gives_way():
    found, _ = after(("NL33", "2024", None, "M"), ("NL36", "2024", 91.0, "A"), ("NL36", "2023", None, "M"))
    assert found == {("NL33", "2024"): 91.0, ("NL33", "2023"): None}


def test_parts_wholes_and_neighbours_are_reported_and_stay_where_they_are():
    found, (dropped,) = after(
        ("PT17", "2023", 90.0, "A"), ("PT1A", "2023", 92.0, "A"), ("PT1A", "2024", 93.0, "A"),
        ("PT1B", "2024", 88.0, "A"), ("NO01", "2021", 99.0, "A"), ("BE10", "2024", 94.0, "A"),
    )  # fmt: skip
    assert found[("PT1A", "2024")] == 93.0
    assert ("PT17", "2024") not in found
    assert dropped.count == 3  # PT1A and PT1B of 2024, NO01 of 2021; in 2023 PT17 speaks for itself
    assert dropped.example == "NO01 2021 (NO01 absorbed into NO08 in NUTS 2021)"
    assert "carried to no other" in dropped.reason


def test_two_codes_of_one_region_that_disagree_are_refused_later_not_chosen_from():
    rows, _ = in_version(table(("NL326", "2020", 1.0, "A"), ("NL32B", "2020", 2.0, "A")), 2021, "table")
    assert rows["ref_area"].tolist() == ["NL329", "NL329"]


def test_a_file_of_eurostat_is_read_in_the_codes_of_our_places():
    text = f"{TSV}PC_HH,NL33\t90 \t: \nPC_HH,NL36\t: \t91 \nPC_HH,PT1A\t: \t93 \nPC_HH,BE10\t80 \t81 \n"
    frame = eurostat.parse([payload("isoc_r_broad_h", text)], SOURCE)
    assert values(frame, "broadband_pc_hh", "NL33") == {"2020": 90.0, "2021": 91.0}
    assert any(item.example == "PT1A 2021 (PT17 split into PT1A in NUTS 2024)" for item in dropped_of(frame))


def test_a_place_asked_for_by_both_its_codes_is_returned_by_either():
    address = "https://ec.europa.eu/x?geo=NL33&geo=NL36&geo=PT17&geo=PT1A"
    text = f"{TSV}PC_HH,NL36\t90 \t91 \nPC_HH,PT1A\t92 \t93 \n"
    frame = eurostat.parse([payload("isoc_r_broad_h", text, address)], SOURCE)
    gone = [item.example for item in dropped_of(frame) if "asked for" in item.reason]
    assert gone == ["PT17"]


# --- laws -------------------------------------------------------------------------------------------------------------

CODES = sorted({*CARRIED, *CARRIED.values(), *APART, *(code for found in APART.values() for code in found), "BE10"})
cells = st.lists(
    st.tuples(st.sampled_from(CODES), st.sampled_from(["2020", "2021"]), st.none() | st.integers(1, 99)),
    unique_by=lambda cell: cell[:2],
)


@given(cells, st.randoms())
def test_values_move_along_recodes_only_and_none_is_lost_or_made(given_cells, luck):
    made = [(area, period, value, "A" if value else "M") for area, period, value in given_cells]
    rows, dropped = in_version(table(*made), 2021, "table")
    before = {(area, period): value for area, period, value, _ in made if value}
    now = [cell for cell in as_cells(rows) if cell[2] is not None]
    for area, period, value in now:
        origins = (area, *(code for code, ours in CARRIED.items() if ours == area))
        assert value in [before.get((code, period)) for code in origins]
    assert sorted(before.values()) == sorted(value for _, _, value in now)
    held = {cell[:2] for cell in now}
    lost = {(a, p) for a, p in before if a in APART and any((ours, p) not in held for ours in APART[a])}
    assert sum(item.count for item in dropped) == len(lost)
    luck.shuffle(made)
    again, _ = in_version(table(*made), 2021, "table")
    assert sorted(map(repr, as_cells(again))) == sorted(map(repr, as_cells(rows)))
