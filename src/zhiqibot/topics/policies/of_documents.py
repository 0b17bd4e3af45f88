"""“那个文件谁发的，现在还管用不，原文能看看吗”: what is known of the documents behind the cards, and what is not."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from zhiqibot.content.policies import Document, Fact, PolicyCorpus, fold
from zhiqibot.topics.policies.clause_names import document_named, is_at, is_of, places_named
from zhiqibot.topics.policies.composing import Composer
from zhiqibot.topics.policies.model import Next, PolicyAnswer, cite
from zhiqibot.topics.policies.places import Named, Places
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.standing import asks_validity, cited

LONGEST = 30
"""Characters of such a question, what names the document not counted."""
LONGEST_LEANING = 14
"""The same where the document is the one spoken of, and nothing names it."""
SHOWN = 6
"""Cards of a document that are told of, the first ones."""
OWN = 2
"""Characters of its own that such a question may have: more name a matter, and the question is of that."""
NAMED = 0.6
"""Share of what stands between 《 and 》 that a title must hold, in pairs of characters."""
_YEAR = re.compile(r"(20\d\d)年?")
_TITLE = re.compile(r"《([^《》]{4,60})》")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,14}[〔\[(【（]20\d\d[〕\])】）]第?\d{1,4}号")
_A_DOCUMENT = re.compile(r"文件|方案|办法|细则|红头|通知(?=.{0,4}(?:有效|过期|作废|管用))|那[个份]|这[个份]")
_OURS = re.compile(r"你们|咱们?|[我俺]们?县|县里|本县")
_SURELY_ONE = re.compile(r"文件|红头|文号")
_SAYS_NOTHING = re.compile(
    r"万人助?万?企|20\d\d年?|文件|方案|办法|细则|红头|通知|政策|规定|依据|[\u4e00-\u9fff]{1,3}[县市省]|那|这|哪|有|个|份|的|了|吗|呢|啊|吧|不|没|是|你们?|我们?|咱们?|请问|问一?下"
    r"|知道|给|能|可以|现在|目前|到底|里面?|上|别的|其他|看|发|想|要|按|照|去|办|几|年|县里?|省|市|都|还|一"
)
_VALIDITY_WORDS = re.compile(
    r"有效期?|管用|能不能用|能用|好使|算数|执行|作数|过期|到期|失效|作废|废止|现行|什么时候|啥时候|哪天|何时|多会儿|施行|实施|管到|是否|用"
)


class About(StrEnum):
    """What is asked of a document."""

    STANDING = "standing"
    SOURCE = "source"
    ISSUED = "issued"
    ISSUER = "issuer"
    CONTENT = "content"
    COPY = "copy"


_ASKED = {
    About.SOURCE: re.compile(
        r"(?:哪|啥|什么)(?:一|几)?[个份]?(?:政策)?文件(?:里|上)?(?:写|规定|说|定|出|的|$)?|出处|依据(?:是|的是)?(?:啥|什么|哪)"
        r"|文号(?:是|叫)?(?:多少|啥|什么|几)?|文件(?:名|叫|的名字)|有(?:没有)?(?:啥|什么)?(?:红头)?(?:文件|依据)(?:依据|规定)?(?:[吗没不]|$)"
    ),
    About.ISSUED: re.compile(
        r"(?:什么时候|啥时候|哪一?年|哪天|何时|几月|几号|多会儿|几几年)(?:印发|发布|颁布|公布|出台|发|出|下|定)?(?:来)?(?:的|$)"
    ),
    About.ISSUER: re.compile(
        r"(?:谁|哪个?(?:部门|单位|级|儿|里|家)|啥(?:部门|单位))(?:印发|发布|颁布|公布|出台|制定|发|出|定)(?:布)?(?:来)?(?:的|$)"
    ),
    About.COPY: re.compile(
        r"原文|全文|原件|电子版|下载|链接|(?:文件|方案|办法|细则).{0,6}(?:发(?:给|来|我|一份|过来)|看一?看|看一?下)|(?:哪里?|哪儿|在哪)(?:能|可以)?(?:看|查|找)(?:到|得到)?"
    ),
    About.CONTENT: re.compile(
        r"(?:写|讲|说)(?:了|的)?(?:都)?(?:是|有)?(?:啥|什么|哪些)|(?:里|里面|里头|内容)(?:都|还)?(?:有|是)(?:啥|什么|哪些|别的)|主要内容|有没有|有[吗没不]|知道[吗不]"
    ),
}  # fmt: skip
_ABOUT_GRANTS = frozenset({About.ISSUED, About.ISSUER, About.CONTENT})
"""Without a document in sight “谁发的” and “什么时候发的” ask of the money."""


@dataclass(frozen=True)
class DocumentQuestions:
    """Answers what is asked of the documents themselves, not of what they grant."""

    corpus: PolicyCorpus
    composer: Composer
    county: str

    def answer(self, text: str, reading: Reading, context: str | None, seen: "Seen") -> PolicyAnswer | None:
        """Return what is known of the document asked after, or what stands at a place of it; None for other questions."""
        return self._at_place(text, reading, context or "") or self._of(text, reading, context or "", seen)

    def _at_place(self, text: str, reading: Reading, context: str) -> PolicyAnswer | None:
        """Return what stands at a place that a question names (“4号第六部分第7条写的啥”), if that is one of ours."""
        number = document_named(text) or (document_named(context) if len(text) <= LONGEST_LEANING else "")
        places = places_named(text)
        found = [
            fact
            for fact in self.corpus.facts.values()
            if number and places and is_of(fact.document.number or "", number) and is_at(fact.card.clause or "", places)
        ]
        if not found:
            return None
        answer = self.composer.at_place(reading, found)
        return replace(answer, question=f"{cited(found[0].document)}{found[0].card.title}")

    def _of(self, text: str, reading: Reading, context: str, seen: "Seen") -> PolicyAnswer | None:
        about = asks_of_document(text, spoken_of=bool(context))
        told_of = names_document(context)
        if about is None or (context and not told_of and is_of_money(about, text)):
            return None
        documents, places = list(self.corpus.documents.values()), seen.places.find(text)
        fact = seen.spoken_of(context) if context and not told_of else None
        before = fact.document if fact else None
        if told_of:
            before = document_meant(context, places, documents, seen.imported, None, self.county)
        meant = document_meant(text, places, documents, seen.imported, before, self.county)
        if meant is None and names_document(text):
            return not_on_record(text, reading)
        if meant is None or (about is About.STANDING and meant in seen.imported):  # those tell their last day
            return None
        own = [one for one in self.corpus.facts.values() if one.document.id == meant.id]
        return said_of(about, meant, [fact] if fact and meant is before and about is About.SOURCE else own)


@dataclass(frozen=True)
class Seen:
    """What the desk knows besides its cards."""

    spoken_of: Callable[[str], Fact | None]
    """Returns the card that a question before was about."""
    places: Places
    imported: Sequence[Document] = ()


def asks_of_document(text: str, *, spoken_of: bool = False) -> About | None:
    """Return what a short text asks of a document that it names or, `spoken_of`, that the last answer was about.

    One that names a matter of its own (“人才公寓依据哪个文件”) asks of that; its answer names the document anyway."""
    rest = _bare(_TITLE.sub("", _NUMBER.sub("", text)))
    named = rest != _bare(text)
    if len(rest) > LONGEST or places_named(rest):
        return None
    if not (named or _A_DOCUMENT.search(rest) or (spoken_of and len(rest) <= LONGEST_LEANING)):
        return None
    about = About.STANDING if asks_validity(rest) else _asked(rest, surely=named or spoken_of)
    return about if about and len(_own_words(rest, about)) <= OWN else None


def _asked(rest: str, *, surely: bool) -> About | None:
    if not surely and not _SURELY_ONE.search(rest):
        return None
    return next((about for about, asked in _ASKED.items() if asked.search(rest)), None)


def _own_words(rest: str, about: About) -> str:
    """Return what a question says besides asking: the matter it names, if any."""
    left = _VALIDITY_WORDS.sub("", rest) if about is About.STANDING else _ASKED[about].sub("", rest)
    return _SAYS_NOTHING.sub("", left)


def _bare(text: str) -> str:
    return text.strip("，,。？?！! ")


def goes_on_with_document(text: str) -> bool:
    """Tell whether a short text asks on about the document that was just told of (“第二条写的啥”, “谁发的”)."""
    return asks_of_document(text, spoken_of=True) is not None or (
        len(text) <= LONGEST_LEANING and bool(places_named(text))
    )


def is_of_money(about: About, text: str) -> bool:
    """Tell whether a question right after a benefit asks of its money as likely as of its document."""
    return about in _ABOUT_GRANTS and not _SURELY_ONE.search(text)


def document_meant(
    text: str,
    places: Named,
    documents: Sequence[Document],
    imported: Iterable[Document],
    spoken_of: Document | None,
    county: str,
) -> Document | None:
    """Return the one document that number, title, year or place name, else the one spoken of, else the county's own.

    `documents` are those of the cards; one that was imported (the same ones, perhaps) is meant only by its name."""
    known = [*documents, *imported]
    number, title = document_named(text), _TITLE.search(text)
    if number or title:
        by_number = [one for one in known if number and is_of(one.number or "", number)]
        by_title = [one for one in known if title and _likeness(title[1], one) >= NAMED]
        return next(iter(by_number or by_title), None)
    policies = [one for one in documents if one.kind == "policy"]
    year = _YEAR.search(text)
    if year or places.regions:
        named = [one for one in policies if not year or _is_of_year(one, year[1])]
        named = [one for one in named if not places.regions or one.region in places.regions]
        return named[0] if len(named) == 1 else None
    ours = [one for one in policies if one.region == county]
    if _OURS.search(text) and len(ours) == 1:
        return ours[0]
    return spoken_of or (ours[0] if len(ours) == 1 else None)


def names_document(text: str) -> bool:
    """Tell whether a text names a document by its number or between 《 and 》."""
    return bool(document_named(text) or _TITLE.search(text))


def said_of(about: About, document: Document, facts: Sequence[Fact]) -> PolicyAnswer:
    """Say of a document what is known: when it is of, who issued it, what stands in it, where to read it.

    `facts`: its cards; where the last answer was of one of them, that one alone."""
    issuer = f"{document.region}有关部门" if "未载明" in document.issuer else document.issuer
    issued = f"{document.date}印发" if document.date else document.dated
    first = f"{cited(document)}，{issued}。"
    if about is About.SOURCE and len(facts) == 1 and facts[0].card.clause:
        first = f"写在{cited(document)}的{facts[0].card.clause}，{issued}。"
    lines = [first, *_of(about, document, issuer, facts)]
    text = "\n".join(lines)
    of_one = [facts[0]] if about is About.SOURCE and len(facts) == 1 else []
    return PolicyAnswer(
        answered=True,
        text=text,
        quotes=text,
        citations=cite(of_one or facts[:1]),
        card_ids=tuple(one.card.id for one in of_one),
        hints=(Next.ASK_UNIT,),
        question=cited(document),
    )


def not_on_record(text: str, reading: Reading) -> PolicyAnswer:
    """Say that the document named is not among ours."""
    title, number = _TITLE.search(text), _NUMBER.search(text)
    name = f"《{title[1]}》" if title else f"“{number[0]}”" if number else "您说的这份文件"
    said = f"我这里没有收录{name}，它写了什么、还有没有效，不敢乱说。\n想办的是哪件事，直接告诉我，我看看别的文件有没有写；也可以帮您转去问承办单位。"
    return PolicyAnswer(answered=False, text=said, quotes=said, hints=(Next.ASK_UNIT,), question=reading.full)


def _of(about: About, document: Document, issuer: str, facts: Sequence[Fact]) -> list[str]:
    match about:
        case About.STANDING:
            return [f"文件没有写明有效期到哪一天；现在还执不执行，我这里查不到新的说法，请以{issuer}的答复为准。"]
        case About.COPY:
            return [f"原文我这里发不了，可以向{issuer}要。里面写了什么，直接问我就行，我会注明是哪一条。"]
        case About.CONTENT:
            if not facts:
                return [f"发文单位：{issuer}。里面的内容直接问我就行；要看某一条，说“第几条”。"]
            titles = "、".join(one.card.title for one in facts[:SHOWN])
            more = "等" if len(facts) > SHOWN else ""
            return [f"里面有：{titles}{more}。想看哪一项，直接说名称；要看某一条，说“第几部分第几条”。"]
        case _:
            return [f"发文单位：{issuer}。"]


def _likeness(title: str, document: Document) -> float:
    """Return the share of a name, in pairs of characters, that a document's title holds."""
    said, its = fold(title), fold(document.title)
    pairs = [said[place : place + 2] for place in range(len(said) - 1)]
    return sum(pair in its for pair in pairs) / len(pairs)


def _is_of_year(document: Document, year: str) -> bool:
    return any(year in (part or "") for part in (document.title, document.number, document.dated))
