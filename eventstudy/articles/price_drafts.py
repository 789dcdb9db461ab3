"""Sentences to drafts of price claims: what each clause says of a share, before gaps are filled.

A sentence is cut into clauses; each clause that speaks of a share says a level, a change, or at
least a direction.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from eventstudy.articles.companies import Mention
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.price_clauses import PriceDraft, at_end, framed, named_in, read_clause
from eventstudy.articles.price_figures import FOLD
from eventstudy.articles.price_moments import clause_date
from eventstudy.articles.price_words import BLANK, clause_bounds, price_words, quiet
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import wording

_CJK = re.compile(r"[\u3400-\u9fff]")
_OPENING = re.compile(
    r"[，；、,;:\s—–*•-]*(?:(?:and|but|while|whereas|although|though|the)\s+)?", re.I
)
# A clause that goes on about the company at the head of the one before
_ADDS = re.compile(
    r"[,;:\s—–-]*(?:(?:and|but|while|though)\s+)?"
    r"(?:(?:its|their|whose)\b|the (?:\S+ )?(?:shares?|stock)\b|(?:\w+ly )?\w+ing\b)"
)
_TOGETHER = re.compile(r"\b(?:all|both|each)\b|[均都齐]|双双")
_JOINED = re.compile(r"\s*(?:,|、|,?\s*and|&|和|与|及)\s*(?:the\s+)?")
_THEN = re.compile(r"[,，;；\s]*(?:and |but )?(?:then|before|最终|随后|其后|后|现)")
_AFTER = re.compile(r"[,\s]*after\b")
_MEANWHILE = re.compile(r"[,\s]*as\b")
_AFTER_NEWS = wording("price_claims.after_news")
_LISTED = re.compile(
    rf"[\s,，、]*(?:and\s+)?[^\s,]+(?:\s[^\s,]+)?\s*(?:\([^)]*\)\s*)?{BLANK}+[\s.,;。]*"
)
_VERBLESS = re.compile(rf",?\s*and {BLANK}")  # "closed 1% lower in London and 2% lower in Paris"
_UP = re.compile(rf"[,;:\s—–-]*(?:up|down|off|plus|minus|higher|lower)(?: by)? {BLANK}")


def price_drafts(sentence: Sentence, index: int, *, carried: bool) -> list[PriceDraft]:
    """Return the price statements of a sentence, clause by clause.

    Parameters
    ----------
    sentence, index
        The sentence and its number.
    carried
        Whether the sentences before speak of a share, so that "it" can be one.
    """
    text = _speaking(sentence, carried=carried)
    if not text:
        return []
    words = price_words()
    found: list[PriceDraft] = []
    bounds = clause_bounds(text)
    head = _head(sentence, text, bounds[0]) if bounds else (0, 0)
    lead = 0
    topic, open_end = carried, False
    before: Mention | None = None  # the company that the clause before ended with
    plain = False
    led: Mention | None = None  # the company at the head of a clause that says no price
    around: DateSpan | None = None  # the day of what the market did
    for start, end in bounds:
        clause = text[start:end]
        again = " " + clause.lstrip(", ").removeprefix("which ")
        resumed = before if before and words.follows(again) else None
        leader = _leader(sentence, (start, end))
        chinese = _CJK.search(clause) is not None
        led = leader if leader is not None and chinese else led
        goes_on = chinese or _ADDS.match(clause) or (plain and _UP.match(clause))
        spoken = resumed or (led if goes_on else None)
        if resumed is not None:
            lead = start  # what stands between a company and its verb is an aside
        draft = read_clause(
            sentence, index, text, (start, end), lead, topic=topic or spoken is not None
        )
        if draft == "" and found:
            draft = _echo(found[-1], sentence, text, (start, end))
        before = at_end(sentence, end) or before
        if isinstance(draft, PriceDraft):
            if draft.mention is None and spoken is not None:
                draft = replace(draft, mention=spoken)
            if draft.date is None and around is not None:
                draft = replace(draft, date=around)  # "the market fell on Friday, and Okta lost"
            led = None  # what follows only adds to it
            _add(found, draft, text, head)
            lead, topic, open_end = end, True, True
            continue
        led = leader or (draft == "" and _owner(sentence, text, (start, end))) or led
        plain = plain if leader is None else _is_plain(sentence, text, (start, end))
        if draft == "other":
            around = clause_date(sentence, (start, end), "unspecified", framing=True)
            if found and found[-1].date is None and _MEANWHILE.match(clause):
                found[-1] = replace(found[-1], date=around)
            lead, topic, open_end = end, False, False
        elif found and open_end:
            found[-1] = _told_further(found[-1], text, (start, end))
        topic = topic or (draft == "" and bool(words.shares.search(text, start, end)))
    return [each for draft in found for each in _shared(draft, text)]


def _speaking(sentence: Sentence, *, carried: bool) -> str:
    """Return the words of a sentence that can speak of a price, as ``quiet`` gives them.

    It has a move, or a figure beside a share or a company at the head of a clause's verb.
    """
    words = price_words()
    shares = carried or words.shares.search(sentence.low) is not None
    if not shares and not sentence.companies:
        return ""
    text = quiet(sentence)
    figures = any(f.kind != "count" or "." in f.quantity.words for f in sentence.figures)
    if (shares and figures) or words.moves(text) or FOLD.search(text):
        return text
    ends = (m.span[1] - sentence.start for m in sentence.companies)
    aside = any(text[end : end + 1] in (",", "，") for end in ends)
    told = figures and (aside or named_in(sentence, text, (0, len(text))) is not None)
    return text if told else ""


def _is_plain(sentence: Sentence, text: str, bounds: tuple[int, int]) -> bool:
    """Say whether nothing in a clause could be what is up or down instead of its company."""
    start, end = bounds
    counted = any(start <= f.core[0] - sentence.start < end for f in sentence.figures)
    return not counted and price_words().others.search(text, start, end) is None


def _owner(sentence: Sentence, text: str, bounds: tuple[int, int]) -> Mention | None:
    """Return the company whose share a clause speaks of without a figure."""
    shares = price_words().shares.search(text, *bounds)
    return named_in(sentence, text, bounds) if shares is not None else None


def _shared(draft: PriceDraft, text: str) -> list[PriceDraft]:
    """Return a draft for each company that a move is told of ("A, B and C all fell 3%")."""
    sentence = draft.sentence
    start, end = (place - sentence.start for place in draft.span)
    together = _TOGETHER.search(text, start, end)
    if draft.change is None or (together is None and draft.mention is None):
        return [draft]
    group: list[Mention] = []
    left = end + sentence.start
    if together is not None:
        left = together.start() + sentence.start
    elif draft.mention is not None:  # "shares of A and B fell 3%"
        group.append(draft.mention)
        left = draft.mention.span[0]
    for mention in reversed(sentence.companies):
        if mention.span[1] > left or mention.kind not in ("listed", "product"):
            continue
        gap = text[mention.span[1] - sentence.start : left - sentence.start]
        if not (_JOINED.fullmatch(gap) if group else gap.strip() in ("", "have", "were", "股价")):
            break
        group.append(mention)
        left = mention.span[0]
    if len(group) < 2:
        return [draft]
    return [replace(draft, mention=mention) for mention in reversed(group)]


def _add(found: list[PriceDraft], draft: PriceDraft, text: str, head: tuple[int, int]) -> None:
    """Add a draft, unless it only completes the one before it."""
    outside = found[-1].session if found else ""
    verbless = _VERBLESS.match(text, draft.span[0] - draft.sentence.start) is not None
    if found and verbless and draft.session == "unspecified" and outside != "period":
        draft = replace(draft, session=found[-1].session, session_words=found[-1].session_words)
    settled = outside == "afterhours" or (outside == "premarket" and draft.session != "close")
    if settled and _settles(draft, text):
        draft = replace(draft, session=found[-1].session)
    if found and _completes(found[-1], draft):
        found[-1] = _joined(found[-1], draft)
    else:
        found.append(framed(draft, text, head))


def _told_further(draft: PriceDraft, text: str, bounds: tuple[int, int]) -> PriceDraft:
    """Take from a clause without a price of its own the side or the session of the one before."""
    clause = text[slice(*bounds)]
    if draft.date is None and _AFTER_NEWS.match(clause):
        inside = [d for d in draft.sentence.dates if d.span and d.known]
        base = draft.sentence.start
        told = (d for d in inside if d.span and bounds[0] <= d.span[0] - base < bounds[1])
        draft = replace(draft, date=next(told, None))
    if _tells_side(draft, clause):
        return replace(draft, direction=price_words().direction(clause, None)[0])
    return _with_session(draft, text, bounds) if draft.session == "unspecified" else draft


def _head(sentence: Sentence, text: str, first: tuple[int, int]) -> tuple[int, int]:
    """Return the words a sentence opens with, where they only say when ("On Thursday, ...")."""
    start, end = first
    base = sentence.start
    figures = any(start <= f.core[0] - base < end for f in sentence.figures if f.kind != "count")
    short = end - start <= (24 if _CJK.search(text, start, end) else 60)
    return first if short and not figures and end < len(text) else (0, 0)


def _echo(
    last: PriceDraft, sentence: Sentence, text: str, bounds: tuple[int, int]
) -> PriceDraft | Literal[""]:
    """Read a clause that leaves the verb out ("fell 0.7% on Wednesday and 0.5% on Thursday")."""
    base = sentence.start
    mover = _LISTED.fullmatch(text, *bounds) and _leader(sentence, bounds)
    changes = [
        f.quantity
        for f in sentence.figures
        if f.kind == "percent" and bounds[0] <= f.core[0] - base < bounds[1]
    ]
    day = clause_date(sentence, bounds, last.session)
    joined = re.match(r"\s*,?\s*and\b|[，、]", text[slice(*bounds)])
    if mover and changes and last.change is not None and last.mention is not None:
        span = (bounds[0] + base, bounds[1] + base)  # "Okta dropped 3%, Zoom 2%"
        return replace(last, span=span, change=changes[0], level=None, mention=mover)
    if not changes or day is None or not joined or last.change is None:
        return ""
    span = (bounds[0] + base, bounds[1] + base)
    return replace(last, span=span, change=changes[0], level=None, date=day)


def _tells_side(draft: PriceDraft, clause: str) -> bool:
    """Say whether a clause adds only on which side of the last close a level lies."""
    bare = draft.level is not None and draft.change is None and not draft.direction
    return bare and re.match(r",?\s+(?:\w+\s+){0,3}(?:below|above)\b", clause) is not None


def _leader(sentence: Sentence, bounds: tuple[int, int]) -> Mention | None:
    """Return the listed company at the head of a clause, its symbol where that follows."""
    base = sentence.start
    words = sentence.text[slice(*bounds)]
    opening = _OPENING.match(words)
    start = bounds[0] + base + (opening.end() if opening else 0)
    here = [m for m in sentence.companies if start <= m.span[0] < bounds[1] + base]
    if not here or here[0].span[0] != start or here[0].kind != "listed":
        return None
    symbol = next((m for m in here if m.rule == "company.symbol"), None)
    same = symbol is not None and symbol.company == here[0].company
    return symbol if same else here[0]


def _settles(draft: PriceDraft, text: str) -> bool:
    """Say whether a clause tells how a session outside hours went on, not the close of a day."""
    if draft.date is not None or draft.level is not None or draft.mention is not None:
        return False
    base = draft.sentence.start
    if draft.session == "close" and _AFTER.match(text, draft.span[0] - base):
        return False  # "it slid late after closing 1% up"
    then = _THEN.match(text, draft.span[0] - base) is not None
    return draft.session == "close" or (draft.session in ("unspecified", "intraday") and then)


def _completes(one: PriceDraft, two: PriceDraft) -> bool:
    """Say whether a clause only adds what the one before left open (", up 6.5%")."""
    if two.mention is not None or one.session == "period":
        return False
    if two.date is not None and two.date.rule not in ("en.same", "zh.same"):
        return False
    level_only, change_only = two.change is None, two.level is None and two.change is not None
    bare = one.level is None and one.change is None and not one.flat
    if bare and two.direction in (one.direction, "") and two.date is None and one.session != "open":
        return one.session in ("unspecified", two.session) or two.session == "unspecified"
    if one.level is not None and one.change is None and change_only:
        return two.session in ("unspecified", one.session)
    if one.level is None and one.change is not None and two.level is not None and level_only:
        return two.session in ("unspecified", one.session) or one.session == "unspecified"
    return False


def _joined(one: PriceDraft, two: PriceDraft) -> PriceDraft:
    """Return two drafts of one statement as one."""
    later = one.session == "unspecified"
    return replace(
        one,
        span=(one.span[0], two.span[1]),
        change=one.change or two.change,
        level=one.level or two.level,
        direction=one.direction or two.direction,
        session=two.session if later else one.session,
        session_words=two.session_words if later else one.session_words,
        date=one.date or two.date,
    )


def _with_session(draft: PriceDraft, text: str, bounds: tuple[int, int]) -> PriceDraft:
    session, found = price_words().session(text, bounds, ("period", "close"))
    if found is None:
        return draft
    base = draft.sentence.start
    return replace(draft, session=session, session_words=(found[0] + base, found[1] + base))
