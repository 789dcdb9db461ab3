"""The figures of a clause: which are changes, which are levels, and which way a change goes."""

from __future__ import annotations

import re
from typing import Literal

from eventstudy.articles.price_words import price_words
from eventstudy.articles.quantities import Figure, Quantity
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import lower, wording

Direction = Literal["up", "down", ""]

_NO_LEVEL = wording("price_claims.no_level")
_STAFF = wording("price_claims.staff")
_PAID = wording("price_claims.paid")
_CUT = re.compile(
    r"(?:裁员|裁减|裁掉|减员|缩编)(?:了|比例|幅度|规模|人数|为|达|将)*(?:约|近|逾|超过?|大约)?\s*$"
)
_QUOTED = re.compile(r"[A-Za-z.] [A-Z][A-Z.]{0,5} [+\-−]?$")
# "(PHG: down $2.67 to $25.58": a page's quote beside a name
_TICK = re.compile(r"\([A-Z.]{1,6}: (?:up|down|unchanged)\b[^()]*$")
_MOVED_BY = wording("price_claims.moved_by")
FOLD = re.compile(
    r"(?<!more than )(?<!nearly )(?<!almost )(?<!roughly )(?<!about )"
    r"\b(?:doubled|tripled|halved|(?:cut|fallen|fell) (?:in|by) half)\b"
)
_DEAREST = {"KRW": 3_000_000}  # above it an amount is no price of one share
_PLUS, _MINUS = ("+", "▲", "↑", "△"), ("-", "−", "–", "▼", "↓", "▽")
# "closing at 52.62": a price without its currency
_BARE_LEVEL = re.compile(
    r"(?:\b(?:clos|finish|end|open|trad|settl)\w*(?: (?:up|down|higher|lower|the (?:day|session)))?"
    r"(?: at| around)|\bchanged hands at|收[于在报]|收盘报|现报|[，,]报)\s*$"
)


def clause_figures(
    sentence: Sentence, text: str, bounds: tuple[int, int]
) -> tuple[list[Figure], list[Figure]]:
    """Return the changes and the price levels of a clause."""
    base = sentence.start
    inside = [f for f in sentence.figures if bounds[0] <= f.core[0] - base < bounds[1]]
    changes = [
        f
        for f in inside
        if f.kind == "percent"
        and not _STAFF.match(sentence.text[f.quantity.span[1] - base :])
        and not _CUT.search(sentence.text, 0, f.quantity.span[0] - base)
        and not _is_quote(sentence, f)
    ]
    levels = [f for f in inside if f.kind == "money" and _is_level(sentence, f)]
    levels = _original(sentence, inside) or levels
    levels += [
        f
        for f in inside
        if f.kind == "count"
        and "." in f.quantity.words
        and _BARE_LEVEL.search(text, bounds[0], f.quantity.span[0] - base)
        and _is_level(sentence, f)
    ]
    return changes, levels


def _is_quote(sentence: Sentence, figure: Figure) -> bool:
    """Say whether a signed change is the page's own quote beside a name ("Okta OKTA +1.2% (")."""
    start, end = (place - sentence.start for place in figure.quantity.span)
    shown = _QUOTED.search(sentence.text, 0, start)
    return shown is not None and re.match(r"\s*\(", sentence.text[end:]) is not None


def _original(sentence: Sentence, inside: list[Figure]) -> list[Figure]:
    """Return the price behind its conversion into dollars: "$17.79 (HK$139.60)" is in HK$."""
    texts = [sentence.text[: f.quantity.span[0] - sentence.start] for f in inside]
    pairs = zip(inside, inside[1:], texts[1:], strict=False)
    return [
        after
        for before, after, words in pairs
        if (before.currency, before.kind, after.kind) == ("USD", "money", "money")
        and after.currency not in ("USD", None)
        and re.search(r"\$\d[\d.,]*\s*\($", words)
    ][:1]


def _is_level(sentence: Sentence, figure: Figure) -> bool:
    """Say whether an amount of money can be a share price, and is not a converted one."""
    quantity = figure.quantity
    if not 0 < quantity.value < _DEAREST.get(figure.currency or "", 50_000) or re.search(
        r"[a-z]illion|(?i:\d\s?(?:bl?n|ml?n|tn|[kmb]|crore|lakh)\b)|万|亿", quantity.words
    ):
        return False
    before = sentence.text[
        max(0, quantity.span[0] - sentence.start - 24) : quantity.span[0] - sentence.start
    ]
    after = sentence.text[quantity.span[1] - sentence.start :][:24]
    lead = lower(sentence.text[: quantity.span[0] - sentence.start])
    if _MOVED_BY.search(lead) or _TICK.search(sentence.text, 0, quantity.span[0] - sentence.start):
        return False
    if _PAID.search(lead):
        return False
    converted = re.search(r"[\d元]\s*[(（]\s*(?:about |or |around |约)?$", before)
    return not converted and not _NO_LEVEL.match(after)


def clause_move(
    sentence: Sentence, text: str, bounds: tuple[int, int], changes: list[Figure], *, sure: bool
) -> tuple[Direction, bool, Quantity | None]:
    """Return which way a clause says a share went, whether it stood still, and by how much.

    A bare sign ("+1.2%") tells the direction only where it is ``sure`` that a share is meant.
    """
    start, end = bounds
    clause = text[start:end]
    at = changes[0].core[0] - sentence.start - start if changes else None
    direction, flat = price_words().direction(clause, at)
    if not direction and changes and sure:
        direction = _signed(sentence, changes[0])
    fold = FOLD.search(clause) if not changes else None
    if fold is not None:
        return _folded(fold, start + sentence.start)
    return direction, flat, changes[0].quantity if changes and direction else None


def _signed(sentence: Sentence, figure: Figure) -> Direction:
    """Return the direction that a sign in front of a change gives ("+1.2%")."""
    at = figure.core[0] - sentence.start
    sign = sentence.text[max(0, at - 2) : at].strip()[-1:]
    return "up" if sign in _PLUS else "down" if sign in _MINUS else ""


def _folded(match: re.Match[str], offset: int) -> tuple[Direction, bool, Quantity]:
    """Read "doubled", "tripled" and "cut in half" as changes."""
    kind = match[0].lower()
    value = 100.0 if kind == "doubled" else 200.0 if kind == "tripled" else 50.0
    span = (match.start() + offset, match.end() + offset)
    quantity = Quantity(value, "exact", None, None, match[0], span, "number.fold")
    return ("down" if value < 100 else "up"), False, quantity
