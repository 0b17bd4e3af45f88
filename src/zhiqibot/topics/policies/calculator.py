"""“我们能享受哪些政策”: asks only what the enterprise's record does not say, then lists benefit by benefit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise
from zhiqibot.topics.policies import wording
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.matching import NEEDS, TAGS, Match, Outcome, Profile, match, named

NONE = "无"
_NOTHING = re.compile(r"^(?:都?没有?|无|没啥|暂无|没有这些|都不是|不是|跳过|没了|暂时没有)[。！!]?$")
_SCALES = {
    "规上": r"规上|规模以上",
    "中型": r"中型",
    "大型": r"大型|龙头",
    "小微": r"小微|微型|小企业|小型|小厂|个体|小公司",
}
_KNOWN_INDUSTRIES = re.compile(
    r"人力资源服务?|劳务(?:派遣|公司|中介)|装备制造|机械|轴承|纺织|服装|食品|农产品加工|医药|电子|新材料|建材|化工|家具|物流|软件|电商|养殖|种植"
)


def _industry(hearing: Hearing) -> str | None:
    found = _KNOWN_INDUSTRIES.search(hearing.text)
    if found:
        return "人力资源服务" if re.search("人力|劳务", found[0]) else found[0]
    return hearing.text.strip()[:20] if hearing.asked and len(hearing.text.strip()) >= 2 else None


def _scale(hearing: Hearing) -> str | None:
    return next((name for name, pattern in _SCALES.items() if re.search(pattern, hearing.text)), None)


def _tags(hearing: Hearing) -> str | None:
    found = named(hearing.text, TAGS)
    if found:
        return "、".join(found)
    return NONE if hearing.asked and _NOTHING.match(hearing.text.strip()) else None


def _needs(hearing: Hearing) -> str | None:
    found = named(hearing.text, NEEDS)
    if found:
        return "、".join(found)
    return NONE if hearing.asked and _NOTHING.match(hearing.text.strip()) else None


@dataclass(frozen=True)
class Traits:
    """What the calculator goes by; none of it is required, the unknown is shown as unknown."""

    industry: str = question("您企业主要做什么行业？", read=_industry, label="行业", default="", example="装备制造")
    scale: str = question(
        "企业规模是哪一类？",
        read=_scale,
        label="规模",
        default="",
        buttons=[button(name, f"set:scale={name}") for name in ("规上", "中型", "小微")],
    )
    tags: str = question(
        "有没有这些资质：高新技术企业、专精特新、重点工业培育企业、市九大专项重点支撑企业、省定重点上市挂牌后备企业？（没有请回“没有”）",
        read=_tags,
        label="资质",
        default="",
        buttons=[button("高新技术企业", "set:tags=高新技术企业"), button("都没有", f"set:tags={NONE}")],
    )
    needs: str = question(
        "近期有这些打算吗，可以说几样：招大学生、外县招工、接收见习、培训取证、引进人才、上市股改、科技项目、用水用气报装？（没有请回“没有”）",
        read=_needs,
        label="近期打算",
        default="",
        buttons=[
            button("招大学生", "set:needs=招大学生"),
            button("外县招工", "set:needs=外县招工"),
            button("培训取证", "set:needs=培训取证"),
            button("上市股改", "set:needs=上市股改"),
            button("都没有", f"set:needs={NONE}"),
        ],
    )


def register(router: Router, desk: PolicyDesk) -> None:
    """Register match_policy."""
    benefits = [
        fact
        for fact in desk.corpus.facts.values()
        if fact.card.kind == "benefit" and fact.card.rules and desk.home.level(fact.region) != "elsewhere"
    ]

    def complete(turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Take from the record what it says; ask for the rest, one thing at a time."""
        for name, value in _on_record(turn).items():
            values.setdefault(name, value)
        missing = next((name for name in ("industry", "scale", "tags", "needs") if name not in values), None)
        if missing is None:
            return None
        field = next(one for one in router.forms["match_policy"].fields if one.name == missing)
        return Ask(missing, say(field.ask, buttons=field.buttons))

    def finish(turn: Turn, traits: Traits) -> Reply:
        live = [fact for fact in benefits if not fact.card.expired(turn.now.date())]
        return report(match(_profile(traits), live), desk.home.county)

    router.form("match_policy", Traits, title="对一对能享受的政策", resolve=complete)(finish)


def report(matches: Sequence[Match], county: str) -> OutboundMessage:
    """Write the result, benefit by benefit, each deciding condition named."""
    lines: list[str] = []
    for outcome in (Outcome.MET, Outcome.ONE_SHORT, Outcome.UNKNOWN):
        group = [one for one in matches if one.outcome is outcome]
        if group:
            lines += [f"【{outcome}】{len(group)} 项", *(_line(one) for one in group)]
    left_out = sum(one.outcome is Outcome.NOT_MET for one in matches)
    if left_out:
        lines.append(f"另有 {left_out} 项差得较多，没有列出。")
    if not lines:
        lines = [f"{county}现有文件里，没有能按条件核对的政策。"]
    lines.append("这是按文件写明的条件初步核对的，最终以承办单位审核为准。")
    lines += wording.source_lines([one.fact for one in matches if one.outcome is not Outcome.NOT_MET])
    return say("\n".join(lines), buttons=[button("问办事人员", "intent:human_agent")])


def _line(one: Match) -> str:
    automatic = "（免申即享）" if one.fact.card.automatic else ""
    head = f"· {one.fact.card.title}{automatic}：{one.fact.card.lead}"
    if one.outcome is Outcome.ONE_SHORT:
        return f"{head}\n  差的一项：{one.lacking[0]}"
    if one.outcome is Outcome.UNKNOWN:
        return f"{head}\n  还需要知道：{'；'.join(one.unknown)}"
    return head


def _on_record(turn: Turn) -> dict[str, str]:
    """Return what the enterprise's record says; an empty list of tags says nothing."""
    enterprise = turn.session.get(Enterprise, turn.speaker.enterprise_id) if turn.speaker.enterprise_id else None
    if enterprise is None:
        return {}
    known = {"industry": enterprise.industry, "scale": enterprise.scale, "tags": "、".join(enterprise.tags)}
    return {name: value for name, value in known.items() if value}


def _profile(traits: Traits) -> Profile:
    return Profile(
        industry=traits.industry or None,
        scale=traits.scale or None,
        tags=_listed(traits.tags),
        needs=_listed(traits.needs),
    )


def _listed(text: str) -> frozenset[str] | None:
    if not text:
        return None
    return frozenset() if text == NONE else frozenset(text.split("、"))
