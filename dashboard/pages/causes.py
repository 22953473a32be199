"""Scores and ranks that moved, and what moved them, in the reader's language."""

from __future__ import annotations

import json

from dashboard.pages.visit import Visit
from indicators.differences import OVERALL, PILLAR, Cause, Ends, Move
from indicators.parameters import Parameter

CAUSES = 3  # of one score that are named
FINEST = 6  # most decimals by which two numbers that look alike are told apart


def moved_text(visit: Visit, move: Move, *, named: bool = False) -> str:
    """Return "Safe: score 62 → 60, rank 12–17 → 13–18; because of ...", with the place where it is `named`."""
    words = visit.words
    names = {"score": words("score"), "rank range": words("rank")}
    # A rank is printed as its range; alone where no range moved.
    if "rank range" not in move.numbers:
        names["rank"] = words("rank")
    changes = [f"{name} {ends_text(visit, *move.numbers[q])}" for q, name in names.items() if q in move.numbers]  # type: ignore[index]
    head = thing_text(visit, move.thing)
    head = f"{head}, {_place(visit, move.place)}" if named else head
    told = words("{name}: {value}", name=head, value=", ".join(changes))
    texts = [cause_text(visit, cause) for cause in move.causes[:CAUSES]]
    more = len(move.causes) - CAUSES
    texts += [words("and {count} more", count=more)] if more > 0 else []
    return words("{change} ({causes})", change=told, causes=words("; ").join(texts))


def thing_text(visit: Visit, thing: str) -> str:
    """Return the name of an indicator, a pillar ("pillar:<id>" or its id) or the overall score."""
    catalogue, bare = visit.edition.catalogue, thing.removeprefix(PILLAR)
    if thing == OVERALL:
        return visit.words("Overall")
    if bare in catalogue.pillars:
        return visit.pillar(bare)
    return catalogue.indicators[thing].label.in_(visit.words.lang) if thing in catalogue.indicators else bare


def cause_text(visit: Visit, cause: Cause) -> str:
    """Return what moved a score, in a few words."""
    words = visit.words
    if cause.parameter is not None:
        return rule_text(visit, cause.parameter)
    if cause.kind == "others":
        return words("scores of other places changed")
    if cause.kind == "unexplained":
        return words("neither a value nor a rule: the formulas of the software")
    label = thing_text(visit, cause.indicator)
    if cause.kind == "period":
        return words("{label}: the value of {after} counts, before that of {before}", label=label,
                     before=cause.before, after=cause.after)  # fmt: skip
    before, after = (_value(visit, cause.indicator, value) for value in (cause.before, cause.after))
    text = {
        "new": words("{label}, {period}: new value {after}", label=label, period=cause.period, after=after),
        "withdrawn": words("{label}, {period}: {before} withdrawn", label=label, period=cause.period, before=before),
    }
    return text.get(cause.kind) or words(
        "{label}, {period}: {values}", label=label, period=cause.period, values=f"{before} → {after}"
    )


def rule_text(visit: Visit, rule: Parameter) -> str:
    """Return what is laid down otherwise: "Road deaths, score 100 at: 100 → 60"."""
    words = visit.words
    name = _place(visit, rule.thing) if rule.kind in ("place added", "place removed", "place", "area") else (
        words("Method") if rule.thing == "method" else thing_text(visit, rule.thing)
    )  # fmt: skip
    whole = {
        "place added": words("{name} added", name=name),
        "indicator added": words("{name} scored anew", name=name),
        "pillar added": words("{name} added", name=name),
        "place removed": words("{name} removed", name=name),
        "indicator removed": words("{name} no longer scored", name=name),
        "pillar removed": words("{name} removed", name=name),
    }
    if rule.kind in whole:
        return whole[rule.kind]
    fields = {"worst": words("score 0 at"), "best": words("score 100 at"), "weight": words("weight"),
              "value": words("formula"), "earliest_period": words("oldest period admitted")}  # fmt: skip
    what = fields.get(rule.field, rule.field)
    before, after = _pair(visit, rule)
    return words("{label}, {period}: {values}", label=name, period=what, values=f"{before} → {after}")


def _pair(visit: Visit, rule: Parameter) -> tuple[str, str]:
    if rule.kind == "goalpost":
        return _value(visit, rule.thing, rule.before), _value(visit, rule.thing, rule.after)
    return _plain(visit, rule.before), _plain(visit, rule.after)


def _plain(visit: Visit, value: object) -> str:
    if value is None:
        return visit.words("none")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return visit.words.number(value, min(FINEST, len(f"{value:.6g}".partition(".")[2])))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _value(visit: Visit, indicator_id: str, value: object) -> str:
    """Return a value with its unit and with as many decimals as it has, up to a few."""
    indicator = visit.edition.catalogue.indicators.get(indicator_id)
    if indicator is None or not isinstance(value, (int, float)):
        return _plain(visit, value)
    decimals = min(FINEST, max(indicator.decimals, len(f"{value:.6g}".partition(".")[2])))
    return visit.amount(indicator, float(value), decimals)


def _place(visit: Visit, place: str) -> str:
    return visit.place(place) if place in visit.edition.catalogue.places else place


def ends_text(visit: Visit, before: Ends | None, after: Ends | None) -> str:
    """Return both numbers, with as many decimals as it takes to see the difference."""
    words = visit.words
    for decimals in range(FINEST + 1):
        old, new = (
            words("none") if ends is None
            else words.span(words.number(ends[0], decimals), words.number(ends[-1], decimals))
            for ends in (before, after)
        )  # fmt: skip
        if old != new:
            break
    return f"{old} → {new}"
