"""How far a broadcast has got, in words."""

from collections.abc import Mapping

from zhiqibot.topics.outreach.model import Campaign

_WHY = {"refused": "对方已停用或屏蔽", "given_up": "平台多次未能送达"}


def told(campaign: Campaign, receipts: Mapping[str, int]) -> str:
    """Return e.g. 已送达 38，失败 2（对方已停用或屏蔽 2），等待 5（其中 3 人还没有绑定聊天账号）."""
    failed = {state: receipts.get(state, 0) for state in _WHY if receipts.get(state)}
    homeless = receipts.get("no_address", 0)
    waiting = receipts.get("due", 0) + homeless
    parts = [f"已送达 {receipts.get('sent', 0)}"]
    reasons = "，".join(f"{_WHY[state]} {count}" for state, count in failed.items())
    parts.append(f"失败 {sum(failed.values())}" + (f"（{reasons}）" if reasons else ""))
    parts.append(f"等待 {waiting}" + (f"（其中 {homeless} 人还没有绑定聊天账号）" if homeless else ""))
    if receipts.get("withdrawn"):
        parts.append(f"停发 {receipts['withdrawn']}")
    return f"发给{campaign.audience_text}的通知，共 {campaign.total} 人：{'，'.join(parts)}。"
