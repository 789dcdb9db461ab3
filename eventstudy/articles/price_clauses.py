"""One clause to a draft of a price claim: what it says of a share, and of whose."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from eventstudy.articles.companies import Mention
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.price_words import BLANK, price_words
from eventstudy.articles.quantities import Figure, Quantity
from eventstudy.articles.records import SessionKind
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import wording

Direction = Literal["up", "down", ""]

_TARGET = wording("price_claims.target")
_NO_LEVEL = wording("price_claims.no_level")
_STAFF = wording("price_claims.staff")
BEFORE_THAT = wording("price_claims.before_that")
_AS_MUCH = re.compile(r"as (?:much|high|low) as\b|最多|一度", re.IGNORECASE)
# "The Hong Kong market opened lower": the market's own move, in Chinese without a word for index
_MARKET = re.compile(
    r"[，；\s]*(?:港股|美股|A股|大盘|两市|三大指数|恒指|沪指)(?:市场|周.|今日|昨日|早盘|午后|全日)*"
    r"(?:[高低]开|收[高低涨跌]|普[涨跌]|集体|全线|走[高低强弱]|[上下]?[涨跌]|反弹|回升|回落)"
)
FOLD = re.compile(
    r"(?<!more than )(?<!nearly )(?<!almost )(?<!roughly )(?<!about )"
    r"\b(?:doubled|tripled|halved|(?:cut|fallen|fell) (?:in|by) half)\b"
)
_COMPARED = re.compile(r"\b(?:below|above|than|from|versus|over)\s+(?:on\s+)?$", re.IGNORECASE)
_PLUS, _MINUS = ("+", "▲", "↑", "△"), ("-", "−", "–", "▼", "↓", "▽")
_SIGN_AFTER = re.compile(
    r"\s*(?:\([A-Z.: ]{1,16}\)\s*)?[(（\[]?(?:[A-Z.]{1,6}[,:]?\s)?[+\-−▲▼↑↓]\s?\d[\d.]*\s?[%％]"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?:(?P<half>[ap])\.?m\.?\s?)?\s?E[SD]?T\b",
    re.IGNORECASE,
)
# "closing at 52.62": a price without its currency
_BARE_LEVEL = re.compile(
    r"(?:\b(?:clos|finish|end|open|trad|settl)\w*(?: (?:up|down|higher|lower|the (?:day|session)))?"
    r"(?: at| around)|\bchanged hands at|收[于在报]|收盘报|现报|[，,]报)\s*$"
)
_OWN_MOVE = re.compile(
    r"['’]s (?:\w+ )?(?:gains?|advance|rally|slide|surge|tumble|sell-?off|rebound)\b(?! in\b)"
)
_ALONE = re.compile(f"[\\s:,;—–-]*{BLANK}+[\\s.,;。]*")  # "closing price: $10.20"
_PERIOD_DATE = ("period", "to_date", "since")


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
    sentence, index, text
        The sentence, its number, and its words as :func:`price_words.quiet` gives them.
    bounds
        Where the clause stands in the sentence.
    lead
        Where the words begin that say its session and day where the clause does not.
    topic
        Whether a share is spoken of already.
    """
    words = price_words()
    start, end = bounds
    clause, base = text[start:end], sentence.start
    changes, levels = _figures(sentence, text, bounds)
    share = words.shares.search(clause)
    mention = _subject(sentence, text, bounds)
    place = min([f.quantity.span[0] - base - start for f in (*changes, *levels)] + [end - start])
    if _elsewhere(sentence, text, bounds, mention):
        return "other"
    if _of_others(sentence, text, bounds, place, share):
        speaks = changes or levels or words.moves(clause) or re.search("[收报]", clause)
        return "other" if speaks else ""
    if not (share or mention or topic):
        return ""
    at = changes[0].core[0] - base - start if changes else None
    direction, flat = words.direction(clause, at)
    if not direction and changes and (share or mention or words.session(text, bounds)[1]):
        direction = _signed(sentence, changes[0])
    change = changes[0].quantity if changes and direction else None
    fold = FOLD.search(clause) if not changes else None
    if fold is not None:
        direction, change = _folded(fold, start + base)
    session, found = _session(text, bounds, bare_level=bool(levels) and change is None)
    day = clause_date(sentence, (start, end), session)
    if change is None and not levels and (changes or not _bare(direction, flat, session, day)):
        return ""
    if change is None and not levels and mention is not None and not share:
        moved = words.follows(text[mention.span[1] - base : end])
        if not moved:
            return ""  # "Okta (OKTA) says on Monday that it strengthens ..."
    told = direction or change or share or words.level.search(clause)
    if levels and not told and not _stands_alone(text, bounds, lead):
        return ""
    if re.match(r"\s*from\b", clause) and change is None:
        return ""
    if session == "unspecified" and lead < start:
        session, found = words.session(text, (lead, end))
    if day is None and lead < start:
        day = clause_date(sentence, (lead, end), session, framing=True)
    if session == "unspecified" and BEFORE_THAT.search(clause):
        session = "close"
    elif session == "unspecified" and change is not None and _AS_MUCH.match(change.words):
        session = "intraday"
    session = _by_clock(sentence, session, found)
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
    for other in price_words().others.finditer(text, start, end):
        if any(
            a <= other.start() and other.end() <= b and (a, b) != other.span() for a, b in names
        ):
            continue  # "S&P Global" is no index
        if any(start < a <= other.start() < b for a, b in asides):
            continue  # "has risen (though the market has, too)"
        slack = 12 if other[0].isascii() else 0
        first = share is not None and share.start() + start < other.start() + slack
        return other.start() - start < place and not first
    return False


def _signed(sentence: Sentence, figure: Figure) -> Direction:
    """Return the direction that a sign in front of a change gives ("+1.2%")."""
    at = figure.core[0] - sentence.start
    sign = sentence.text[max(0, at - 2) : at].strip()[-1:]
    return "up" if sign in _PLUS else "down" if sign in _MINUS else ""


def framed(draft: PriceDraft, text: str, head: tuple[int, int]) -> PriceDraft:
    """Fill in the session and day that the opening of the sentence or the present tense says."""
    base = draft.sentence.start
    bounds = (draft.span[0] - base, draft.span[1] - base)
    session, found = draft.session, None
    own = draft.date is not None  # "on Tuesday it rose" is not of the session of another day
    if session == "unspecified" and head[1] <= bounds[0] and not own:
        session, found = price_words().session(text, head)
    if session == "unspecified" and (now := price_words().present.search(text, *bounds)):
        session, found = "intraday", now.span()
    day = draft.date
    if day is None and head[1] <= bounds[0]:
        day = clause_date(draft.sentence, head, session, framing=True)
    place = (found[0] + base, found[1] + base) if found else draft.session_words
    return replace(draft, session=session, session_words=place, date=day)


def _by_clock(
    sentence: Sentence, session: SessionKind, found: tuple[int, int] | None
) -> SessionKind:
    """Return the session that a time of day in New York falls into ("at 17:10 ET")."""
    clock = _CLOCK.search(sentence.text, *found) if session == "intraday" and found else None
    if clock is None:
        return session
    hour = int(clock["hour"]) % 12 if clock["half"] else int(clock["hour"])
    hour += 12 if (clock["half"] or "").lower() == "p" else 0
    minutes = 60 * hour + int(clock["minute"] or 0)
    return "premarket" if minutes < 570 else "afterhours" if minutes > 960 else session


def _session(
    text: str, bounds: tuple[int, int], *, bare_level: bool
) -> tuple[SessionKind, tuple[int, int] | None]:
    """Return the session of a clause; a level "at its best two weeks before" is of that day."""
    named = price_words().session(text, bounds)
    if named[0] != "period" or not bare_level:
        return named
    moment = price_words().session(text, bounds, ("period",))
    return moment if moment[0] == "intraday" else named


def _elsewhere(
    sentence: Sentence, text: str, bounds: tuple[int, int], mention: Mention | None
) -> bool:
    """Say whether a clause speaks of a target, the market, or the index it is tied to."""
    start, end = bounds
    if _TARGET.search(text, start, end):
        return True
    if mention is not None:
        return False
    if re.match(r",? which\b", text[start:end]) and at_end(sentence, start) is None:
        return any(m.end() == start for m in price_words().others.finditer(text, 0, start))
    return _MARKET.match(text[start:end]) is not None


def _folded(match: re.Match[str], offset: int) -> tuple[Direction, Quantity]:
    """Read "doubled", "tripled" and "cut in half" as changes."""
    kind = match[0].lower()
    value = 100.0 if kind == "doubled" else 200.0 if kind == "tripled" else 50.0
    span = (match.start() + offset, match.end() + offset)
    quantity = Quantity(value, "exact", None, None, match[0], span, "number.fold")
    return ("down" if value < 100 else "up"), quantity


def _figures(
    sentence: Sentence, text: str, bounds: tuple[int, int]
) -> tuple[list[Figure], list[Figure]]:
    """Return the changes and the price levels of a clause."""
    base = sentence.start
    inside = [f for f in sentence.figures if bounds[0] <= f.core[0] - base < bounds[1]]
    changes = [
        f
        for f in inside
        if f.kind == "percent" and not _STAFF.match(sentence.text[f.quantity.span[1] - base :])
    ]
    levels = [f for f in inside if f.kind == "money" and _is_level(sentence, f)]
    levels += [
        f
        for f in inside
        if f.kind == "count"
        and "." in f.quantity.words
        and _BARE_LEVEL.search(text, bounds[0], f.quantity.span[0] - base)
        and _is_level(sentence, f)
    ]
    return changes, levels


def _bare(direction: str, flat: bool, session: SessionKind, day: DateSpan | None) -> bool:
    """Say whether a move without a figure is definite enough to be checked."""
    if session == "period":
        return bool(direction)
    if session in ("intraday", "unspecified"):
        return (day is not None and (bool(direction) or flat)) or (flat and session == "intraday")
    return bool(direction) or flat


def _is_level(sentence: Sentence, figure: Figure) -> bool:
    """Say whether an amount of money can be a share price, and is not a converted one."""
    quantity = figure.quantity
    if not 0 < quantity.value < 50_000 or re.search(
        r"[a-z]illion|(?i:\d\s?(?:bl?n|ml?n|tn|[kmb]|crore|lakh)\b)|万|亿", quantity.words
    ):
        return False
    before = sentence.text[
        max(0, quantity.span[0] - sentence.start - 24) : quantity.span[0] - sentence.start
    ]
    after = sentence.text[quantity.span[1] - sentence.start :][:24]
    converted = re.search(r"[\d元]\s*[(（]\s*(?:about |or |around |约)?$", before)
    return not converted and not _NO_LEVEL.match(after)


def _subject(sentence: Sentence, text: str, bounds: tuple[int, int]) -> Mention | None:
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


def clause_date(
    sentence: Sentence, bounds: tuple[int, int], session: SessionKind, *, framing: bool = False
) -> DateSpan | None:
    """Return the day, or the stretch of days, that a part of a sentence names.

    What only frames a clause does not lend it "the day before": that is told of something else.
    """
    base = sentence.start
    inside = [
        d
        for d in sentence.dates
        if d.span
        and bounds[0] <= d.span[0] - base < bounds[1]
        and d.known
        and not (framing and d.rule.endswith("beside"))
    ]
    if session == "period":
        stretches = [
            d
            for d in inside
            if d.rule.endswith(_PERIOD_DATE)
            or d.rule.endswith("ago")
            or d.precision not in ("day", "moment")
        ]
        return stretches[0] if stretches else None
    days = [
        d
        for d in inside
        if d.precision in ("day", "moment")
        and not d.rule.endswith(_PERIOD_DATE)
        and not (d.span and _COMPARED.search(sentence.text[: d.span[0] - base]))
    ]
    back = [d for d in inside if d.precision == "week" and d.rule.endswith(("ago", "relative_to"))]
    return next(iter(days or back), None)
