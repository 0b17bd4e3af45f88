"""The words of the policy corpus, so that what only sounds like them is put right."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from zhiqibot.content.policies import PolicyCorpus, fold
from zhiqibot.nlu.homophones import Homophones
from zhiqibot.topics.policies.postings import Cut

_ASKED = (
    "材料 补贴 补助 奖励 条件 流程 申请 申报 办理 部门 单位 政策 上市 挂牌 报装 报批 报修 兑现 贷款 担保 招聘 培训 标准 期限 电话 "
    "多少亩 多少钱 多少万 哪个部门 怎么办 怎么申请 硕士 本科 博士 专科 企业 开发区"
)


def spelling_of(corpus: PolicyCorpus, sounds: Mapping[int, str], cut: Cut) -> Homophones:
    """Return what puts homophones right for the questions of a corpus."""
    words = {fold(word) for word in (*_ASKED.split(), *_keywords(corpus))}
    texts = [fold(text) for text in _texts(corpus)]
    pairs = frozenset(one + other for text in texts for one, other in pairwise(text))
    return Homophones(words, pairs, frozenset(word for text in texts for word in cut(text)), sounds, cut)


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
