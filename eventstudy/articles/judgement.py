"""What a clause says of its own truth: denied, asked, supposed, an opinion, or a fact and how far."""

from __future__ import annotations

import re

from eventstudy.articles.event_types import EventType, Trigger
from eventstudy.articles.sentences import Sentence

_NEGATION = re.compile(
    r"(?:\b(?:no|not|never|nor|neither|without|denied|denies|deny|denying|denial of|rul(?:ed|es|ing) out|rather than|instead of|avoid(?:s|ed|ing)?"
    r"|(?:has|have|had) yet to|far from|prevent(?:s|ed|ing)?|refus(?:e|es|ed|ing)|unlikely to|shelv(?:e|ed|ing)|abandon(?:ed|ing)?|reject(?:s|ed|ing)?"
    r"|stopp?(?:ed|ing)? short of|not planning|quash(?:ed|es|ing)?|dismissed (?:reports|rumou?rs|talk|speculation)|false|untrue|halt(?:ed|ing)?|cancel(?:led|s|ling)? plans"
    r"|spared?|escap(?:e|ed|ing)|ward off|stave off)\b|n['’]t\b)(?! (?:only|just|merely|fewer|less|more than|far|yet final|immune|alone|spared|in trouble|the first|the last|part))[^.;]{0,60}$",
    re.IGNORECASE,
)
_NEGATION_ZH = re.compile(
    r"(?:没有|不会|并无|否认|无意|尚未|暂无|不再|辟谣|并未|绝不|不打算|未曾|无计划)[^，。；]{0,20}$"
)
_UNPROVEN = re.compile(
    r"(?:未|没有|尚未|并未)(?:予以|得到)?(?:证实|确认)|不实|谣言|辟谣|\b(?:rumou?rs?|hoax|fake|untrue|unfounded|baseless)\b[^.;]{0,60}\b(?:denied|false|untrue|not true|unconfirmed)"
    r"|\b(?:denied|denies|dismissed|rejects?|rejected) (?:the |any |such )?(?:reports?|rumou?rs?|talk|claims?|speculation)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|in case|were (?:it |they |the company )?to|should (?:it|they|the company)|any (?:further|more|additional|new|such)?|hypothetical\w*|suppose|imagine|whether|would mean|might|could)\b|(?-i:\bmay\b)|如果|若|一旦|假如|可能|或将",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(?:analysts?|economists?|strategists?|observers?|researchers?|investors?|critics|commentators?|experts?|we|i) (?:[\w'’ ]{0,30}?)?(?:expects?|estimates?|predicts?|thinks?|believes?|forecasts?|sees?|projects?|argues?|reckons?|suspects?|anticipates?|fears?|calculates?|models?|speculat\w+)\b"
    r"|\b(?:could|may|might|would|should) (?:also |even |well )?(?:mean|signal|indicate|suggest|reflect|help|set|be good|be bad|show|prove|be the|become)\b|分析师(?:预计|认为|预测)",
    re.IGNORECASE,
)
_PRESS = re.compile(
    r"\b(?:reportedly|(?:is|are|was) (?:said|reported|rumou?red|understood|believed) to|according to (?:[\w'’-]+ ){0,5}?(?:people|persons?|sources?|reports?|media|insiders?|newspaper|agency|leaks?|leaked)"
    r"|(?:\w+ )?sources? (?:told|said|say|familiar|revealed|indicated|added|close)|people (?:familiar|with knowledge|close|briefed|with direct)|informed sources|insiders?"
    r"|reports? (?:that|said|says|by|in|from|had|have|of|on|emerged|surfaced|spoke)|reported (?:that|on|by|in|last|the|earlier|plan)|(?:press|media|news|newspaper) reports?|has learned|have learned|exclusive|leaked|leak|rumou?rs?|talk (?:was|is) of"
    r"|a (?:news agency|newspaper|magazine|business daily) (?:reported|says?|said|wrote))\b|据[^，。]{0,14}(?:报道|消息|知情|透露|称|悉)|知情人士|消息人士|消息称|爆料|媒体报道|传出",
    re.IGNORECASE,
)
_PRESS_VERB = re.compile(
    r"\b(?:report(?:s|ed|ing)?|said|says|first|wrote|has learned|citing|cited|according)\b|报道",
    re.IGNORECASE,
)
_TOLD_PRESS = re.compile(
    r"\b(?:told|tells|telling|interview with|statement to|email to)\s+(?:the\s+)?$", re.IGNORECASE
)
_CONSIDERING = re.compile(
    r"\b(?:consider(?:s|ed|ing)?|weigh(?:s|ed|ing)?|mull(?:s|ed|ing)?|explor(?:e|es|ed|ing)|contemplat(?:e|es|ed|ing)|discuss(?:es|ed|ing)?|evaluat(?:e|es|ed|ing)|look(?:s|ed|ing)? at|think(?:s|ing)? about|toy(?:s|ed|ing)? with|debat(?:e|es|ed|ing)|draw(?:s|n|ing)? up|might|could)\b|(?-i:\bmay\b)|考虑|酝酿|讨论|或将|可能",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|plans?|planned|planning|intends?|intended|aims?|expects? to|expected|set to|going to|about to|due to|slated|scheduled|wants? to|hopes? to|prepar\w+|to (?:be )?(?:cut|lay|slash|eliminate|shed|axe?|trim|reduce|let|part|drop|fire|dismiss|remove|go|lose|follow|make|close|scrap|cull|sack|shrink|offer|launch|release))\b|将|计划|拟|预计|打算|即将",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\b(?:announc\w+|said|says|saying|confirm\w*|told|tells|wrote|writes|memo|disclos\w+|filing|filed|statement|unveil\w*|reveal\w*|spokes\w+|notif\w+|inform(?:ed|s)|email\w*|letter|blog post|posted|press release|made it official|put the number|declar\w+)\b|宣布|确认|表示|公布|公告|内部信|声明|发文|写道|通知|告知",
    re.IGNORECASE,
)
_OWN_VOICE = re.compile(
    r"\b(?:spokes\w+ (?:said|told|confirmed|says)|(?:company|firm|group|it|he|she) (?:has )?(?:confirmed|announced)|confirmed (?:on|in|the|that|it)|made it official"
    r"|told (?:employees|staff|workers)|(?:memo|letter|email|note|message) to (?:employees|staff|workers)|regulatory filing|press release)\b|官方(?:宣布|确认)|公司(?:确认|宣布)",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    r"\b(?:further|additional|more (?:layoffs|job cuts|cuts|rounds?|reductions)|another (?:round|wave|\d)|subsequent|second round|next round|later rounds?|second wave|more to (?:come|follow))\b|进一步|后续|更多|第二轮|新一轮",
    re.IGNORECASE,
)


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
    if _NEGATION.search(before[-90:]) or _NEGATION_ZH.search(before[-30:]):
        return "negated"
    if _UNPROVEN.search(sentence.text):
        return "unproven"
    supposed = _SUPPOSED.search(before)
    if supposed and not is_press(sentence, clause) and not (sized and is_considered(words)):
        considered = re.search(r"\b(?:weigh|consider|mull|decid)", before) is not None
        if not considered and supposed[0].lower() != "any " and not (trigger.strong and sized):
            return "supposed"
    if _OPINION.search(sentence.text) or _speaks_as_analyst(sentence, trigger):
        if not sized or _OPINION.search(before):
            return "opinion"
    return ""


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


def is_press(sentence: Sentence, clause: tuple[int, int]) -> bool:
    """Say whether the clause rests on a report of the press or its sources."""
    base = sentence.start
    words = sentence.text[clause[0] - base : clause[1] - base]
    if _PRESS.search(words):
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
    return bool(_OWN_VOICE.search(words))


def is_ahead(words: str) -> bool:
    """Say whether the deed still lies ahead."""
    return bool(_AHEAD.search(words))


def is_announced(words: str) -> bool:
    """Say whether the company itself speaks."""
    return bool(_ANNOUNCED.search(words))


def is_further(words: str) -> bool:
    """Say whether the words set a deed apart from one before it."""
    return bool(_FURTHER.search(words))
