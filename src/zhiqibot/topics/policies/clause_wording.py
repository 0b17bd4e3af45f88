"""What a question asks of clauses: its telling words, each beside what documents write for it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from zhiqibot.content.policies import ClauseWords, fold
from zhiqibot.topics.policies.leaning import Leaning
from zhiqibot.topics.policies.postings import Cut
from zhiqibot.topics.policies.question import ASKING, Aspect, Question, without_aspect
from zhiqibot.topics.policies.reading import Reading

Telling = tuple[str, ...]
"""A word as it was said, then what documents write for it; an action ends with LIGHT."""
LIGHT = ""
LONGEST_PLAIN = 8  # characters; a longer word is no word of asking, and would take long to tell
MOST = 24
"""Telling words of one question; a story has more than that, and they find no clause."""
_OWN_NUMBER = re.compile(
    r"花?第?(?:\d+(?:\.\d+)?|[一二两三四五六七八九十半仨俩]+)[多来几]?[十百千万亿]*(?:多|来)?"
    r"(?:立方米?|平方米?|千瓦|平米|平|方|公里|个月?|工作日|[吨亩年月天人家元块台套条辆张间份名单场次趟顿岁部%回位只头口株棵件斤栋户班节箱批度]|(?=[^\w]|$))|\d+(?:\.\d+)?[十百千万亿]+(?:多|来)?元?|(?<!减)一半"
)
"""What a person says of their own case is held against the clause by its reader; no clause has that very number."""
_FILLER = re.compile(
    r"(?:一年|每年|头[一两三几]年|今年|明年|去年|前年|20\d\d年?|每月|一个月|一个人|一人|一个|几[千百万个家场部年月条档块亩吨人次天份间台辆]|[县省市]里|全[县省市]|"
    r"最高|最多|最低|最少|上限|封顶|[每一][家台套户]|单个|有效|过期|到期|失效|作废|\W)+"
)
_COMMON = re.compile(
    r"(?:补贴|补助|津贴|奖励|奖补|奖金|政策|标准|支持|资金|比例|条件|门槛|资格|流程|项目|企业|公司|申请|申报|县|市|省|款|钱|金|\W)+"
)
"""Words of nearly every policy: they do not tell one from the other."""
_NAMELESS = re.compile(rf"{_COMMON.pattern}|优惠|便宜|打折|少[收交]|工人|员工|职工|[\d.+%]+")
"""Words that every policy has, and numbers: alone they do not tell what is asked about (便宜几毛, 7+12)."""
_ANOTHER = frozenset("人园后")
"""Characters that make another thing of the word they are added to (机器人 is no 机器)."""
_PARTICLES = re.compile(r"^(?:最|要(?![素求件点])|想)(?=.)|(?<=.)[个过了着没不里能补奖都也还就]+$")
"""What a cutter joins to a word it does not know (货过, 村里)."""
_WHEN = re.compile(
    r"(?:什么|啥)时候\S{0,4}(?:报|申|交|领|办|受理)|几月(?!底)|(?:报|申请|受理|申报)几[回次]|哪几?个月|(?:报|申请|受理|申报)的?时间"
)
_PAID_FOR = re.compile(r"补|贴息|报销|资助|减免|给报")
"""Whoever asks what is paid towards a fee (利息补不补) does not ask how high the fee is."""
_PAID_WHEN = re.compile(r"(?:什么|啥)时候\S{0,3}(?:到账|拨付|兑付|打款|发下来|批下来|审完)")


@dataclass(frozen=True)
class ClauseQuestion(Question):
    """A question as documents are asked it: they set times for applying that cards seldom have."""

    @cached_property
    def aspect(self) -> Aspect:
        found = Question(self.text).aspect
        if found is Aspect.GENERAL and _PAID_WHEN.search(self.text):
            return Aspect.DURATION
        return Aspect.DEADLINE if found in (Aspect.GENERAL, Aspect.AMOUNT) and _WHEN.search(self.text) else found

    @cached_property
    def attribute(self) -> str:
        return "" if _PAID_FOR.search(self.text) else Question(self.text).attribute


@dataclass(frozen=True)
class ClauseWording:
    """Knows how formal documents put what people say."""

    words: ClauseWords
    cut: Cut
    _formal: Mapping[str, Telling] = field(init=False)
    _plain: "re.Pattern[str]" = field(init=False)
    _pattern: "re.Pattern[str]" = field(init=False)

    def __post_init__(self) -> None:
        formal: dict[str, Telling] = {}
        for word, group in (*self.words.synonyms.items(), *self.words.actions.items()):
            for said in group:
                formal[fold(said)] = (*formal.get(fold(said), (fold(said),)), fold(word))
            formal.setdefault(fold(word), (fold(word),))
        named = {fold(said) for word, group in self.words.synonyms.items() for said in (word, *group)}
        for said in formal.keys() - named:
            formal[said] = (*formal[said], LIGHT)
        sayings = sorted((one for one in formal if len(one) > 1), key=len, reverse=True)
        plain = sorted(map(fold, self.words.plain.split()), key=len, reverse=True)
        object.__setattr__(self, "_formal", formal)
        plainly = "|".join((*map(re.escape, plain), _FILLER.pattern, ASKING.pattern))
        object.__setattr__(self, "_plain", re.compile(rf"(?:{plainly})+"))
        object.__setattr__(self, "_pattern", re.compile("|".join(map(re.escape, sayings)) or r"(?!)"))

    def asked_with(self, reading: Reading, leaning: Leaning) -> Reading:
        """Return a reading as clauses are asked with it."""
        text = reading.said if reading.leans else without_aspect(leaning.places.without(reading.question.text))
        telling = self.telling(text) or self.telling(reading.subject)
        reworded = leaning.words.apply(text)
        also = self.telling(reworded) if reworded != text else ()
        return replace(
            reading,
            question=ClauseQuestion(_asked_in_full(reading)),
            search=f"{' '.join(form for forms in telling for form in forms)} {reading.own}",
            telling=telling,
            also=also,
            own=self._reworded(reading.own),
        )

    def telling(self, text: str) -> tuple[Telling, ...]:
        """Return the telling words of a text; those that every policy has only where there are no others."""
        found = list(dict.fromkeys(self._words(_OWN_NUMBER.sub(" ", text))))[:MOST]
        return tuple(one for one in found if not _COMMON.fullmatch(one[0])) or tuple(found)

    def _words(self, text: str) -> Iterator[Telling]:
        """Yield the words of a text; what is known in other words is looked for first."""
        end = 0
        for match in self._pattern.finditer(text):
            if text[match.end() : match.end() + 1] in _ANOTHER and match[0] + text[match.end()] in self.cut(text):
                continue
            yield from self._cut(text[end : match.start()])
            yield self._formal[match[0]]
            end = match.end()
        yield from self._cut(text[end:])

    def _cut(self, text: str) -> Iterator[Telling]:
        for word in self.cut(text):
            if word.strip() and not (len(word) <= LONGEST_PLAIN and self._plain.fullmatch(word)):
                bare = _PARTICLES.sub("", word) or word
                yield self._formal.get(bare, (bare,))

    def _reworded(self, text: str) -> str:
        return self._pattern.sub(lambda match: next((one for one in self._formal[match[0]][1:] if one), match[0]), text)


def _asked_in_full(reading: Reading) -> str:
    """Return what is asked; a follow-up that only names another tier (“大专的呢”) asks what was asked before."""
    bare = reading.leans and reading.fresh and Question(reading.question.text).aspect is Aspect.GENERAL
    return reading.full if bare else reading.question.text


def names_something(telling: Iterable[Telling]) -> bool:
    """Tell whether telling words name a subject: single characters are found anywhere, and common words everywhere."""
    return any(len(form) > 1 for word in telling if not is_nameless(word) for form in word)


def is_nameless(word: Telling) -> bool:
    """Tell whether a word is one that every policy has."""
    return bool(_NAMELESS.fullmatch(word[0]))
