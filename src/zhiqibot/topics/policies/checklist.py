"""What is read before an application is filed: the benefit, its conditions and papers, what is missing."""

from zhiqibot.content.policies import Card, Fact
from zhiqibot.topics.policies import wording
from zhiqibot.topics.policies.application import Application
from zhiqibot.topics.policies.matching import Match, Outcome
from zhiqibot.topics.policies.own_case import OwnCase

_OPEN = ("材料", "截止", "窗口")
"""Of what a document does not state, what somebody who applies would look for."""


def checklist(form: Application, fact: Fact | None, match: Match | None, filed: str, own: OwnCase) -> list[str]:
    """Return the lines above the confirmation; `filed` is the number of an application for the same, if there is one.

    What was shown once is not shown again with every addition."""
    first = not form.amount and not form.ready
    if fact is None:
        lines = ["现有文件里没有找到和您说的完全对得上的政策，我先把申请登记下来，由承办单位核对条件后答复您。"]
    else:
        lines = [f"您要申请的是「{fact.card.title}」：{fact.card.lead}"]
        lines += [*wording.condition_lines(fact.card), *wording.apply_lines(fact.card)] if first else []
        lines += _fits(match)
        lines += [f"提醒：{filed} 申请的也是这一项，还没办完；再提交会另立一件。"] if filed and first else []
        lines += _not_stated(fact.card) if first else []
    return [*lines, *_of_the_case(own), *_missing(form), "请核对："]


def _fits(match: Match | None) -> list[str]:
    """Say how the enterprise stands to the benefit, as far as that is known."""
    if match is None:
        return []
    if match.outcome is Outcome.MET:
        return ["按现有资料，企业条件符合。"]
    if match.lacking:
        return [f"提醒：“{'；'.join(match.lacking)}”这一条，按现有资料还对不上。仍可登记，由承办单位核对。"]
    return []


def _of_the_case(own: OwnCase) -> list[str]:
    """Say what does not fit the conditions, and what the numbers told come to."""
    if own.empty:
        return []
    kept = ["仍可登记，由承办单位核对。"] if own.against or own.left else []
    return [*(f"提醒：{one}" for one in own.against), *own.lines[len(own.against) :], *kept]


def _not_stated(card: Card) -> list[str]:
    points = wording.not_stated_line(card, _OPEN)
    return [f"{points}承办单位核对时会告诉您。"] if points else []


def _missing(form: Application) -> list[str]:
    missing = [word for word, value in (("申请人数或金额", form.amount), ("材料齐不齐", form.ready)) if not value]
    if not missing:
        return []
    example = "2 个人，材料齐了" if len(missing) > 1 else "2 个人" if not form.amount else "材料齐了"
    return [f"还差：{'、'.join(missing)}，直接说就能补上（比如“{example}”）；不补也可以确认，由承办单位核定。"]
