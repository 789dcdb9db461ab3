"""What the sentences after a draft add to it, or take back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from eventstudy.articles.draft import Draft
from eventstudy.articles.judgement import is_press
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.sizes import find_sizes
from eventstudy.articles.wording import wording

_EXTENDS = wording("continuation.extends")
_EQUALS = wording("continuation.equals")
_DONE_BY = wording("continuation.done_by")

_TOLD = wording("continuation.told")
_SAID = re.compile(r"\b(?:said|told|announced|wrote|revealed|disclosed)\b|表示|宣布|透露|称")
_PRICED = re.compile(r"\b(?:shares?|stock|closed|trading)\b|股价|收盘|收报")
_LEADING = 30
_NEWS_DAYS = (
    "en.weekday",
    "en.named_day",
    "en.month_day",
    "en.day_month",
    "zh.weekday",
    "zh.full",
    "zh.day",
    "zh.named_day",
)


def extend(draft: Draft, sentence: Sentence, index: int, *, near: bool) -> Draft:
    """Add what a later sentence tells: a size ("That is about 1% of everyone"), a day, an end.

    Parameters
    ----------
    draft
        The last draft before the sentence.
    sentence, index
        The sentence and its number.
    near
        Whether it stands in the draft's paragraph.
    """
    match = (_EXTENDS.search(sentence.low) if near else None) or _EQUALS.search(sentence.low)
    last = draft
    others = {m.company for m in sentence.companies if m.kind in ("listed", "private")}
    summed = re.match(r"(?:together|combined|in all|in total|altogether)\b", sentence.low)
    if sentence.question or summed or others - {last.subject.mention.company}:
        return last
    if match is not None:
        span = (match.start() + sentence.start, match.end() + sentence.start)
        sizes = find_sizes(sentence, (sentence.start, sentence.end), [span])
        heads = [s.quantity for s in sizes if not s.share]
        shares = [s.quantity for s in sizes if s.share and s.whole]
        if heads and last.headcount is None:
            last = replace(last, headcount=heads[0])
        if shares and last.percent is None:
            last = replace(last, percent=shares[0])
    if near and last.date is None and _TOLD.search(sentence.low):
        told = [d for d in sentence.dates if d.precision == "day" and d.rule in _NEWS_DAYS]
        if told:
            last = replace(last, date=told[0])
    if near and last.status == "announced" and not last.spoken and is_press(sentence):
        last = replace(last, status="reported")
    if last.effective is None and index - last.index <= 6 and _DONE_BY.search(sentence.low):
        known = last.date.end if last.date is not None else None
        ahead = [d for d in sentence.dates if d.start and (known is None or d.start > known)]
        if ahead:
            last = replace(last, effective=ahead[0])
    return last


def told_before(draft: Draft, before: Sentence) -> Draft:
    """Take the day of a draft from the sentence before, where that says when it was told."""
    undated = draft.date is None and draft.vague is None and draft.sentence.kind == "body"
    if not undated or before.paragraph != draft.sentence.paragraph:
        return draft
    days = [day for day in before.dates if day.precision == "day" and day.rule in _NEWS_DAYS]
    leads = bool(days) and days[0].span is not None and days[0].span[0] - before.start < _LEADING
    if {day.start for day in days} != {day.start for day in days[:1]} or _PRICED.search(before.low):
        return draft
    told = leads or (_SAID.search(before.low) and len(before.dates) == 1)
    weekly = bool(days) and days[0].rule in ("en.weekday", "zh.weekday")
    return replace(draft, date=days[-1]) if told and (leads or weekly) else draft


_TAKEN_BACK = wording("continuation.taken_back")


def taken_back(draft: Draft, following: Sequence[Sentence]) -> bool:
    """Say whether what a draft reports is denied: by the next sentence, or later by its company."""
    if draft.status == "completed":
        return False
    company = draft.subject.mention.company
    for step, sentence in enumerate(following[: 1 if draft.event_type.named else None]):
        named = sentence.companies[0].company if sentence.companies else ""
        if (step == 0 or named == company) and _TAKEN_BACK.search(sentence.low):
            return True
    return False


def named_later(draft: Draft, following: Sequence[Sentence]) -> Draft:
    """Take the name of what is launched from the sentences after, where its own has none."""
    if not draft.event_type.named or draft.name is not None:
        return draft
    for sentence in following:
        if sentence.paragraph != draft.sentence.paragraph:
            break
        for mention in sentence.companies:
            if mention.kind == "model" and mention.company == draft.subject.mention.company:
                return replace(draft, name=(mention.words, mention.span))
    return draft
