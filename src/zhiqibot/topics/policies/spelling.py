"""Words of the corpus typed or dictated as others that sound alike: 见习补铁 is 见习补贴, 用水抱装 is 用水报装."""

from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise

from zhiqibot.content.policies import PolicyCorpus, fold
from zhiqibot.nlu.phrases import Found
from zhiqibot.nlu.slots.sounds import SoundIndex
from zhiqibot.topics.policies.postings import Cut

SHORTEST, LONGEST = 2, 6  # characters of a word that is put right
_ASKED = (
    "材料 补贴 补助 奖励 条件 流程 申请 申报 办理 部门 单位 政策 上市 挂牌 报装 报批 报修 兑现 贷款 担保 招聘 培训 标准 期限 电话 "
    "多少亩 多少钱 多少万 哪个部门 怎么办 怎么申请 硕士 本科 博士 专科 企业 开发区"
)


class Spelling:
    """Puts right what sounds like a word of the corpus and stands nowhere in it."""

    def __init__(self, corpus: PolicyCorpus, sounds: Mapping[int, str], cut: Cut) -> None:
        self._cut = cut
        words = {fold(word): fold(word) for word in (*_ASKED.split(), *_keywords(corpus))}
        kept = {word: word for word in words if SHORTEST <= len(word) <= LONGEST and not word.isascii()}
        self._index: SoundIndex[str] = SoundIndex(kept, sounds, SHORTEST)
        texts = [fold(text) for text in _texts(corpus)]
        self._pairs = frozenset(pair for text in texts for pair in pairwise(text))
        self._words = frozenset(word for text in texts for word in cut(text))

    def mend(self, text: str) -> str:
        """Return a folded text with such words put right."""
        mended, end = [], 0
        inside: frozenset[int] | None = None
        for found in self._index.longest(text):
            if not self._is_strange(text, found):
                continue
            inside = self._inside(text) if inside is None else inside
            if not inside & {found.start, found.end}:  # never across words: 公布|助企 holds no 补助
                mended += [text[end : found.start], found.meaning]
                end = found.end
        return "".join((*mended, text[end:]))

    def _inside(self, text: str) -> frozenset[int]:
        """Return the places inside the words that the corpus knows."""
        words = self._cut(text)
        starts = accumulate((len(word) for word in words), initial=0)
        known = [(start, word) for start, word in zip(starts, words, strict=False) if word in self._words]
        return frozenset(place for start, word in known for place in range(start + 1, start + len(word)))

    def _is_strange(self, text: str, found: "Found[str]") -> bool:
        """Tell whether some two neighbouring characters stand nowhere in the corpus."""
        said = text[found.start : found.end]
        return said != found.meaning and not self._knows(said)


def _keywords(corpus: PolicyCorpus) -> Iterable[str]:
    for fact in corpus.facts.values():
        yield from fact.card.keywords


def _texts(corpus: PolicyCorpus) -> Iterable[str]:
    for fact in corpus.facts.values():
        card = fact.card
        yield from (card.title, card.lead, card.summary, *card.questions, *card.keywords, *card.conditions)
    for faq in corpus.faqs.values():
        yield from (faq.answer, *faq.questions)
    yield from corpus.unanswered
