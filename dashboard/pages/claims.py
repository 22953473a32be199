"""What the pages say about the index itself: each number is counted from the catalogue, none is typed."""

from __future__ import annotations

from config.goalposts import OBSERVED, Goalposts
from config.schema import Level
from dashboard.pages.visit import Visit
from indicators import effective_weights


def origin_of_ends(visit: Visit) -> str:
    """Return where scores 0 and 100 come from; empty for an edition whose catalogue does not say."""
    words = visit.words
    posts = [i.goalposts for i in visit.edition.catalogue.scored() if i.goalposts is not None]
    best = [post.best_basis for post in posts]
    if None in (*best, *(post.worst_basis for post in posts)):
        return ""
    fixed = words.listing([words.date(day) for day in sorted({post.since for post in posts})])
    return words(
        "They were fixed on {date}, with the published figures in view. For {observed} of {of} "
        "{of:indicator|indicators} one or both ends are the extremes seen until then, rounded: of all cities "
        "and editions of the survey for {survey}, of the Member States for {states}, of European regions for "
        "{regions}. Score 100 is a target or a guideline for {aims} and the end of the scale, such as everybody or "
        "nobody, for {bounds}; for the rest ({seen}) it is about the best that had been seen, not a goal.",
        date=fixed, of=len(posts), observed=sum(bool(_bases(post) & OBSERVED) for post in posts),
        survey=_with(posts, "survey_range"), states=_with(posts, "member_state"), regions=_with(posts, "regions"),
        aims=best.count("target") + best.count("guideline"), bounds=best.count("natural_bound"),
        seen=sum(basis in OBSERVED for basis in best),
    )  # fmt: skip


def surveys(visit: Visit) -> list[str]:
    """Return how many scored indicators are opinions, how many facts people report, and what is assumed of samples."""
    words, scored = visit.words, visit.edition.catalogue.scored()
    answers = [indicator.answers for indicator in scored if indicator.kind == "survey"]
    said = []
    if None not in answers:
        said.append(words(
            "{opinions} of {of} scored {of:indicator|indicators} {opinions:is an opinion|are opinions} asked in "
            "surveys: what people think, not what is. {facts} more {facts:is a fact|are facts} that respondents "
            "report, such as a theft.",
            opinions=answers.count("opinion"), facts=answers.count("fact"), of=len(scored),
        ))  # fmt: skip
    sizes = sorted({i.sampling.n for i in scored if i.sampling is not None and i.sampling.assumed})
    if sizes:
        said.append(words(
            "The number of answers behind the survey values is assumed (about {count} a city); the file does not hold "
            "it.", count=words.listing([words.number(n) for n in sizes]),
        ))  # fmt: skip
    return said


def unheld(visit: Visit) -> str:
    """Return of which pillars the catalogue holds nothing by municipality; empty when it holds something of each."""
    catalogue = visit.edition.catalogue
    held = {i.pillar for i in catalogue.indicators.values() if i.level is Level.MUNICIPALITY}
    without = [visit.pillar(pillar) for pillar in catalogue.pillars if pillar not in held]
    if not without:
        return ""
    return visit.words(
        "By municipality we hold nothing that may be redistributed for {pillars}: we show the gap, not a proxy.",
        pillars=visit.words.listing(without),
    )


def in_effect(visit: Visit) -> dict[str, str]:
    """Return per indicator its share of the differences in its pillar's score, in %; a dash where there is none."""

    def shares() -> dict[str, float]:
        table = effective_weights(visit.edition.scores)
        return dict(zip(table["indicator"], table["effective"], strict=True))

    found = visit.lookup.once("effective weights", shares)
    percent = {name: visit.words.number(100 * share) for name, share in found.items() if share == share}
    return {
        indicator.id: visit.words("{share}%", share=percent[indicator.id]) if indicator.id in percent else "–"
        for indicator in visit.edition.catalogue.scored()
    }


def _bases(post: Goalposts) -> set[str | None]:
    return {post.worst_basis, post.best_basis}


def _with(posts: list[Goalposts], basis: str) -> int:
    return sum(basis in _bases(post) for post in posts)
