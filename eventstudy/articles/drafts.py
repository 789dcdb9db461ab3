"""Clauses to drafts of announcements: each what one clause says, before they are put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from eventstudy.articles import judgement
from eventstudy.articles.dates import DateSpan
from eventstudy.articles.event_types import EventType, Trigger, find_triggers
from eventstudy.articles.intervals import shift
from eventstudy.articles.quantities import Quantity
from eventstudy.articles.records import Evidence, Rejection, Status
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.sizes import Size, find_sizes
from eventstudy.articles.subjects import Discourse, Subject, find_subjects


@dataclass(frozen=True, eq=False)
class Draft:
    """What one clause says of one company's deed."""

    subject: Subject
    event_type: EventType
    trigger: Trigger
    index: int
    sentence: Sentence
    date: DateSpan | None
    vague: DateSpan | None
    effective: DateSpan | None
    headcount: Quantity | None
    percent: Quantity | None
    part: Quantity | None
    name: tuple[str, tuple[int, int]] | None
    status: Status
    news: bool
    further: bool
    weak: bool
    spoken: bool
    ahead: bool


_BREAK = re.compile(
    r";|；|—|\s–\s|:\s|,?\s+(?:and|but|while|whereas|although|though|yet|then)\s+|,\s+|，|、(?=\S{0,4}(?:裁|削减))"
)
_NEW_SUBJECT = re.compile(
    r"\s*(?:in|on|last|earlier|back in)?[^,;]{0,30}?\b(?:it|they|the (?:company|firm|group))\b",
    re.IGNORECASE,
)
_SKIP_DATE = re.compile(
    r"\b(?:since|than(?: in| on)?|compared (?:with|to|with the)|versus|founded in|from|dating (?:back )?to|seen in|as of|at the end of|until|of|year of)\s*$|自$|较$|比$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:by|effective|starting|from|beginning|until|through|before|no later than|complete[d]? (?:by|in)|in effect|take effect)\s*(?:on|in|the|of|around|about|at)?\s*(?:the\s+)?$|前$|起$",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\b(?:the|these|those|such|that|this)\s+(?:\w+\s)?$|(?:该|这些|这次|此次)$", re.IGNORECASE
)
_ORDER = ("moment", "day", "week", "month", "quarter", "half", "year", "unknown")


def clauses_of(
    sentence: Sentence, triggers: Sequence[Trigger]
) -> list[tuple[tuple[int, int], list[Trigger]]]:
    """Divide a sentence among its triggers.

    Neighbouring triggers stay together unless a break with a subject or figure of its own stands
    between them ("Amazon cut 14,000 jobs in October and Microsoft let 9,000 people go in July").
    """
    groups: list[tuple[int, list[Trigger]]] = [(sentence.start, [triggers[0]])]
    for before, after in zip(triggers, triggers[1:], strict=False):
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
    for match in _BREAK.finditer(sentence.text, left - base, trigger.start - base):
        start = match.end() + base
        head = sentence.text[match.end() : trigger.start - base]
        named = any(
            start <= mention.span[0] < trigger.start and mention.kind not in ("publisher", "model")
            for mention in sentence.companies
        )
        dated = any(d.span and start <= d.span[0] < trigger.end for d in sentence.dates)
        if named or (_NEW_SUBJECT.match(head) and (dated or trigger.strong)):
            return match.start() + base
    return None


def find_drafts(
    sentences: Sequence[Sentence],
    event_type: EventType,
    discourse: Discourse,
    anchor: date | None,
    article_id: str,
) -> tuple[list[Draft], list[Rejection]]:
    """Return the drafts of one type in an article, and what was turned down.

    Parameters
    ----------
    sentences
        The article's sentences.
    event_type
        The type looked for.
    discourse
        Who is spoken of.
    anchor
        The day of publication.
    article_id
        For the evidence of rejections.
    """
    drafts: list[Draft] = []
    rejections: list[Rejection] = []
    for index, sentence in enumerate(sentences):
        triggers = find_triggers(sentence, event_type)
        recent = bool(drafts) and index - drafts[-1].index <= 2
        same = recent and drafts[-1].sentence.paragraph == sentence.paragraph
        if not triggers:
            if drafts and event_type.sized:
                _extend(drafts, sentence, index, near=same)
            continue
        for clause, found in clauses_of(sentence, triggers):
            trigger = min(found, key=lambda t: (not t.strong, t.kind == "context", t.start))
            spans = [(t.start, t.end) for t in found]
            sizes = find_sizes(sentence, clause, spans) if event_type.sized else []
            reason = judgement.why_not(sentence, clause, trigger, event_type, sized=bool(sizes))
            if not reason and trigger.kind == "context" and not (recent and sizes):
                reason = "no_context"
            made: list[Draft] = []
            if not reason:
                made = _drafts(
                    sentence, index, clause, trigger, sizes, event_type, discourse, anchor
                )
                reason = "" if made else "no_company"
            drafts += made
            if reason:
                proof = Evidence(
                    article_id, trigger.start, trigger.end, trigger.words, trigger.kind
                )
                rejections.append(Rejection(proof, reason))
    return drafts, rejections


def _drafts(
    sentence: Sentence,
    index: int,
    clause: tuple[int, int],
    trigger: Trigger,
    sizes: list[Size],
    event_type: EventType,
    discourse: Discourse,
    anchor: date | None,
) -> list[Draft]:
    base = sentence.start
    words = sentence.text[clause[0] - base : clause[1] - base]
    name = _name(sentence, clause, trigger, event_type) if event_type.named else None
    subjects = _subjects(sentence, index, clause, trigger, event_type, discourse)
    acts = event_type.grammar(sentence.text).acts
    act = acts is not None and acts.search(words) is not None
    known = _KNOWN.search(sentence.text[: trigger.start - base]) is not None
    weak = trigger.kind == "noun" and not sizes
    weak = weak and (known or not (act and _has_subject(subjects, words)))
    press = judgement.is_press(sentence, clause) and not judgement.is_own_voice(words)
    local = _local(words, trigger.start - clause[0])
    considered, ahead = judgement.is_considered(local), judgement.is_ahead(local)
    announced = judgement.is_announced(words)
    further = (
        judgement.is_further(sentence.text[max(0, trigger.start - base - 40) : trigger.end - base])
        and not sizes
    )
    made = []
    groups = _pairs(sentence, clause, sizes)
    for group in groups:
        day, vague, effective = _dates(
            sentence,
            clause,
            group,
            trigger,
            anchor,
            ahead=ahead or considered,
            paired=len(groups) > 1,
        )
        heads = [s.quantity for s in group if not s.share]
        shares = [s.quantity for s in group if s.share and s.whole]
        parts = [s.quantity for s in group if s.share and not s.whole]
        status: Status = "completed"
        if considered and (ahead or press or not announced):
            status = "planned"
        elif press:
            status = "planned" if further and ahead else "reported"
        elif announced or ahead or not _past(words) or event_type.named:
            status = "announced"
        if further and status == "reported" and ahead:
            status = "planned"
        made += [
            Draft(
                subject=subject,
                event_type=event_type,
                trigger=trigger,
                index=index,
                sentence=sentence,
                date=day,
                vague=vague,
                effective=effective,
                headcount=heads[0] if heads else None,
                percent=shares[0] if shares else None,
                part=parts[0] if parts else None,
                name=name,
                status=status,
                news=ahead or announced or press or considered or not _past(words),
                spoken=announced,
                ahead=ahead or considered or not _past(local),
                further=further,
                weak=weak,
            )
            for subject in subjects
        ]
    return made


def _local(words: str, place: int) -> str:
    """Return the part of a clause that governs a trigger: what stands before a "but" does not."""
    breaks = [m.end() for m in re.finditer(r";|,\s+(?:but|yet|while|and)\s", words[:place])]
    return words[breaks[-1] :] if breaks else words


def _has_subject(subjects: Sequence[Subject], words: str) -> bool:
    """Say whether the clause itself names who acts, by name or by "the company", "it"."""
    if any(subject.sure >= 1 for subject in subjects):
        return True
    return bool(
        re.search(
            r"\b(?:it|they|the (?:[\w-]+ ){0,2}(?:company|firm|group|giant|maker|retailer))\b|公司",
            words,
            re.IGNORECASE,
        )
    )


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


def _subjects(
    sentence: Sentence,
    index: int,
    clause: tuple[int, int],
    trigger: Trigger,
    event_type: EventType,
    discourse: Discourse,
) -> tuple[Subject, ...]:
    """Return whose deed it is; of a named product, its maker's."""
    found = find_subjects(sentence, index, clause, (trigger.start, trigger.end), discourse)
    if not event_type.named:
        return found
    owners = [
        mention
        for mention in sentence.companies
        if mention.kind == "model" and trigger.start <= mention.span[0] < trigger.end
    ]
    if not owners:
        words = sentence.text[clause[0] - sentence.start : clause[1] - sentence.start]
        sure = [s for s in found if s.sure >= 0.7 or _has_subject((), words)]
        return tuple(sure[:1])
    owner = owners[0]
    if any(
        s.sure >= 1 and s.rule == "company.subject" and s.mention.company == owner.company
        for s in found
    ):
        return tuple(s for s in found if s.mention.company == owner.company)
    other = [s for s in found if s.sure >= 1 and s.rule == "company.subject"]
    if other and trigger.kind == "deed" and other[0].mention.kind in ("listed", "private"):
        return ()  # "Microsoft released Llama 3 on Azure": not its maker's deed
    return (Subject(owner, "company.model", 0.9),)


def _name(
    sentence: Sentence, clause: tuple[int, int], trigger: Trigger, event_type: EventType
) -> tuple[str, tuple[int, int]] | None:
    """Return what is launched, or who is meant: a known model near the trigger, else by pattern."""
    near = [
        mention
        for mention in sentence.companies
        if mention.kind == "model"
        and trigger.start <= mention.span[0] <= min(trigger.end + 60, clause[1])
    ]
    if near:
        return near[0].words, near[0].span
    base = sentence.start
    pattern = event_type.grammar(sentence.text).names
    found = pattern.search(sentence.text, clause[0] - base, clause[1] - base) if pattern else None
    if found is None:
        return None
    group = next((i for i in range(1, len(found.groups()) + 1) if found[i]), 0)
    start, end = found.span(group)
    return found[group], (start + base, end + base)


def _pairs(sentence: Sentence, clause: tuple[int, int], sizes: list[Size]) -> list[list[Size]]:
    """Divide sizes that stand beside dates of their own ("6,000 in May and 300 in June")."""
    heads = [size for size in sizes if not size.share]
    if len(heads) < 2:
        heads = [size for size in sizes if size.share] if not heads else heads
    dates = [d for d in sentence.dates if d.span and clause[0] <= d.span[0] < clause[1] and d.known]
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


def _dates(
    sentence: Sentence,
    clause: tuple[int, int],
    group: list[Size],
    trigger: Trigger,
    anchor: date | None,
    *,
    ahead: bool,
    paired: bool,
) -> tuple[DateSpan | None, DateSpan | None, DateSpan | None]:
    """Return the day of the news, a vague word for it, and the day of the deed."""
    base = sentence.start
    told: list[DateSpan] = []
    vague = effective = None
    centre = group[0].place if group else trigger.start
    for span in sentence.dates:
        if span.span is None or span.rule.endswith(("period", "to_date", "since")):
            continue
        leading = span.span[0] - base < 12
        if not (clause[0] <= span.span[0] < clause[1]) and not leading:
            continue
        before = sentence.text[max(0, span.span[0] - base - 30) : span.span[0] - base]
        lead = f"{before}{span.words}"
        if span.rule != "range" and (
            _SKIP_DATE.search(before) or re.match(r"since\b", span.words, re.I)
        ):
            if not (anchor and span.start and span.start > anchor):
                continue
        if span.start is None or span.end is None:
            vague = vague or span
        elif anchor is not None and span.start > anchor:
            effective = effective or span
        elif span.rule != "range" and (
            _BY.search(before) or re.match(r"(?:by|starting|until|before)\b", span.words, re.I)
        ):
            effective = effective or (span if span.end >= (anchor or span.end) else None)
        elif (
            anchor is not None
            and span.end > shift(anchor, 3)
            and (ahead or "later" in lead.lower())
        ):
            effective = effective or span
        else:
            told.append(span)
    if not told:
        return None, vague, effective
    fixed = [s for s in told if s.words.lower() != "this year"] or told
    best = min(
        fixed,
        key=lambda s: (
            0 if paired else _ORDER.index(s.precision),
            abs((s.span or (0, 0))[0] - centre),
        ),
    )
    return best, vague, effective


_EXTENDS = re.compile(
    r"\b(?:that|this|it|which|the (?:[\w-]+ ){0,2}?(?:cuts?|figure|move|reduction|layoffs|number|total|ceiling|round|plan|step"
    r"|measure|reductions|redundancies|jobs|positions|toll))\b[^.;]{0,50}?\b(?:is|are|was|were|means|meant|affects?|affected"
    r"|impacts?|would be|will affect|will hit|covers?|puts?|brings?)\b|\b(?:affected|affecting|impacted|impacting)\b|涉及|影响",
    re.IGNORECASE,
)
_EQUALS = re.compile(
    r"\b(?:represents?|represented|equals?|amounts? to|amounted to|works? out (?:at|to)|comes? (?:out )?to|corresponds? to"
    r"|translates? (?:in)?to|equates? to|accounts? for|equivalent to)\b|占|相当于|约合",
    re.IGNORECASE,
)
_DONE_BY = re.compile(
    r"\b(?:done|complet\w+|finish\w*|conclud\w+|take[s]? effect|effective|carried out|implemented|wrapped up|in place|last day"
    r"|leave|start|begin|notified|substantially)\b|完成|生效",
    re.IGNORECASE,
)


def _extend(drafts: list[Draft], sentence: Sentence, index: int, *, near: bool) -> None:
    """Add what the sentences after tell: a size ("That is about 1% of everyone"), or an end."""
    match = (_EXTENDS.search(sentence.text) if near else None) or _EQUALS.search(sentence.text)
    last = drafts[-1]
    others = {m.company for m in sentence.companies if m.kind in ("listed", "private")}
    if sentence.question or others - {last.subject.mention.company}:
        return
    if match is not None:
        span = (match.start() + sentence.start, match.end() + sentence.start)
        sizes = find_sizes(sentence, (sentence.start, sentence.end), [span])
        heads = [s.quantity for s in sizes if not s.share]
        shares = [s.quantity for s in sizes if s.share and s.whole]
        if heads and last.headcount is None:
            last = replace(last, headcount=heads[0])
        if shares and last.percent is None:
            last = replace(last, percent=shares[0])
    if last.effective is None and index - last.index <= 6 and _DONE_BY.search(sentence.text):
        known = last.date.end if last.date is not None else None
        ahead = [d for d in sentence.dates if d.start and (known is None or d.start > known)]
        if ahead:
            last = replace(last, effective=ahead[0])
    drafts[-1] = last
