"""Types of events as data, and the places of a sentence where one is spoken of.

A type is a TOML file (``lexicon/event_types/*.toml``; a user adds further ones). Its lists are
regular expressions, for English and for Chinese:

``phrases``
    the event by itself ("lay off", 裁员);
``verbs``, ``objects``, ``apart``
    a deed, what it is done to, and words that may not stand between the two;
``sized_verbs``
    deeds that mean many things and count only with a figure in front of the object;
``passives``
    what happens to an object in front of it ("6,000 jobs are cut");
``sized_passives``
    what counts only where a figure stands with the object ("6,000 of them were out");
``nouns``, ``acts``
    the event as a noun, and the verbs that make the noun an act of the company;
``context``
    words that count only where the text already speaks of such an event;
``names``
    how the name is told; its first group is the name;
``never``
    words that make the clause no such event;
``aside``
    words that only name a time or a likeness ("before the release of X"): nothing is told there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from eventstudy.articles.lexeme import Lexeme
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import lower, lowered
from eventstudy.errors import ArticleError

TriggerKind = Literal["phrase", "deed", "sized_deed", "passive", "noun", "context"]
_LISTS = (
    *("phrases", "verbs", "sized_verbs", "objects", "apart", "passives", "sized_passives"),
    *("nouns", "acts", "context", "names", "never", "aside"),
)
_BESIDE = 40  # how far in front of "jobs" its figure can stand
_BEHIND = 28  # and how far behind "headcount to come down by"
_CJK = re.compile(r"[\u3400-\u9fff]")
_NAME = "\ue000"  # stands for a known name, so that patterns can ask for one


@dataclass(frozen=True, slots=True)
class Trigger:
    """A place where an event is spoken of; the span points into ``Article.text``."""

    kind: TriggerKind
    start: int
    end: int
    words: str

    @property
    def strong(self) -> bool:
        """Whether the words are the deed itself rather than its name."""
        return self.kind not in ("noun", "context")


@dataclass(frozen=True, eq=False)
class Grammar:
    """The lists of one type in one language, compiled."""

    triggers: tuple[tuple[TriggerKind, Lexeme], ...]
    objects: tuple[Lexeme, ...]
    acts: Lexeme | None
    names: re.Pattern[str] | None
    never: Lexeme | None
    aside: Lexeme | None


@dataclass(frozen=True, eq=False)
class EventType:
    """A type of event: its name, whether it has sizes and names, and its grammars."""

    name: str
    sized: bool
    named: bool
    en: Grammar
    zh: Grammar

    def grammar(self, text: str) -> Grammar:
        """Return the grammar for a text's language."""
        chinese = len(re.findall(r"[\u3400-\u9fff]", text))
        return self.zh if chinese > 0.2 * len(text) else self.en


_BY_OBJECT = ("deed", "sized_deed", "passive")


def _either(words: list[str]) -> str:
    return "(?:" + "|".join(words) + ")"


def _in_two(objects: list[Lexeme]) -> tuple[Lexeme, ...]:
    """Return objects as two patterns: those sure of a piece, looked for first, and the others."""
    sure = [lexeme.pattern.pattern for lexeme in objects if lexeme.needles]
    unsure = [lexeme.pattern.pattern for lexeme in objects if not lexeme.needles]
    low = bool(objects) and objects[0].low
    return tuple(Lexeme(_either(words), low=low) for words in (sure, unsure) if words)


def _english(data: dict[str, list[str]], *, named: bool) -> Grammar:
    objects = [*data["objects"], f"{_NAME}+"] if named else data["objects"]
    step = (
        rf"(?:[\s-]+(?!{_either([*data['apart'], '$^'])}\b)[^\s,;:.!?()“”\"{_NAME}]+(?:[.,]\d+)*%?)"
    )
    triggers: list[tuple[TriggerKind, Lexeme]] = []

    def add(kind: TriggerKind, pattern: str) -> None:
        triggers.append((kind, lowered(pattern)))

    if data["phrases"]:
        add("phrase", rf"\b{_either(data['phrases'])}\b")
    target = rf"\b{_either(objects)}(?![\w])" if not named else rf"{_either(objects)}(?![\w])"
    quote = r"[\s-]+[\"“‘']?"
    if data["verbs"] and objects:
        aside = r"(?:,(?=\s))?" if named else ""  # "unveiled two of its own, Ernie 4.5 and X1"
        add("deed", rf"\b{_either(data['verbs'])}\b{step}{{0,10}}?{aside}{quote}{target}")
    if data["sized_verbs"] and objects:
        add("sized_deed", rf"\b{_either(data['sized_verbs'])}\b{step}{{0,10}}?{quote}{target}")
    if data["passives"] and objects:
        between = rf"(?:,[^,.;]{{0,60}},|{step}){{0,7}}?[\"”’']?"
        head = r"\b" if not named else ""
        add("passive", rf"{head}{_either(objects)}{between}\s+{_either(data['passives'])}")
    if data["sized_passives"] and objects:
        apart = rf"(?![\s-]+{_either(objects)}\b){step}"  # of two objects the nearer
        between = rf"(?:,[^,.;]{{0,60}},|{apart}){{0,10}}?,?[\"”’']?"
        add("sized_deed", rf"\b{_either(objects)}{between}\s+{_either(data['sized_passives'])}")
    if data["nouns"]:
        nouns = _either(data["nouns"])
        if named:
            add("passive", rf"\b{nouns}\s+of\b{step}{{0,8}}?{quote}{target}")
            add("noun", rf"{_either(objects)}(?:['’]s)?\s+(?:\w+\s+){{0,2}}?{nouns}\b")
        else:
            add("noun", rf"\b{nouns}\b")
    if data["context"]:
        add("context", rf"\b{_either(data['context'])}")
    return Grammar(
        tuple(triggers),
        _in_two([lowered(words) for words in objects]),
        Lexeme(rf"\b{_either(data['acts'])}\b", re.IGNORECASE) if data["acts"] else None,
        re.compile("|".join(data["names"])) if data["names"] else None,
        Lexeme(_either(data["never"]), re.IGNORECASE) if data["never"] else None,
        Lexeme(_either(data["aside"]), re.IGNORECASE) if data["aside"] else None,
    )


def _chinese(data: dict[str, list[str]], *, named: bool) -> Grammar:
    objects = [*data["objects"], f"{_NAME}+"] if named else data["objects"]
    step = rf"(?:(?!{_either([*data['apart'], '$^'])})[^，。；;！？])"
    triggers: list[tuple[TriggerKind, Lexeme]] = []

    def add(kind: TriggerKind, pattern: str) -> None:
        triggers.append((kind, Lexeme(pattern)))

    if data["phrases"]:
        add("phrase", _either(data["phrases"]))
    if data["verbs"] and objects:
        add("deed", rf"{_either(data['verbs'])}{step}{{0,24}}?{_either(objects)}")
    if data["sized_verbs"] and objects:
        add(
            "sized_deed",
            rf"{_either(data['sized_verbs'])}{step}{{0,16}}?{_either([*objects, '人'])}",
        )
    if data["passives"] and objects:
        add("passive", rf"{_either([*objects, '人'])}{step}{{0,14}}?{_either(data['passives'])}")
    if data["sized_passives"] and objects:
        passives = _either(data["sized_passives"])
        add("sized_deed", rf"{_either([*objects, '人'])}{step}{{0,16}}?{passives}")
    if data["nouns"] and not named:
        add("noun", _either(data["nouns"]))
    if data["context"]:
        add("context", _either(data["context"]))
    return Grammar(
        tuple(triggers),
        _in_two([Lexeme(words) for words in (*objects, "人")]) if objects else (),
        Lexeme(_either(data["acts"])) if data["acts"] else None,
        re.compile("|".join(data["names"])) if data["names"] else None,
        Lexeme(_either(data["never"])) if data["never"] else None,
        Lexeme(_either(data["aside"])) if data["aside"] else None,
    )


def parse_event_type(text: str, place: str) -> EventType:
    """Read a type from TOML.

    Raises
    ------
    ArticleError
        The file is no TOML, has no name, an unknown key, or a pattern that does not compile.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ArticleError(f"Event type {place} is not sound TOML: {error}.", path=place) from error
    unknown = set(data) - {"name", "sized", "named", "en", "zh"}
    for language in ("en", "zh"):
        unknown |= {f"{language}.{key}" for key in set(data.get(language, {})) - set(_LISTS)}
    if unknown or not isinstance(data.get("name"), str):
        problem = f"has unknown entries {sorted(unknown)}" if unknown else "has no name"
        raise ArticleError(
            f"Event type {place} {problem}; allowed are name, sized, named, and in [en] and [zh]: "
            f"{', '.join(_LISTS)}.",
            path=place,
        )

    def lists(language: str) -> dict[str, Any]:
        return {key: data.get(language, {}).get(key, []) for key in _LISTS}

    named = bool(data.get("named", False))
    try:
        return EventType(
            name=data["name"],
            sized=bool(data.get("sized", False)),
            named=named,
            en=_english(lists("en"), named=named),
            zh=_chinese(lists("zh"), named=named),
        )
    except re.error as error:
        raise ArticleError(
            f"Event type {place} holds a pattern that cannot be read ({error}): "
            f"{str(error.pattern)[:80]!r}.",
            path=place,
        ) from error


@cache
def event_types(*paths: str) -> tuple[EventType, ...]:
    """Return the shipped types and those of a user's files; of two with one name the later counts.

    Parameters
    ----------
    *paths
        TOML files of further types.

    Raises
    ------
    ArticleError
        A file cannot be read as an event type.
    """
    folder = files("eventstudy.articles").joinpath("lexicon/event_types")
    found: dict[str, EventType] = {}
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        shipped = parse_event_type(entry.read_text("utf-8"), entry.name)
        found[shipped.name] = shipped
    for path in paths:
        try:
            text = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ArticleError(f"Event type {path} cannot be read: {error}.", path=path) from error
        own = parse_event_type(text, path)
        found[own.name] = own
    return tuple(found.values())


def masked(sentence: Sentence) -> str:
    """Return the sentence with every known model name replaced by as many placeholder signs."""
    text = sentence.text
    for mention in sentence.companies:
        if mention.kind == "model":
            start, end = mention.span[0] - sentence.start, mention.span[1] - sentence.start
            text = text[:start] + _NAME * (end - start) + text[end:]
    return text


def find_triggers(sentence: Sentence, event_type: EventType) -> list[Trigger]:
    """Find where a sentence speaks of a type of event; overlapping places are joined.

    Returns
    -------
    list of Trigger
        In order of place; of overlapping ones the strongest, its span widened over the others.
    """
    text = masked(sentence) if event_type.named else sentence.text
    found = sorted(_raw(sentence, event_type, text), key=lambda trigger: trigger.start)
    joined: list[Trigger] = []
    for trigger in found:
        last = joined[-1] if joined else None
        if last is not None and trigger.start < last.end:
            best = min(last, trigger, key=lambda t: _ORDER.index(t.kind))
            start, end = last.start, max(last.end, trigger.end)
            words = sentence.text[start - sentence.start : end - sentence.start]
            joined[-1] = Trigger(best.kind, start, end, words)
        else:
            joined.append(trigger)
    return joined


_ORDER: tuple[TriggerKind, ...] = ("phrase", "deed", "sized_deed", "passive", "noun", "context")


def _raw(sentence: Sentence, event_type: EventType, text: str) -> Iterator[Trigger]:
    grammars = [event_type.en]
    if _CJK.search(text):
        grammars.append(event_type.zh)
    text = sentence.low if text is sentence.text else lower(text)
    for grammar in grammars:
        aside = [m.span() for m in grammar.aside.finditer(sentence.text)] if grammar.aside else []
        objects = not grammar.objects or any(words.search(text) for words in grammar.objects)
        for kind, pattern in grammar.triggers:
            by_object = kind in _BY_OBJECT or (kind == "noun" and event_type.named)
            if by_object and not objects:
                continue
            for match in pattern.finditer(text):
                if any(left <= match.start() and match.end() <= right for left, right in aside):
                    continue
                start, end = match.start() + sentence.start, match.end() + sentence.start
                if kind == "sized_deed" and not any(
                    start - _BESIDE <= figure.core[0] < end + _BEHIND for figure in sentence.figures
                ):
                    continue
                yield Trigger(kind, start, end, sentence.text[match.start() : match.end()])
