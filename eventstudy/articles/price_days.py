"""The day of a price claim, where its clause names none.

A story has a day: the one it named last, or the one on which its opening says that the company
spoke. A claim in the past tense belongs there; one in the present tense to publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from eventstudy.articles.dates import DateSpan, refers
from eventstudy.articles.intervals import shift
from eventstudy.articles.price_clauses import PriceDraft
from eventstudy.articles.price_moments import BEFORE_THAT, ranks
from eventstudy.articles.reading import Article
from eventstudy.articles.records import PriceClaim
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import lower, wording

_RECENT = 4  # days before publication that a price can be news of
_SATURDAY = 5
_FIRST = 1  # paragraphs after the first one that can be its opening, too
_EARLY = (".HK", ".SS", ".SZ", ".T", ".TW", ".KS")
_FROM = re.compile(r"\b(?:from|since)\b[^,;]{0,30}$|自|较", re.IGNORECASE)
_SEQUEL = wording("price_claims.sequel")
_DAWN = re.compile(r"\s*(?:凌晨|清晨|早间)")
_EARLIER = re.compile(r"\b(?:had|earlier)\b|曾|此前|早前|稍早", re.IGNORECASE)
_NOW = re.compile(r"\b(?:is|are|has|have|now|currently)\b|目前|现", re.IGNORECASE)


class Days:
    """The days an article has named so far, asked for those of its price claims."""

    def __init__(self, article: Article, sentences: Sequence[Sentence]) -> None:
        self.published = article.day
        self.opening = _opening(sentences, article.day)
        self.told: tuple[int, DateSpan] | None = None

    def hear(self, sentence: Sentence) -> None:
        """Note the day that a sentence names, for the rest of its paragraph."""
        first = self.opening.start if self.opening is not None else None
        for span in sentence.dates:
            later = first is not None and span.start is not None and span.start > first
            if ranks(sentence, span):
                continue
            if later and refers(span) and span.start == span.end and "beside" not in span.rule:
                self.told = (sentence.paragraph, span)

    def of(self, draft: PriceDraft, near: PriceDraft | None) -> DateSpan:
        """Return the day of a claim: its own, that of the claim before, the story's, or today."""
        day = self.published
        if draft.session == "period":
            return _stretch(draft, day)
        if draft.date is not None:
            return _past(draft.date, day)
        # "closed at 10 on Tuesday and rose before the bell" speaks of the next morning, "had
        # risen before the bell" of the same
        ended = near is not None and near.session in ("close", "afterhours")
        ended = ended and _EARLIER.search(draft.words) is None
        usable = (
            near is not None
            and near.session != "period"
            and not (ended and draft.session == "premarket")
        )
        if near is not None and near.date is not None and usable:
            return _eve(_past(near.date, self.published), draft)
        told = self._story(draft)
        if told is not None:
            return _eve(replace(told, span=None), draft)
        if day is None:
            return DateSpan(None, None, "unknown", "none", "", None)
        return _eve(DateSpan(day, day, "day", "publication", "", None), draft)

    def _story(self, draft: PriceDraft) -> DateSpan | None:
        """Return the day that the opening names, for a claim in the past tense.

        A moment of a session is told while it lasts, unless no session is on.
        """
        if self.opening is None or self.published is None or draft.session == "premarket":
            return None
        live = draft.session == "intraday" and self.published.weekday() < _SATURDAY
        if live or _NOW.search(draft.words):
            return None
        told = self.told
        here = told is not None and told[0] == draft.sentence.paragraph
        return told[1] if here and told is not None else self.opening


def _eve(day: DateSpan, draft: PriceDraft) -> DateSpan:
    """Return the weekday before, where a level is one of "the day before"."""
    if draft.change is not None or day.start is None or not BEFORE_THAT.search(draft.words):
        return day
    back = 3 if day.start.weekday() == 0 else 1
    eve = shift(day.start, -back)
    return replace(day, start=eve, end=eve, rule="eve", span=None)


def _opening(sentences: Sequence[Sentence], day: date | None) -> DateSpan | None:
    """Return the one day that the first paragraph of an article that names a day names."""
    body = [s for s in sentences if s.kind != "title"]
    if day is None or not body:
        return None
    for sentence in (s for s in body if s.paragraph <= body[0].paragraph + _FIRST):
        near = {d.start: d for d in sentence.dates if _is_recent(d, day)}
        if near:
            (told, *others) = near.values()
            return None if others else replace(told, span=None)
    return None


def _is_recent(span: DateSpan, day: date) -> bool:
    """Say whether words name one day that a price can be news of."""
    one = (
        refers(span) and span.start == span.end and not span.rule.endswith(("beside", "overnight"))
    )
    return one and span.start is not None and shift(day, -_RECENT) <= span.start <= day


def live(claim: PriceClaim, published: date | None) -> PriceClaim:
    """Date by publication the close of an exchange that closes before the evening's news."""
    undated = "date" not in claim.evidence and claim.session in ("close", "unspecified")
    if published is None or not undated or not (claim.ticker or "").endswith(_EARLY):
        return claim
    return replace(claim, date=DateSpan(published, published, "day", "publication", "", None))


def one_day(before: PriceClaim, claim: PriceClaim) -> PriceClaim:
    """Date a moment by the close told next, and a close by what followed it on the news."""
    undated = before.date.rule == "publication"
    same = before.company == claim.company and (
        (before.session, claim.session) == ("intraday", "close")
        or (before.session, claim.session, claim.date.rule) == ("close", "afterhours", "news")
    )
    return replace(before, date=replace(claim.date, span=None)) if undated and same else before


def on_news(claim: PriceClaim, news: Mapping[str, date], told: str) -> PriceClaim:
    """Date an undated move by the news it follows: one after the close, or told as its sequel."""
    day = news.get(claim.company)
    if day is None or claim.date.rule != "publication" or claim.session == "period":
        return claim
    if claim.session != "afterhours" and not _SEQUEL.search(lower(told)):
        return claim
    return replace(claim, date=DateSpan(day, day, "day", "news", "", None))


def on_market_day(claim: PriceClaim, text: str) -> PriceClaim:
    """Move a day on which no exchange was open to the session that the words can mean.

    What a weekend's report tells undated is of Friday; "before dawn" in Asia is of New York's
    day before.
    """
    day, span = claim.date.start, claim.date.span
    if day is None or claim.session == "period" or day != claim.date.end:
        return claim
    dawn = span is not None and _DAWN.match(text, span[1]) and "." not in (claim.ticker or ".")
    if dawn:
        day = shift(day, -1)
    weekend = day.weekday() - _SATURDAY + 1
    if weekend > 0 and (dawn or "date" not in claim.evidence):
        day = shift(day, -weekend)
    if day == claim.date.start:
        return claim
    return replace(claim, date=replace(claim.date, start=day, end=day, rule="market_day"))


def _past(named: DateSpan, day: date | None) -> DateSpan:
    """Return the last such weekday, where "to end at 84 on Wednesday" was read as the next."""
    if day is None or named.start is None or named.start <= day or "weekday" not in named.rule:
        return named
    before = shift(named.start, -7)
    return replace(named, start=before, end=before)


def _stretch(draft: PriceDraft, day: date | None) -> DateSpan:
    """Return the days a move of several sessions covers; it ends with publication at the latest."""
    named = draft.date
    if named is None or named.start is None or named.end is None or day is None:
        return named or DateSpan(day, day, "unknown", "publication", "", None)
    words = draft.sentence.text[: named.span[0] - draft.sentence.start] if named.span else ""
    closed = named.rule.endswith(("this_last", "month_year", "year")) and named.end <= day
    closed = closed and not _FROM.search(words)
    return named if closed else replace(named, end=max(day, named.start), precision="unknown")
