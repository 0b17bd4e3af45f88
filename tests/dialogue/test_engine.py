"""The conversation: asks for what is missing, lets a person correct, digress, come back, cancel, and never loses a word."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dialogue.conftest import CODE, Phone, Repair, Visit
from zhiqibot.dialogue.turn import Memory

CONFIRM = "在三号楼修power，确认吗？\n可回复：确认提交 / 修改 / 取消"


def to_confirm(phone: Phone) -> None:
    phone.says("停电了")
    assert phone.says("三号楼") == CONFIRM


def test_only_what_is_missing_is_asked_for(phone: Phone) -> None:
    """一句话里说过的不再问，缺什么问什么。"""
    assert phone.says("停电了") == "请问在哪里？"
    assert phone.says("三号楼") == CONFIRM
    assert phone.says("确认") == "已登记。"
    assert phone.filed == [Repair("三号楼", "power", "")]


def test_nothing_is_filed_before_the_yes(phone: Phone) -> None:
    """没确认之前什么也不提交；说“不对”先问要改哪里。"""
    to_confirm(phone)

    assert "要改哪里" in phone.says("不对")
    assert phone.filed == []
    assert phone.says("可以，就这样吧") == "已登记。"


def test_a_slot_is_corrected_at_any_time(phone: Phone) -> None:
    """“不对，是燃气不是电”只改类别，别的不动。"""
    to_confirm(phone)

    assert phone.says("不对，是燃气不是电").startswith("在三号楼修gas，确认吗？")
    phone.says("确认")
    assert phone.filed[0].kind == "gas"


def test_a_word_of_the_story_is_replaced(phone: Phone) -> None:
    """“把三号楼改成五号楼”改的是说过的原话。"""
    to_confirm(phone)

    assert phone.says("把三号楼改成五号楼").startswith("在五号楼修power")


def test_what_is_added_at_the_confirmation_is_kept(phone: Phone) -> None:
    """确认时又补一句，原样记进备注。"""
    to_confirm(phone)
    assert phone.says("机器也停了两台").startswith("好的，已补充进去。")

    phone.says("确认")
    assert phone.filed == [Repair("三号楼", "power", "；补充：机器也停了两台")]


def test_a_digression_is_answered_and_the_form_goes_on(phone: Phone) -> None:
    """填到一半问别的：先答，再回到原来的问题。"""
    phone.says("燃气停了")
    answer = phone.says("你们几点上班")

    assert answer.startswith("早八点到晚六点。\n我们接着刚才的「报修」：")
    assert answer.endswith("请问在哪里？")


def test_another_form_is_done_first_and_the_first_one_comes_back(phone: Phone) -> None:
    """填到一半办另一件：办完自动回来接着填。"""
    to_confirm(phone)
    assert phone.says("先预约参观") == "几位参加？\n可回复：一位"

    assert phone.says("5个人") == f"已登记。\n我们接着刚才的「报修」：\n{CONFIRM}"
    phone.says("确认")
    assert phone.filed == [Visit(5), Repair("三号楼", "power", "")]


def test_a_digression_that_is_done_at_once_comes_back_too(phone: Phone) -> None:
    """插进来的事一句话就办完，也会回来。"""
    to_confirm(phone)

    assert phone.says("预约参观3个人") == f"已登记。\n我们接着刚才的「报修」：\n{CONFIRM}"


def test_a_digression_that_cannot_be_done_comes_back_too(phone: Phone) -> None:
    """插进来的事办不成，说明原因后照样回来。"""
    to_confirm(phone)

    answer = phone.says("预约参观100个人")
    assert answer.startswith("最多 99 人")
    assert answer.endswith(CONFIRM)


def test_a_pressed_request_lays_the_open_form_aside(phone: Phone) -> None:
    """填到一半点了别的按钮，原来填的不丢。"""
    to_confirm(phone)
    phone.presses("intent:visit")

    assert phone.presses("set:people=1").endswith(CONFIRM)


def test_cancelling_files_nothing_and_returns_to_what_was_interrupted(phone: Phone) -> None:
    """取消什么也不提交；插进来的取消了，回到原来那件。"""
    to_confirm(phone)
    phone.says("预约参观")
    assert phone.says("算了").startswith("好的，已取消「参观」")
    assert phone.says("取消") == "好的，已取消「报修」，没有提交任何内容。需要时随时再告诉我。"

    assert phone.filed == []
    assert phone.memory.form is None


def test_what_is_needed_cannot_be_skipped(phone: Phone) -> None:
    """必填的跳不过，并说明怎么退出。"""
    phone.says("停电了")

    assert "必需" in phone.says("跳过")
    assert phone.says("三号楼") == CONFIRM


def test_a_question_that_is_optional_can_be_skipped(phone: Phone) -> None:
    """可选的问题可以跳过。"""
    assert phone.says("预约参观20个人") == "人多，去几楼？\n可回复：三楼"
    assert phone.says("三楼") == "已登记。"
    assert phone.filed == [Visit(20, "3")]


def test_the_last_answer_is_repeated_on_request(phone: Phone) -> None:
    """“再说一遍”重复刚才的话，填表中就重复问题，多次也一样。"""
    phone.says("几点开门")
    assert [phone.says("再说一遍"), phone.says("没看清")] == ["早八点到晚六点。"] * 2

    phone.says("停电了")
    assert phone.says("啥？") == "请问在哪里？"


def test_an_answer_that_does_not_fit_is_asked_for_again_and_a_way_out_is_offered(phone: Phone) -> None:
    """答非所问就再问，第二次起给出退路。"""
    phone.says("预约参观")
    answers = [phone.says("嗯嗯呢吗") for _ in range(3)]

    assert all("没看懂您说的人数" in answer for answer in answers)
    assert ["转人工" in answer for answer in answers] == [False, True, True]


def test_what_a_person_can_put_right_is_told_and_the_form_stays(phone: Phone) -> None:
    """填的值不行就说明原因，表还在，改了就过。"""
    phone.says("预约参观")
    assert phone.says("0个人") == "人数不能是 0。"
    assert phone.says("200个人") == "最多 99 人，请减少人数。"

    assert phone.says("2个人") == "已登记。"


def test_two_requests_in_one_message_are_handled_one_after_the_other(phone: Phone) -> None:
    """一句话两件事，一件一件办；后办的先说一声。"""
    assert phone.says("停电了，另外预约参观3个人") == "您说了几件事，一件一件来；「预约参观」随后接着办。\n请问在哪里？"
    phone.says("三号楼")
    answer = phone.says("确认")

    assert answer == "已登记。\n再来看您说的「预约参观」：\n已登记。"
    assert phone.filed == [Repair("三号楼", "power", ""), Visit(3)]


def test_typing_a_label_is_pressing_the_button(phone: Phone) -> None:
    """打字发按钮上的字，等于点按钮。"""
    phone.says("预约参观")
    assert phone.says("一位") == "已登记。"

    to_confirm(phone)
    assert phone.says("确认提交") == "已登记。"
    assert phone.filed[0].people == "1"


def test_stale_buttons_do_no_harm(phone: Phone) -> None:
    """旧按钮、别处的按钮、没这回事的按钮：说明失效，什么也不提交。"""
    assert "没有等您确认的事项" in phone.presses("yes")
    assert "没有等您确认的事项" in phone.presses("set:people=3")
    assert "失效" in phone.presses("do:gone:1")
    assert phone.presses("intent:gone") == "这个我不懂。"
    to_confirm(phone)

    assert phone.presses("set:people=3").startswith("这个按钮属于之前的对话")
    assert phone.presses("do:call:110") == "拨打110"
    assert phone.filed == []


def test_a_stranger_binds_first_and_then_the_request_goes_on(stranger: Phone) -> None:
    """没绑定的先核实身份，绑定后刚才的事接着办，不用再说一遍。"""
    assert "先核实一下您的企业身份" in stranger.says("停电了")
    assert "邀请码" in stranger.says("FC-99999")

    assert stranger.says(CODE) == "绑定成功。\n再来看您说的「报修」：\n请问在哪里？"
    stranger.says("三号楼")
    assert stranger.says("确认") == "已登记。"


def test_a_stranger_who_does_not_bind_files_nothing(stranger: Phone) -> None:
    """不绑定就办不了，取消后也不会卡住。"""
    stranger.says("停电了")
    stranger.says("算了")

    assert stranger.says("几点") == "早八点到晚六点。"
    assert (stranger.filed, stranger.memory.queue) == ([], [])


def test_a_request_of_another_role_is_declined(phone: Phone) -> None:
    """不是这个角色能办的，说明谁能办。"""
    assert "权限" in phone.says("统计一下")


def test_when_two_readings_are_close_the_bot_asks_back(phone: Phone) -> None:
    """拿不准就问“您是想…还是…”，点了就按原话办。"""
    assert phone.says("这事不好说，有电").startswith("我想确认一下：您是想报修，还是预约参观？")

    assert phone.says("报修") == "请问在哪里？"
    assert phone.says("三号楼") == CONFIRM


def test_a_short_follow_up_goes_on_with_the_last_question(phone: Phone) -> None:
    """“那周末呢？”接着上一个问题。"""
    phone.says("几点开门")

    assert phone.says("那不好说的呢？") == "早八点到晚六点。"


def test_after_a_long_pause_a_stale_yes_files_nothing(phone: Phone) -> None:
    """隔太久的“确认”不算数，先再核对一遍；打字、点按钮都一样。"""
    to_confirm(phone)
    phone.waits(31)
    assert phone.says("确认") == f"离您上次填写已经有一会儿了，请再核对一遍：\n{CONFIRM}"
    phone.waits(31)
    assert phone.presses("yes").endswith(CONFIRM)
    phone.waits(31)
    assert phone.says("确认提交").endswith(CONFIRM)

    assert phone.filed == []
    assert phone.says("确认") == "已登记。"


def test_after_a_long_pause_a_new_request_is_not_swallowed_and_the_old_one_is_kept(phone: Phone) -> None:
    """隔太久说别的，不当成回答；旧的替您留着，“继续”就接着填，“取消”就作废。"""
    phone.says("停电了")
    phone.waits(31)
    answer = phone.says("几点开门")
    assert answer.startswith("早八点到晚六点。\n（之前的「报修」还没有提交")

    assert phone.says("继续") == "请问在哪里？"
    phone.waits(31)
    assert "已取消" in phone.says("取消")
    assert phone.memory.as_json().keys() <= {"choices", "intent", "last"}


JSON_TEXT = st.text(max_size=8)
FORMS = st.fixed_dictionaries(
    {
        "intent": JSON_TEXT,
        "values": st.dictionaries(JSON_TEXT, st.one_of(JSON_TEXT, st.integers(), st.booleans(), st.none())),
        "asked": JSON_TEXT,
        "tries": st.integers(0, 9),
        "touched_at": JSON_TEXT,
    }
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "form": FORMS,
            "suspended": st.lists(FORMS, min_size=1, max_size=3),
            "queue": st.lists(st.dictionaries(JSON_TEXT, JSON_TEXT), min_size=1, max_size=2),
            "recent": st.dictionaries(JSON_TEXT, JSON_TEXT, min_size=1),
            "choices": st.lists(st.lists(JSON_TEXT, min_size=2, max_size=2), min_size=1, max_size=3),
            "intent": st.text(min_size=1, max_size=5),
            "clarify": st.text(min_size=1, max_size=5),
            "missed": st.integers(1, 5),
        },
    )
)
def test_a_memory_survives_its_storage(data: dict[str, object]) -> None:
    """记忆存成 JSON 再读回来不多不少，而且和存的那份互不牵连。"""
    stored = json.loads(json.dumps(data))
    memory = Memory.from_json(data)
    assert json.loads(json.dumps(memory.as_json())) == stored

    if memory.form:
        memory.form.values["新"] = 1
    memory.recent["新"] = 1
    assert data == stored


TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["停电了", "预约参观", "确认", "不对，是燃气不是电", "取消", "5个人", "继续", "另外", "一位", "啥", "不好说"]
    ),
    st.tuples(st.sampled_from(["停电", "不对，", "另外", "改成", "不是", "算了，"]), st.text(max_size=20)).map("".join),
)
PRESSES = st.one_of(
    st.sampled_from(
        ["yes", "no", "cancel", "skip", "repeat", "more", "set:people=x", "set:", "do:", "intent:", "say:"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(TEXTS, st.one_of(st.just(""), PRESSES), st.integers(0, 40)), max_size=8))
def test_no_text_and_no_button_brings_the_engine_down(phone: Phone, steps: list[tuple[str, str, int]]) -> None:
    """任何文字、任何按钮值、任何停顿的组合，都有话可答，不出错。"""
    phone.memory = Memory()
    for text, press, pause in steps:
        phone.waits(pause)
        assert phone.says(text, press)
