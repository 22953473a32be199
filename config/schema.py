"""The vocabulary of the product: every room speaks these words; `config.text`, `config.method`, `config.goalposts`,
`config.likeness` and `config.site` are its parts.

An *observation* is one number for one measure, area, period and group. Its table has the columns
`OBSERVATION_COLUMNS`; a *measure* is a quantity as published, an *indicator* is a measure (or small arithmetic on
measures) judged against fixed *goalposts*, and a *place* is a city-region or municipality with one area code per
territorial scheme. Models are frozen and refuse unknown keys, so a misspelt key in a YAML file is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from config.goalposts import Goalposts as Goalposts
from config.goalposts import Limit as Limit
from config.likeness import Criterion as Criterion
from config.method import Method as Method
from config.method import Variant as Variant
from config.provenance import Payload as Payload
from config.provenance import Provenance as Provenance
from config.site import Site as Site
from config.text import LANGS as LANGS
from config.text import Frozen as Frozen
from config.text import Id as Id
from config.text import Lang as Lang
from config.text import Link as Link
from config.text import Name as Name
from config.text import Symbol as Symbol
from config.text import Text as Text

# One observation per (measure, ref_area, time_period, group); the rest are attributes. SDMX names, lower case.
OBSERVATION_KEY = ("measure", "ref_area", "time_period", "group")
OBSERVATION_COLUMNS = (*OBSERVATION_KEY, "obs_value", "unit", "obs_status", "source")
TOTAL = "total"  # the group of everyone; a breakdown is written "sex=F" or "isced=ED5-8" or "station=41B004"

SCORE_COLUMNS = (
    *("indicator", "pillar", "ref_area", "level", "group", "time_period", "obs_value", "unit"),
    *("score", "score_unclipped", "obs_status", "source"),
)


# With what a value may be compared: other places and years, earlier years of the same place only, or nothing.
Comparable = Literal["places", "time", "none"]


class ObsStatus(StrEnum):
    """SDMX observation status; `obs_status` holds one or more of these letters, sorted, e.g. "BP".

    `A` stands alone. A row whose `obs_value` is missing carries `M` (the publisher says there is none), `Q`
    (suppressed, unreliable or confidential) or `X` (withdrawn by us as a suspected copy), never `A`.
    """

    NORMAL = "A"
    BREAK = "B"
    DEFINITION_DIFFERS = "D"
    ESTIMATED = "E"
    FORECAST = "F"
    IMPUTED = "I"
    MISSING = "M"
    NOT_SIGNIFICANT = "N"
    PROVISIONAL = "P"
    SUPPRESSED = "Q"
    LOW_RELIABILITY = "U"
    SUSPECT = "X"


class Level(StrEnum):
    """Territorial level of a value; printed beside every value."""

    MUNICIPALITY = "municipality"
    CITY = "city"
    NUTS3 = "NUTS3"
    NUTS2 = "NUTS2"
    COUNTRY = "country"


# An area code belongs to a scheme; the scheme fixes the level. NUTS versions are different schemes on purpose.
SCHEMES: Mapping[str, Level] = {
    "municipality": Level.MUNICIPALITY,
    "city": Level.CITY,  # Eurostat city code without a final digit (the 2023 list): never add or cut a digit
    "city_2019": Level.CITY,  # the older list, with a final digit: greater city where there is one, else city
    "nuts3_2021": Level.NUTS3,
    "nuts2_2021": Level.NUTS2,
    "nuts2_2024": Level.NUTS2,
    "country": Level.COUNTRY,
}


class Place(Frozen):
    """A city-region (or municipality) with its names and its area code per scheme of `SCHEMES`."""

    id: Id
    status: Literal["default", "extra", "partial", "municipality"]
    kind: Literal["city-region", "municipality"]
    name: Name
    name_local: str
    country: str = Field(pattern=r"^[A-Z]{2}$")
    parent: str | None = None
    areas: Mapping[str, str]
    whole_country: tuple[str, ...] = ()  # schemes in which this place's area is the whole country
    territory: Mapping[str, str] = {}  # scheme -> the publisher's own words for the area, e.g. "greater city"
    reason: Text | None = None  # why a partial place is not ranked overall

    @model_validator(mode="after")
    def _known_schemes(self) -> Self:
        unknown = set(self.areas) - set(SCHEMES)
        if unknown:
            raise ValueError(f"unknown area scheme {sorted(unknown)}; use one of {sorted(SCHEMES)}")
        return self


class Licence(Frozen):
    """Terms under which a source's figures may travel."""

    id: str  # SPDX id or LicenseRef-*
    name: Text
    url: Link
    redistributable: bool = True
    commercial: bool = True
    share_alike: bool = False
    checked_on: str | None = None


class Measure(Frozen):
    """A quantity as published: which rows of a dataset it is, and in what unit."""

    unit: str
    level: Level
    label: str  # the publisher's own wording, in English
    where: Mapping[str, str] = {}  # dimension -> code: the rows of the dataset that are this measure
    group: Mapping[str, str] = {}  # dimension -> short name: dimensions kept as groups, e.g. isced11 -> isced
    minimum: float | None = None  # plausible range of a value, for the gate at refresh
    maximum: float | None = None
    # Plausible change against the last snapshot: of a published value, or of a new period against the newest before.
    largest_change: float | None = Field(default=None, gt=0)  # up or down, in the measure's unit
    largest_ratio: float | None = Field(default=None, gt=1)  # 3 allows thrice as much and a third


class Dataset(Frozen):
    """One table of a publisher: its live address, its citation, its measures, its explicit maps."""

    title: str
    url: Link  # live address; "{...}" parts are filled by the connector
    params: Mapping[str, str | tuple[str, ...]] = {}
    mode: Literal["api", "file", "hand"] = "api"
    citation: str
    tier: Literal["A", "B", "C"] = (
        "A"  # A publisher's bytes, B publisher's values re-packed, C derived by a third party
    )
    vintage: str | None = None
    licence: Licence | None = None  # where it differs from the source's
    enabled: bool = True
    on_trial: bool = False  # known from documentation only: its failure is told and leaves the source's others alone
    cadence: str | None = None
    expected_every_days: int | None = Field(default=None, gt=0)  # rhythm of publication, where it is not the source's
    frequency: Literal["A", "S", "Q", "M", "W", "D", "T"] = "A"  # of its periods: year, half, quarter ... day, minute
    ahead_days: int = Field(default=0, ge=0)  # how far its periods may lie after the day of the call: a schedule's do
    accumulates: bool = False  # each answer is about one moment: what was published of other periods stays
    continues: str | None = None  # the dataset whose series this one goes on with: it may declare measures of that one
    measures: Mapping[str, Measure]
    labels: Mapping[str, str] = {}  # publisher's label -> area code, whole labels only
    aliases: Mapping[str, str] = {}  # publisher's code -> our area code, same territory only (e.g. DE3 -> DE30)
    options: Mapping[str, str | float | int | bool | tuple[str, ...]] = {}
    # The gates at refresh: over the catalogue's places, and against the last snapshot.
    minimum_rows: int = Field(default=0, ge=0)  # observations with a value
    minimum_places: int = Field(default=0, ge=0)  # areas with a value
    largest_loss: float = Field(default=0.1, ge=0, le=1)  # share of the published values that may be gone
    largest_restated: float = Field(default=0.5, ge=0, le=1)  # share of a measure's values that may move at once
    since_parameter: str | None = None  # names the parameter that asks for periods from one on


class Source(Frozen):
    """A publisher's service: who, under which terms, how called. File stem = id = connector module."""

    id: Id
    publisher: Name
    title: Name
    landing_page: Link
    licence: Licence
    attribution: Text
    hosts: tuple[str, ...]
    mode: Literal["api", "file", "hand"]
    change_check: str | None = None
    cadence: Text
    expected_every_days: int | None = Field(default=None, gt=0)  # None: no rhythm, or none of its own
    min_interval_s: float = 1.0
    daily_quota: int | None = None
    key_variable: str | None = None  # environment variable that holds the key, never the key
    default_on: bool = True
    last_verified: str | None = None
    datasets: Mapping[str, Dataset]


class Pillar(Frozen):
    """One of the four promises."""

    id: Id
    name: Name
    said: Name | None = None  # as it stands inside a sentence: an adjective, in Dutch a noun
    promise: Text
    question: Text
    weight: float = Field(default=1.0, ge=0)  # 0: shown, not counted in the overall score


class Derivation(Frozen):
    """How an indicator's value is made: a function of `indicators/derived.py` by name, and its arguments.

    Arguments are measure ids, tuples of measure ids, numbers or group names; never expressions.
    """

    function: str
    args: Mapping[str, str | float | int | tuple[str, ...]]


class Sampling(Frozen):
    """Sampling of a survey value, from which a 95 % interval is drawn (Wilson)."""

    n: int = Field(gt=0)
    n_by_period: Mapping[str, int] = {}  # waves with another number of interviews than `n`
    interviews: Id | None = None  # measure with the published number of a place and period, which then counts
    assumed: bool  # True while the publisher's n is believed, not read
    because: Text


class Indicator(Frozen):
    """A measure judged against goalposts (role score), shown beside (context), or spread (lens)."""

    id: Id
    pillar: str  # a pillar id, or "inclusion" for the lens
    role: Literal["score", "context", "lens"]
    label: Name
    label_short: Name
    noun: Name | None = None  # what a high score is good at, for sentences: "road safety"; in French with its article
    question: Text
    answers: Literal["opinion", "fact"] | None = (
        None  # of a survey: what people think, or what they report of themselves
    )
    unit: Name
    symbol: Symbol  # short unit put after a number: " %", " days", " µg/m³"; may begin with a space
    decimals: int = Field(ge=0, le=3)
    scheme: str  # which of a place's areas carries the value; fixes the level
    value: Derivation
    goalposts: Goalposts | None = None
    limits: tuple[Limit, ...] = ()  # legal limits and guidelines, drawn as lines beside the values
    better: Literal["higher", "lower"] | None = None
    weight: float = Field(default=1.0, gt=0)
    earliest_period: str | None = None  # the oldest admissible period of the latest value
    kind: Literal["survey", "administrative", "measured", "modelled", "self-declared"]
    sampling: Sampling | None = None
    window_years: int = 1  # a value of 2020 with window 3 is the mean of 2018-2020
    comparable: Comparable = "places"
    other_unit: tuple[str, ...] = ()  # place ids whose values are published in another unit: never shown as this one
    citation: str
    tier: Literal["A", "B", "C"] = "A"
    caveat: Text | None = None
    flags: Mapping[str, Text] = {}  # place id -> oddity that is shown beside its value (the value stays)
    tags: tuple[str, ...] = ()  # variants pick by these: "survey", "country", "physical", "anomalous"
    technology: bool = False  # about networks, digital skills, data or services; told beside the answer

    @property
    def level(self) -> Level:
        """Territorial level of the indicator's values."""
        return SCHEMES[self.scheme]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.scheme not in SCHEMES:
            raise ValueError(f"unknown scheme {self.scheme!r}; use one of {sorted(SCHEMES)}")
        if (self.role == "score") != (self.goalposts is not None):
            raise ValueError("a scored indicator needs goalposts, and only a scored one may have them")
        return self


class Catalogue(Frozen):
    """Everything in config/, validated and cross-checked; indexes are by id."""

    places: Mapping[str, Place]
    pillars: Mapping[str, Pillar]
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    method: Method
    likeness: Mapping[str, Criterion] = {}  # by which figures city-regions are alike
    site: Site

    @property
    def hero(self) -> str:
        """Return the id of the place the site speaks about when an address does not say."""
        return self.site.hero

    def measure(self, measure_id: str) -> Measure:
        """Return the measure of that id; KeyError when no dataset declares it."""
        return self.sources[self.source_of(measure_id)].datasets[self.dataset_of(measure_id)].measures[measure_id]

    def source_of(self, measure_id: str) -> str:
        """Return the id of the source that publishes a measure, not of one that goes on with its series."""
        return self._home(measure_id)[0]

    def dataset_of(self, measure_id: str) -> str:
        """Return the dataset id that holds a measure."""
        return self._home(measure_id)[1]

    def _home(self, measure_id: str) -> tuple[str, str]:
        continued: tuple[str, str] | None = None
        for source in self.sources.values():
            for dataset_id, dataset in source.datasets.items():
                if measure_id not in dataset.measures:
                    continue
                if dataset.continues is None:
                    return source.id, dataset_id
                continued = source.id, dataset_id
        if continued is None:
            raise KeyError(f"no dataset declares the measure {measure_id!r}")
        return continued

    def city_regions(self, *statuses: str) -> tuple[Place, ...]:
        """Return city-regions of the given statuses (all when none is given), in file order."""
        return tuple(
            p for p in self.places.values() if p.kind == "city-region" and (not statuses or p.status in statuses)
        )

    def municipalities(self, parent: str | None = None) -> tuple[Place, ...]:
        """Return the municipalities of a city-region (of all when none is given), in file order."""
        return tuple(
            p for p in self.places.values() if p.kind == "municipality" and (parent is None or p.parent == parent)
        )

    def scored(self, pillar: str | None = None) -> tuple[Indicator, ...]:
        """Return scored indicators, of one pillar or of all, in file order."""
        return tuple(
            i for i in self.indicators.values() if i.role == "score" and (pillar is None or i.pillar == pillar)
        )
