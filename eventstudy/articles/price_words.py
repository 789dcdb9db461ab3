"""The words of price statements (``lexicon/prices.toml``), compiled."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, cast

from eventstudy.articles.lexeme import Lexeme
from eventstudy.articles.records import SessionKind
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import lower, lowered, wording

_BLANK = "\ue001"  # no word and no blank, so that joints beside a figure keep their place
_SPLIT = wording("price_words.split")


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
        best: tuple[int, Literal["up", "down"]] | None = None
        place = at if at is not None else 0
        for name, pattern in (("up", self.up), ("down", self.down)):
            for match in pattern.finditer(clause):
                behind = match.start() >= place and at is not None
                distance = match.start() - place + 12 if behind else place - match.end()
                distance = abs(distance) if at is not None else match.start()
                if best is None or distance < best[0]:
                    best = (distance, cast('Literal["up", "down"]', name))
        flat = self.flat.search(clause) is not None
        if best is None or (flat and at is None):
            return "", flat
        return best[1], False

    def session(
        self, text: str, bounds: tuple[int, int], skipped: tuple[SessionKind, ...] = ()
    ) -> tuple[SessionKind, tuple[int, int] | None]:
        """Return the session a part of a text names, and where."""
        for name, pattern in self.sessions:
            match = pattern.search(text, *bounds)
            if match and name not in skipped:
                return name, match.span()
        return "unspecified", None


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
        words = rf"\b(?:{'|'.join(english['sessions'][name])})(?!\w)"
        return lowered(f"{words}|(?:{'|'.join(chinese['sessions'][name])})")

    moves = "|".join([*english["up"], *english["down"], *english["flat"], "clos(?:e|es|ed)"])
    moves += "|finish(?:es|ed)|ended|settled|opened|traded|trading|changed hands|stood|hit|reached"
    helpers = r"(?:(?:has|have|had|was|is|were|are|been|also|then|again|later|since|already|last"
    helpers += r"|itself)\s+){0,4}"
    bracket = r"(?:\s*\([^)]*\)|\s*\[[^\]]*\]|,[^,]{0,40},)?"
    return PriceWords(
        shares=both("shares"),
        others=both("others"),
        up=both("up"),
        down=both("down"),
        flat=both("flat"),
        level=both("level"),
        after_name=lowered(
            rf"{bracket}\s+{helpers}(?:{moves})\b"
            r"|\s*(?:周.|昨日|今日)?(?:盘前|盘后)?(?:大?[涨跌]|收|报|上涨|下跌|高开|低开)"
        ),
        sessions=tuple((cast("SessionKind", n), session(n)) for n in english["sessions"]),
    )


def quiet(sentence: Sentence) -> str:
    """Return the sentence in lower case, its figures blanked out: their hedges say nothing."""
    text = sentence.text
    for figure in sentence.figures:
        start, end = (place - sentence.start for place in figure.quantity.span)
        text = text[:start] + _BLANK * (end - start) + text[end:]
    return lower(text)


def clause_bounds(text: str) -> list[tuple[int, int]]:
    """Cut a sentence at its joints; what stands in brackets stays whole."""
    inside: set[int] = set()
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([（") - (sign in ")]）")
        if depth > 0:
            inside.add(place)
    cuts = [0, *(m.start() for m in _SPLIT.finditer(text) if m.start() not in inside), len(text)]
    return [(a, b) for a, b in pairwise(cuts) if b > a]
