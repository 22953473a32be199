"""The generated sentences: each says what the intervals support and no more, in English, French and Dutch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.freshness import Due
from dashboard.history import KINDS, News
from dashboard.i18n import Words
from dashboard.lookup import Standing
from dashboard.verdicts import Change
from indicators.position import Part
from indicators.scores import VerdictWord
from indicators.verdict import Against, Middle


@dataclass(frozen=True)
class PillarVerdict:
    """One pillar's word inside a sentence, and where the place stands in it against the middle of the peers."""

    name: str
    against: Against


def rank_span(words: Words, standing: Standing | None) -> str:
    """Return "11th–22nd of 30", or that the place is not ranked."""
    if standing is None or not is_ranked(standing):
        return words("not ranked")
    return words("{span} of {count}", span=rank_ends(words, standing), count=standing.places)


def score_span(words: Words, standing: Standing) -> str:
    """Return the sensitivity range of a score, "51–65", or an empty text when there is none."""
    if standing.low is None or standing.high is None:
        return ""
    return words.span(words.number(standing.low), words.number(standing.high))


def score_and_rank(words: Words, score: float | None, rank: int | None, places: int) -> str:
    """Return "74 (8th of 22)", the score alone where it is not ranked, a dash where there is none."""
    if score is None:
        return "–"
    if rank is None:
        return words.number(score)
    return words("{score} ({rank} of {count})", score=words.number(score), rank=words.ordinal(rank), count=places)


def answer(words: Words, stands: Sequence[Part], pillars: Sequence[PillarVerdict]) -> str:
    """Return the answer to the title question in one sentence; `stands` are the parts of the ranking it lies in."""
    clauses = [
        words(message, names=words.listing([pillar.name for pillar in named]))
        for message, named in _groups(pillars)
        if named
    ]
    return f"{_opening(words, stands, pillars)}{_joined(words, clauses)}."


def _groups(pillars: Sequence[PillarVerdict]) -> list[tuple[str, list[PillarVerdict]]]:
    def those(word: Against) -> list[PillarVerdict]:
        return [pillar for pillar in pillars if pillar.against == word]

    return [
        ("more {names} than most of its peers", those("more")),
        ("less {names} than most of its peers", those("less")),
        ("neither clearly more nor clearly less {names} than the middle city", those("cannot_tell")),
        ("with too few published margins of error to judge how {names} it is", those("untested")),
        ("with too few values to say how {names} it is", those("missing")),
    ]


def _joined(words: Words, parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])}{words(', and ')}{parts[-1]}"


def _opening(words: Words, stands: Sequence[Part], pillars: Sequence[PillarVerdict]) -> str:
    uneven = {"more", "less"} <= {pillar.against for pillar in pillars}
    position = headline(words, stands)
    return words("{position}, and uneven: ", position=position) if uneven else words("{position}: ", position=position)


def headline(words: Words, stands: Sequence[Part]) -> str:
    """Return the word for an overall place: one part of the ranking, or between which two it lies."""
    if not stands:
        return words("No overall answer")
    if len(stands) == 1:
        return words(_PARTS[stands[0]][0])
    first, second = (words(_PARTS[part][1]) for part in stands)
    return words("Between {first} and {second}", first=first, second=second)


# Part of the ranking -> the word alone, and as an end of "between ... and ...".
_PARTS: Mapping[Part, tuple[str, str]] = {
    "leaders": ("Among the leaders", "the leaders"),
    "upper": ("In the upper half", "the upper half"),
    "middle": ("Middling", "the middle"),
    "lower": ("In the lower half", "the lower half"),
    "last": ("Among the last", "the last"),
    "anywhere": ("Anywhere from high to low", "no clear place"),
}


def pillar_lead(words: Words, place: str, standing: Standing | None, middle: Middle) -> str:
    """Return where a place stands in a pillar: score, verdict against the middle, what was tested, what is national."""
    if standing is None or standing.score is None:
        return words("{place} has too few values for a score here.", place=place)
    first = words(
        {
            "more": "{place} scores {score} of 100, above the middle city.",
            "less": "{place} scores {score} of 100, below the middle city.",
            "missing": "{place} scores {score} of 100; there is no peer to compare it with.",
            "untested": "{place} scores {score} of 100; it is not compared with the middle city.",
        }.get(middle.word, "{place} scores {score} of 100; against the middle city it is too close to call."),
        place=place,
        score=words.number(standing.score),
    )
    return " ".join(part for part in (first, evidence(words, middle), _national(words, standing)) if part)


def evidence(words: Words, middle: Middle) -> str:
    """Return on which share of the weight a verdict on a pillar rests; empty where there is none to rest."""
    if middle.word == "missing":
        return ""
    message = "Only {share}% of the weight has a published margin of error." if middle.word == "untested" else (
        "{share}% of the weight has a published margin of error."
    )  # fmt: skip
    return words(message, share=words.number(100 * middle.tested))


def evidence_shares(words: Words, shares: Mapping[str, float]) -> str:
    """Return on which share of its weight each pillar could be compared with its peers; pillar name -> share."""
    said = [words("{name} {share}%", name=name, share=words.number(100 * share)) for name, share in shares.items()]
    return words(
        "Share of the weight with a published margin of error, on which the comparison with the peers rests: {shares}. "
        "Below half there is no verdict.",
        shares=words("; ").join(said),
    )


def _national(words: Words, standing: Standing) -> str:
    if not standing.country_values:
        return ""
    return words.plural(
        "{count} of its {of} {of:value|values} is of the whole country.",
        "{count} of its {of} {of:value|values} are of the whole country.",
        standing.country_values,
        of=standing.present,
    )


def pillar_finding(words: Words, pillar: str, strongest: str, weakest: str) -> str:
    """Return the heading of a pillar page, made from the indicators furthest ahead of and behind the peers."""
    if not strongest or strongest == weakest:
        return pillar
    return words("{pillar}: strongest on {strongest}, weakest on {weakest}", pillar=pillar,
                 strongest=low(strongest), weakest=low(weakest))  # fmt: skip


def low(label: str) -> str:
    """Return a label as it stands inside a sentence: first letter small unless it is an abbreviation."""
    return (
        label
        if label[:2].isupper() or not label[:1].isalpha() or label[1:2].isdigit()
        else label[0].lower() + label[1:]
    )


def change_sentence(words: Words, moved: Change, amount: str, chance: str, *, national: bool) -> str:
    """Return what may be said about two values of a series; `amount` and `chance` carry their unit.

    A direction is stated only where it was tested and is clear.
    """
    if moved.reason == "within_error":
        return words("a difference of {amount}, within the margin of error ({chance})", amount=amount, chance=chance)
    if moved.reason == "no_trend":
        return words(
            "a difference of {amount}; the {count} {count:value shows|values show} no clear trend",
            amount=amount,
            count=moved.points,
        )
    if moved.reason == "break":
        return words("the series has a break in between, so the change is not judged")
    if moved.reason == "no_interval" and national:
        return words("a value of the whole country; no margin of error is published, so the change is not judged")
    if not moved.told:
        return words("no margin of error is published, so the change is not judged")
    rose = moved.word == "rose"
    said = words("rose by {amount}", amount=amount) if rose else words("fell by {amount}", amount=amount)
    if moved.points:
        return words("{said}: a clear trend over {count} {count:value|values}", said=said, count=moved.points)
    return words("{said}, more than the margin of error ({chance})", said=said, chance=chance)


def probability_words(words: Words, probability: float) -> str:
    """Return P(ahead) in words; the ends are those of the verdict: 95 % on two sides, so 39 of 40 on one."""
    if not 0.025 < probability < 0.975:
        return words("in at least 97.5% of the recalculations")
    if probability >= 0.75:
        return words("ahead in most recalculations, not clearly")
    if probability <= 0.25:
        return words("behind in most recalculations, not clearly")
    return words("ahead about as often as behind")


def verdict_word(words: Words, verdict: VerdictWord) -> str:
    """Return a verdict in one or two words."""
    return words(
        {"ahead": "ahead", "behind": "behind", "cannot_tell": "too close to call", "not_compared": "not compared"}[
            verdict
        ]
    )


def probability_brief(words: Words, probability: float) -> str:
    """Return P(ahead) in as few words as a cell of a table has room for; the steps are those of `probability_words`."""
    if not 0.025 < probability < 0.975:
        return words("in 97.5% or more")
    if probability >= 0.75:
        return words("mostly ahead")
    return words("mostly behind") if probability <= 0.25 else words("about even")


def by_chance(words: Words, expected: float) -> str:
    """Return how many comparisons chance alone would bring out, in whole ones."""
    return words("fewer than one") if expected < 1 else words("about {count}", count=words.number(expected))


def is_ranked(standing: Standing | None) -> bool:
    """Return whether a place has a rank."""
    return standing is not None and standing.rank_low is not None


def rank_ends(words: Words, standing: Standing | None) -> str:
    """Return the range of a rank as a span of ordinals, empty where there is none."""
    if standing is None or standing.rank_low is None or standing.rank_high is None:
        return ""
    return words.span(words.ordinal(standing.rank_low), words.ordinal(standing.rank_high))


def news_sentence(words: Words, news: News | None, place: str = "") -> str:
    """Return how many values, scores, ranks and rules, of `place` when named, changed since the snapshot before."""
    if news is None:
        return words("There is no earlier edition here that can be read to compare with.")
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
        return words("No value, score or rank of {place} changed since the edition of {date}.", date=date, place=place)
    if not told:
        return words("No value, score or rank changed since the edition of {date}.", date=date)
    said = words.listing(told)
    if place:
        return words("{place} since the edition of {date}: {changes}.", place=place, date=date, changes=said)
    return words("Since the edition of {date}: {changes}.", date=date, changes=said)


def old_sentence(words: Words, days: int) -> str:
    """Return the warning above the pages of an old snapshot."""
    return words("This edition is {days} {days:day|days} old: its figures are old data.", days=words.number(days))


def late_sentence(words: Words, late: int, figures: int) -> str:
    """Return how many of the figures behind a page are older than their rhythm promises; empty when none is."""
    if not late:
        return ""
    if late == figures:
        return words.plural(
            "The figure here is older than its publisher’s own rhythm promises.",
            "All {count} figures here are older than their publishers’ own rhythm promises.",
            figures,
        )
    return words.plural(
        "{count} of {of} {of:figure|figures} here is older than its publisher’s own rhythm promises.",
        "{count} of {of} {of:figure|figures} here are older than their publishers’ own rhythm promises.",
        late,
        of=figures,
    )


def next_sentence(words: Words, due: Due) -> str:
    """Return when the next figures of an indicator are expected or since when they are overdue, and why."""
    if due.expected is None or due.every_days is None:
        return words(
            "None to be expected: the series has ended, or no rhythm of its publisher is known. The newest are of "
            "{period}.", period=due.newest,
        )  # fmt: skip
    message = (
        "Overdue since {month}: they are published {rhythm}, and the newest are of {period}."
        if due.overdue
        else "Expected in {month}: they are published {rhythm}, and the newest are of {period}."
    )
    month, every = words.month(due.expected.isoformat()), rhythm(words, due.every_days)
    return words(message, month=month, rhythm=every, period=due.newest)


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
    return named.get(days) or words("every {days} {days:day|days}", days=words.number(days))


def age_sentence(words: Words, days: int, created: str) -> str:
    """Return how old a snapshot is, in days."""
    if days <= 0:
        return words("Edition of {date}, today", date=words.date(created))
    if days == 1:
        return words("Edition of {date}, yesterday", date=words.date(created))
    return words("Edition of {date}, {days} {days:day|days} ago", date=words.date(created), days=words.number(days))
