"""Articles to sentences, each with the companies, dates and figures it names."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property

from eventstudy.articles.companies import CompanyTable, Mention, find_companies
from eventstudy.articles.dates import DateSpan, find_dates, refers
from eventstudy.articles.intervals import Interval
from eventstudy.articles.quantities import Figure, find_figures
from eventstudy.articles.reading import Article, SectionKind
from eventstudy.articles.stated import find_stated
from eventstudy.articles.wording import lower, wording

_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|INC|CORP|CO|LTD|Mr|Mrs|Ms|Dr|Prof|Sen|Gov|Gen|St|No|vs|etc|approx|est|Jr|Sr|Jan|Feb|Mar|Apr"
    r"|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|Bros|Cos|pct|i\.e|e\.g|cf|ca|c)"
    r"|\b[A-Z]|\b[ap]\.m|\bU\.S|\bU\.K|\bE\.U)\.$"
)
# "Snap, a direct rival of Meta's Instagram, also cut ...": what stands in apposition is no subject.
_APPOSITION = wording("subjects.apposition")
_BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]")
_END = re.compile(
    r"[.!?]+[\"'”’)\]*_]*(?=\s|$)|(?<=[a-z0-9”)\"])\.(?=[A-Z][a-z])|[。！？!?]+[”’」）)]*|…{2,}|】(?<=\S】)"
)
# A day that only bounds what is to come ("on Tuesday at the earliest") is not "that day".
_AT_EARLIEST = re.compile(r"(?:最快|最早|最迟|最晚|不晚于)(?:在|于)?$")
# what opens an entry of a list: a bullet, a number, a time of day
_BULLET = re.compile(r"[*•·▪◦‣●■–-]\s|\d{1,2}[.)、]\s?\S|\[?\d{1,2}:\d{2}")
_LABEL = 40  # a paragraph up to this long is a heading or a dateline
_OPENING = 2
_LONGEST = 1500
_WIDE = 60  # a line at least this long that ends without a full stop was wrapped


@dataclass(frozen=True, eq=False)
class Sentence:
    """A sentence and what it names; all spans point into ``Article.text``."""

    text: str
    start: int
    end: int
    paragraph: int
    opening: bool  # in title, summary or the first paragraphs
    kind: SectionKind
    companies: tuple[Mention, ...]
    dates: tuple[DateSpan, ...]
    figures: tuple[Figure, ...]

    @cached_property
    def low(self) -> str:
        """The text in lower case, as long as the text itself."""
        return lower(self.text)

    @cached_property
    def hidden(self) -> tuple[tuple[int, int], ...]:
        """The spans that stand in brackets or apposition, where no subject stands."""
        found = (*_BRACKETS.finditer(self.text), *_APPOSITION.finditer(self.text))
        return tuple((m.start() + self.start, m.end() + self.start) for m in found)

    @property
    def question(self) -> bool:
        """Whether it asks rather than states."""
        return self.text.rstrip("\"'”’)） ").endswith(("?", "？"))


def read_sentences(article: Article, table: CompanyTable) -> list[Sentence]:
    """Split title, summary and body into sentences and find what each names.

    Parameters
    ----------
    article
        The article; its furniture and header lines are left out.
    table
        The alias table of companies.

    Returns
    -------
    list of Sentence
        In order of place.
    """
    day = article.day
    mentions = find_companies(article.plain, day, table)
    mentions += find_stated(article.plain, mentions)
    mentions = [m for m in mentions if not _is_label(article.plain, m)]
    mentions.sort(key=lambda mention: mention.span)
    places = [mention.span[0] for mention in mentions]
    antecedent: Interval | None = None
    named: Interval | None = None
    sentences = []
    told = 0  # paragraphs of the body so far, headings apart
    for number, (start, end, kind) in enumerate(_paragraphs(article)):
        told += kind == "body" and end - start > _LABEL
        for left, right in _split(article.plain, start, end):
            text = article.plain[left:right]
            dates = tuple(_dates(article, find_dates(text, day, left, antecedent, named)))
            for span in dates:
                interval = Interval(span.start, span.end, span.precision)
                open_end = span.span and _AT_EARLIEST.search(article.text, left, span.span[0])
                antecedent = interval if refers(span) and not open_end else antecedent
                named = interval if span.precision != "unknown" else named
            here = tuple(mentions[bisect_left(places, left) : bisect_left(places, right)])
            sentences.append(
                Sentence(
                    text=text,
                    start=left,
                    end=right,
                    paragraph=number,
                    opening=kind != "body" or told <= _OPENING,
                    kind=kind,
                    companies=here,
                    dates=dates,
                    figures=_figures(article, (left, right), dates, here),
                )
            )
        if kind == "title":
            antecedent = named = None
    return sentences


def _is_label(text: str, mention: Mention) -> bool:
    """Say whether a name is a portal's link label behind another ("微软(微博)")."""
    return mention.words == "微博" and text[mention.span[0] - 1 : mention.span[0]] in ("(", "（")


def _dates(article: Article, found: list[DateSpan]) -> list[DateSpan]:
    """Return dates with their words as the article spells them."""
    if article.plain == article.text:
        return found
    return [replace(d, words=article.text[slice(*d.span)]) if d.span else d for d in found]


def _figures(
    article: Article,
    place: tuple[int, int],
    dates: tuple[DateSpan, ...],
    companies: tuple[Mention, ...],
) -> tuple[Figure, ...]:
    """Return the figures that are not part of a date or of a symbol ("HKEX: 9988")."""
    taken = [span.span for span in dates if span.span is not None]
    taken += [mention.span for mention in companies if mention.rule == "company.symbol"]
    found = find_figures(article.plain[slice(*place)], place[0])
    if article.plain != article.text:
        found = [
            replace(f, quantity=replace(q, words=article.text[slice(*q.span)]))
            for f, q in ((figure, figure.quantity) for figure in found)
        ]
    return tuple(
        figure
        for figure in found
        if figure.kind != "count"
        or not any(left < figure.core[1] and figure.core[0] < right for left, right in taken)
    )


def _paragraphs(article: Article) -> list[tuple[int, int, SectionKind]]:
    """Return the paragraphs of title, summary and body; lines wrapped by width are joined."""
    found: list[tuple[int, int, SectionKind]] = []
    for section in article.sections:
        if section.kind == "title":
            place = article.text.find(article.title, section.start, section.end)
            if place >= 0 and article.title:
                found.append((place, place + len(article.title), "title"))
        elif section.kind in ("summary", "body"):
            found += _blocks(article.text, section.start, section.end, section.kind)
    return found


def _blocks(
    text: str, start: int, end: int, kind: SectionKind
) -> list[tuple[int, int, SectionKind]]:
    blocks: list[tuple[int, int, SectionKind]] = []
    open_at: int | None = None
    place = start
    last = start
    for line in text[start:end].split("\n"):
        bare = line.strip()
        if not bare:
            if open_at is not None:
                blocks.append((open_at, last, kind))
                open_at = None
        else:
            if open_at is not None and (_BULLET.match(bare) or not _wrapped(text[open_at:last])):
                blocks.append((open_at, last, kind))
                open_at = None
            if open_at is None:
                open_at = place
            last = place + len(line)
        place += len(line) + 1
    if open_at is not None:
        blocks.append((open_at, last, kind))
    return blocks


def _wrapped(block: str) -> bool:
    """Say whether the last line of a block was broken by width and goes on in the next."""
    line = block.rsplit("\n", 1)[-1].rstrip()
    return _WIDE <= len(line) <= 100 and not re.search(r"[.!?。！？:：]['\"”’)]*$", line)


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    left = start
    for match in _END.finditer(text, start, end):
        if match[0].startswith(".") and _ABBREVIATION.search(
            text, max(left, match.start() - 8), match.start() + 1
        ):
            following = text[match.end() : match.end() + 2].strip()
            if match.end() < end and following[:1] != "\n":
                continue
        if match[0] == "】" and text[left] != "【":
            continue  # only a heading ends with its bracket
        after = text[match.end() : end].lstrip()
        if match[0][0] in ".!?" and after and after[0].islower():
            continue
        spans.append((left, match.end()))
        left = match.end()
    if left < end:
        spans.append((left, end))
    short = [piece for a, b in spans for piece in _pieces(text, a, b)]
    return [_trim(text, a, b) for a, b in short if text[a:b].strip()]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut what no language writes as one sentence, so that no text takes unbounded time."""
    pieces = []
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST) + 1
        cut = cut or start + _LONGEST
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())
