"""How a clause stands to the deed it tells: done or ahead, told by whom, and how far."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eventstudy.articles import judgement
from eventstudy.articles.event_types import EventType, Trigger
from eventstudy.articles.records import Status
from eventstudy.articles.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Stance:
    """How a clause stands to its deed.

    Attributes
    ----------
    status
        How far the deed is by the clause's own words.
    news
        Whether it is told as news rather than as something long done.
    spoken
        Whether the company itself speaks.
    planned
        Whether the deed is planned or only thought about.
    ahead
        Whether it is planned or under way, not done.
    further
        Whether it is set apart from a deed before it.
    earlier
        Whether it is told as a deed before the one at hand ("had previously cut").
    """

    status: Status
    news: bool
    spoken: bool
    planned: bool
    ahead: bool
    further: bool
    earlier: bool


def read_stance(
    sentence: Sentence,
    clause: tuple[int, int],
    trigger: Trigger,
    event_type: EventType,
    *,
    sized: bool,
) -> Stance:
    """Read the stance of a clause.

    Parameters
    ----------
    sentence, clause, trigger
        Where the deed is told.
    event_type
        Its type; what has names is always announced.
    sized
        Whether the clause states a size: "further" then belongs to the size.
    """
    base = sentence.start
    words = sentence.text[clause[0] - base : clause[1] - base]
    local = _local(words, trigger.start - clause[0])
    shown = sentence.text[max(0, trigger.start - base - 40) : trigger.end - base]
    press = judgement.is_press(sentence, clause) and not judgement.is_own_voice(words)
    considered, ahead = judgement.is_considered(local), judgement.is_ahead(local)
    announced = judgement.is_announced(words)
    further = sentence.kind != "title" and not sized and judgement.is_further(shown)
    past = _past(words)
    status: Status = "completed"
    if considered and (ahead or press or not announced):
        status = "planned"
    elif press:
        status = "planned" if further and ahead else "reported"
    elif announced or ahead or not past or event_type.named:
        status = "announced"
    return Stance(
        status=status,
        news=ahead or announced or press or considered or not past,
        spoken=announced,
        planned=ahead or considered,
        ahead=ahead or considered or not _past(local),
        further=further,
        earlier=judgement.is_earlier(words),
    )


def _local(words: str, place: int) -> str:
    """Return the part of a clause that governs a trigger: what stands before a "but" does not."""
    breaks = [m.end() for m in re.finditer(r";|,\s+(?:but|yet|while|and)\s", words[:place])]
    return words[breaks[-1] :] if breaks else words


def _past(words: str) -> bool:
    """Say whether the deed is told as done."""
    if re.search(r"\b(?:is|are|be|being) (?:\w+ ){0,2}?\w+ing\b|正在", words):
        return False
    return bool(
        re.search(
            r"\b(?:cut|laid|let|shed|slashed|eliminated|axed|trimmed|reduced|fired|dismissed|sacked|removed|dropped|lost|went|left|parted|had|has|have|was|were|did|made|"
            r"cutting|conducted|carried|gone|announced|\w+ed)\b|了|已|曾|过|裁掉|裁减",
            words,
        )
    )
