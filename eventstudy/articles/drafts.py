"""Clauses to drafts of announcements: each what one clause says, before they are put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from eventstudy.articles import judgement
from eventstudy.articles.clauses import clauses_of, pair_sizes
from eventstudy.articles.clock import find_time
from eventstudy.articles.continuation import extend, named_later, taken_back, told_before
from eventstudy.articles.draft import Draft
from eventstudy.articles.event_types import EventType, Trigger, find_triggers
from eventstudy.articles.headings import Heading
from eventstudy.articles.records import Evidence, Rejection
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.sizes import Size, find_sizes
from eventstudy.articles.stance import read_stance
from eventstudy.articles.subjects import Discourse, Subject, find_subjects
from eventstudy.articles.timing import find_days
from eventstudy.articles.wording import wording

_NEXT = 12  # characters between a noun and the date that belongs to it
_TOGETHER = re.compile(r"纷纷|都|均|\b(?:both|all|each)\b", re.IGNORECASE)
_PORTION = wording("continuation.portion")
_KNOWN = re.compile(
    r"\b(?:the|these|those|such|that|this)\s+(?:\w+\s)?$|(?:该|这些|这次|此次)$", re.IGNORECASE
)


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
    triggered = [find_triggers(sentence, event_type) for sentence in sentences]
    topical = any(s.opening and found for s, found in zip(sentences, triggered, strict=True))
    for index, sentence in enumerate(sentences):
        triggers = triggered[index]
        listed = event_type.sized and _is_entry(discourse, drafts, index, topical=topical)
        triggers = triggers or (_counted(sentence) if listed else [])
        recent = bool(drafts) and index - drafts[-1].index <= 2
        same = recent and drafts[-1].sentence.paragraph == sentence.paragraph
        idle = all(t.kind == "context" for t in triggers)
        idle = idle and not ((recent or listed) and sentence.figures)
        if idle or not triggers:
            if drafts and event_type.sized:
                next_to = same or index - drafts[-1].index == 1
                drafts[-1] = extend(drafts[-1], sentence, index, near=next_to)
            continue
        for clause, found in clauses_of(sentence, triggers):
            trigger = min(found, key=lambda t: (not t.strong, t.kind == "context", t.start))
            spans = [(t.start, t.end) for t in found]
            sizes = find_sizes(sentence, clause, spans) if event_type.sized else []
            reason = judgement.why_not(sentence, clause, trigger, event_type, sized=bool(sizes))
            if not reason and trigger.kind == "context" and not ((recent or listed) and sizes):
                reason = "no_context"
            made: list[Draft] = []
            if not reason:
                made = _drafts(
                    sentence, index, clause, trigger, sizes, event_type, discourse, anchor
                )
                reason = "" if made else "no_company"
                if made and taken_back(made[0], sentences[index + 1 : index + 9]):
                    made, reason = [], "taken_back"
            if index and sizes:
                made = [told_before(draft, sentences[index - 1]) for draft in made]
            made = [_under(draft, discourse.headings[index], anchor) for draft in made]
            made = [draft for draft in made if not _is_part(draft, drafts)]
            drafts += [named_later(draft, sentences[index + 1 : index + 3]) for draft in made]
            if reason:
                proof = Evidence(
                    article_id, trigger.start, trigger.end, trigger.words, trigger.kind
                )
                rejections.append(Rejection(proof, reason))
    return drafts, rejections


def _is_entry(discourse: Discourse, drafts: Sequence[Draft], index: int, *, topical: bool) -> bool:
    """Say whether a sentence opens an entry of a list that tells such events."""
    heading = discourse.headings[index]
    if heading is None or not (topical or any(draft.headed for draft in drafts)):
        return False
    return all(draft.subject.mention is not heading.mention for draft in drafts)


def _counted(sentence: Sentence) -> list[Trigger]:
    """Return the first number of jobs or people of a sentence as a trigger."""
    sizes = find_sizes(sentence, (sentence.start, sentence.end), [])
    sizes = [s for s in sizes if s.whole]
    if not sizes:
        return []
    start, end = sizes[0].quantity.span
    return [Trigger("context", start, end, sizes[0].quantity.words)]


def _is_part(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Say whether a draft only tells a part of the one before ("In Germany, 2,850 posts ...")."""
    last = drafts[-1] if drafts else None
    if last is None or draft.headcount is None or last.headcount is None or draft.date is not None:
        return False
    near = last.sentence.paragraph == draft.sentence.paragraph and last.index < draft.index
    same = last.subject.mention.company == draft.subject.mention.company
    smaller = draft.headcount.value < last.headcount.value and draft.percent is None
    return near and same and smaller and _PORTION.match(draft.sentence.low) is not None


def _under(draft: Draft, heading: Heading | None, anchor: date | None) -> Draft:
    """Date what stands under a heading with a day by that day."""
    day = heading.date if heading is not None else None
    if day is None or day.end is None or draft.date is not None or draft.vague is not None:
        return draft
    if anchor is not None and day.end > anchor and day.start == day.end:
        try:
            last = day.end.replace(year=day.end.year - 1)  # a list looks back
        except ValueError:
            return draft
        day = replace(day, start=last, end=last)
    return replace(draft, date=day) if anchor is None or (day.end or anchor) <= anchor else draft


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
    weak = trigger.kind == "noun" and not sizes
    weak = weak and _only_mentions(sentence, words, trigger, event_type, subjects)
    stance = read_stance(sentence, clause, trigger, event_type, sized=bool(sizes))
    time = find_time(sentence, clause)
    made = []
    groups = _groups(sentence, clause, subjects, sizes)
    for whose, group in groups:
        day, vague, effective = find_days(
            sentence,
            clause,
            group,
            trigger,
            anchor,
            ahead=stance.planned,
            paired=len(groups) > 1 or (event_type.named and trigger.kind == "noun"),
        )
        heads = [s.quantity for s in group if not s.share]
        shares = [s.quantity for s in group if s.share and s.whole]
        parts = [s.quantity for s in group if s.share and not s.whole]
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
                status=stance.status,
                news=stance.news,
                spoken=stance.spoken,
                ahead=stance.ahead,
                time=time,
                earlier=stance.earlier and day is not None,
                headed=discourse.heads(index, subject),
                further=stance.further,
                weak=weak,
            )
            for subject in whose
        ]
    return made


def _groups(
    sentence: Sentence, clause: tuple[int, int], subjects: tuple[Subject, ...], sizes: list[Size]
) -> list[tuple[tuple[Subject, ...], list[Size]]]:
    """Return who has which sizes: all have all, but for dates of their own or "respectively"."""
    words = sentence.text[slice(*(place - sentence.start for place in clause))]
    if len(subjects) == len(sizes) > 1 and re.search(r"\brespectively\b|分别", words):
        return [((who,), [size]) for who, size in zip(subjects, sizes, strict=True)]
    return [(subjects, group) for group in pair_sizes(sentence, clause, sizes)]


def _only_mentions(
    sentence: Sentence,
    words: str,
    trigger: Trigger,
    event_type: EventType,
    subjects: Sequence[Subject],
) -> bool:
    """Say whether a noun without a size only mentions the event ("after the layoffs")."""
    if event_type.named and _beside_date(sentence, trigger):
        return False
    acts = event_type.grammar(sentence.text).acts
    act = acts is not None and acts.search(words) is not None
    known = _KNOWN.search(sentence.text[: trigger.start - sentence.start]) is not None
    return known or not (act and _has_subject(subjects, words))


def _beside_date(sentence: Sentence, trigger: Trigger) -> bool:
    """Say whether a date follows a noun directly ("the release of R1 in January 2025")."""
    places = [d.span[0] for d in sentence.dates if d.span is not None and d.known]
    return any(0 <= place - trigger.end < _NEXT for place in places)


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
        return tuple(sure if _TOGETHER.search(words) else sure[:1])
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
    start = found.start(group)
    name = found[group].rstrip(".")
    return name, (start + base, start + len(name) + base)
