"""What an interpreter names as the source of an answer: a document of the corpus and its clause, another, or none."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from zhiqibot.content.policies import Document, Fact, PolicyCorpus
from zhiqibot.core.numbers import numbers_in
from zhiqibot.topics.policies.figures import numbers_of, unsupported
from zhiqibot.topics.policies.model import Citation

_NO_DOCUMENT = re.compile(
    r"^(?:无|没有?|暂无|没写|没有写|未载明|文件(?:里)?(?:没有?写|未载明)|无文件|没有文件|跳过)[^《]{0,6}$"
)
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[【(（]20\d\d[〕\]】)）]\s*\d+\s*号")
_MARKS = re.compile(r"[\s《》“”\"'、，,。:：;；()（）〔〕\[\]【】—-]+")


@dataclass(frozen=True)
class Source:
    """Where an answer stands."""

    text: str
    """As given; empty: no document says it."""
    citation: Citation | None = None
    facts: tuple[Fact, ...] = ()
    """The cards of that very clause; the whole document's where no clause was given."""
    exact: bool = False
    """True when the clause is one of the corpus."""


@dataclass(frozen=True)
class Sources:
    """Knows the documents of the corpus."""

    corpus: PolicyCorpus
    county: str

    def read(self, said: str) -> Source:
        """Return what was named; anything not in the corpus is taken as it was given."""
        text = " ".join(said.split())
        if not text or _NO_DOCUMENT.match(text):
            return Source("")
        document = self._document(text)
        if document is None:
            number = _NUMBER.search(text)
            title = _NUMBER.sub("", text) if number else text
            name = title.strip(" 《》（）()，,") or text
            return Source(text, Citation(name, number[0] if number else None, "", None, self.county))
        return self._in_corpus(text, document)

    def doubts(self, answer: str, source: Source) -> list[str]:
        """Return the numbers of an answer that the source named does not have; the office looks at them."""
        if not source.facts:
            return list(dict.fromkeys(numbers_in(answer)))
        known = frozenset[str]().union(*(numbers_of(fact) for fact in source.facts))
        return list(dict.fromkeys(unsupported(answer, known)))

    def _document(self, text: str) -> Document | None:
        """Return the document whose number or title is named; the longest name wins."""
        bare = _bare(text)
        named = [
            (len(_bare(name)), place, document)
            for place, document in enumerate(self.corpus.documents.values())
            for name in (document.number, document.title)
            if name and _bare(name) in bare
        ]
        return max(named, key=lambda one: (one[0], -one[1]))[2] if named else None

    def _in_corpus(self, text: str, document: Document) -> Source:
        rest = _bare(text)
        for name in (document.title, document.number):
            rest = rest.replace(_bare(name), "", 1) if name else rest
        own = [fact for fact in self.corpus.facts.values() if fact.document.id == document.id]
        named = [fact for fact in own if rest and _bare(fact.card.clause or "") == rest]
        clause = (named[0].card.clause or "") if named else rest
        region = named[0].region if named else document.region
        citation = Citation(document.title, document.number, clause, document.date, region)
        return Source(text, citation, tuple(named or own), bool(named))


def shown(source: Source, signature: str) -> str:
    """Write the source under an answer: the document, or that no document says it."""
    if source.citation is None:
        return f"经{signature}解答，未载明于文件。"
    one = source.citation
    number = f"（{one.number}）" if one.number else ""
    dated = f"，{one.date}" if one.date else ""
    return f"依据：《{one.document}》{number}{one.clause}{dated}（经{signature}解答）"


def card_ids(sources: Iterable[Source]) -> list[str]:
    """Return the ids of the cards that some sources name exactly, each once."""
    return list(dict.fromkeys(fact.card.id for source in sources if source.exact for fact in source.facts))


def _bare(text: str) -> str:
    """Return a name without marks and blanks, half width: “方助企〔2022〕4号” and “方助企[2022] 4 号” are one."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text))
