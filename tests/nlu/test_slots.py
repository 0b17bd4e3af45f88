"""Slots in their normal forms; free text exactly as written."""

from datetime import datetime
from typing import Any

import pytest

from zhiqibot.nlu.jsonl import parse_line
from zhiqibot.nlu.understander import Understander

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
