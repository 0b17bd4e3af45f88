"""“你们那个文件是哪年的，现在还管用不”: what is known of the documents behind the cards, and what is not."""

import re
from collections.abc import Iterable

from zhiqibot.content.policies import Document
from zhiqibot.topics.policies.model import Next, PolicyAnswer
from zhiqibot.topics.policies.places import Named
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.standing import asks_validity, cited

LONGEST = 30
_YEAR = re.compile(r"(20\d\d)年?")
_A_DOCUMENT = re.compile(r"文件|方案|办法|细则|通知|那[个份]|这[个份]")


def asks_of_document(text: str) -> bool:
    """Tell whether a short text asks if a document still counts."""
    return len(text) <= LONGEST and asks_validity(text) and bool(_A_DOCUMENT.search(text))


def document_meant(
    text: str, places: Named, documents: Iterable[Document], spoken_of: Document | None, county: str
) -> Document | None:
    """Return the one document that year and place name, else the one spoken of, else the county's own."""
    policies = [one for one in documents if one.kind == "policy"]
    year = _YEAR.search(text)
    if year or places.regions:
        named = [one for one in policies if not year or _is_of(one, year[1])]
        named = [one for one in named if not places.regions or one.region in places.regions]
        return named[0] if len(named) == 1 else None
    ours = [one for one in policies if one.region == county]
    return spoken_of or (ours[0] if len(ours) == 1 else None)


def said_of(document: Document, reading: Reading) -> PolicyAnswer:
    """Say of when it is and that it names no last day; whether it is still followed is for its issuer to say."""
    issued = f"，{document.date}印发" if document.date else f"，{document.dated}"
    unnamed = "未载明" in document.issuer
    issuer = f"{document.region}有关部门" if unnamed else document.issuer
    lines = [
        f"{cited(document)}{issued}。",
        f"文件没有写明有效期到哪一天；现在还执不执行，我这里查不到新的说法，请以{issuer}的答复为准。",
    ]
    text = "\n".join(lines)
    return PolicyAnswer(answered=True, text=text, quotes=text, hints=(Next.ASK_UNIT,), question=reading.full)


def _is_of(document: Document, year: str) -> bool:
    return any(year in (part or "") for part in (document.title, document.number, document.dated))
