"""The words of price statements (``lexicon/prices.toml``), compiled."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, cast

from eventstudy.articles.lexeme import Lexeme
from eventstudy.articles.records import SessionKind
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import lower, lowered, wording

BLANK = "\ue001"  # no word and no blank, so that joints beside a figure keep their place
_BRACKET = re.compile(r"[()（）\[\]]")
_SPLIT = wording("price_words.split")
# "0.8% above the previous day's close": what a move is measured from is not its session
_MEASURED = re.compile(
    r"(?:(?<=\babove )|(?<=\bbelow )|(?<=\bfrom )|(?<=\bthan )|(?<=\bover ))"
    r"(?:(?:the|its|their|yesterday['’]s|\w+day['’]s) )?(?:(?:previous|prior|last|preceding) )?"
    r"(?:(?:day|session|evening|week)(?:['’]s)? )?(?:clos(?:e|ing)(?: price| level)?|finish)"
    r"(?!\s+(?:of|at)\b)"
)
_RANKED = wording("price_words.ranked")
_SHRUNK = re.compile(
    r"\b(?:(?P<gain>gains?|advance|rise|rally|jump|surge)|(?P<loss>loss(?:es)?|drop|decline|fall|slide))"
    r"\b[^,;]{0,40}\bto\s*$"
)


@dataclass(frozen=True, eq=False)
class PriceWords:
    """Patterns: what moves, how, to where, and in which session."""

    shares: Lexeme
    others: Lexeme
    up: Lexeme
    down: Lexeme
    flat: Lexeme
    level: Lexeme
    after_name: Lexeme
    sessions: tuple[tuple[SessionKind, Lexeme], ...]
    present: Lexeme
    places: tuple[tuple[str, Lexeme], ...]

    def moves(self, text: str) -> bool:
        """Say whether a text speaks of a move at all."""
        return bool(self.up.search(text) or self.down.search(text) or self.flat.search(text))

    def follows(self, after: str) -> bool:
        """Say whether the words behind a company make it the subject of a move."""
        return self.after_name.match(after) is not None

    def direction(self, clause: str, at: int | None) -> tuple[Literal["up", "down", ""], bool]:
        """Return the direction of a clause, and whether it says that nothing moved.

        Parameters
        ----------
        clause
            The clause, its figures blanked out.
        at
            Where the change stands, ``None`` if there is none; the nearest word counts, one in
            front before one behind.
        """
        whole = _SHRUNK.search(clause[: max(at, 0)]) if at is not None else None
        if whole is not None:  # "the gain was down to 14%" is still a gain
            return ("down" if whole["loss"] else "up"), False
        best: tuple[int, int, Literal["up", "down"]] | None = None
        place = at if at is not None else 0
        for name, pattern in (("up", self.up), ("down", self.down)):
            for match in pattern.finditer(clause):
                behind = match.start() >= place and at is not None
                distance = match.start() - place + 12 if behind else place - match.end()
                distance = abs(distance) if at is not None else match.start()
                rank = (distance, match.start() - match.end())  # "gave up" before "up"
                if best is None or rank < best[:2]:
                    best = (*rank, cast('Literal["up", "down"]', name))
        flat = self.flat.search(clause) is not None
        if best is None or (flat and at is None):
            return "", flat
        return best[2], False

    def session(
        self, text: str, bounds: tuple[int, int], skipped: tuple[SessionKind, ...] = ()
    ) -> tuple[SessionKind, tuple[int, int] | None]:
        """Return the session a part of a text names, and where."""
        for name, pattern in _told_sessions(text):
            match = pattern.search(text, *bounds) if name not in skipped else None
            if match:
                return name, match.span()
        return "unspecified", None

    def place(self, text: str) -> str | None:
        """Return the ending of the symbols of the exchange a text names; ``""`` in America."""
        return next((end for end, words in self.places if words.search(text)), None)


@cache
def price_words() -> PriceWords:
    """Return the shipped words, compiled."""
    text = files("eventstudy.articles").joinpath("lexicon/prices.toml").read_text("utf-8")
    data = tomllib.loads(text)
    english, chinese = data["en"], data["zh"]

    def both(key: str) -> Lexeme:
        words = rf"\b(?:{'|'.join(english[key])})\b(?!-)|(?:{'|'.join(chinese[key])})"
        return lowered(words)

    def session(name: str) -> Lexeme:
        words = rf"(?:\b|(?={BLANK}))(?:{'|'.join(english['sessions'][name])})(?!\w)"
        return lowered(f"{words}|(?:{'|'.join(chinese['sessions'][name])})")

    moves = "|".join([*english["up"], *english["down"], *english["flat"], "clos(?:e|es|ed)"])
    moves += "|finish(?:es|ed)|ended|settled|opened|traded|trading|changed hands|stood|hit|reached"
    moves += r"|quoted|indicated|seen|marked (?:up|down)|sitting|lower|higher|in the (?:red|green)"
    moves += r"|left (?=(?:\w+ ){0,3}trading)"
    moves += rf"|(?:reported|at)(?=\s*{BLANK})"
    nouns = "gain|loss|drop|rise|fall|jump|decline|slide|advance|surge|rally|slump|plunge"
    helpers = r"(?:(?:has|have|had|was|is|were|are|been|also|both|all|each|then|again|later|since"
    helpers += r"|already|last|itself)\s+){0,4}"
    bracket = r"(?:\s*\([^)]*\)|\s*\[[^\]]*\]|,[^,]{0,40},)?"
    away = "(?!-(?:based|headquartered))"  # says where a company sits, not where it trades
    return PriceWords(
        shares=both("shares"),
        others=both("others"),
        up=both("up"),
        down=both("down"),
        flat=both("flat"),
        level=both("level"),
        after_name=lowered(
            rf"{bracket}\s+{helpers}(?:{BLANK}+ )?(?:{moves})\b"
            rf"|\s+(?:\w+\s+){{1,3}}an?\s+(?:\w+\s+)?(?:{nouns})\s+of\s+{BLANK}"
            rf"|\s+(?:\w+\s+){{1,3}}(?:an?|its)\s+(?:\w+\s+)?{BLANK}+\s+(?:{nouns})\b(?! in\b)"
            r"|\s*(?:-s?[wbr])?(?:[（(][^（()）]{1,24}[)）])?(?:上?周.|[昨今][日夜晚早]|[早午尾]盘|午后|盘[前中后]|开盘|一度"
            r"|年初(?:至今|以来)|今年以来|年内|已|累[计积]?|随后|最终|[则也再曾续又]|\s)*(?:[小微大急重暴飙劲续领跟]幅?|逆[势市]|应声|再度|震荡)*"
            rf"(?:[涨跌泻飙]|[升挫扬](?=[超逾近约\s{BLANK}])|收(?=[涨跌升挫高低扬黑红平于在报盘市])"
            rf"|报(?=\s*{BLANK})|上涨|下跌|下挫|高开|低开|走[高低强弱]|现报|反弹|回落)"
        ),
        sessions=tuple(
            (cast("SessionKind", n), session(n)) for n in english["sessions"] if n != "present"
        ),
        present=session("present"),
        places=tuple(
            (end, lowered("|".join(rf"\b(?:{w})\b{away}" if w.isascii() else w for w in words)))
            for end, words in data["places"].items()
        ),
    )


@lru_cache(maxsize=2)
def _told_sessions(text: str) -> tuple[tuple[SessionKind, re.Pattern[str]], ...]:
    """Return the sessions that a sentence can speak of; each of its clauses asks for them."""
    return tuple((n, p.pattern) for n, p in price_words().sessions if p.possible(text))


def quiet(sentence: Sentence) -> str:
    """Return the sentence in lower case, its figures blanked out.

    Their hedges say nothing of the move, nor does the price it is measured from.
    """
    text = sentence.text
    for figure in sentence.figures:
        start, end = (place - sentence.start for place in figure.quantity.span)
        text = text[:start] + BLANK * (end - start) + text[end:]
    text = lower(text)
    if "clos" in text or "finish" in text:
        text = _MEASURED.sub(lambda m: "\ue000" * len(m[0]), text)
    if "since" in text:
        text = _RANKED.pattern.sub(lambda m: m[0][:-5] + "\ue000" * 5, text)
    return text


def clause_bounds(text: str) -> list[tuple[int, int]]:
    """Cut a sentence at its joints; what stands in brackets stays whole."""
    inside: set[int] = set()
    depth = opened = 0
    for mark in _BRACKET.finditer(text):
        if depth > 0:
            inside.update(range(opened, mark.start()))
        depth += 1 if mark[0] in "([（" else -1
        opened = mark.start()
    if depth > 0:
        inside.update(range(opened, len(text)))
    cuts = [0, *(m.start() for m in _SPLIT.finditer(text) if m.start() not in inside), len(text)]
    return [(a, b) for a, b in pairwise(cuts) if b > a]
