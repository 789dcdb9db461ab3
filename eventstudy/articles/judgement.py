"""What a clause says of its own truth: denied, asked, supposed, opinion, or how far a fact."""

from __future__ import annotations

import re

from eventstudy.articles.event_types import EventType, Trigger
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import lower, wording

_NEGATION = wording("judgement.negation")
_NEGATION_ZH = re.compile(
    r"(?:没有|不会|并无|否认|无意|尚未|暂无|不再|辟谣|并未|绝不|不打算|未曾|无计划)[^，。；]{0,20}$"
)
_UNPROVEN = wording("judgement.unproven")
_SUPPOSED = wording("judgement.supposed")
_HYPOTHETICAL = wording("judgement.hypothetical")
_CONDITION = re.compile(
    r"(?:(?:but|and|even) )?(?:if|suppose|imagine|were)\b|如果|若|假如", re.IGNORECASE
)
_OPINION = wording("judgement.opinion")
_PRESS = wording("judgement.press")
_PRESS_VERB = re.compile(
    r"\b(?:report(?:s|ed|ing)?|said|says|first|wrote|has learned|citing|cited|according)\b|报道",
    re.IGNORECASE,
)
_TOLD_PRESS = re.compile(
    r"\b(?:told|tells|telling|interview with|statement to|email to)\s+(?:the\s+)?$", re.IGNORECASE
)
_CONSIDERING = wording("judgement.considering")
_AHEAD = wording("judgement.ahead")
_ANNOUNCED = wording("judgement.announced")
_OWN_VOICE = wording("judgement.own_voice")
_EARLIER = wording("judgement.earlier")
_FURTHER = wording("judgement.further")


def why_not(
    sentence: Sentence,
    clause: tuple[int, int],
    trigger: Trigger,
    event_type: EventType,
    *,
    sized: bool,
) -> str:
    """Return the rule by which a trigger is no announcement, ``""`` where it may be one.

    Parameters
    ----------
    sentence, clause, trigger
        Where it stands.
    event_type
        Its type, for the words that shut it out.
    sized
        Whether the clause states a size.
    """
    base = sentence.start
    words = sentence.text[clause[0] - base : clause[1] - base]
    before = sentence.text[clause[0] - base : trigger.start - base]
    if sentence.question and not (sentence.kind == "title" and (sized or trigger.strong)):
        return "question"
    for grammar in (event_type.en, event_type.zh):
        found = grammar.never.search(words) if grammar.never else None
        if found:
            return "never"
    low = lower(before)
    if _NEGATION.search(low[-90:]) or _NEGATION_ZH.search(before[-30:]):
        return "negated"
    if _UNPROVEN.search(sentence.low):
        return "unproven"
    if _HYPOTHETICAL.search(low) or _HYPOTHETICAL.search(sentence.low[:160]):
        return "supposed"
    if _CONDITION.match(sentence.text) and is_considered(sentence.text):
        return "supposed"
    supposed = _SUPPOSED.search(before)
    if supposed and not is_press(sentence, clause) and not (sized and is_considered(words)):
        considered = re.search(r"\b(?:weigh|consider|mull|decid)", before) is not None
        if not considered and supposed[0].lower() != "any " and not (trigger.strong and sized):
            return "supposed"
    opinion = _OPINION.search(sentence.low) or _speaks_as_analyst(sentence, trigger)
    bare = event_type.sized and not sized
    return "opinion" if opinion and (bare or _OPINION.search(low)) else ""


def _speaks_as_analyst(sentence: Sentence, trigger: Trigger) -> bool:
    for mention in sentence.companies:
        if mention.kind != "analyst" or not mention.span[1] <= trigger.end + 400:
            continue
        after = sentence.text[mention.span[1] - sentence.start :][:60]
        if re.search(
            r"\b(?:analysts?|wrote|said|says|note|economist|strategist|estimates?)\b|['’]s\b", after
        ):
            return True
    return False


def is_press(sentence: Sentence, clause: tuple[int, int] | None = None) -> bool:
    """Say whether a clause, or the whole sentence, rests on the press or its sources."""
    base = sentence.start
    start, end = clause or (sentence.start, sentence.end)
    words = sentence.text[start - base : end - base]
    if _PRESS.search(lower(words)):
        return True
    for mention in sentence.companies:
        if mention.kind != "publisher":
            continue
        place = mention.span[0] - base
        told = _TOLD_PRESS.search(sentence.text[:place])
        around = sentence.text[max(0, place - 30) : mention.span[1] - base + 60]
        if not told and _PRESS_VERB.search(around):
            return True
    return False


def is_considered(words: str) -> bool:
    """Say whether the deed is only being thought about."""
    return bool(_CONSIDERING.search(words))


def is_own_voice(words: str) -> bool:
    """Say whether the company confirms the deed itself, whatever the press wrote before."""
    return bool(_OWN_VOICE.search(lower(words)))


def is_ahead(words: str) -> bool:
    """Say whether the deed still lies ahead."""
    return bool(_AHEAD.search(lower(words)))


def is_announced(words: str) -> bool:
    """Say whether the company itself speaks."""
    return bool(_ANNOUNCED.search(lower(words)))


def is_earlier(words: str) -> bool:
    """Say whether the words tell of a deed before the one at hand."""
    return bool(_EARLIER.search(lower(words)))


def is_further(words: str) -> bool:
    """Say whether the words set a deed apart from one before it."""
    return bool(_FURTHER.search(lower(words)))
