"""What a refresh brings against the last snapshot, in clauses for its report: new, revised, withdrawn, other names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from config.schema import OBSERVATION_KEY, Payload, Provenance, Source
from connectors.contract import Observations
from connectors.gates import Breach, values_of
from connectors.shape import GONE, differences, names
from connectors.stamps import older


def notes(frame: Observations, before: Observations) -> tuple[str, ...]:
    """Return one clause per kind of change of the values, with its count and first example; () for none."""
    now, past = values_of(frame), values_of(before)
    new = [key for key in now if key not in past]
    revised = [key for key in now if key in past and now[key] != past[key]]
    gone = [key for key in past if key not in now]
    found = [
        f"{len(keys)} values {word}, e.g. {' '.join(min(keys)[:3])} = {of[min(keys)]:g}{was}"
        for keys, word, of, was in (
            (new, "new", now, ""),
            (revised, "revised", now, f", was {past[min(revised)]:g}" if revised else ""),
            (gone, "no longer there", past, ""),
        )
        if keys
    ]
    flags = _flags(frame), _flags(before)
    flagged = [key for key in now if key in past and flags[0][key] != flags[1].get(key)]
    if flagged:
        found.append(f"{len(flagged)} values with other flags, e.g. {' '.join(min(flagged)[:3])}")
    ends, ended = (max((key[2] for key in values), default="") for values in (now, past))
    return (*found, f"latest period {ends}, was {ended}") if ended and ends > ended else tuple(found)


def _flags(frame: Observations) -> dict[tuple[str, ...], str]:
    keys = zip(*(frame[name].tolist() for name in OBSERVATION_KEY), strict=True)
    return dict(zip(keys, frame["obs_status"].tolist(), strict=True))


def shapes(source: Source, payloads: Sequence[Payload]) -> dict[str, tuple[str, ...]]:
    """Return sha256 -> names in the payload."""
    return {payload.sha256: names(source.id, payload) for payload in payloads}


def shape_notes(
    payloads: Iterable[Payload], known: Sequence[Provenance], shapes: Mapping[str, tuple[str, ...]]
) -> list[str]:
    """Return a clause per column or key that is new or gone against the last snapshot's payloads of the dataset."""
    payloads = list(payloads)
    clauses: list[str] = []
    for dataset in dict.fromkeys(payload.dataset for payload in payloads):
        now = {name for payload in payloads if payload.dataset == dataset for name in shapes[payload.sha256]}
        before = {name for item in known if item.dataset == dataset for name in item.shape}
        clauses += [f"{dataset}: {clause}" for clause in differences(before, now)]
    return clauses


def vintages(
    source: Source,
    payloads: Sequence[Payload],
    known: Sequence[Provenance],
    stamps: Mapping[str, str],
    members: Sequence[str],
) -> Iterator[Breach]:
    """Yield a breach for each table whose files are older by their own stamp, or of other members, than the last ones.

    `stamps` is sha256 -> stamp, `members` "measure dimension=code" of what nobody chose and all rows are of.
    """
    for name in dict.fromkeys(payload.dataset for payload in payloads):
        before = [item for item in known if item.dataset == name]
        now = {payload.url: stamps[payload.sha256] for payload in payloads if payload.dataset == name}
        clause = older(now, before)
        if clause:
            yield Breach(name, name, clause)
        was = _of_dimension(member for item in before for member in item.members)
        for dimension, code in sorted(_of_dimension(members).items()):
            if dimension.split(" ", 1)[0] in source.datasets[name].measures and was.get(dimension, code) != code:
                measure, _, what = dimension.partition(" ")
                yield Breach(measure, name, f"all rows are of {what} {code}, and were of {was[dimension]}")


def _of_dimension(members: Iterable[str]) -> dict[str, str]:
    """Return "measure dimension" -> code."""
    return {key: code for member in members for key, _, code in (member.partition("="),)}


def gone(clauses: Sequence[str]) -> dict[str, list[str]]:
    """Return dataset -> the clauses of `shape_notes` that tell of a lost name."""
    found: dict[str, list[str]] = {}
    for clause in clauses:
        dataset, _, said = clause.partition(": ")
        if said.endswith(GONE):
            found.setdefault(dataset, []).append(said)
    return found
