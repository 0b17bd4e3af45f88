"""Events in conversation; understanding is a table."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from tests.events.county import HONGDA, RUITAI, Chat, Said, speaker
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.model import EventSession
from zhiqibot.topics.events.seeding import seed_sessions
from zhiqibot.topics.events.service import EventService

Talk = Callable[..., Chat]
BREAKFAST = {"event_kind": "breakfast_talk"}
FULL = [
    {"kind": "breakfast_talk", "date": "2026-12-04", "time": "08:00", "capacity": 20, "taken": 20},
    {"kind": "breakfast_talk", "date": "2026-12-11", "time": "08:00", "capacity": 20, "taken": 18},
]


def rooms(chat: Chat, rows: list[Mapping[str, object]]) -> list[str]:
    with chat.database.write() as session:
        seed_sessions(session, rows, chat.now)
        return [one.id for one in EventService(None).upcoming(session, chat.now)]  # type: ignore[arg-type]


def counts(chat: Chat, bookings: BookingService) -> tuple[int, int]:
    with chat.database.read() as session:
        return bookings.counts(session)


def test_only_the_session_is_asked_for_and_one_card_is_confirmed(talk: Talk, bookings: BookingService) -> None:
    """只说早餐会：列出两场让人挑；“第二个”听得懂；一张卡确认就报上，并说清何时提醒。"""
    chat = talk({"我想参加早餐会": ("book_event", BREAKFAST)})

    asked = chat.says("我想参加早餐会")
    assert "12月4日（周五）08:00" in asked
    assert "12月11日（周五）08:00" in asked
    assert "12月11日（周五）08:00" in chat.says("第二个")

    done = chat.says("好的")
    assert "报名成功" in done
    assert "12月10日 18:00 会再提醒" in done
    assert counts(chat, bookings) == (1, 0)


def test_everything_already_said_is_used(talk: Talk) -> None:
    """一句话里说全了，就只剩确认。"""
    said: Said = ("book_event", {**BREAKFAST, "date": "2026-12-04", "attendees": 2})
    card = talk({"12月4号早餐会我们去两个人，想聊聊招工难": said}).says("12月4号早餐会我们去两个人，想聊聊招工难")

    for part in ("12月4日", "2 人", "议题：招工难", "确认报名"):
        assert part in card


def test_a_session_can_be_picked_by_its_day_or_its_button(talk: Talk) -> None:
    """“4号那场”和点按钮一样管用。"""
    meanings: Mapping[str, Said] = {"早餐会": ("book_event", BREAKFAST)}
    by_word, by_button = talk(meanings), talk(meanings)
    by_word.says("早餐会")
    by_button.says("早餐会")

    assert "12月4日" in by_word.says("4号那场")
    assert "12月4日" in by_button.presses("12月4日 08:00")


def test_a_correction_before_the_yes_changes_the_session(talk: Talk, bookings: BookingService) -> None:
    """确认前改口换一天，卡片跟着换。"""
    chat = talk(
        {
            "4号早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-04"}),
            "还是11号吧": ("book_event", {"date": "2026-12-11"}),
        }
    )
    chat.says("4号早餐会")

    assert "12月11日" in chat.says("还是11号吧")
    assert "报名成功：12月11日" in chat.says("确认")


def test_a_day_without_a_session_is_answered_with_those_there_are(talk: Talk) -> None:
    """那天没有，就告诉人家有哪几场。"""
    chat = talk({"5号的早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-05"})})

    told = chat.says("5号的早餐会")

    assert "12月5日（周六）没有畅聊早餐会" in told
    assert "12月4日（周五）08:00" in told


@pytest.mark.parametrize(
    ("opening", "answer"),
    [
        ("报4号早餐会", "那就给我排候补吧"),
        ("报4号早餐会", "排候补"),
        ("报4号早餐会，满了就排候补", "好的"),
        ("报4号早餐会，满了就排候补", "那就排候补吧"),
    ],
)
def test_a_full_session_offers_the_waiting_list_in_words_and_buttons(
    talk: Talk, bookings: BookingService, opening: str, answer: str
) -> None:
    """满了说满了；说“排候补”或点按钮都能排上；第一句就说候补，也要先看清再定。"""
    chat = talk({opening: ("book_event", {**BREAKFAST, "date": "2026-12-04"})})
    rooms(chat, list(FULL))

    offered = chat.says(opening)

    assert "已经报满" in offered
    assert "候补" in offered
    assert counts(chat, bookings) == (0, 0)
    assert "排第 1 位" in chat.says(answer)
    assert counts(chat, bookings) == (0, 1)
    assert chat.memory.form is None


def test_a_full_session_can_be_left_for_another(talk: Talk, bookings: BookingService) -> None:
    """满了点“换一场”，只列还有名额的；名额不够时可以少去几个人。"""
    chat = talk({"报4号早餐会三个人": ("book_event", {**BREAKFAST, "date": "2026-12-04", "attendees": 3})})
    rooms(chat, list(FULL))
    chat.says("报4号早餐会三个人")

    others = chat.presses("换一场")
    assert "12月11日" in others
    assert "12月4日" not in others

    assert "只剩 2 个名额" in chat.presses("12月11日 08:00")
    assert "2 人" in chat.presses("只报 2 位")
    assert "报名成功" in chat.says("确认")
    assert counts(chat, bookings) == (1, 0)


def test_seats_gone_between_card_and_yes_are_not_taken_twice(talk: Talk, bookings: BookingService) -> None:
    """看卡片时还有座，点确认时被别人报满：不会超额，改为问要不要候补。"""
    chat = talk({"报11号早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-11"})})
    room = rooms(chat, list(FULL))[1]
    chat.says("报11号早餐会")
    with chat.database.write() as session:
        bookings.book(session, speaker(session, RUITAI), SeatRequest(room, 2), chat.now)

    assert "要排候补吗" in chat.says("确认")
    with chat.database.read() as session:
        one = session.get_one(EventSession, room)
        assert (one.taken, one.capacity) == (20, 20)


def test_booking_again_tells_the_first_and_changes_only_the_number(talk: Talk, bookings: BookingService) -> None:
    """同一场报第二次：说已经报过，问要不要改人数。"""
    meanings: Mapping[str, Said] = {
        "报4号早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-04"}),
        "改成三个人": ("", {"attendees": 3}),
    }
    chat = talk(meanings)
    chat.says("报4号早餐会")
    chat.says("好")

    assert "已经报过" in chat.says("报4号早餐会")
    assert "改成 3 人" in chat.says("改成三个人")
    assert "3 人" in chat.says("对")
    assert counts(chat, bookings) == (1, 0)


def test_too_many_people_are_asked_again(talk: Talk) -> None:
    """一家最多六位，多了就问改成几位，不用从头再说。"""
    chat = talk({"4号早餐会我们去十个人": ("book_event", {**BREAKFAST, "date": "2026-12-04", "attendees": 10})})

    assert "最多 6 位" in chat.says("4号早餐会我们去十个人")
    assert "5 人" in chat.says("5")


def test_the_only_booking_is_the_one_meant(talk: Talk, bookings: BookingService) -> None:
    """“早餐会去不成了”：只有一条报名，就是它；确认后取消。"""
    chat = talk(
        {
            "报4号早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-04"}),
            "早餐会去不成了": ("cancel_booking", BREAKFAST),
        }
    )
    chat.says("报4号早餐会")
    chat.says("好")

    assert "确认取消" in chat.says("早餐会去不成了")
    assert "已取消" in chat.says("对，取消")
    assert counts(chat, bookings) == (0, 0)
    assert "没有可以取消" in chat.says("早餐会去不成了")


def test_several_bookings_are_asked_about(talk: Talk, bookings: BookingService) -> None:
    """报了两场又没说哪场，列出来问。"""
    chat = talk(
        {
            "报4号早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-04"}),
            "报11号早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-11"}),
            "帮我退了": ("cancel_booking", {}),
        }
    )
    for text in ("报4号早餐会", "报11号早餐会"):
        chat.says(text)
        chat.says("好")

    assert "要取消哪一场" in chat.says("帮我退了")
    assert "12月11日" in chat.says("11号那场")
    assert "已取消12月11日" in chat.says("对，取消")
    assert counts(chat, bookings) == (1, 0)


def test_moving_to_a_full_session_keeps_the_seat_and_may_wait(talk: Talk, bookings: BookingService) -> None:
    """改去的场次满了：老的保留，可以在新场次排候补。"""
    chat = talk(
        {
            "报11号早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-11"}),
            "改到4号": ("reschedule_booking", {"date": "2026-12-04"}),
        }
    )
    rooms(chat, list(FULL))
    chat.says("报11号早餐会")
    chat.says("好")

    assert "先为您保留" in chat.says("改到4号")
    assert "已排上" in chat.says("排候补")
    assert counts(chat, bookings) == (1, 1)


def test_a_stranger_may_look_but_not_book(talk: Talk) -> None:
    """没绑定的人可以看场次，报名要先核实身份。"""
    chat = talk({"有啥活动": ("list_events", {}), "报早餐会": ("book_event", BREAKFAST)}, None)

    assert "畅聊早餐会" in chat.says("有啥活动")
    assert "核实一下您的企业身份" in chat.says("报早餐会")


def test_the_list_answers_the_period_and_marks_own_bookings(talk: Talk) -> None:
    """问哪天答哪天；没有就说后面的；自己报过的标出来；列表里的“第一场”能接着报。"""
    chat = talk(
        {
            "12月早餐会": ("list_events", {**BREAKFAST, "date": "2026-12-01/2026-12-31"}),
            "7号有早餐会吗": ("list_events", {**BREAKFAST, "date": "2026-12-07"}),
            "第一场给我报": ("book_event", {}),
        }
    )

    listed = chat.says("12月早餐会")
    assert "12月4日（周五）08:00 畅聊早餐会，方城县企业服务中心一楼餐厅，余 20 个名额" in listed
    assert "没有畅聊早餐会，后面的场次有" in chat.says("7号有早餐会吗")
    chat.says("12月早餐会")
    assert "12月4日" in chat.says("第一场给我报")
    chat.says("好")
    assert "您已报名 1 人" in chat.says("12月早餐会")


def test_a_button_of_the_list_opens_the_card(talk: Talk, bookings: BookingService) -> None:
    """列表里点“报名”，直接到确认卡；过了时间的按钮不会报上。"""
    chat = talk({"早餐会": ("list_events", BREAKFAST)})
    chat.says("早餐会")

    assert "确认报名" in chat.presses("报名 12月4日 08:00")

    late = talk({"早餐会": ("list_events", BREAKFAST)})
    late.says("早餐会")
    late.now += timedelta(days=12)
    late.presses("报名 12月4日 08:00")
    late.says("好")
    assert counts(late, bookings) == (0, 0)


def test_a_cancelled_seat_goes_to_who_waits(talk: Talk, bookings: BookingService) -> None:
    """取消一条，候补的人自动报上。"""
    chat = talk(
        {
            "报11号早餐会": ("book_event", {**BREAKFAST, "date": "2026-12-11", "attendees": 2}),
            "不去了": ("cancel_booking", {}),
        }
    )
    room = rooms(chat, list(FULL))[1]
    chat.says("报11号早餐会")
    chat.says("好")
    with chat.database.write() as session:
        bookings.book(session, speaker(session, HONGDA), SeatRequest(room, 1, wait=True), chat.now)

    chat.says("不去了")
    assert counts(chat, bookings) == (1, 1)
    chat.presses("确认取消")

    assert counts(chat, bookings) == (1, 0)


def test_the_office_opens_a_session_in_one_sentence(talk: Talk) -> None:
    """助企办一句话新建，缺什么问什么，过去的日子再问一遍。"""
    meanings: Mapping[str, Said] = {
        "新建一场银企对接会，12月9号下午3点，在县企业服务中心三楼，名额30个": (
            "create_event",
            {"event_kind": "matchmaking", "date": "2026-12-09", "time": "15:00", "capacity": 30},
        ),
        "安排一场早餐会": ("create_event", BREAKFAST),
        "11月20号": ("", {"date": "2026-11-20"}),
        "12月18号": ("", {"date": "2026-12-18"}),
        "八点": ("", {"time": "08:00"}),
    }
    chat = talk(meanings, "office-demo")

    card = chat.says("新建一场银企对接会，12月9号下午3点，在县企业服务中心三楼，名额30个")
    for part in ("银企对接会", "12月9日（周三）15:00", "县企业服务中心三楼", "30 个"):
        assert part in card
    assert "已新建" in chat.says("对，建吧")

    chat.says("安排一场早餐会")
    assert "已经过去" in chat.says("11月20号")
    chat.says("12月18号")
    assert "12月18日" in chat.says("八点")  # the series has a usual place: it is not asked for
    assert "已新建" in chat.says("好")
