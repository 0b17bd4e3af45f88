"""The slot set: how much is read rightly, how it is counted, and that misheard names bring no false hits."""

from pathlib import Path
from typing import Any

import pytest

from zhiqibot.core.clock import read_instant
from zhiqibot.core.privacy import mask
from zhiqibot.nlu.evaluation import evaluate
from zhiqibot.nlu.labelled import read_labelled
from zhiqibot.nlu.money import find_money
from zhiqibot.nlu.normal import Normaliser
from zhiqibot.nlu.pinyin import SoundTable, make_codes
from zhiqibot.nlu.slot_scoring import score_slots
from zhiqibot.nlu.slots.firms import Firms
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.understander import Understander

NOW = read_instant("2026-11-23T10:00")
ENOUGH = 0.93
SLOT_SET = Path(__file__).parent / "slots.jsonl"
FIRMS = (
    "德润机械有限公司", "瑞泰纺织有限公司", "宏达服饰有限公司", "宏达机械有限公司", "鑫源粮油有限公司", "中原电子有限公司", "恒达物流有限公司",
)  # fmt: skip


def test_slots_of_the_set_are_read(understander: Understander) -> None:
    """391 条各种口气的话：要素总 F1 不低于 0.93，分项都有数。"""
    report = evaluate(understander, read_labelled(SLOT_SET, "intent"), NOW)

    assert report.messages >= 350
    assert report.slot_f1 is not None
    assert report.slot_f1 >= ENOUGH, str(report)
    assert {
        "event_kind",
        "date",
        "attendees",
        "ticket_no",
        "score",
        "agency",
        "enterprise_name",
    } <= report.by_slot.keys()


def test_closed_slots_count_strictly_free_text_only_where_labelled() -> None:
    """取值确定的多认一个算错一个；原文片段没标的不计，标了的去掉两头标点再比。"""
    score = score_slots(
        [
            ("book_event", {"date": "2026-11-27", "subject": "招工难"}, {"date": "2026-11-27", "subject": "招工难。"}),
            ("book_event", {}, {"attendees": 3, "subject": "电价"}),
            ("report_issue", {"urgency": "urgent"}, {"urgency": "urgent", "date": "2026-11-23"}),
        ]
    )

    assert score is not None
    assert (score.by_slot["attendees"].precision, score.by_slot["subject"].f1) == (0.0, 1.0)
    assert "date" in score.by_slot
    assert score.f1 == pytest.approx(2 * 3 / (4 + 3))


def test_free_text_nearly_right_counts_in_the_tolerant_figure() -> None:
    """片段差几个字：严格的不算，宽松的按重合的字算。"""
    score = score_slots([("book_event", {"subject": "土地证"}, {"subject": "土地证咋办"})])

    assert score is not None
    assert (score.f1, score.tolerant_f1) == (0.0, pytest.approx(2 * 3 / 8))


@pytest.fixture(scope="module")
def firms() -> Firms:
    return Firms(FIRMS, SoundTable(make_codes()))


def part(text: str) -> Part:
    return Part(Normaliser({}).read(text), NOW, "bind_identity", None, ())


HEARD = [
    ("我是德闰机械的", "德闰机械", "德润机械有限公司"),
    ("德润机戒，绑一下", "德润机戒", "德润机械有限公司"),
    ("红达服饰有限公司", "红达服饰有限公司", "宏达服饰有限公司"),
    ("绑定德润机电", "德润机电", None),
    ("我们是宏发服饰", "宏发服饰", None),
    ("登记：永兴轴承", "永兴轴承", None),
]


@pytest.mark.parametrize(("text", "written", "full"), HEARD)
def test_a_misheard_firm_is_known_and_another_firm_is_not(
    firms: Firms, text: str, written: str, full: str | None
) -> None:
    """听错写错一个字认得出；换一个行当、换一个字号就是别家，不乱认。"""
    assert (firms.enterprise_name(part(text)), firms.enterprise(part(text))) == (written, full)


@pytest.mark.parametrize(
    "text", ["我要绑公司", "绑定失败了，再来一次", "我是新来的", "帮会计也绑上公司", "走访完了", "我是做服装的"]
)
def test_talk_of_firms_names_none(firms: Firms, text: str) -> None:
    """说到公司、没说名字的，不当成企业名。"""
    assert firms.enterprise_name(part(text)) is None


SUMS: list[tuple[str, Any, Any]] = [
    ("3.5个亿", 350_000_000, 350_000_000), ("欠了两百来万", 2_000_000, 2_000_000), ("补4、5万", 40_000, 50_000),
    ("半个亿", 50_000_000, 50_000_000), ("不超过人民币叁佰万元", None, 3_000_000), ("两个多月", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "low", "high"), SUMS)
def test_sums_in_everyday_words(text: str, low: Any, high: Any) -> None:
    """几个亿、来万、四五万都认得；“两个多月”不是钱。"""
    found = [(money.low, money.high) for money in find_money(text)]

    assert found == ([] if low is high is None else [(low, high)])


MASKED = [
    ("138.3871.2345", "138****2345"), ("0377 67222333", "0377-****2333"), ("411322 19880506 223X", "411322********223X"),
    ("6222 0217 1400 1234", "6222********1234"), ("编号0056 20261123", "编号0056 20261123"),
    ("工单ZQ261122-0007 2026-11-23 10:00", "工单ZQ261122-0007 2026-11-23 10:00"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), MASKED)
def test_numbers_of_people_are_masked_in_groups_too(text: str, shown: str) -> None:
    """分段写的手机、座机、身份证、银行卡号都遮住；单号和日期不动。"""
    assert mask(text) == shown


SAID = [
    ("早叁会报名", "event_kind", "breakfast_talk"),
    ("丸茶会给留个座", "event_kind", "evening_tea"),
    ("晚上会不会停电", "event_kind", None),
    ("服务员态度不好", "event_kind", None),
    ("我带三个人一起去", "attendees", 4),
    ("老两口都去", "attendees", 2),
    ("参会人员：王建国、李红梅", "attendees", 2),
    ("我们公司35个员工，想报早餐会", "attendees", None),
    ("岗位十八个，去一个人事", "attendees", 1),
    ("算上我", "attendees", None),
    ("回访问我满不满意，我说满意", "score", 4),
    ("态度5分，结果3分，总的给4分", "score", 4),
    ("评一般", "score", 3),
    ("代码9141 1322 5871 2345 6T", "uscc", "91411322587123456T"),
    ("备案号是豫宁备20261120015，帮看看", "record_no", "豫宁备20261120015"),
    ("方城县住建局来人了", "agency", "方城县住建局"),
    ("来人查安全生产", "agency", None),
    ("退回，非我局职责", "department", None),
    ("转交通运输局", "department", "交通运输局"),
]


@pytest.mark.parametrize(("text", "name", "value"), SAID)
def test_single_slots(understander: Understander, text: str, name: str, value: Any) -> None:
    """各要素的要紧说法，连同容易误认的。"""
    assert understander.slots_of(text, NOW, [name]).get(name) == value
