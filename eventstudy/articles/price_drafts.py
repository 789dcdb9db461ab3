"""Clauses to drafts of price claims: what each says of a share, before gaps are filled.

A sentence is cut into clauses; each clause that speaks of a share says a level, a change, or at
least a direction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from eventstudy.articles.companies import Mention
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.price_words import clause_bounds, price_words, quiet
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
_FOLD = re.compile(
    r"(?<!more than )(?<!nearly )(?<!almost )(?<!roughly )(?<!about )"
    r"\b(?:doubled|tripled|halved|(?:cut|fallen|fell) (?:in|by) half)\b"
)
_COMPARED = re.compile(r"\b(?:below|above|than|from|versus|over)\s+(?:on\s+)?$", re.IGNORECASE)
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


def price_drafts(sentence: Sentence, index: int, *, carried: bool) -> list[PriceDraft]:
    """Return the price statements of a sentence, clause by clause.

    Parameters
    ----------
    sentence, index
        The sentence and its number.
    carried
        Whether the sentences before speak of a share, so that "it" can be one.
    """
    text = quiet(sentence)
    words = price_words()
    subject = carried or sentence.companies or words.shares.search(text)
    if not subject or not (sentence.figures or words.moves(text) or _FOLD.search(text)):
        return []
    found: list[PriceDraft] = []
    lead = 0
    topic = carried
    open_end = False
    head: Mention | None = None
    led: Mention | None = None
    for start, end in clause_bounds(text):
        resumed = (
            head
            if head is not None and price_words().follows(" " + text[start:end].lstrip(", "))
            else None
        )
        led = _led(sentence, (start, end)) or led
        spoken = topic or resumed is not None or led is not None
        draft = _clause(sentence, index, text, (start, end), lead, topic=spoken)
        if draft == "" and found:
            draft = _echo(found[-1], sentence, text, (start, end))
        head = _at_end(sentence, end) or head
        if isinstance(draft, PriceDraft):
            if draft.mention is None and (resumed or led) is not None:
                draft = replace(draft, mention=resumed or led)
            led = None  # what follows only adds to it
            if found and found[-1].session in ("afterhours", "premarket") and _settles(draft):
                draft = replace(draft, session=found[-1].session)
            if found and _completes(found[-1], draft):
                found[-1] = _joined(found[-1], draft)
            else:
                found.append(draft)
            lead, topic, open_end = end, True, True
        elif draft == "other":
            lead, topic, open_end = end, False, False
        elif found and open_end and _tells_side(found[-1], text[start:end]):
            side = price_words().direction(text[start:end], None)[0]
            found[-1] = replace(found[-1], direction=side)
        elif found and open_end and found[-1].session == "unspecified":
            found[-1] = _with_session(found[-1], text, (start, end))
        topic = topic or (draft == "" and bool(price_words().shares.search(text, start, end)))
    return found


def _echo(
    last: PriceDraft, sentence: Sentence, text: str, bounds: tuple[int, int]
) -> PriceDraft | Literal[""]:
    """Read a clause that leaves the verb out ("fell 0.7% on Wednesday and 0.5% on Thursday")."""
    base = sentence.start
    changes = [
        f.quantity
        for f in sentence.figures
        if f.kind == "percent" and bounds[0] <= f.core[0] - base < bounds[1]
    ]
    day = _date(sentence, bounds, last.session)
    joined = re.match(r"\s*,?\s*and\b|[，、]", text[slice(*bounds)])
    if not changes or day is None or not joined or last.change is None:
        return ""
    span = (bounds[0] + base, bounds[1] + base)
    return replace(last, span=span, change=changes[0], level=None, date=day)


def _at_end(sentence: Sentence, end: int) -> Mention | None:
    """Return the company a clause ends with ("ASML, which holds 11% of Mistral, closed ...")."""
    place = end + sentence.start
    kinds = ("listed", "product")
    return next((m for m in sentence.companies if m.kind in kinds and m.span[1] == place), None)


def _tells_side(draft: PriceDraft, clause: str) -> bool:
    """Say whether a clause adds only on which side of the last close a level lies."""
    bare = draft.level is not None and draft.change is None and not draft.direction
    return bare and re.match(r",?\s+(?:\w+\s+){0,3}(?:below|above)\b", clause) is not None


def _led(sentence: Sentence, bounds: tuple[int, int]) -> Mention | None:
    """Return the listed company at the head of a Chinese clause, its symbol where that follows."""
    base = sentence.start
    words = sentence.text[bounds[0] : bounds[1]]
    start = bounds[0] + base + len(words) - len(words.lstrip("，；、 "))
    here = [m for m in sentence.companies if start <= m.span[0] < bounds[1] + base]
    if not here or here[0].span[0] != start or here[0].kind != "listed":
        return None
    if not re.search(r"[\u3400-\u9fff]", words):
        return None
    symbol = next((m for m in here if m.rule == "company.symbol"), None)
    same = symbol is not None and symbol.company == here[0].company
    return symbol if same else here[0]


def _settles(draft: PriceDraft) -> bool:
    """Say whether a clause tells how a session outside hours went on, not the close of a day."""
    return draft.session == "close" and draft.date is None and draft.level is None


def _clause(
    sentence: Sentence,
    index: int,
    text: str,
    bounds: tuple[int, int],
    lead: int,
    *,
    topic: bool,
) -> PriceDraft | Literal["other", ""]:
    """Read one clause: a statement, something else's move (``"other"``), or nothing (``""``)."""
    words = price_words()
    start, end = bounds
    clause, base = text[start:end], sentence.start
    changes, levels = _figures(sentence, bounds)
    share = words.shares.search(clause)
    mention = _subject(sentence, text, bounds)
    place = min([f.quantity.span[0] - base - start for f in (*changes, *levels)] + [end - start])
    if _elsewhere(sentence, text, bounds, mention):
        return "other"
    other = words.others.search(clause)
    if other and other.start() < place and not (share and share.start() < other.start() + 12):
        speaks = bool(changes or levels) or words.moves(clause)
        return "other" if speaks else ""
    if not (share or mention or topic):
        return ""
    at = changes[0].core[0] - base - start if changes else None
    direction, flat = words.direction(clause, at)
    change = changes[0].quantity if changes and direction else None
    fold = _FOLD.search(clause) if not changes else None
    if fold is not None:
        direction, change = _folded(fold, start + base)
    session, found = _session(text, bounds, bare_level=bool(levels) and change is None)
    day = _date(sentence, (start, end), session)
    if change is None and not levels and (changes or not _bare(direction, flat, session, day)):
        return ""
    if levels and change is None and not direction and not words.level.search(clause) and not share:
        return ""
    if re.match(r"\s*from\b", clause) and change is None:
        return ""
    if session == "unspecified" and lead < start:
        session, found = words.session(text, (lead, end))
    if day is None and lead < start:
        day = _date(sentence, (lead, end), session)
    if session == "unspecified" and BEFORE_THAT.search(clause):
        session = "close"
    elif session == "unspecified" and change is not None and _AS_MUCH.match(change.words):
        session = "intraday"
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
    if _TARGET.search(sentence.text[start:end]):
        return True
    if mention is not None:
        return False
    if re.match(r",? which\b", text[start:end]) and _at_end(sentence, start) is None:
        return any(m.end() == start for m in price_words().others.finditer(text, 0, start))
    return _MARKET.match(text[start:end]) is not None


def _folded(match: re.Match[str], offset: int) -> tuple[Direction, Quantity]:
    """Read "doubled", "tripled" and "cut in half" as changes."""
    kind = match[0].lower()
    value = 100.0 if kind == "doubled" else 200.0 if kind == "tripled" else 50.0
    span = (match.start() + offset, match.end() + offset)
    quantity = Quantity(value, "exact", None, None, match[0], span, "number.fold")
    return ("down" if value < 100 else "up"), quantity


def _figures(sentence: Sentence, bounds: tuple[int, int]) -> tuple[list[Figure], list[Figure]]:
    """Return the changes and the price levels of a clause."""
    base = sentence.start
    inside = [f for f in sentence.figures if bounds[0] <= f.core[0] - base < bounds[1]]
    changes = [
        f
        for f in inside
        if f.kind == "percent" and not _STAFF.match(sentence.text[f.quantity.span[1] - base :])
    ]
    return changes, [f for f in inside if f.kind == "money" and _is_level(sentence, f)]


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
        r"[a-z]illion|\d\s?(?:bn|mn|[kKmMbB])\b|万|亿", quantity.words
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
    )


def _date(sentence: Sentence, bounds: tuple[int, int], session: SessionKind) -> DateSpan | None:
    """Return the day, or the stretch of days, that a clause names."""
    base = sentence.start
    inside = [
        d
        for d in sentence.dates
        if d.span and bounds[0] <= d.span[0] - base < bounds[1] and d.known
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


def _completes(one: PriceDraft, two: PriceDraft) -> bool:
    """Say whether a clause only adds what the one before left open (", up 6.5%")."""
    if two.mention is not None or one.session == "period":
        return False
    if two.date is not None and two.date.rule not in ("en.same", "zh.same"):
        return False
    level_only, change_only = two.change is None, two.level is None and two.change is not None
    bare = one.level is None and one.change is None and not one.flat
    if bare and one.direction == two.direction and two.date is None and one.session != "open":
        return one.session in ("unspecified", two.session) or two.session == "unspecified"
    if one.level is not None and one.change is None and change_only:
        return two.session in ("unspecified", one.session)
    if one.level is None and one.change is not None and two.level is not None and level_only:
        return two.session in ("unspecified", one.session) or one.session == "unspecified"
    return False


def _joined(one: PriceDraft, two: PriceDraft) -> PriceDraft:
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
