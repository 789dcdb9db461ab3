"""Whose deed it is: the company of a trigger, named in its clause or referred back to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eventstudy.articles.companies import Mention
from eventstudy.articles.headings import read_headings
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import wording

_OBLIQUE = wording("subjects.oblique")
_OWNER = re.compile(r"\b(?:at|by|from|inside|within|across)\s+$", re.IGNORECASE)
_LIKENESS = re.compile(r"\b(?:like|as)\s+$")
_VERB_AFTER = wording("subjects.verb_after")
_PRONOUN = wording("subjects.pronoun")
_OTHERS = wording("subjects.others")
_WE = re.compile(r"\b(?:we|our)\b|我们|本公司|同事|伙伴", re.IGNORECASE)
# "Halcyon, a maker of pumps, cut ...": a company that the table does not know
_STRANGER = re.compile(
    r"[A-Z][\w&.-]+(?: [A-Z][\w&.-]+){0,3},\s(?:an?|the|another)\s[^,.]{0,60}?\b"
    r"(?:company|firm|studio|maker|manufacturer|start-?up|retailer|provider|platform|lender|bank|chain|developer"
    r"|supplier|chipmaker|carmaker|broker|agency)\b[^,.]{0,60},\s"
)
_TRADE = (
    r"(?:company|firm|group|giant|bank|lender|insurer|retailer|grocer|supermarket|maker|chipmaker"
    r"|carmaker|automaker|drugmaker|manufacturer|producer|supplier|contractor|shop|studio|chain"
    r"|airline|carrier|broadcaster|publisher|platform|start-?up|employer|brewer|developer|operator"
    r"|agency|broker|brokerage|utility|conglomerate|network|provider|lab|outfit|house|owner|parent"
    r"|site|service|app|business|farm|plant|union|body|university|hospital)"
)
# "A machine shop that sells to Deere has idled ...": somebody whom the text does not name
_INDEFINITE = re.compile(
    rf"\W*(?:an?|one|another|some|several|two|three)\s+(?:[\w'’&.-]+\s+){{0,6}}?{_TRADE}s?\b",
    re.IGNORECASE,
)
# "Britain's second-largest grocer will ...": named by what it is, before its name is told
_DEFINITE = re.compile(
    rf"\W*(?:[Tt]he\s+|[A-Z][\w.]*(?: [A-Z][\w.]*)?['’]s?\s+)(?:[\w'’&.-]+\s+){{0,6}}?{_TRADE}\b"
)
_INCLUDING = re.compile(r"\b(?:including|such as|like|among them|notably)\s+$")
_AMONG = re.compile(r"\b(?:is|are|was|were)\s+(?:\w+\s+)?(?:among|one of)\b", re.IGNORECASE)
_JOINED = re.compile(
    r"\s*(?:,|,?\s*(?:and|as well as|&|or)|、(?:[^，。；、\s]{1,10}、)?|和|与|及|以及)"
    r"\s*(?:also\s+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The company of a deed, the words that say so, and how far they are inferred."""

    mention: Mention
    rule: str
    sure: float


class Discourse:
    """Who is spoken of, sentence by sentence; answers what "the company" refers to."""

    def __init__(self, sentences: Sequence[Sentence], author: Mention | None = None) -> None:
        self.sentences = sentences
        self.main = self._main() or author  # a letter need not name its own house
        self.headings = read_headings(sentences)
        self.focus: list[Mention | None] = []
        for index, sentence in enumerate(sentences):
            self.focus.append(self._named(sentence) or (self.focus[index - 1] if index else None))

    def _main(self) -> Mention | None:
        """Return the company the article is about: in the title, else the one named most."""
        counts: Counter[str] = Counter()
        first: dict[str, Mention] = {}
        for sentence in self.sentences:
            for mention in sentence.companies:
                outside = mention.kind == "analyst" and sentence.kind != "title"
                if mention.kind == "publisher" or outside:
                    continue
                weight = 6 if sentence.kind == "title" else 2 if sentence.opening else 1
                weight += 1 if mention.kind == "listed" else 0
                counts[mention.company] += weight
                known = first.get(mention.company)
                if known is None or (
                    known.kind in ("product", "model") and mention.kind == "listed"
                ):
                    first[mention.company] = mention
        if not counts:
            return None
        return first[max(counts, key=lambda company: counts[company])]

    def _named(self, sentence: Sentence, *, strict: bool = False) -> Mention | None:
        """Return the company a sentence is about, if it names one as its subject.

        ``strict`` asks for a company at the head of the sentence with its verb behind it.
        """
        hidden = sentence.hidden
        best: tuple[int, Mention] | None = None
        for mention in sentence.companies:
            if mention.kind in ("publisher", "analyst") or _within(mention, hidden):
                continue
            place = mention.span[0] - sentence.start
            after = sentence.text[mention.span[1] - sentence.start :][:120]
            before = sentence.text[max(0, place - 60) : place]
            rank = place // 40 + (0 if _VERB_AFTER.match(after) else 3)
            rank += 4 if _OBLIQUE.search(before) else 0
            inverted = re.search(
                r"\b(?:was|is|were|are|came|comes)\s+$", before
            ) and not after.strip(". ")
            rank -= 6 if inverted else 0
            rank += 2 if mention.kind in ("product", "private", "model") else 0
            if best is None or rank < best[0]:
                best = (rank, mention)
        if best is None or best[0] > (1 if strict else 7):
            return None
        return best[1]

    def heads(self, index: int, subject: Subject) -> bool:
        """Say whether a sentence stands under the heading of a subject's company."""
        heading = self.headings[index]
        return heading is not None and heading.mention.company == subject.mention.company

    def referred(self, index: int) -> Subject | None:
        """Return what "the company" or "it" in a sentence refers to."""
        heading = self.headings[index]
        if heading is not None:
            return Subject(heading.mention, "company.heading", 0.8)
        paragraph = self.sentences[index].paragraph
        for back in range(index - 1, -1, -1):
            if self.sentences[back].paragraph != paragraph:
                break
            named = self._named(self.sentences[back])
            if named is not None:
                return Subject(named, "company.paragraph", 0.7)
        ahead = self._ahead(index)
        if ahead is not None or not index:
            return ahead
        before = self.focus[index - 1]
        fresh = self._named(self.sentences[index - 1], strict=True)
        if fresh is not None:
            return Subject(fresh, "company.focus", 0.6)
        if self.main is not None and self._known(index):
            return Subject(self.main, "company.main", 0.5)
        return Subject(before, "company.focus", 0.5) if before is not None else None

    def _ahead(self, index: int) -> Subject | None:
        """Return whom a description at the head of a paragraph means: the next named in it."""
        sentence = self.sentences[index]
        if not _DEFINITE.match(sentence.text) or index + 1 >= len(self.sentences):
            return None
        following = self.sentences[index + 1]
        first = not index or self.sentences[index - 1].paragraph != sentence.paragraph
        if not first or following.paragraph != sentence.paragraph:
            return None
        named = self._named(following, strict=True)
        fresh = named is not None and (self.main is None or named.company != self.main.company)
        return Subject(named, "company.ahead", 0.6) if named is not None and fresh else None

    def _known(self, index: int) -> bool:
        """Say whether the article has named its main company before a sentence."""
        main = self.main.company if self.main is not None else ""
        return any(m.company == main for s in self.sentences[:index] for m in s.companies)


def _within(mention: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= mention.span[0] and mention.span[1] <= end for start, end in spans)


def find_subjects(
    sentence: Sentence,
    index: int,
    clause: tuple[int, int],
    trigger: tuple[int, int],
    discourse: Discourse,
) -> tuple[Subject, ...]:
    """Return the company (or several joined by "and") whose deed a trigger is.

    Parameters
    ----------
    sentence, index
        The sentence and its number.
    clause, trigger
        The spans of the clause and of the trigger in it.
    discourse
        Who is spoken of around it.

    Returns
    -------
    tuple of Subject
        Empty where the words speak of others, or of nobody known.
    """
    hidden = sentence.hidden
    text, base = sentence.text, sentence.start
    ranked: list[tuple[float, Mention]] = []
    for mention in sentence.companies:
        inside = clause[0] <= mention.span[0] and mention.span[1] <= clause[1]
        if mention.kind == "publisher" or mention.kind == "model" or not inside:
            continue
        rank = _rank(mention, text, base, trigger, _within(mention, hidden))
        if rank is not None:
            ranked.append((rank, mention))
    lead = text[clause[0] - base : trigger[0] - base]
    stranger = _INDEFINITE.match(lead)
    if stranger is not None:
        ranked = [pair for pair in ranked if pair[1].span[0] < clause[0] + stranger.end()]
    described = _DEFINITE.match(lead)
    if described is not None:  # "the group controlled by Geely": the group, not Geely
        place = clause[0] + described.end()
        ranked = [pair for pair in ranked if not _oblique(pair[1], sentence, place)]
    if ranked:
        rank, best = max(ranked, key=lambda pair: pair[0])
        if rank >= 4:
            between = text[best.span[1] - base : max(trigger[0] - base, best.span[1] - base)]
            if (
                best.span[1] <= trigger[0]
                and not _AMONG.search(between)
                and _OTHERS.search(between)
                and not _PRONOUN.search(between)
            ):
                return ()
            return tuple(
                Subject(
                    mention,
                    f"company.{'subject' if mention.span[1] <= trigger[0] else 'owner'}",
                    1.0,
                )
                for mention in _conjoined(best, sentence)
            )
    listed = _listed(sentence, clause, trigger)
    if listed:
        return listed
    if stranger is not None or _OTHERS.search(lead) or _STRANGER.match(text):
        return ()
    earlier = [
        m
        for m in sentence.companies
        if m.kind in ("listed", "private") and m.span[1] <= clause[0] and not _within(m, hidden)
    ]
    referred = discourse.referred(index)
    if earlier:  # "Amazon cut 14,000 in October; another 16,000 went in January"
        referred = Subject(earlier[-1], "company.clause", 0.8)
    if referred is None and discourse.main is not None and _WE.search(text):
        referred = Subject(discourse.main, "company.we", 0.5)  # a letter of the company itself
    return (referred,) if referred is not None else ()


def _listed(
    sentence: Sentence, clause: tuple[int, int], trigger: tuple[int, int]
) -> tuple[Subject, ...]:
    """Return the companies of "cut jobs at firms including A, B and C"."""
    for mention in sentence.companies:
        if not trigger[1] <= mention.span[0] < clause[1] or mention.kind in ("publisher", "model"):
            continue
        if _INCLUDING.search(sentence.text[: mention.span[0] - sentence.start]):
            return tuple(Subject(m, "company.listed", 0.8) for m in _conjoined(mention, sentence))
    return ()


def _oblique(mention: Mention, sentence: Sentence, place: int) -> bool:
    """Say whether a company only stands beside a description that ends at a place."""
    if not place <= mention.span[0] < place + 40:
        return False
    between = sentence.text[place - sentence.start : mention.span[0] - sentence.start]
    return re.fullmatch(r"\s(?:\w+\s)?(?:by|of|behind|with|to|for|at|in)\s", between) is not None


def _rank(
    mention: Mention, text: str, base: int, trigger: tuple[int, int], hidden: bool
) -> float | None:
    """Rank a company as the subject of a trigger; higher is likelier."""
    start, end = mention.span[0] - base, mention.span[1] - base
    before, after = text[max(0, start - 60) : start], text[end : end + 120]
    if mention.span[1] <= trigger[0]:
        distance = trigger[0] - mention.span[1]
        rank = 10.0 - distance / 40
        rank += 3 if _VERB_AFTER.match(after) else 0
        rank -= 5 if _OBLIQUE.search(before) else 0
        rank -= 9 if hidden else 0
    elif mention.span[0] >= trigger[1]:
        rank = 5.0 - (mention.span[0] - trigger[1]) / 30
        attributive = text[trigger[1] - base : start]
        if _OWNER.search(before):
            rank += 4
        elif re.fullmatch(r"[^，。；]{0,14}的", attributive):
            rank += 6  # "上月才裁员6000人的微软"
        elif _LIKENESS.search(before):
            rank += 3
        else:
            rank -= 2
        rank -= 4 if hidden and not _LIKENESS.search(before) else 0
    else:
        rank = 9.0
    if mention.kind == "product":
        rank -= 1
    elif mention.kind == "analyst":
        rank -= 0 if mention.ticker and 0 <= trigger[0] - mention.span[1] < 25 else 9
    return rank


def _conjoined(best: Mention, sentence: Sentence) -> list[Mention]:
    """Return the companies joined with one by commas and "and" ("Atlassian and Block have ...")."""
    mentions = [m for m in sentence.companies if m.kind not in ("publisher", "analyst")]
    place = mentions.index(best) if best in mentions else -1
    if place < 0:
        return [best]
    group = [best]
    for step in (-1, 1):
        at = place
        while 0 <= at + step < len(mentions):
            left, right = sorted((mentions[at], mentions[at + step]), key=lambda m: m.span[0])
            between = sentence.text[left.span[1] - sentence.start : right.span[0] - sentence.start]
            if not _JOINED.fullmatch(between):
                break
            at += step
            if all(mentions[at].company != other.company for other in group):
                group.append(mentions[at])
    return sorted(group, key=lambda mention: mention.span[0])
