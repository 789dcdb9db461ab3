"""One clause to a draft of a price claim: what it says of a share, and of whose."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from eventstudy.articles.companies import Mention
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.price_figures import Direction, clause_figures, clause_move
from eventstudy.articles.price_moments import clause_date, clause_session, lent, opening_session
from eventstudy.articles.price_words import BLANK, price_words
from eventstudy.articles.quantities import Figure, Quantity
from eventstudy.articles.records import SessionKind
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import wording

_TARGET = wording("price_claims.target")
_INDEX_LEVEL = re.compile(r"收[报于在]|报收|现报")
_FROM = re.compile(r"[\s,]*from\b")
_RECORD = wording("price_claims.record")
# "The Hong Kong market opened lower": the market's own move, in Chinese without a word for index
_MARKET = re.compile(
    r"[，；\s]*(?:港股|美股|A股|大盘|两市|三大指数|恒指|沪指)(?:市场|周.|今日|昨日|早盘|午后|全日)*"
    r"(?:收盘)?(?:[高低]开|收[高低涨跌]|涨跌|普[涨跌]|集体|全线|走[高低强弱]|[上下]?[涨跌]|反弹|回升|回落)"
)
_SIGN_AFTER = re.compile(
    r"(?: (?:is|was|shares|stock))?\s*(?:\([A-Z.: ]{1,16}\)\s*)?[(（\[]?(?:[A-Z.]{1,6}[,:]?\s)?"
    r"[+\-−▲▼↑↓]\s?\d[\d.]*\s?[%％]"
)
_OWN_MOVE = re.compile(
    r"['’]s (?:\w+ )?(?:gains?|advance|rally|slide|surge|tumble|sell-?off|rebound)\b(?! in\b)"
)
_TOLD_OF = wording("price_claims.told_of")
_BY = re.compile(r"['’]?s?(?: index| gauge)? by\s*")
_MATCHED = wording("price_claims.matched")
_TIMES = re.compile(f"{BLANK}\\s?(?:times|-?fold)\\b|{BLANK}倍")  # a multiple is not read
_ALONE = re.compile(f"[\\s:,;—–-]*{BLANK}+[\\s.,;。]*")  # "closing price: $10.20"


@dataclass(frozen=True, eq=False)
class PriceDraft:
    """What one clause says of a price."""

    sentence: Sentence
    index: int
    span: tuple[int, int]
    change: Quantity | None
    level: Figure | None
    direction: Direction
    flat: bool
    session: SessionKind
    session_words: tuple[int, int] | None
    date: DateSpan | None
    mention: Mention | None

    @property
    def words(self) -> str:
        """The words of the clause."""
        base = self.sentence.start
        return self.sentence.text[self.span[0] - base : self.span[1] - base]


def at_end(sentence: Sentence, end: int) -> Mention | None:
    """Return the company a clause ends with ("ASML, which holds 11% of Mistral, closed ...")."""
    place = end + sentence.start
    kinds = ("listed", "product")
    return next((m for m in sentence.companies if m.kind in kinds and m.span[1] == place), None)


def read_clause(
    sentence: Sentence,
    index: int,
    text: str,
    bounds: tuple[int, int],
    lead: int,
    *,
    topic: bool,
) -> PriceDraft | Literal["other", ""]:
    """Read one clause: a statement, something else's move (``"other"``), or nothing (``""``).

    Parameters
    ----------
    sentence, index, text, bounds
        The sentence, its number, its words as ``quiet`` gives them, the clause's place in them.
    lead, topic
        Where the words begin that may say its session and day; whether a share is spoken of.
    """
    words = price_words()
    start, end = bounds
    clause, base = text[start:end], sentence.start
    changes, levels = clause_figures(sentence, text, bounds)
    share = _share(text, bounds)
    mention = named_in(sentence, text, bounds)
    place = min([f.quantity.span[0] - base - start for f in (*changes, *levels)] + [end - start])
    if _elsewhere(sentence, text, bounds, mention, topic=topic):
        return "other"
    if _MATCHED.match(clause) or _of_others(sentence, text, bounds, place, share):
        speaks = changes or levels or words.moves(clause) or _INDEX_LEVEL.search(clause)
        return "other" if speaks else ""
    if not (share or mention or topic):
        return ""
    sure = bool(share or mention or words.session(text, bounds)[1])
    direction, flat, change = clause_move(sentence, text, bounds, changes, sure=sure)
    session, found = clause_session(text, bounds, bare_level=bool(levels) and change is None)
    day = clause_date(sentence, bounds, session)
    if change is None and not levels:
        moved = mention is None or share or words.follows(text[mention.span[1] - base : end])
        if changes or not moved or not _bare(clause, direction, flat, session, day):
            return ""
    told = direction or change or share or words.level.search(clause)
    if (levels and not told and not _stands_alone(text, bounds, lead)) or (
        change is None and (_FROM.match(clause) or (not levels and _RECORD.search(clause)))
    ):
        return ""
    said = change or (levels[0].quantity if levels else None)
    session, found, day = lent(sentence, text, bounds, lead, said, (session, found, day))
    return PriceDraft(
        sentence=sentence,
        index=index,
        span=(start + base, end + base),
        change=change,
        level=levels[0] if levels else None,
        direction=direction,
        flat=flat and change is None,
        session=session,
        session_words=(found[0] + base, found[1] + base) if found else None,
        date=day,
        mention=mention,
    )


def framed(draft: PriceDraft, text: str, head: tuple[int, int]) -> PriceDraft:
    """Fill in the session and day that the opening of the sentence or the present tense says."""
    base = draft.sentence.start
    bounds = (draft.span[0] - base, draft.span[1] - base)
    session, found = draft.session, None
    own = draft.date is not None  # "on Tuesday it rose" is not of the session of another day
    if session == "unspecified" and head[1] <= bounds[0] and not own:
        session, found = opening_session(text, head)
    if session == "unspecified" and (now := price_words().present.search(text, *bounds)):
        session, found = "intraday", now.span()
    day = draft.date
    closed = session == "premarket" and price_words().session(text, head)[0] == "close"
    if day is None and head[1] <= bounds[0] and not closed:
        day = clause_date(draft.sentence, head, session, framing=True)
    place = (found[0] + base, found[1] + base) if found else draft.session_words
    return replace(draft, session=session, session_words=place, date=day)


def _stands_alone(text: str, bounds: tuple[int, int], lead: int) -> bool:
    """Say whether a clause is only the figure that the words before announce ("close: $10.20")."""
    alone = _ALONE.fullmatch(text, *bounds) is not None
    return alone and price_words().session(text, (lead, bounds[1]))[1] is not None


def _of_others(
    sentence: Sentence,
    text: str,
    bounds: tuple[int, int],
    place: int,
    share: re.Match[str] | None,
) -> bool:
    """Say whether it is something else than a share that a clause's first figure tells of."""
    start, end = bounds
    names = [(m.span[0] - sentence.start, m.span[1] - sentence.start) for m in sentence.companies]
    asides = [(a - sentence.start, b - sentence.start) for a, b in sentence.hidden]
    for other in _others(text):
        if not start <= other.start() < end:
            continue
        if any(
            a <= other.start() and other.end() <= b and (a, b) != other.span() for a, b in names
        ):
            continue  # "S&P Global" is no index
        if any(start < a <= other.start() < b for a, b in asides):
            continue  # "has risen (though the market has, too)"
        slack = 12 if other[0].isascii() else 0
        first = share is not None and share.start() < other.start() + slack
        at = start + place
        if _BY.fullmatch(text, other.end(), at) or (
            other.start() > at
            and (told := _TOLD_OF.match(text, at))
            and told.end() >= other.start()
        ):
            return True
        return other.start() - start < place and not first
    return False


def _share(text: str, bounds: tuple[int, int]) -> re.Match[str] | None:
    """Return where a clause speaks of a share, and not of "tech stocks" or a share index."""
    return next((s for s in _shares(text) if bounds[0] <= s.start() < bounds[1]), None)


@lru_cache(maxsize=2)
def _shares(text: str) -> tuple[re.Match[str], ...]:
    """Return where a sentence speaks of shares, those of a sector or an index left out."""
    others = _others(text)
    return tuple(
        share
        for share in price_words().shares.finditer(text)
        if not any(o.start() <= share.start() < o.end() for o in others)
    )


@lru_cache(maxsize=2)
def _others(text: str) -> tuple[re.Match[str], ...]:
    """Return where a sentence names what is no share; each of its clauses asks for it."""
    return tuple(price_words().others.finditer(text))


@lru_cache(maxsize=2)
def _targets(text: str) -> tuple[int, ...]:
    """Return where a sentence speaks of targets, forecasts and suppositions."""
    return tuple(match.start() for match in _TARGET.finditer(text))


def _elsewhere(
    sentence: Sentence,
    text: str,
    bounds: tuple[int, int],
    mention: Mention | None,
    *,
    topic: bool,
) -> bool:
    """Say whether a clause speaks of a target, the market, or the index it is tied to."""
    start, end = bounds
    names = [m.span[0] - sentence.start for m in sentence.companies]  # "Target stock closed"
    if any(start <= place < end and place not in names for place in _targets(text)):
        return True
    if mention is not None:
        return False
    if re.match(r",? which\b", text[start:end]) and at_end(sentence, start) is None:
        return any(m.end() == start for m in price_words().others.finditer(text, 0, start))
    line = topic and re.search("[美港]股", text[:start])  # "its American line rose, the other"
    return not line and _MARKET.match(text[start:end]) is not None


def _bare(
    clause: str, direction: str, flat: bool, session: SessionKind, day: DateSpan | None
) -> bool:
    """Say whether a move without a figure is definite enough to be checked."""
    if _TIMES.search(clause):
        return False
    if session == "period":
        return bool(direction) or flat
    if session in ("intraday", "unspecified"):
        return (day is not None and (bool(direction) or flat)) or (flat and session == "intraday")
    return bool(direction) or flat


def named_in(sentence: Sentence, text: str, bounds: tuple[int, int]) -> Mention | None:
    """Return the company a clause names as what moves."""
    words = price_words()
    hidden = sentence.hidden
    base = sentence.start
    best: Mention | None = None
    for mention in sentence.companies:
        start, end = mention.span[0] - base, mention.span[1] - base
        if not bounds[0] <= start < bounds[1] or mention.kind in ("publisher", "model", "person"):
            continue
        inside = any(a <= mention.span[0] and mention.span[1] <= b for a, b in hidden)
        if inside and mention.rule != "company.symbol":
            continue
        after = text[end : bounds[1]]
        if (
            mention.rule == "company.symbol"
            or words.follows(after)
            or _SIGN_AFTER.match(sentence.text, end)
            or _owns(after, text[bounds[0] : start])
        ):
            best = mention if best is None or mention.rule == "company.symbol" else best
    return best


def _owns(after: str, before: str) -> bool:
    shares = price_words().shares
    owned = re.match(r"(?:['’]s?)?\s+(?:[\w-]+\s+){0,2}?", after)
    return bool(
        (owned and shares.match(after, owned.end()))
        or re.search(r"\b(?:shares?|stock) (?:of|in)\s+(?:the\s+)?$", before)
        or re.match(r"(?:的)?股价|美股|港股", after)
        or _OWN_MOVE.match(after)
    )
