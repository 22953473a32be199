"""The generated sentences: each says what the intervals support and no more, in English, French and Dutch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.history import KINDS, News
from dashboard.i18n import Words
from dashboard.lookup import Standing
from dashboard.verdicts import Against, Change, shift
from indicators.scores import VerdictWord


@dataclass(frozen=True)
class PillarVerdict:
    """One pillar's name in the language of the sentence, and where it stands against the middle of the peers."""

    name: str
    against: Against


def rank_span(words: Words, standing: Standing | None) -> str:
    """Return "11th–22nd of 30", or that the place is not ranked."""
    if standing is None or not _ranked(standing):
        return words("not ranked")
    return words("{span} of {count}", span=rank_ends(words, standing), count=standing.places)


def score_span(words: Words, standing: Standing) -> str:
    """Return the sensitivity range of a score, "51–65", or an empty text when there is none."""
    if standing.low is None or standing.high is None:
        return ""
    return words.span(words.number(standing.low), words.number(standing.high))


def answer(words: Words, overall: Standing | None, pillars: Sequence[PillarVerdict]) -> str:
    """Return the answer to the title question in one sentence."""
    parts = [
        words(message, names=words.listing([pillar.name.lower() for pillar in named]))
        for message, named in _groups(pillars)
        if named
    ]
    return f"{_opening(words, overall, pillars)}{_joined(words, parts)}."


def _groups(pillars: Sequence[PillarVerdict]) -> list[tuple[str, list[PillarVerdict]]]:
    def those(word: Against) -> list[PillarVerdict]:
        return [pillar for pillar in pillars if pillar.against == word]

    return [
        ("more {names} than most of its peers", those("more")),
        ("less {names} than most of its peers", those("less")),
        ("neither clearly more nor clearly less {names} than the middle of its peers", those("cannot_tell")),
        ("with too few values to say how {names} it is", those("missing")),
    ]


def _joined(words: Words, parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])}{words(', and ')}{parts[-1]}"


def _opening(words: Words, overall: Standing | None, pillars: Sequence[PillarVerdict]) -> str:
    uneven = {"more", "less"} <= {pillar.against for pillar in pillars}
    position = words(_position(overall))
    return words("{position}, and uneven: ", position=position) if uneven else words("{position}: ", position=position)


def _position(overall: Standing | None) -> str:
    """Return the word for an overall place: only what the whole interval of places supports."""
    if overall is None or overall.rank_low is None or overall.rank_high is None or overall.places < 5:
        return "No overall answer"
    best, worst, count = overall.rank_low, overall.rank_high, overall.places
    if worst <= count / 4:
        return "Among the leaders"
    if best > count * 3 / 4:
        return "Among the last"
    if worst <= count / 2:
        return "In the upper half"
    if best > count / 2:
        return "In the lower half"
    return "Middling" if best > count / 6 and worst <= count * 5 / 6 else "Anywhere from high to low"


def pillar_lead(words: Words, place: str, standing: Standing | None, against: Against) -> str:
    """Return where a place stands in a pillar: score, verdict against the middle, and how much is national."""
    if standing is None or standing.score is None:
        return words("{place} has too few values for a score here.", place=place)
    first = words(
        {
            "more": "{place} scores {score} of 100, above the middle of its peers.",
            "less": "{place} scores {score} of 100, below the middle of its peers.",
            "missing": "{place} scores {score} of 100; there is no peer to compare it with.",
        }.get(against, "{place} scores {score} of 100; it cannot be told apart from the middle of its peers."),
        place=place,
        score=words.number(standing.score),
    )
    return f"{first} {_national(words, standing)}".strip()


def _national(words: Words, standing: Standing) -> str:
    if not standing.country_values:
        return ""
    return words.plural(
        "{count} of its {of} values is of the whole country.",
        "{count} of its {of} values are of the whole country.",
        standing.country_values,
        of=standing.present,
    )


def pillar_finding(words: Words, pillar: str, strongest: str, weakest: str) -> str:
    """Return the heading of a pillar page, made from its highest and lowest indicator."""
    if not strongest or strongest == weakest:
        return pillar
    return words("{pillar}: strongest on {strongest}, weakest on {weakest}", pillar=pillar,
                 strongest=_low(strongest), weakest=_low(weakest))  # fmt: skip


def _low(label: str) -> str:
    """Return a label as it stands inside a sentence: first letter small unless it is an abbreviation."""
    return (
        label
        if label[:2].isupper() or not label[:1].isalpha() or label[1:2].isdigit()
        else label[0].lower() + label[1:]
    )


def change_sentence(words: Words, moved: Change, amount: str, chance: str, *, national: bool) -> str:
    """Return what may be said about the last two values of a series; `amount` and `chance` carry their unit."""
    if moved.reason == "within_error":
        return words("{amount} apart: two such values can differ by {chance} by chance", amount=amount, chance=chance)
    if moved.reason == "break":
        return words("{amount} apart, but the series has a break in between", amount=amount)
    rose = moved.difference > 0
    said = words("rose by {amount}", amount=amount) if rose else words("fell by {amount}", amount=amount)
    if moved.reason == "":
        return words("{said}: more than the {chance} that two such values differ by chance", said=said, chance=chance)
    why = words("a value of the whole country, no error published") if national else words("no error published")
    return words("{said}; {why}", said=said, why=why)


def probability_words(words: Words, probability: float) -> str:
    """Return P(ahead) in words; the ends are those of the verdict: 95 % on two sides, so 39 of 40 on one."""
    if not 0.025 < probability < 0.975:
        return words("in at least 39 of 40 recomputations")
    if probability >= 0.75:
        return words("ahead in most recomputations, not clearly")
    if probability <= 0.25:
        return words("behind in most recomputations, not clearly")
    return words("ahead about as often as behind")


def verdict_word(words: Words, verdict: VerdictWord) -> str:
    """Return a verdict in one or two words."""
    return words(
        {"ahead": "ahead", "behind": "behind", "cannot_tell": "cannot tell", "not_compared": "not compared"}[verdict]
    )


def probability_brief(words: Words, probability: float) -> str:
    """Return P(ahead) in as few words as a cell of a table has room for; the steps are those of `probability_words`."""
    if not 0.025 < probability < 0.975:
        return words("39 of 40 or more")
    if probability >= 0.75:
        return words("mostly ahead")
    return words("mostly behind") if probability <= 0.25 else words("about even")


_SHIFTS = {
    "higher": "The two ranges do not overlap: this choice moves it up clearly.",
    "lower": "The two ranges do not overlap: this choice moves it down clearly.",
    "overlap": "The two ranges overlap: this choice does not move it clearly.",
    "same": "The two ranges are the same: no move can be seen.",
}


def trial_verdict(words: Words, place: str, tried: Standing | None, published: Standing | None) -> str:
    """Return what other weights and goalposts do to a place's overall rank, no more than the two ranges say."""
    spans = {"place": place, "tried": rank_span(words, tried), "published": rank_span(words, published)}
    found = shift(tried, published)
    if found != "missing":
        first = words("With these choices {place} would stand {tried}; published: {published}.", **spans)
        return f"{first} {words(_SHIFTS[found])}"
    if _ranked(tried):
        return words("With these choices {place} would stand {tried}; as published it has no overall rank.", **spans)
    if _ranked(published):
        return words("With these choices {place} has no overall rank; published: {published}.", **spans)
    return words("{place} has no overall rank, neither with these choices nor as published.", place=place)


def _ranked(standing: Standing | None) -> bool:
    return standing is not None and standing.rank_low is not None


def trial_others(words: Words, places: Mapping[str, tuple[Standing | None, Standing | None]]) -> str:
    """Return which places other weights and goalposts move clearly; name -> standing (tried, published)."""
    moves = {name: shift(*pair) for name, pair in places.items()}
    higher, lower = ([name for name, move in moves.items() if move == way] for way in ("higher", "lower"))
    said = [words("Clearly higher than published: {places}.", places=words.listing(higher))] if higher else []
    said += [words("Clearly lower than published: {places}.", places=words.listing(lower))] if lower else []
    return " ".join(said) or words("No city-region moves clearly: each range meets the published one.")


def trial_change(words: Words, tried: Standing | None, published: Standing | None) -> str:
    """Return "15th–20th → 12th–19th" (published, tried), with a word where the ranges are equal or do not overlap."""
    found = shift(tried, published)
    before, after = (rank_ends(words, standing) or words("not ranked") for standing in (published, tried))
    if before == after:
        return words("{rank}, unchanged", rank=after)
    arrow = f"{before} → {after}"
    if found == "higher":
        return words("{change}, clearly higher", change=arrow)
    return words("{change}, clearly lower", change=arrow) if found == "lower" else arrow


def rank_ends(words: Words, standing: Standing | None) -> str:
    """Return the range of a rank as a span of ordinals, empty where there is none."""
    if standing is None or standing.rank_low is None or standing.rank_high is None:
        return ""
    return words.span(words.ordinal(standing.rank_low), words.ordinal(standing.rank_high))


def news_sentence(words: Words, news: News | None, place: str = "") -> str:
    """Return how many values, scores, ranks and rules, of `place` when named, changed since the snapshot before."""
    if news is None:
        return words("There is no earlier snapshot here to compare with.")
    date = words.date(news.earlier[:10])
    counts = news.counts
    parts = [
        words.plural("{count} new value", "{count} new values", counts["new"]),
        words.plural("{count} revised value", "{count} revised values", counts["revised"]),
        words.plural("{count} withdrawn value", "{count} withdrawn values", counts["withdrawn"]),
    ]
    told = [part for part, kind in zip(parts, KINDS, strict=True) if counts[kind]]
    told += [words.plural("{count} changed score", "{count} changed scores", news.scores)] if news.scores else []
    told += [words.plural("{count} changed rank", "{count} changed ranks", news.ranks)] if news.ranks else []
    rules = len(news.rules)
    told += (
        [words.plural("{count} changed rule of scoring", "{count} changed rules of scoring", rules)] if rules else []
    )
    if not told and place:
        return words("No value, score or rank of {place} changed since the snapshot of {date}.", date=date, place=place)
    if not told:
        return words("No value, score or rank changed since the snapshot of {date}.", date=date)
    said = words.listing(told)
    if place:
        return words("{place} since the snapshot of {date}: {changes}.", place=place, date=date, changes=said)
    return words("Since the snapshot of {date}: {changes}.", date=date, changes=said)


def old_sentence(words: Words, days: int) -> str:
    """Return the warning above the pages of an old snapshot."""
    return words(
        "These figures are {days} days old: every source should have published since. Read them as history.",
        days=words.number(days),
    )


def late_sentence(words: Words, late: int, sources: int) -> str:
    """Return how many of the sources behind a page should have published since; empty when none should."""
    if not late:
        return ""
    if late == sources:
        return words.plural(
            "The source should have published newer figures than those here: read them as history.",
            "All {count} sources should have published newer figures than those here: read them as history.",
            sources,
        )
    return words.plural(
        "{count} source of {of} should have published newer figures than those here.",
        "{count} sources of {of} should have published newer figures than those here.",
        late,
        of=sources,
    )


def rhythm(words: Words, days: int) -> str:
    """Return how often a source publishes, in words."""
    named = {
        1: words("every day"),
        7: words("every week"),
        92: words("every quarter"),
        365: words("once a year"),
        731: words("every two years"),
        1461: words("every three or four years"),
    }
    return named.get(days) or words("every {days} days", days=words.number(days))


def age_sentence(words: Words, days: int, created: str) -> str:
    """Return how old a snapshot is, in days."""
    if days <= 0:
        return words("Snapshot of {date}, today", date=words.date(created))
    if days == 1:
        return words("Snapshot of {date}, yesterday", date=words.date(created))
    return words("Snapshot of {date}, {days} days ago", date=words.date(created), days=words.number(days))
