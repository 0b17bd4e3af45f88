"""One question in its context: what it is about, where, which tier, and whether it leans on the question before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zhiqibot.content.policies import fold
from zhiqibot.nlu.homophones import Homophones
from zhiqibot.topics.policies.following import tells_figure
from zhiqibot.topics.policies.places import Named, Places
from zhiqibot.topics.policies.question import Aspect, Question, split
from zhiqibot.topics.policies.tiers import DIMENSIONS, merged, named_choices

MAX_PARTS = 3
_ASKING = re.compile(
    r"[?吗呢不没]$|什么|啥|哪|怎么|咋|谁|几|多少|多久|有没有|能不能|是不是|可不可以|如何|吗|呢|中不中|行不行|多大|不是"
)
_LEANS = re.compile(
    r"^(?:那|它|这摊子?事|这事儿?|这块|这方面|这个|这项|这条|这笔|这种|那个|那项|那条|该项|上面|刚才|刚刚|前面|要是|如果|换成)|呢[?。]?$|这个(?:补贴|奖励|政策|钱)|"
    r"^(?:还|都|也|得|需要|要|去|找|归|几|多|什么|啥|怎么|咋|哪|收不收|要不要|用不用|贵不贵|(?:能不?能?)?在?(?:网上|手机上?)(?:能|弄|办|申))"
    r"|^(?:不对|不是|错了)?,?[我俺咱]们?(?:是|想|要)?问的(?:就?是)"
    r"|^(?:一共|总共|合计|总计|加起来|拢共|统共|共|分|是?按[月年季]|一次性?|谁|留下?来?|其中|在?(?:啥|什么)地方|(?:现在|\d+月份?|[一二三四五六七八九十]+月份?|年底|月底)(?:还|才)?能|最低工资|(?:\d+|[一二两三四五六七八九十]+)(?:个月|年)(?:一共|总共|下来|多少))"
)
_NE_HERE = re.compile(r"(?<![中好行是对成以妥谢得])[嘞咧哩](?=[,，。?？!！]|$)")
"""How people of Henan say 呢; 中嘞 says yes."""
_MORE = re.compile(
    r"还有(?:别的|其他|其它|什么|啥|哪些|没有|没)|(?:别的|其他|其它)(?:还有|呢|的呢|政策|补贴)|再(?:说|列|来)(?:几|点)"
)
SO_TAIL = re.compile(r"[,，]?(?:对[吧吗么]|对不对|是吧|没错吧|是不是啊?|是真的[吗么不]|真的假的|是真是假)[?？。!！]*$")
"""Words that only ask whether it is so."""
_FIGURE = re.compile(r"\d+(?:\.\d+)?[十百千万亿]*(?:元|块钱?)?(?![\d%级号条千k年])")
_ASKS_COST = re.compile(r"^(?:要|用|得|还)?(?:花|掏|交|收)?(?:钱|费)[不吗么]?[?？]*$")
_LONG_SUBJECT = 7
_BARE = 4
_POINTS_BACK = re.compile(r"这(?:个|项|笔|种|条|事)|那(?:个|项|笔|种|条)|它|该(?:项|政策)|上述")


@dataclass(frozen=True)
class Reading:
    """A question ready to be searched for."""

    question: Question
    search: str
    subject: str
    said: str
    """The subject in the person's own words; `subject` has the cards' words in their place."""
    places: Named
    tiers: Mapping[str, set[str]]
    full: str
    """The question as the next follow-up should see it."""
    leans: bool = False
    own: str = ""
    """What a follow-up adds of its own (路费 of “路费呢”)."""
    fresh: Mapping[str, set[str]] = field(default_factory=dict)
    """The tiers this question names itself, without those of the questions before."""
    beside: str = ""
    """What the question before asked, where this one turns to another subject (“电费有没有优惠”, “那燃气呢”)."""
    more: bool = False
    """“还有别的吗”: the rest of the same topic is asked for."""
    telling: Sequence[tuple[str, ...]] = ()
    """For clauses: the words that name the subject, each followed by what documents write for it."""
    also: Sequence[tuple[str, ...]] = ()
    """The same with the cards' words in the place of what was said."""


class Rewording:
    """Puts the cards' words in the place of what people say; longest sayings first."""

    def __init__(self, synonyms: Mapping[str, tuple[str, ...]], spelling: Homophones | None = None) -> None:
        self._words = {fold(said): fold(word) for word, group in synonyms.items() for said in group}
        self._spelling = spelling
        sayings = sorted(self._words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, sayings)) or r"(?!)")

    def mend(self, text: str) -> str:
        """Return a folded text with words that only sound right put right."""
        return self._spelling.mend(text) if self._spelling else text

    def apply(self, text: str) -> str:
        """Return a folded text in the cards' words."""
        return self._pattern.sub(lambda match: self._words[match[0]], text)


def remembered(reading: Reading, keyword: str) -> str:
    """Return the question as the next follow-up should see it: a follow-up alone may have lost its subject."""
    return f"{keyword},{reading.full}" if reading.leans and keyword not in reading.full else reading.full


def asks(text: str) -> bool:
    """Tell whether a part of a message asks something rather than setting the scene."""
    return bool(_ASKING.search(text)) or Question.read(text).aspect is not Aspect.GENERAL


def parts_of(text: str) -> list[str]:
    """Split a message into questions; what only sets the scene joins the question after it."""
    questions: list[str] = []
    scene: list[str] = []
    for part in split(_NE_HERE.sub("呢", text)):
        scene.append(part)
        if asks(part):
            questions.append(",".join(scene))
            scene = []
    if scene:
        questions.append(",".join(scene)) if not questions else None
    return questions[:MAX_PARTS]


def read(text: str, context: str | None, places: Places, words: "Rewording", *, lean: bool = False) -> Reading:
    """Read one question; `context` is the question before it, if any; `lean` reads it as a follow-up in any case."""
    alone = _alone(text, places, words)
    if not context or not context.strip():
        return alone
    before = _alone(context, places, words)
    more = bool(_MORE.search(alone.question.text)) and len(alone.subject) <= _LONG_SUBJECT
    if not (more or lean or _leans_on(alone)):
        return alone
    own_words = without_tiers(alone.subject)
    search = f"{before.search} {own_words}" if len(own_words) > 1 else before.search
    return Reading(
        question=alone.question,
        search=search,
        subject=before.subject,
        said=before.said,
        places=alone.places if alone.places.regions or alone.places.own else before.places,
        tiers=merged(before.tiers, alone.tiers),
        full=_joined(before, alone, places),
        leans=True,
        own=own_words,
        fresh=alone.tiers,
        more=more,
    )


def _joined(before: Reading, now: Reading, places: Places) -> str:
    """The next follow-up needs the subject, the latest place and the latest tier, not every wording on the way."""
    kept = places.moved(before.full, now.places)
    if not now.tiers:
        return kept
    for dimension in now.tiers:
        for asked, _ in DIMENSIONS[dimension].values():
            kept = re.sub(asked, "", kept)
    return f"{kept},{now.question.text}"


def _alone(text: str, places: Places, words: "Rewording") -> Reading:
    question = Question.read(words.mend(fold(text)))
    named = places.find_mended(question.text, fold(text))
    tiers = named_choices(question.text)
    asked = SO_TAIL.sub("", places.without(question.text)) or question.text
    # a figure taken for granted is no part of what is asked about
    bare = Question(_FIGURE.sub("", asked) if question.presumes else asked)
    reworded = Question(words.apply(bare.text))
    search = bare.text if reworded.text == bare.text else f"{bare.text} {reworded.text}"
    return Reading(question, search, reworded.subject, bare.subject, named, tiers, question.text)


def _leans_on(alone: Reading) -> bool:
    if tells_figure(alone.question.text) or _ASKS_COST.match(alone.question.text):
        return True
    subject = without_tiers(alone.subject)
    if len(subject) <= 1 or (len(subject) <= _BARE and _POINTS_BACK.search(alone.question.text)):
        return True
    return len(subject) <= _LONG_SUBJECT and bool(_LEANS.search(alone.question.text))


_TIER_WORDS = re.compile(
    r"硕士|研究生|博士|本科生?|专科生?|大专|学历|双一流|985|211|普通|其他|高校|学校|大学|院校|毕业生?|主板|创业板|科创板|北交所|境外|港股|新三板|交易板|展示板|低压|高压|重要用户|"
    r"[一二两三四五六七八九十]+(?:个月|[个名位年])|\d+(?:\.\d+)?[万亿千百]*[元块%]?|(?<![\w])对+$|对对|对不对|"
    r"材料|申请|申报|办理|流程|截止|部门|条件|时间|电话|期限|标准(?![地化厂])|金额|补贴|奖励|补助|补|奖|管|报|办|领|止|几|多少|少|一共|总共|合计|加起来|总计|拢共|统共|改成|年|个月|月|按|次|一次性?|付|号码|公司|员工|招(?![工聘])|换成|如果|要是|哪"
)


def without_tiers(subject: str) -> str:
    """Return a subject without the words of tiers and of asking."""
    return _TIER_WORDS.sub("", subject)
