"""What the sentences after a draft add to it, or take back."""

from __future__ import annotations

import re
from dataclasses import replace

from eventstudy.articles.draft import Draft
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.sizes import find_sizes

_EXTENDS = re.compile(
    r"\b(?:that|this|it|which|the (?:[\w-]+ ){0,2}?(?:cuts?|figure|move|reduction|layoffs|number|total|ceiling|round|plan|step"
    r"|measure|reductions|redundancies|jobs|positions|toll))\b[^.;]{0,50}?\b(?:is|are|was|were|means|meant|affects?|affected"
    r"|impacts?|would be|will affect|will hit|covers?|puts?|brings?)\b|\b(?:affected|affecting|impacted|impacting)\b|涉及|影响",
    re.IGNORECASE,
)
_EQUALS = re.compile(
    r"\b(?:represents?|represented|equals?|amounts? to|amounted to|works? out (?:at|to)|comes? (?:out )?to|corresponds? to"
    r"|translates? (?:in)?to|equates? to|accounts? for|equivalent to"
    r"|puts? the (?:number|figure|total|cuts?|toll) at|putting the (?:number|figure|total) at)\b|占|相当于|约合",
    re.IGNORECASE,
)
_DONE_BY = re.compile(
    r"\b(?:done|complet\w+|finish\w*|conclud\w+|take[s]? effect|effective|carried out|implemented|wrapped up|in place|last day"
    r"|leave|start|begin|notified|substantially)\b|完成|生效",
    re.IGNORECASE,
)

_TOLD = re.compile(
    r"\b(?:announc\w+|disclos\w+|filing|told|informed|set out|made public|revealed|confirmed|reported|memo|statement)\b",
    re.IGNORECASE,
)
_NEWS_DAYS = ("en.weekday", "en.named_day", "en.month_day", "en.day_month", "zh.weekday", "zh.full")


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
    match = (_EXTENDS.search(sentence.text) if near else None) or _EQUALS.search(sentence.text)
    last = draft
    others = {m.company for m in sentence.companies if m.kind in ("listed", "private")}
    if sentence.question or others - {last.subject.mention.company}:
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
    if near and last.date is None and _TOLD.search(sentence.text):
        told = [d for d in sentence.dates if d.precision == "day" and d.rule in _NEWS_DAYS]
        if told:
            last = replace(last, date=told[0])
    if last.effective is None and index - last.index <= 6 and _DONE_BY.search(sentence.text):
        known = last.date.end if last.date is not None else None
        ahead = [d for d in sentence.dates if d.start and (known is None or d.start > known)]
        if ahead:
            last = replace(last, effective=ahead[0])
    return last


_TAKEN_BACK = re.compile(
    r"(?:该|此|上述)?(?:消息|传闻|报道)(?:并)?(?:不实|不属实|为假)"
    r"|\b(?:denied|denies|rejected|dismissed) (?:this|that|it|the (?:report|claim|rumou?r)s?)\b"
    r"|\b(?:report|rumou?r|claim|story|stories)s? (?:was|were|is|are) (?:false|wrong|untrue|inaccurate|baseless)\b"
    r"|\bno such plans?\b",
    re.IGNORECASE,
)


def taken_back(draft: Draft, following: Sentence | None) -> bool:
    """Say whether the next sentence denies what a draft reports ("The report is wrong")."""
    if following is None or draft.status == "completed":
        return False
    return _TAKEN_BACK.search(following.text) is not None
