"""Entries of lists: sentences that stand under the name of a company, and perhaps a day.

"SALESFORCE (CRM) - San Francisco. The company is ..." and a line "October 29 | General Motors (GM)"
both say whom the sentences after them are about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eventstudy.articles.companies import Mention
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.sentences import Sentence

_LABEL = re.compile(r"[\s*•·#>\-–—|.、:：/（(【\[]*(?:\d{1,2}[.)、．]\s*)?[\s*•·#|【]*")
_REST_OF_NAME = re.compile(
    r"(?:\s+(?:Inc|Corp|Co|Group|Holdings?|Ltd|Plc|AG|SE|NV|Companies|Company|Technologies"
    r"|Laboratories|Foods|Platforms|INC|CORP|CO|GROUP|HOLDINGS?|LTD|PLC|COMPANIES|TECHNOLOGIES"
    r"|LABORATORIES|FOODS|PLATFORMS)\b[.,]*)*"
)
_BRACKET = re.compile(r"\s*[(（\[][^)）\]]{1,60}[)）\]]")
_PARTING = re.compile(r"\s*(?:\s[-–—]+\s|—|[:：】|](?!\S*//))|\s*[-–—.]?[*_\s]*$")
_SHORT = 110
_REACH = 8  # paragraphs that a heading on a line of its own can govern


@dataclass(frozen=True, slots=True)
class Heading:
    """Whom the sentences under it are about, and the day it gives."""

    mention: Mention
    date: DateSpan | None


def read_headings(sentences: Sequence[Sentence]) -> list[Heading | None]:
    """Return for each sentence the heading under which it stands.

    A heading inside a paragraph governs the rest of it; one on a line of its own governs the
    paragraphs up to the next.
    """
    found: list[Heading | None] = []
    standing: tuple[Heading, int] | None = None  # a line of its own, and its paragraph
    inner: tuple[Heading, int] | None = None
    for index, sentence in enumerate(sentences):
        first = not index or sentences[index - 1].paragraph != sentence.paragraph
        last = index + 1 == len(sentences) or sentences[index + 1].paragraph != sentence.paragraph
        heading = _heading(sentence, first=first) if sentence.kind != "title" else None
        if first and last and heading is None and _is_line(sentence):
            standing = None  # the heading of something else
        if heading is not None and first and last and _parted(sentence, heading.mention) == 2:
            standing, inner = (heading, sentence.paragraph), None
        elif heading is not None:
            inner = (heading, sentence.paragraph)
        if inner is not None and inner[1] == sentence.paragraph:
            found.append(inner[0])
        elif standing is not None and sentence.paragraph - standing[1] <= _REACH:
            found.append(standing[0])
        else:
            found.append(None)
    return found


def _is_line(sentence: Sentence) -> bool:
    """Say whether a paragraph is a line that heads others: short, and no sentence."""
    bare = sentence.text.rstrip()
    return len(bare) < 70 and bare[-1] not in '.!?。！？”"' and not _LABEL.match(bare)[0].strip()  # type: ignore[index]


def _heading(sentence: Sentence, *, first: bool) -> Heading | None:
    mention = next((m for m in sentence.companies if m.kind in ("listed", "private")), None)
    if mention is None or not _leads(sentence, mention):
        return None
    parted = _parted(sentence, mention)
    if not parted or (parted == 1 and not first):
        return None
    near = [
        d
        for d in sentence.dates
        if d.precision in ("day", "moment", "month") and len(sentence.text) <= _SHORT
    ]
    return Heading(mention, near[0] if len(near) == 1 else None)


def _leads(sentence: Sentence, mention: Mention) -> bool:
    """Say whether nothing but bullets, numbers and a day stands in front of a company."""
    place = 0
    end = mention.span[0] - sentence.start
    for day in sentence.dates:
        if day.span is not None and day.span[1] <= mention.span[0]:
            before = sentence.text[place : day.span[0] - sentence.start]
            if not _LABEL.fullmatch(before):
                return False
            place = day.span[1] - sentence.start
    return _LABEL.fullmatch(sentence.text[place:end]) is not None


def _parted(sentence: Sentence, mention: Mention) -> int:
    """Say how a company is parted from what follows: 2 where nothing does, 1 by a sign, else 0."""
    text = sentence.text
    place = mention.span[1] - sentence.start
    for other in sentence.companies:
        gap = text[place : other.span[0] - sentence.start]
        if (
            other.span[0] > mention.span[0]
            and not gap.strip(" .,")
            and other.rule.endswith("symbol")
        ):
            place = other.span[1] - sentence.start
    rest = _REST_OF_NAME.match(text, place)
    place = rest.end() if rest else place
    for other in sentence.companies:
        gap = text[place : other.span[0] - sentence.start]
        if other.span[0] > mention.span[0] and gap == " " and other.rule.endswith("symbol"):
            place = other.span[1] - sentence.start
    bracket = _BRACKET.match(text, place)
    place = bracket.end() if bracket else place
    parting = _PARTING.match(text, place)
    if parting is None:
        return 0
    return 2 if parting.end() == len(text) else 1
