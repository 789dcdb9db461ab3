"""Sentences to clauses: which trigger, and which size with which date, belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from eventstudy.articles.event_types import Trigger
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.sizes import Size

_BREAK = re.compile(
    r";|；|—|\s–\s|:\s|,?\s+(?:and|but|while|whereas|although|though|yet|then)\s+|,\s+|，|、(?=\S{0,4}(?:裁|削减))"
)
_NEW_SUBJECT = re.compile(
    r"\s*(?:in|on|last|earlier|back in)?[^,;]{0,30}?\b(?:it|they|the (?:company|firm|group))\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\s*(?:when|in which|where|after which)\b", re.IGNORECASE)
_MORE = re.compile(r"\s+more\b(?! than)", re.IGNORECASE)


def clauses_of(
    sentence: Sentence, triggers: Sequence[Trigger]
) -> list[tuple[tuple[int, int], list[Trigger]]]:
    """Divide a sentence among its triggers.

    Neighbouring triggers stay together unless a break with a subject or figure of its own stands
    between them ("Amazon cut 14,000 jobs in October and Microsoft let 9,000 people go in July").
    """
    groups: list[tuple[int, list[Trigger]]] = [(sentence.start, [triggers[0]])]
    for before, after in pairwise(triggers):
        place = _break(sentence, before.end, after)
        if place is None:
            groups[-1][1].append(after)
        else:
            groups.append((place, [after]))
    bounds = [start for start, _ in groups[1:]] + [sentence.end]
    return [((start, end), found) for (start, found), end in zip(groups, bounds, strict=True)]


def _break(sentence: Sentence, left: int, trigger: Trigger) -> int | None:
    """Return where a new clause begins between two triggers, if one does."""
    base = sentence.start
    joints = list(_BREAK.finditer(sentence.text, left - base, trigger.start - base))
    for match in joints:
        start = match.end() + base
        head = sentence.text[match.end() : trigger.start - base]
        if _RELATIVE.match(head):
            continue  # "in August 2022, when it laid off 20%"
        parted = match[0] in (";", "；")
        named = [
            mention.span[0]
            for mention in sentence.companies
            if mention.kind != "publisher" and (parted or mention.span[0] < trigger.start)
            if start <= mention.span[0] < trigger.end and (mention.kind != "model" or parted)
        ]
        dated = any(d.span and start <= d.span[0] < trigger.end for d in sentence.dates)
        sized = any(start <= f.core[0] < trigger.start + 8 for f in sentence.figures)
        later = any(d.span and d.span[0] >= trigger.start for d in sentence.dates)
        if sized and dated and parted:
            return match.start() + base
        if sized and later and sentence.text[match.start() : match.end()].strip() == ",":
            return match.start() + base
        if named:
            return _before(sentence, [m for m in joints if m.end() + base <= named[0]] or [match])
        if _NEW_SUBJECT.match(head) and (dated or trigger.strong):
            return match.start() + base
    return None


def _after(sentence: Sentence, size: Size) -> str:
    return sentence.text[size.quantity.span[1] - sentence.start :]


def _before(sentence: Sentence, joints: Sequence[re.Match[str]]) -> int:
    """Return the joint nearest to a new subject; a day in front of the subject goes with it."""
    strong = [m for m in joints if m[0] in (";", "；")]
    if strong:
        return strong[-1].start() + sentence.start
    place = len(joints) - 1
    days = {d.span for d in sentence.dates}
    while place > 0:
        left, right = joints[place - 1].end(), joints[place].start()
        words = sentence.text[left:right]
        left += len(words) - len(words.lstrip()) + sentence.start
        if (left, left + len(words.strip())) not in days:
            break
        place -= 1
    return joints[place].start() + sentence.start


def pair_sizes(sentence: Sentence, clause: tuple[int, int], sizes: list[Size]) -> list[list[Size]]:
    """Divide sizes that stand beside dates of their own ("6,000 in May and 300 in June")."""
    heads = [size for size in sizes if not size.share]
    heads = heads or [size for size in sizes if size.share]
    dates = [d for d in sentence.dates if d.span and clause[0] <= d.span[0] < clause[1] and d.known]
    if len(heads) == 2 and not heads[0].share and _MORE.match(_after(sentence, heads[1])):
        return [[size for size in sizes if size is not heads[1]], [heads[1]]]
    if len(heads) < 2 or len(dates) < 2:
        return [sizes]
    chosen = {
        id(size): min(dates, key=lambda d: abs((d.span or (0, 0))[0] - size.place)).words
        for size in heads
    }
    if len(set(chosen.values())) < 2:
        return [sizes]
    groups = []
    for size in heads:
        beside = [
            other
            for other in sizes
            if other.share != size.share
            and min(heads, key=lambda h: abs(h.place - other.place)) is size
        ]
        groups.append([size, *beside])
    return groups
