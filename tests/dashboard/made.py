"""Hand-made charts, one per view, small enough to check by eye; and the ones that are hard to draw."""

from __future__ import annotations

from dataclasses import replace

from dashboard.chart import Axis, Bar, Caution, Chart, Gap, Key, Mark, Point, Series, Square, Table, Tile

PLACES = ("Sofia", "Athens", "Rome", "Paris", "Vienna", "Riga", "Copenhagen", "Luxembourg", "Bratislava", "Amsterdam")
HOSTILE = '<b onload="x">&\'</svg><script>alert(1)</script>'


def peers(values: list[float], **more: object) -> tuple[Series, ...]:
    return tuple(
        Series(name, name, "peer", (Point(0, value),), value=f"{value:g}", **more)  # type: ignore[arg-type]
        for name, value in zip(PLACES, values, strict=False)
    )


def strip(low: str = "Sofia 29", high: str = "Vienna 74") -> Chart:
    values = [29.0, 40, 44, 52, 74, 55, 61, 66, 70, 58]
    drawn = [
        Series(s.id, s.name, "peer", s.points, value=s.value, label={"Sofia": low, "Vienna": high}.get(s.name, ""))
        for s in peers(values)
    ]
    hero = Series("brussels", "Brussels", "hero", (Point(0, 58, 51, 65),), value="58")
    marks = (Mark("middle", 44, until=66), Mark("median", 56.5, "median 57"), Mark("target", 80, "target 80"))
    table = Table("Connected", ("Place", "Score"), (("Vienna", "74"), ("Brussels", "58"), ("Sofia", "29")), hero=1)
    return Chart(
        "strip-connected",
        "strip",
        "Connected: Brussels 58",
        "Score",
        "Score 58 of 100.",
        Axis(0, 100),
        "en",
        "connected",
        (*drawn, hero),
        marks,
        key=(Key("hero", "Brussels"), Key("peer", "peer")),
        table=table,
    )


def small(view: str, points: tuple[Point, ...], told: bool | None = None, periods: tuple[float, ...] = ()) -> Chart:
    hero = Series("brussels", "Brussels", "hero", points, told_apart=told)
    return Chart(
        f"{view}-x",
        "slope" if view == "slope" else "spark",
        "Title",
        "Sub",
        "Words",
        Axis(0, 100),
        "en",
        "safe",
        (hero,),
        periods=periods,
    )


def line() -> Chart:
    values = {
        2001: 37.6,
        2002: 36.2,
        2003: 40.2,
        2004: 36.4,
        2005: 36.2,
        2009: 35.2,
        2012: 32.4,
        2016: 28.2,
        2019: 24.2,
    }
    values |= {
        2013: 32.6,
        2014: 29.0,
        2015: 27.2,
        2017: 27.6,
        2018: 27.2,
        2020: 17.4,
        2021: 19.8,
        2022: 18.2,
        2023: 16.4,
    }
    years = sorted(values)
    own = tuple(Point(y, values[y], 0.92 * values[y], 1.08 * values[y], f"{y}: {values[y]}") for y in years)
    hero = Series("brussels", "Brussels", "hero", own, label="Brussels", value="16.4")
    others = [
        Series(
            n, n, "peer", tuple(Point(y, values[y] + up) for y in years if y <= last), label=n, value=f"{16.4 + up:.1f}"
        )
        for n, up, last in (
            ("Molenbeek", 6.0, 2023),
            ("Uccle", -1.0, 2023),
            ("Berchem", -2.0, 2023),
            ("Meudon", 9, 2020),
        )
    ]
    limits = (
        Mark("limit", 40, "EU limit until 2029: 40", short="EU limit now: 40"),
        Mark("limit", 20, "EU limit from 2030: 20"),
        Mark("limit", 10, "WHO guideline: 10"),
    )
    gaps = (Gap(2005.5, 2008.5, "a station is missing"), Gap(2009.5, 2011.5, "a station is missing"))
    table = Table("NO2", ("Year", "Brussels"), tuple((str(y), str(values[y])) for y in reversed(years)))
    return Chart(
        "line-no2",
        "line",
        "Nitrogen dioxide in Brussels has more than halved",
        "NO2, µg/m³",
        "2001: 37.6. 2023: 16.4.",
        Axis(0, 50, "lower", " µg/m³", 1),
        "en",
        "sustainable",
        (hero, *others),
        limits,
        gaps,
        periods=tuple(float(y) for y in range(2001, 2024)),
        source="Source: IRCEL-CELINE. CC BY 4.0.",
        table=table,
        key=(Key("hero_line", "Brussels"), Key("band", "uncertainty"), Key("gap", "no mean")),
    )


def rank(better: str | None = "lower") -> Chart:
    values = [7.0, 9.5, 12.0, 15.0, 18.5, 21.0, 24.0, 30.0, 33.0]
    rows = [
        Series(n, n, "peer", (Point(0, v, v - 2, v + 2),), told_apart=abs(v - 16.4) > 4, value=f"{v:.1f}", rank="2–5")
        for n, v in zip(PLACES, values, strict=False)
    ]
    hero = Series("brussels", "Brussels", "hero", (Point(0, 16.4, 15.1, 17.7),), value="16.4", rank="4–9")
    none = Series("munich", "Munich", "peer", (), label="no value")
    axis = Axis(0, 40, "lower" if better == "lower" else "higher" if better else None)
    return Chart(
        "rank-no2",
        "rank",
        "5 of 9 cannot be told apart",
        "NO2",
        "From Sofia 7.0 to Bratislava 33.0.",
        axis,
        "en",
        "sustainable",
        (*rows[:4], hero, *rows[4:], none),
        (Mark("target", 10, "WHO guideline: 10", short="WHO 10"), Mark("median", 18.5, "median 18.5")),
        ends=("", "rank"),
        table=Table("NO2", ("Place", "Value"), (("Brussels", "16.4"),), 0),
    )


def histogram() -> Chart:
    names = {30: "30th", 20: "20th", 10: "10th", 1: "1st"}
    bars = tuple(
        Bar(str(r), names.get(r, ""), 0, max(0, 100 - (r - 16) ** 2), value=f"{r}", hero=11 <= r <= 22)
        for r in range(30, 0, -1)
    )
    return Chart(
        "overall",
        "histogram",
        "11th–22nd of 30",
        "Place",
        "Nine in ten lie between 11th and 22nd.",
        Axis(1, 30, "lower"),
        "en",
        bars=bars,
        marks=(Mark("range", 11, until=22),),
        ends=("worse", "better"),
    )


def waterfall() -> Chart:
    parts = [("Households with broadband", 78.0), ("A label that is far too long for the room it has here", 42.0)]
    bars, at = [], 0.0
    for label, score in parts:
        bars.append(
            Bar(label, label, at, at + score / 2, at + 50, f"{score / 2:.1f}", detail=f"score {score:g} × 1/2 =")
        )
        at += score / 2
    bars.append(Bar("sum", "Connected", 0, at, value="60", hero=True, detail="range 51–65"))
    return Chart(
        "fall",
        "waterfall",
        "How the score 60 is made",
        "Sum",
        "78 times 1/2 is 39.0; 42 times 1/2 is 21.0. Sum 60.",
        Axis(0, 100),
        "en",
        "connected",
        bars=tuple(bars),
        marks=(Mark("range", 51, until=65),),
    )


def dots() -> Chart:
    series = tuple(
        Series(s.id, s.name, "peer", s.points, value=s.value, label=s.name if s.name in ("Sofia", "Riga") else "")
        for s in peers([19000.0, 21000, 22000, 23000, 24000, 30300])
    )
    median = Mark("median", 22500, "median 22,500 €", short="median")
    return Chart(
        "dots",
        "dots",
        "Incomes",
        "€",
        "From 19,000 to 30,300.",
        Axis(18000, 32000, None, " €"),
        "en",
        series=series,
        marks=(median,),
    )


def tiles() -> Chart:
    made = (
        Tile("a", ("Ganshoren",), 0, 0, "25,900", 3),
        Tile("b", ("Woluwe-", "St-Lambert"), 0, 1, "30,300", 5),
        Tile("c", ("Ixelles",), 1, 0, "no data", 0),
    )
    return Chart(
        "tiles",
        "map",
        "Incomes",
        "€",
        "Ganshoren 25,900.",
        Axis(19000, 31000, None, "€"),
        "en",
        tiles=made,
        steps=("21,000", "23,500", "26,000", "28,500"),
    )


def pair() -> Chart:
    rows = (
        Series("x", "Satisfaction with the cleanliness", "hero",
               (Point(0, 28, 23, 33), Point(1, 66, 61, 71)), told_apart=True, label="Clean streets", value="by 38"),
        Series("y", "A label far too long for the room it has on any screen", "hero", (Point(0, 70), Point(1, 71)),
               told_apart=False, label="A short label that is still too long for it", value="impossible à dire"),
        Series("z", "Road deaths", "hero", (Point(1, 60),), told_apart=False, label="Deaths", value="not compared"),
        Series("w", "Nothing", "hero", (), told_apart=False, label="Nothing", value="not compared"),
    )  # fmt: skip
    return Chart("pair", "pair", "Safe: behind on 1", "Scores", "Words.", Axis(0, 100), "en", "safe", rows,
                 key=(Key("hero", "Brussels"), Key("other", "Vienna")))  # fmt: skip


def words() -> Chart:
    cautions = tuple(Caution("caveat", f"Sentence {n} that must be said.") for n in range(1, 6))
    return Chart("words", "words", "Bicycles: no value for Berlin", "km, city.", "No value.", Axis(0, 1), "en", "safe",
                 cautions=cautions, more="and 2 more cautions")  # fmt: skip


def squares() -> Chart:
    held = (
        Square("a", 2019, False, "connected", False, False, "A: 2019, city"),
        Square("b", 2019, False, "open", False, True, "B: 2019, city, about technology"),
        Square("c", 2019, False, "open", True, False, "C: 2019, Belgium"),
        Square("d", 2019, False, "safe", False, False, "D: 2019, city"),
        Square("e", 2025, True, "safe", True, True, "E: 2025, Belgium, about technology"),
    )
    key = (Key("own", "local"), Key("whole_country", "national"), Key("technology", "technology"), Key("safe", "Safe"))
    table = Table("Rests on", ("Indicator", "Year"), tuple((square.id, str(square.year)) for square in held))
    return Chart("rests", "squares", "0 of 5 values are local and recent", "A square each", "2019: 4. 2025: 1.",
                 Axis(2019, 2025, None), "en", squares=held, key=key, table=table)  # fmt: skip


def every_view() -> tuple[Chart, ...]:
    spark = small("spark", (Point(2012, 50), Point(2015, 48), Point(2019, 53)), periods=(2012.0, 2015.0, 2019.0))
    slope = small("slope", (Point(2015, 40, 36, 44), Point(2019, 53, 49, 57)), told=True)
    row = replace(strip(), id="row-connected", view="row")
    return (
        strip(),
        row,
        spark,
        slope,
        line(),
        rank(),
        histogram(),
        waterfall(),
        dots(),
        tiles(),
        pair(),
        words(),
        squares(),
    )
