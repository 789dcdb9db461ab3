"""How many people, and what share of the staff: the figures of a clause that are sizes of a cut."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from eventstudy.articles.quantities import Figure, Qualifier, Quantity
from eventstudy.articles.sentences import Sentence
from eventstudy.articles.wording import wording

_PEOPLE = wording("sizes.people")
_PEOPLE_AND = wording("sizes.people_and")
_COUNTED_CUT = wording("sizes.counted_cut")
_AFTER_BARE = wording("sizes.after_bare")
_AFTER_SHARE = wording("sizes.after_share")
_PEOPLE_ZH = re.compile(
    r"\s*[名位](?=[，。；、]|$)|\s*[个名位]?(?:[^，。；、\d]{0,8}?)(?:人|员工|岗位|职位|雇员|职员|职工|同事|伙伴|工程师|导师|经理|高管|司机|职缺|[^，。；、\d]{1,4}员)"
)
_TOTAL_BEFORE = wording("sizes.total_before")
_TOTAL_AFTER = wording("sizes.total_after")
_HIRING = wording("sizes.hiring")
_CUT_AFTER = re.compile(
    r"\s+(?:[\w-]+\s+){0,3}?(?:released|laid off|let go|dismissed|made redundant|losing their"
    r"|being (?:cut|let go|laid off))\b",
    re.IGNORECASE,
)
_NUMBERED = wording("sizes.numbered")
_HIRES_AFTER = wording("sizes.hires_after")
_OTHER_UNIT = wording("sizes.other_unit")
_SHARE_OF = wording("sizes.share_of")
_SHARE_ITS = wording("sizes.share_its")
_SHARE_NOUN = wording("sizes.share_noun")
_SHARE_BEFORE = wording("sizes.share_before")
_SHARE_ZH = re.compile(
    r"^\s*(?:的)?(?:全球|全体|公司|总)?(?:员工|人员|职工|雇员|岗位|职位|人手|人力|劳动力)"
)
_UNIT_WORDS = wording("sizes.unit_words")
_WHOLE_WORDS = wording("sizes.whole_words")
_PART_NOUNS = wording("sizes.part_nouns")
_PRICE_NEAR = wording("sizes.price_near")


@dataclass(frozen=True, slots=True)
class Size:
    """A size of a cut: a number of people, or a share of the staff."""

    quantity: Quantity
    share: bool
    place: int
    whole: bool = True


def find_sizes(
    sentence: Sentence, clause: tuple[int, int], spans: list[tuple[int, int]]
) -> list[Size]:
    """Return the sizes a clause states.

    Parameters
    ----------
    sentence
        The sentence.
    clause
        The span of the clause in ``Article.text``.
    spans
        The triggers of the clause: a figure within one is its direct object.

    Returns
    -------
    list of Size
        In order of place. Total staff, hiring, open posts, money, other units and moves of the
        share price are left out; a share of one unit comes with ``whole=False``.
    """
    sizes = []
    for figure in sentence.figures:
        start, end = figure.quantity.span
        if start < clause[0] or end > clause[1]:
            continue
        direct = any(left <= figure.core[0] and figure.core[1] <= right for left, right in spans)
        near = any(left - 45 <= start and end <= right + 90 for left, right in spans)
        if figure.kind == "count":
            size = _headcount(sentence, figure, direct=direct, near=near)
        elif figure.kind == "percent":
            size = _share(sentence, figure, direct=direct, near=near)
        else:
            size = None
        if size is not None:
            sizes.append(size)
    return sizes


def _around(sentence: Sentence, figure: Figure) -> tuple[str, str]:
    start, end = figure.quantity.span
    return sentence.text[: start - sentence.start], sentence.text[end - sentence.start :]


def _headcount(sentence: Sentence, figure: Figure, *, direct: bool, near: bool) -> Size | None:
    before, after = _around(sentence, figure)
    quantity = figure.quantity
    if quantity.value != int(quantity.value):
        return None  # nobody counts people in parts
    people = _PEOPLE.match(after) or _PEOPLE_AND.match(after) or _PEOPLE_ZH.match(after)
    if (
        quantity.value < 5
        or quantity.value > 1_000_000
        or ((not people or after[:1] == "-") and _OTHER_UNIT.match(after))
    ):
        return None
    numbered = _NUMBERED.search(before[-14:])
    if re.search(r"\d[:.]$", before) or re.match(r"(?::\d\d)?\s?[ap]\.?m\b", after):
        return None  # a time of day
    if numbered and not before[-14:][numbered.end() :].strip():
        return None
    total = _TOTAL_BEFORE.search(before[-60:])
    if (
        total
        and direct
        and total[0].strip().lower() in ("with", "to", "from", "has", "have", "had")
    ):
        total = None
    if _CUT_AFTER.match(after):
        total = None
    if (
        total
        or _TOTAL_AFTER.match(after)
        or _HIRING.search(before[-40:])
        or _HIRES_AFTER.match(after)
    ):
        bare = _COUNTED_CUT.search(before[-50:])
        if not bare or _HIRING.search(before[-40:]):
            return None
    if people:
        return Size(replace(quantity, rule="size.people"), share=False, place=figure.core[0])
    year_like = 1900 <= quantity.value <= 2100 and "," not in quantity.words
    if year_like or not near or not _AFTER_BARE.match(after):
        return None
    return Size(replace(quantity, rule="size.bare"), share=False, place=figure.core[0])


_HEDGE_ZH: tuple[tuple[Qualifier, str], ...] = (
    ("about", "大约|约"),
    ("less_than", "不到|不足|未到"),
    ("nearly", "将近|接近|近"),
    ("more_than", "超过|超|逾"),
    ("up_to", "最多|至多"),
    ("at_least", "至少"),
)


def _hedged(quantity: Quantity, before: str) -> Quantity:
    """Read a hedge that whose share it is parts from the number ("不到员工总数的4%")."""
    if quantity.qualifier != "exact":
        return quantity
    for qualifier, words in _HEDGE_ZH:
        if re.search(rf"(?:{words})(?:占|相当于|为)?[^，。；\d]{{0,14}}的?$", before[-20:]):
            return replace(quantity, qualifier=qualifier, low=None, high=None)
    return quantity


def _share(sentence: Sentence, figure: Figure, *, direct: bool, near: bool) -> Size | None:
    before, after = _around(sentence, figure)
    quantity = figure.quantity
    if not 0 < quantity.value <= 100 or _PART_NOUNS.match(after):
        return None
    of = _SHARE_OF.match(after) or _SHARE_ITS.match(after)
    if of:
        what = of["what"]
        unit = bool(_UNIT_WORDS.search(what)) and not re.fullmatch(
            r"(?:[\w&.]+['’]s?\s+)?(?:(?:total|global|entire|overall|worldwide|current|corporate|salaried|full-time|own|whole)\s+)*",
            what.strip() + " ",
        )
        return Size(replace(quantity, rule="size.share_of"), True, figure.core[0], whole=not unit)
    if _SHARE_NOUN.match(after):
        return Size(replace(quantity, rule="size.share_noun"), True, figure.core[0])
    if _SHARE_BEFORE.search(before[-60:]):
        unit = bool(re.search(r"(?:团队|部门|事业部|业务|办公室)[^，。；]{0,6}$", before[-20:]))
        quantity = _hedged(quantity, before)
        return Size(
            replace(quantity, rule="size.share_before"), True, figure.core[0], whole=not unit
        )
    if _SHARE_ZH.match(after):
        return Size(replace(quantity, rule="size.share_of"), True, figure.core[0])
    if re.match(r"\s*(?:的)?[^，。；\d%％]{0,6}(?:员工|人员|岗位|人)", after) and near:
        return Size(replace(quantity, rule="size.share_of"), True, figure.core[0], whole=False)
    price = _PRICE_NEAR.search(before[-40:]) or _PRICE_NEAR.search(after[:30])
    if (direct or (near and _AFTER_SHARE.match(after))) and not price:
        return Size(replace(quantity, rule="size.share_near"), True, figure.core[0])
    return None
