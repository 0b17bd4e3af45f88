"""Slots in their normal forms; free text exactly as written."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.core.clock import read_instant
from zhiqibot.nlu.jsonl import parse_line
from zhiqibot.nlu.understander import Understander

NOW = read_instant("2026-11-23T10:00")
BOOKINGS = [
    ("周二晚上七点半的晚茶会给我报上，财务、税务各一名",
     {"event_kind": "evening_tea", "date": "2026-11-24", "time": "19:30", "attendees": 2}),
    ("早参会给我报三个人，想聊聊招工难", {"event_kind": "breakfast_talk", "attendees": 3, "subject": "招工难"}),
    ("12号的大讲堂报名，我和会计去", {"event_kind": "lecture", "date": "2026-12-12", "attendees": 2}),
    ("给我报个早餐会", {"event_kind": "breakfast_talk"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "slots"), BOOKINGS)
def test_a_booking_names_kind_day_time_people_and_subject(
    understander: Understander, now: datetime, text: str, slots: dict[str, Any]
) -> None:
    """报名：活动、日期、时间、人数、议题，没说的不填。"""
    assert understander.understand(text, now).slots == slots


PEOPLE = [
    ("早餐会报名，两个技术员一个会计", 3), ("去两个技术员和一个会计", 3), ("我们三男两女去", 5), ("一男一女", 2), ("报名，3-5人", 5),
    ("去三到五人", 5), ("我和张总", 2), ("我一个", 1), ("我一个人去", 1), ("连我四个", 4), ("加我三个", 3), ("包括我四个", 4),
    ("老板带俩人", 3), ("张总带两个技术员", 3), ("我带三个人一起去", 4), ("我和两个技术员一个会计去", 4), ("除了我还有两个", 3),
    ("我加俩同事", 3), ("老板带着会计", 2), ("会计一个，技术员两个", 3), ("我们公司35个员工，想报早餐会", None), ("来十几个人", None),
    ("我还有一个问题想问", None), ("招三到五个焊工", None), ("电话138 1234 5678，给我报上", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "people"), PEOPLE)
def test_people_are_counted_however_they_are_told(
    understander: Understander, now: datetime, text: str, people: int | None
) -> None:
    """几个技术员几个会计、几男几女、谁带几个人：加起来；区间按多的留座；约数、招工人数不算。"""
    assert understander.slots_of(text, now, ["attendees"]).get("attendees") == people


WHO = ["技术员", "会计", "财务", "司机", "男的", "女的", "同事"]


@given(
    groups=st.lists(st.tuples(st.integers(1, 9), st.sampled_from(WHO)), min_size=2, max_size=4), spoken=st.booleans()
)
def test_groups_add_up(understander: Understander, groups: list[tuple[int, str]], spoken: bool) -> None:
    """几个这个、几个那个，写数字写汉字，都等于相加。"""
    figure = "零一两三四五六七八九".__getitem__ if spoken else str
    text = "报名，" + "、".join(f"{figure(many)}个{who}" for many, who in groups)

    assert understander.slots_of(text, NOW, ["attendees"]) == {"attendees": sum(many for many, _ in groups)}


@given(st.integers(1, 20), st.integers(1, 9), st.sampled_from(["-", "~", "到", "至", "—", "－"]))
def test_a_range_of_people_is_its_upper_end(understander: Understander, low: int, more: int, joint: str) -> None:
    """“3-5人”按五个人留座，绝不是三十五个。"""
    assert understander.slots_of(f"早餐会报{low}{joint}{low + more}人", NOW, ["attendees"]) == {"attendees": low + more}


def test_a_move_gives_the_new_day_only(understander: Understander, now: datetime) -> None:
    """改期只取新日期。"""
    assert understander.understand("早餐会从12月4号改到12月11号", now).slots == {"date": "2026-12-11"}


SCORES = [
    ("非常满意", 5), ("满意，谢谢", 4), ("基本满意吧", 3), ("凑合", 3), ("0007号不满意，根本没修好", 2), ("差评", 1),
    ("打5分", 5), ("⭐⭐", 2), ("给个中评", 3), ("非常不满意！！！", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "score"), SCORES)
def test_score_words_have_their_grade(understander: Understander, now: datetime, text: str, score: int) -> None:
    """评价用语换成 1–5 分。"""
    assert understander.slots_of(text, now, ["score"]) == {"score": score}


def test_reasons_given_with_a_score_are_the_comment(understander: Understander, now: datetime) -> None:
    """打分时说的理由记作意见；客气话不算。"""
    assert understander.slots_of("差评，电话打了一次就没下文", now, ["comment"]) == {"comment": "电话打了一次就没下文"}
    assert understander.slots_of("满意，谢谢", now, ["comment"]) == {}


ASKED = [
    ("3", "attendees", {"attendees": 3}),
    ("两个人，我和会计", "attendees", {"attendees": 2}),
    ("5", "score", {"score": 5}),
    ("12", "date", {"date": "2026-12-12"}),
    ("4号那场", "date", {"date": "2026-12-04"}),
    ("晚上7", "time", {"time": "19:00"}),
    ("7", "ticket", {"ticket_no": "0007"}),
    ("晚茶会", "event", {"event_kind": "evening_tea"}),
    ("三号车间，一天跳好几次闸", "description", {"description": "三号车间，一天跳好几次闸"}),
    ("招工难", "subject", {"subject": "招工难"}),
]


@pytest.mark.parametrize(("text", "asked", "slots"), ASKED)
def test_a_bare_answer_fills_what_was_asked(
    understander: Understander, now: datetime, text: str, asked: str, slots: dict[str, Any]
) -> None:
    """刚问了什么，光秃秃的回答就填什么。"""
    assert understander.understand(text, now, asked=asked).slots.items() >= slots.items()


@pytest.mark.parametrize(
    ("text", "intent"), [("好的", "affirm"), ("不对", "deny"), ("算了", "cancel"), ("中", "affirm")]
)
def test_short_answers_to_a_confirmation(understander: Understander, now: datetime, text: str, intent: str) -> None:
    """请求确认时，“好的、不对、算了、中”各得其意。"""
    assert understander.understand(text, now, asked="confirm").intent == intent


def test_a_report_is_described_placed_and_dated(understander: Understander, now: datetime) -> None:
    """反映问题：情况、地点、缓急、时间、主题。"""
    slots = understander.understand("你好，东环路我们厂今天早上又停电了，机器全停了", now).slots

    assert slots == {
        "description": "东环路我们厂今天早上又停电了，机器全停了",
        "location": "东环路",
        "urgency": "urgent",
        "occurred_at": "2026-11-23",
        "topic": "energy",
    }


def test_an_announcement_tells_nothing_yet(understander: Understander, now: datetime) -> None:
    """“我要反映问题”还没说事，不填情况和主题。"""
    assert understander.understand("我要反映问题", now).slots == {}


def test_an_addition_is_cut_off_its_ticket_number(understander: Understander, now: datetime) -> None:
    """补充情况：编号归编号，内容归内容。"""
    slots = understander.understand("zq261122-7补充：停电时间是早上六点到九点", now).slots

    assert slots == {"ticket_no": "ZQ261122-0007", "description": "停电时间是早上六点到九点"}


PLACES = [
    ("工业路与人民路交叉口西200米停水了", "工业路与人民路交叉口西200米"), ("张庄村东头没电", "张庄村东头"), ("我们在张庄村西头，没水", "张庄村西头"),
    ("人民路与解放路交叉口向南约50米路塌了", "人民路与解放路交叉口向南约50米"), ("王店镇张庄村东头，没网", "王店镇张庄村东头"),
    ("文化路和建设路交叉口往西200米路灯不亮", "文化路和建设路交叉口往西200米"), ("工业路与人民路交叉口西北角停电", "工业路与人民路交叉口西北角"),
    ("厂子在龙泉路西段南侧，停电", "龙泉路西段南侧"), ("工业路中段路南200米漏水", "工业路中段路南200米"), ("张庄村口的路断了", "张庄村口"),
    ("产业集聚区纬三路与经五路交叉口东南角那个厂", "产业集聚区纬三路与经五路交叉口东南角"), ("物流园A区3号仓库漏雨", "物流园A区3号仓库"),
    ("高速口往东500米处积水", "高速口往东500米处"), ("工业路128号停电", "工业路128号"), ("东环路我们厂停电", "东环路"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_a_place_is_quoted_to_its_end(understander: Understander, now: datetime, text: str, place: str) -> None:
    """地点摘到头：往西多少米、村东头、路口哪个角都带上，后面的事不带。"""
    assert understander.slots_of(text, now, ["location"]) == {"location": place}


@given(st.sampled_from("东南西北"), st.sampled_from(["", "往", "向", "朝"]), st.integers(1, 2000))
def test_a_distance_belongs_to_the_place(understander: Understander, side: str, towards: str, metres: int) -> None:
    """路口往哪边多少米，一个字不丢。"""
    place = f"工业路与人民路交叉口{towards}{side}{metres}米"

    assert understander.slots_of(f"{place}漏水", NOW, ["location"]) == {"location": place}


NUMBERED = [
    ("催一下，电话138 1234 5678", None), ("查下进度，(0371)66778899", None), ("工业路0012号停水了，到哪一步了", None),
    ("编号1234的水表坏了，催一下", None), ("0012号院停水的事，催一下", None), ("合同编号1234的进度", None), ("1234号楼停电那个，催一下", None),
    ("帮我催催0007，电话66778899", "0007"), ("1234号办得咋样了", "1234"), ("0012号电梯那件办好没", "0012"), ("工单1234的合同纠纷处理得咋样", "1234"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number"), NUMBERED)
def test_only_the_number_of_a_ticket_is_one(
    understander: Understander, now: datetime, text: str, number: str | None
) -> None:
    """查进度、催办时，电话、门牌、楼号、水表号不当成诉求编号。"""
    assert understander.understand(text, now).slots.get("ticket_no") == number


def test_an_inspection_names_agency_and_filing_number_as_written(understander: Understander, now: datetime) -> None:
    """核验检查：单位和备案号照原文摘录。"""
    slots = understander.understand("门口来了县应急管理局的人，备案号2026-118，是真的吗", now).slots

    assert slots["record_no"] == "2026-118"
    assert slots["agency"].endswith("应急管理局")


def test_a_firm_is_found_by_its_short_name(understander: Understander, now: datetime) -> None:
    """企业简称认得出全称，摘录仍是原话。"""
    slots = understander.understand("我是德润机械的，帮我绑定一下", now).slots

    assert slots == {"enterprise_name": "德润机械", "enterprise": "德润机械有限公司"}


def test_traits_of_a_firm_are_listed(understander: Understander, now: datetime) -> None:
    """匹配政策：企业说到的特征逐条列出。"""
    slots = understander.understand("做纺织的，两百个工人，年产值八千万，专精特新，能享受哪些扶持", now).slots

    assert slots == {"traits": ["纺织", "两百个工人", "年产值八千万", "专精特新"]}


def test_a_parsed_line_holds_only_the_vocabulary(understander: Understander, now: datetime) -> None:
    """parse 输出：字段固定，只有该意图的词表内容。"""
    line = parse_line(understander, {"id": 7, "text": "我是德润机械的，帮我绑定一下"}, now)

    assert line == {
        "id": 7, "intent": "bind_identity", "confidence": line["confidence"], "also": [],
        "slots": {"enterprise_name": "德润机械"},
    }  # fmt: skip
    assert parse_line(understander, {"id": 8, "text": None}, now)["slots"] == {}
