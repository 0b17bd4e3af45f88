"""At the gate, the longer way: rights first, a report that tells what happened."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from tests.events.county import Chat
from tests.inspections.conftest import OWN
from zhiqibot.topics.inspections.model import UnfiledVisit

Talk = Callable[..., Chat]


def reports(chat: Chat) -> int:
    with chat.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(UnfiledVisit)) or 0)


def test_without_a_number_rights_are_told_and_it_is_asked_for(talk: Talk) -> None:
    """没说号码：告诉今天备了哪些、有什么权利、依据哪份文件，再问号码；没有就可以举报。"""
    chat = talk({"门口来人检查": {"agency": "消防大队"}})

    told = chat.says("门口来人检查")
    for part in (f"市场监管局（特种设备安全检查，{OWN}）", "谢绝", "方助企联席办〔2022〕4号", "消防大队出示备案号"):
        assert part in told

    assert "要把这次检查作为“未备案检查”举报吗" in chat.says("没有")
    assert "没有举报" in chat.presses("先不举报")
    assert (reports(chat), chat.memory.form) == (0, None)


@pytest.mark.parametrize(
    "shown", ["没出示证件", "啥也没拿出来就往里闯", "介绍信都没有", "口头说是专项行动", "证件不给看"]
)
def test_visitors_who_show_nothing(talk: Talk, shown: str) -> None:
    """问号码时说对方什么都没出示：不反复要号码，问要不要举报，这句话也写进举报。"""
    chat = talk({"门口来人检查": {}})
    chat.says("门口来人检查")

    assert "要把这次检查作为“未备案检查”举报吗" in chat.says(shown)
    assert f"门口来人检查；{shown}" in chat.presses("举报未备案检查")
    assert "已收到举报" in chat.says("确认")


def test_a_bare_number_answers_the_question(talk: Talk) -> None:
    """问号码时，光发一个号码就核验。"""
    chat = talk({"门口来人检查": {}})
    chat.says("门口来人检查")

    assert "已经备案" in chat.says("jc20261123-02")


def test_a_report_asks_what_happened_when_nothing_was_told(talk: Talk) -> None:
    """只说要举报，先问经过；内容确认后才上报。"""
    chat = talk({"我要举报未备案检查": {}})

    assert "说说经过" in chat.says("我要举报未备案检查")
    assert "翻了柜子" in chat.says("上午来了三个人，没有任何手续，翻了柜子")
    assert "已收到举报" in chat.says("确认")
    assert reports(chat) == 1


def test_a_filing_that_does_not_fit_the_visit_can_be_reported_by_a_button(talk: Talk) -> None:
    """备案查到了但来人查的是别的，点按钮说明情况再举报。"""
    chat = talk({"核验": {"record_no": OWN}})
    chat.says("核验")

    assert "说说经过" in chat.presses("情况不符，要举报")
    assert "翻财务账" in chat.says("备案写查特种设备，人家却翻财务账")
    chat.says("对")
    assert reports(chat) == 1
