"""How many people, and what share of the staff: the figures of a clause that are sizes of a cut."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from eventstudy.articles.quantities import Figure, Quantity
from eventstudy.articles.sentences import Sentence

_PEOPLE_WORDS = (
    r"(?:jobs?|positions?|roles?|posts?|staff(?:ers)?|employees?|workers?|people|personnel|team members|associates|heads|persons|individuals"
    r"|layoffs?|job cuts?|dismissals?|redundanc(?:y|ies)|departures|departing|managers|engineers|contractors|professionals|full-timers|colleagues"
    r"|Googlers|Amazonians|FTEs?|cuts?|staff cuts?|lay-offs?|job losses|men and women|souls|(?-i:[A-Z][a-z]+(?:ers|ians|mates|izens|eers|ites))|of its (?:people|staff|employees|workers))"
)
_PEOPLE = re.compile(
    rf"[\s-]+(?:(?!(?:and|or|companies|firms|new|open|seasonal|additional)\b)[\w'’/&.-]+\s+){{0,5}}?{_PEOPLE_WORDS}\b",
    re.IGNORECASE,
)
_PEOPLE_AND = re.compile(rf"\s+[\w'’-]+\s+and\s+[\w'’-]+\s+{_PEOPLE_WORDS}\b", re.IGNORECASE)
_PEOPLE_ZH = re.compile(r"\s*[个名位]?(?:[^，。；、\d]{0,8}?)(?:人|员工|岗位|职位|雇员|职员|职工)")
_TOTAL_BEFORE = re.compile(
    r"(?:\b(?:has|have|had|employ(?:s|ed|ing)?|employing|workforce (?:of|stood at|stands at|was|is|at)|headcount (?:of|was|is|stood at|stands at|at|to)"
    r"|staff of|payroll of|(?:total|global|worldwide) (?:employees|staff|workforce|headcount)(?: (?:of|from|to|is|was))?|total(?:l?ing)?|out of|counted|counts|reported|team of"
    r"|(?:some )?of (?:its|the|their)(?: (?:company['’]s|group['’]s|firm['’]s|estimated|global|total|roughly|about|approximately|around|more than|nearly|over))*"
    r"|from|with|to|currently|numbered|among (?:its|the)|workforce,? (?:which|now)|staff (?:to|from|at)|down to|left with|leav(?:e|es|ing)|remaining|grew to|rose to|swelled to|doubled to)\s*"
    r"|(?:共有|拥有|员工总数(?:为|约|达)?|总员工数?(?:为|约)?|员工人数(?:为|约|达)?|目前有|雇有|雇佣了?|全球员工(?:总数)?(?:为|约|达)?|从|至|降至)\s*)$",
    re.IGNORECASE,
)
_TOTAL_AFTER = re.compile(
    r"^(?:-strong|[\s-]*(?:person|people|employee|member)[\s-](?:strong|workforce|company|firm|team)"
    r"|\s+(?:[\w-]+\s+){0,3}?(?:employees|people|workers|staff)\s+(?:worldwide|globally|as of|at the end|at the (?:start|beginning)|in total|altogether|on its (?:books|payroll)|it (?:employs|employed|had|has)|(?:who )?work(?:ed)? (?:there|for|at))"
    r"|\s+(?:in total|altogether|at the end of|as of|strong))",
    re.IGNORECASE,
)
_HIRING = re.compile(
    r"(?:\b(?:hir(?:e|es|ed|ing)|add(?:s|ed|ing)?|recruit(?:s|ed|ing)?|creat(?:e|es|ed|ing)|new|open|fill(?:s|ing)?|taking on|take on|took on|bring(?:s|ing)? (?:in|back)|rehir\w+|onboard\w*|vacan\w+)\b[^.;,]{0,30}"
    r"|(?:招聘|新增|招募|招人|增加)[^，。；]{0,8})$",
    re.IGNORECASE,
)
_HIRES_AFTER = re.compile(
    r"^\s+(?:[\w-]+\s+){0,2}?(?:hires|new|vacancies|openings|seasonal|open (?:roles|positions|jobs)|jobs? (?:were |was )?(?:created|added))\b",
    re.IGNORECASE,
)
_OTHER_UNIT = re.compile(
    r"^[\s-]*(?:days?|weeks?|months?|years?|hours?|minutes?|countries|companies|firms|offices|stores|locations|cities|states|sites|customers|users|GPUs?|chips|parameters|tokens|models|apps|products|shares|times|points|employers|startups|steps|teams|divisions|units|layers|percentage|th\b|st\b|nd\b|rd\b|billion|million|%|家|天|个月|年|周|小时|轮|次|个国家|亿)",
    re.IGNORECASE,
)
_SHARE_OF = re.compile(
    r"^\s*(?:or so |or more |or less )?(?:of|in)\s+(?P<what>(?:[\w'’&.,-]+\s+){0,6}?)(?P<noun>workforce|work force|staff(?:ers)?|employees?|headcount|people|jobs|positions|payroll|everyone|everybody|personnel|team(?: members)?|roles|workers|those (?:who|it)|ranks|posts|head count|company|us|you|total|whole|associates|colleagues|labou?r force)\b",
    re.IGNORECASE,
)
_SHARE_ITS = re.compile(
    r"^\s+(?P<what>(?:its|their|the|our|all)\s+(?:[\w'’&-]+\s+){0,4}?)(?P<noun>workforce|work force|staff|employees|headcount|people|jobs|positions|payroll|team|workers|personnel|ranks)\b",
    re.IGNORECASE,
)
_SHARE_NOUN = re.compile(
    r"^[\s-]*(?:(?:global|company-wide|overall|total|further|additional|across-the-board)\s+)?(?:workforce|staff|headcount|job|personnel|payroll|work force|staffing)\b[\s-]*(?:cuts?|reductions?|layoffs?|trim|cull|decrease)?|^\s+(?:layoffs?|lay-offs?|cut in (?:staff|headcount|workforce|jobs|its workforce)|reduction in (?:staff|force|headcount|workforce|its workforce|personnel)|fewer (?:people|employees|staff|jobs)|(?:smaller|leaner) (?:workforce|staff|headcount))",
    re.IGNORECASE,
)
_SHARE_BEFORE = re.compile(
    r"(?:\b(?:workforce|work force|staff|headcount|jobs|payroll|ranks|employees|personnel|staffing|team)(?: by| of| down)?(?: as much as| up to)?\s*"
    r"|\b(?:lay(?:ing|s)?[\s-]off|laid off|lay-?offs? of|lay-?offs?,? (?:affecting|hitting|covering|amounting to|totall?ing)|job cuts? of|let(?:ting)? go(?: of)?|dismiss(?:ing)?|shrink(?:s|ing)?(?: by)?|smaller by|reduction(?: in force)? of|cuts? of|downsiz\w+ (?:by|of))\s*"
    r"|(?:裁员|裁掉|裁减|裁撤|裁|减员|裁员比例|比例|规模)(?:比例|规模)?(?:为|达|约|高达|将达)?\s*|(?:占|员工总数的?|总人数的?|全球员工的?|员工的?|全员的?|人员的?|团队的?)[^，。；\d]{0,8})$",
    re.IGNORECASE,
)
_SHARE_ZH = re.compile(
    r"^\s*(?:的)?(?:全球|全体|公司|总)?(?:员工|人员|职工|雇员|岗位|职位|人手|人力|劳动力)"
)
_UNIT_WORDS = re.compile(
    r"\b(?:team|division|unit|department|gaming|cloud|sales|marketing|engineering|hardware|software|studio|office|HR|recruiting|legal|research|design|product|support|operations|manufacturing|retail|finance|services|video|news|content|policy|trust|safety|labs?|Reality|regional|local|management|managerial|contract|temporary|[A-Z][a-z]+(?:['’]s)?|some|certain|one|many|most|women|men|respondents|companies|American|European|tech|entry-level|routine|white-collar)\b"
)
_WHOLE_WORDS = re.compile(
    r"\b(?:its|their|the|our|all|total|global|worldwide|entire|overall|current|full-time|corporate|salaried|company|group|firm|own|everyone|remaining|salaried)\b",
    re.IGNORECASE,
)
_PART_NOUNS = re.compile(
    r"^\s*(?:of|in)\s+(?:its|the|their|all)?\s*(?:[\w-]+\s+){0,2}?(?:engineers|managers|recruiters|contractors|developers|code|executives|vice presidents|leaders|desk jobs)\b",
    re.IGNORECASE,
)
_PRICE_NEAR = re.compile(
    r"\b(?:shares?|stock|share price|trading|premarket|after[\s-]hours|market value|revenue|sales|profit|margin|income|earnings|spending|capex|costs?|upside|users|growth|target)\b|股价|盘前|盘后|涨|跌|营收|利润|市值",
    re.IGNORECASE,
)


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
    people = _PEOPLE.match(after) or _PEOPLE_AND.match(after) or _PEOPLE_ZH.match(after)
    if (
        quantity.value < 5
        or quantity.value > 1_000_000
        or (not people and _OTHER_UNIT.match(after))
    ):
        return None
    total = _TOTAL_BEFORE.search(before[-60:])
    if (
        total
        and direct
        and total[0].strip().lower() in ("with", "to", "from", "has", "have", "had")
    ):
        total = None
    if (
        total
        or _TOTAL_AFTER.match(after)
        or _HIRING.search(before[-40:])
        or _HIRES_AFTER.match(after)
    ):
        bare = re.search(
            r"\b(?:count|tally|number|total|cuts?|figure|layoffs?|number of \w+ [\w ]{0,24}) (?:to|at|from)\s*$",
            before[-50:],
            re.IGNORECASE,
        )
        if not bare or _HIRING.search(before[-40:]):
            return None
    if people:
        return Size(replace(quantity, rule="size.people"), share=False, place=figure.core[0])
    year_like = 1900 <= quantity.value <= 2100 and "," not in quantity.words
    if (
        year_like
        or not near
        or not re.match(
            r"\s*(?:[,.;:)—–，。；]|$|\b(?:in|on|by|for|with|and|when|this|last|as|more|were|was|are|will|left|went|follow|earlier|at the|people|after|over)\b)",
            after,
        )
    ):
        return None
    return Size(replace(quantity, rule="size.bare"), share=False, place=figure.core[0])


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
        if quantity.qualifier == "exact" and re.search(r"约占[^，。；]{0,8}$", before[-14:]):
            quantity = replace(quantity, qualifier="about", low=None, high=None)
        return Size(
            replace(quantity, rule="size.share_before"), True, figure.core[0], whole=not unit
        )
    if _SHARE_ZH.match(after):
        return Size(replace(quantity, rule="size.share_of"), True, figure.core[0])
    if re.match(r"\s*(?:的)?[^，。；\d%％]{0,6}(?:员工|人员|岗位|人)", after) and near:
        return Size(replace(quantity, rule="size.share_of"), True, figure.core[0], whole=False)
    price = _PRICE_NEAR.search(before[-40:]) or _PRICE_NEAR.search(after[:30])
    if (
        direct
        or (
            near
            and re.match(
                r"\s*(?:\b(?:were|was|are|will be|let go|in|on|last|this|during|earlier|two|three|a)\b|[,.;)]|$)",
                after,
            )
        )
    ) and not price:
        return Size(replace(quantity, rule="size.share_near"), True, figure.core[0])
    return None
