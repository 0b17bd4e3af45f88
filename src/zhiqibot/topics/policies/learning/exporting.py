"""Approved answers as a file of policy_faq/faq/, to be looked through and made part of the corpus."""

from collections.abc import Sequence

import yaml

from zhiqibot.content.policies import FaqFile
from zhiqibot.topics.policies.learning.answers import Known

_HEAD = """# 已审定的政策答复，格式同 policy_faq/faq/*.yaml。问法是企业的原话（号码已隐去），收进政策库前请再看一遍。
"""
_LEFT = "# 未列入：第{number}个（{why}），仍由数据库直接答复。\n"


def faq_yaml(known: Sequence[Known]) -> tuple[str, int, int]:
    """Return the file's text, how many answers it holds, and how many it cannot hold.

    The corpus answers from documents only, so an answer is written when its source is a clause of the corpus; the
    others are named in comments and go on being answered from the database."""
    citable = [one for one in known if one.source.exact]
    left = [one for one in known if not one.source.exact]
    entries = [
        {
            "id": one.id,
            "topics": [one.topic],
            "questions": list(one.questions),
            "answer": one.answer,
            "cites": [fact.card.id for fact in one.source.facts],
        }
        for one in citable
    ]
    text = _HEAD + "".join(_LEFT.format(number=one.number, why=_why(one)) for one in left)
    if entries:
        FaqFile.model_validate({"faq": entries})  # raises here rather than at the next start
        text += yaml.safe_dump({"faq": entries}, allow_unicode=True, sort_keys=False, width=1000)
    return text, len(citable), len(left)


def _why(one: Known) -> str:
    return "未载明于文件" if one.source.citation is None else "出处不是政策库里的条款"
