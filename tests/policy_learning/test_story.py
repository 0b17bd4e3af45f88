"""From a question nobody could answer to an answer everybody gets."""

from datetime import timedelta

from sqlalchemy import func, select

from tests.policy_learning.conftest import INTERPRETER, OFFICE, OTHER, OWNER, UNKNOWN, MakeTown, Talker, Town
from zhiqibot.core.clock import local
from zhiqibot.topics.policies.learning.dialogue import NOTED, WRONG
from zhiqibot.topics.policies.learning.model import PolicyCluster, PolicyFeedback, PolicyGap, Reason, State

ANSWER = "县里没有单独的数控机床购置补贴；设备投入可以并入技术改造项目申报，具体请带项目备案表来科工局核对。"


def counted(town: Town, model: type[object]) -> int:
    with town.database.read() as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def approved(town: Town, answer: str = ANSWER, source: str = "文件没有写明") -> None:
    """Bring what waits through to an approved answer, in chat."""
    office, interpreter = town.person(OFFICE), town.person(INTERPRETER)
    office.says("政策问答缺口")
    office.says("第1个交给曹建军解读")
    interpreter.says(f"答复第1个：{answer}")
    interpreter.says(source)
    interpreter.presses("提交审定")
    office.says("第1个通过")


def test_an_unknown_question_is_answered_in_the_end(town: Town) -> None:
    """企业问了没答上来的：记下、交办、解读、审定、告知本人，下一个人问就有答复。"""
    owner, office, interpreter = town.person(OWNER), town.person(OFFICE), town.person(INTERPRETER)

    assert NOTED in owner.asks(UNKNOWN)
    assert UNKNOWN in office.says("政策问答缺口")
    assert "交给曹建军" in office.presses("看第1个")
    assert "已交曹建军解读" in office.presses("交给曹建军")

    asked = town.told("policy-gap:", INTERPRETER)[0]
    assert UNKNOWN in str(asked.card)
    assert "请写答复" in interpreter.presses("去答复", list(asked.buttons))
    assert "依据哪份文件" in interpreter.says(ANSWER)
    assert "没有写明" in interpreter.presses("文件没有写明")
    assert "已提交助企办审定" in interpreter.presses("提交审定")

    waiting = town.told("policy-gap:", OFFICE)[-1]
    assert "已告知 1 位提问人" in office.presses("通过", list(waiting.buttons))
    told = town.told("policy-answer:", OWNER)[0].text
    assert UNKNOWN in told
    assert ANSWER in told
    assert "曹建军解答，未载明于文件" in told

    said = town.person(OTHER).asks("数控机床购置补贴标准是多少")
    assert ANSWER in said
    assert NOTED not in said


def test_another_process_serves_the_answer_without_a_restart(town: Town, make_town: MakeTown) -> None:
    """另一个进程也马上答得出来，不用重启。"""
    elsewhere = make_town(town.database)
    before = elsewhere.person(OTHER).asks(UNKNOWN)
    approved(town)

    assert NOTED in before
    assert ANSWER in elsewhere.stranger("somebody").asks(UNKNOWN)


def test_answers_of_one_database_are_not_those_of_another(town: Town, make_town: MakeTown) -> None:
    """政策台是共用的，审定的答复只属于自己的库。"""
    town.person(OWNER).asks(UNKNOWN)
    approved(town)

    assert town.product.desk.answer(UNKNOWN, town.now).answered is False  # read by the next question only
    town.person(OTHER).asks(UNKNOWN)
    assert town.product.desk.answer(UNKNOWN, town.now).answered
    assert not make_town(town.database).product.desk.answer(UNKNOWN, town.now).answered


def test_personal_numbers_are_not_kept(town: Town) -> None:
    """问题里的手机号不留存，谁也看不到。"""
    town.person(OWNER).asks("县里买数控机床补多少，我电话13812345678")
    office = town.person(OFFICE)

    listed = office.says("政策问答缺口") + office.presses("看第1个")
    assert "数控机床" in listed
    assert "13812345678" not in listed
    assert "138****5678" in listed


def test_the_same_message_counts_once(town: Town) -> None:
    """平台重发同一条消息，只算一次；同一个人再问一遍，只加次数。"""
    owner = town.person(OWNER)
    for message_id in ("again", "again", "another"):
        owner.asks(UNKNOWN, message_id=message_id)
    town.person(OTHER).asks("数控机床购置补贴多少")

    office = town.person(OFFICE)
    office.says("政策问答缺口")
    assert "2 人问过 3 次" in office.presses("看第1个")
    assert counted(town, PolicyGap) == 2
    assert counted(town, PolicyCluster) == 1


def test_everybody_who_asked_is_told_once(town: Town) -> None:
    """几个人问的同一件事，审定一次，每人告知一次；晚上审定的，早上八点才发。"""
    owner = town.person(OWNER)
    owner.asks(UNKNOWN)
    owner.asks("数控机床购置补贴多少")
    town.person(OTHER).asks("买数控机床能补多少钱")
    town.later(hours=12)
    approved(town)

    assert len(town.told("policy-answer:", OWNER)) == 1
    assert len(town.told("policy-answer:", OTHER)) == 1
    assert {local(due).hour for due in town.due("policy-answer:")} == {8}


def test_a_stranger_is_told_too(town: Town) -> None:
    """没绑定身份的人问的，答复发回原来的对话；后来绑定了，发给本人。"""
    stranger, later_known = town.stranger("visitor"), town.stranger("sender-contact-hongda-1")
    stranger.asks(UNKNOWN)
    later_known.asks("数控机床购置补贴多少")
    town.person(OTHER)
    approved(town)

    assert [one for one in town.told("policy-answer:", None) if UNKNOWN in one.text]
    assert len(town.told("policy-answer:", OTHER)) == 1
    assert len(town.told("policy-answer:")) == 2


def test_an_answer_is_never_given_with_another_persons_words(town: Town) -> None:
    """答复别人时，不露出先前提问企业的原话。"""
    town.person(OWNER).asks("德润去年亏了三百万，买数控机床补多少")
    approved(town)

    said = town.person(OTHER).asks("买数控机床补多少")
    assert "三百万" not in said
    assert "德润" not in said


def test_thumbs_down_is_collected_with_the_cards_shown(town: Town) -> None:
    """答了但没答到点子上：点一下就记下，连同当时给的政策卡；再点不重复。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")
    pressed = owner.presses(WRONG)
    again = owner.says("答非所问", button="do:policy_wrong")

    assert "换个说法" in pressed
    assert "已经记下" in again
    assert NOTED in pressed
    with town.database.read() as session:
        gap = session.scalars(select(PolicyGap)).one()
    assert (gap.reason, gap.times) == (Reason.THUMBS_DOWN, 1)
    assert gap.card_ids[0] == "fc-talent-07a"


def test_an_answer_to_a_thumbs_down_comes_before_the_card(town: Town) -> None:
    """对“没答到点子上”的问题审定了答复，以后同样的问题先给这个答复。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")
    owner.presses(WRONG)
    office, interpreter = town.person(OFFICE), town.person(INTERPRETER)
    office.says("政策问答缺口")
    office.says("第1个交给曹建军解读")
    interpreter.says("答复第1个：职业介绍补贴按介绍成功的人数算，每人300元，由人力资源机构领取，用工企业不领。")
    interpreter.says("方助企联席办〔2022〕4号（一）7")
    interpreter.presses("提交审定")
    office.says("第1个通过")

    said = town.person(OTHER).asks("职业介绍补贴多少钱")
    assert "用工企业不领" in said
    assert "依据：《方城县“万人助万企”活动十大专项提升行动实施方案》（方助企联席办〔2022〕4号）（一）7" in said
    assert "职业介绍补贴" in town.person(OTHER).asks("职业介绍补贴怎么申请")


def test_a_policy_that_is_not_carried_out_is_recorded_on_it(town: Town) -> None:
    """“这政策落不了地”记在刚说的那项政策上，原因只问一次。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")
    asked = owner.says("这个政策根本兑现不了，就是纸上写写")
    thanked = owner.says("窗口说从来没接到过通知，让我们再等等，电话13812345678")

    assert "具体卡在哪里" in asked
    assert "记在「职业介绍补贴」上" in thanked
    office = town.person(OFFICE)
    with town.database.read() as session:
        who = town.product.reception.speaker(session, session.scalars(select_account(office.sender)).one())
        (card_id, said), *others = town.product.policy_gaps.feedback(session, who)
        row = session.scalars(select(PolicyFeedback)).one()
    assert (card_id, others, row.enterprise_id) == ("fc-talent-07a", [], "ent-derun")
    assert "从来没接到过通知" in said[0]
    assert "13812345678" not in said[0]
    assert "落不了地" in office.says("政策问答缺口")


def test_a_reason_given_at_once_is_not_asked_for(town: Town) -> None:
    """一句话里已经说了原因，就不再问。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")

    said = owner.says("这政策落不了地，办事窗口都没听说过")
    assert "卡在哪里" not in said
    assert "记在「职业介绍补贴」上" in said


def test_the_reason_may_be_left_out(town: Town) -> None:
    """不想说原因也行，反馈照样记下。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")
    owner.says("这个政策落不了地")

    assert "记在「职业介绍补贴」上" in owner.presses("不说了")
    assert counted(town, PolicyFeedback) == 1


def test_what_the_interpreter_says_of_an_empty_policy_is_told_but_not_served(town: Town) -> None:
    """“落不了地”的说法告诉反馈的人，不当作政策问答。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")
    owner.says("这政策落不了地，办事窗口都没听说过")
    approved(town, "窗口已经培训，现在可以受理，请带介绍名册到就业服务中心。")

    assert "现在可以受理" in town.told("policy-answer:", OWNER)[0].text
    assert "现在可以受理" not in town.person(OTHER).asks("职业介绍补贴多少钱")


def test_an_unpaid_sum_is_a_matter_for_a_ticket(town: Town) -> None:
    """说的是自己的钱没到账，走诉求登记，不当作政策反馈。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")
    owner.says("我们公司申请了半年了，这个补贴一直没兑现，帮我反映一下")

    assert counted(town, PolicyFeedback) == 0


def test_who_explains_is_told_by_topic(town: Town) -> None:
    """问谁能讲解，按刚才说的方面给出解读员。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")

    said = owner.says("有没有人能给我们讲解一下")
    assert "韩素云" in said
    assert "0377-55501011" in said
    assert "路晓彤" not in said


def test_a_dismissed_question_is_explained_to_who_asked(town: Town) -> None:
    """不作答复的，写了原因就告诉提问人。"""
    town.person(OWNER).asks(UNKNOWN)
    office = town.person(OFFICE)
    office.says("政策问答缺口")
    office.presses("看第1个")
    office.presses("不作答复")

    assert "告诉 1 位提问人" in office.says("这件事由省里统一规定，请以省科技厅公告为准")
    assert "请以省科技厅公告为准" in town.told("policy-answer:", OWNER)[0].text
    with town.database.read() as session:
        assert session.scalars(select(PolicyCluster.state)).all() == [State.DISMISSED]


def test_an_answer_can_be_sent_back(town: Town) -> None:
    """退回修改：解读员看到原因，改了再审。"""
    town.person(OWNER).asks(UNKNOWN)
    office, interpreter = town.person(OFFICE), town.person(INTERPRETER)
    office.says("政策问答缺口")
    office.says("第1个交给曹建军解读")
    interpreter.says("答复第1个：每台补5万元。")
    assert "没有文件依据，而答复里有数字 5" in interpreter.says("没有")
    interpreter.presses("提交审定")
    town.later(minutes=5)
    office.says("", button="do:policy_gap_back:1")
    office.says("5万元没有依据，请核实")

    assert "5万元没有依据" in town.told("policy-gap:", INTERPRETER)[-1].text
    town.later(minutes=5)
    interpreter.says(f"答复第1个：{ANSWER}")
    interpreter.says("没有")
    interpreter.presses("提交审定")
    assert "已审定通过" in office.says("第1个通过")


def test_a_question_that_joined_too_late_is_told_by_the_clock(town: Town) -> None:
    """审定那一刻才并进来的问题，由定时任务补告知。"""
    town.person(OWNER).asks(UNKNOWN)
    approved(town)
    with town.database.write() as session:
        gap = session.scalars(select(PolicyGap)).one()
        gap.told_at, gap.person_id, gap.asker = None, OTHER, f"person:{OTHER}"

    with town.database.write() as session:
        assert town.product.policy_gaps.tell_waiting(session, town.now + timedelta(hours=1)) == 1
    with town.database.write() as session:
        assert town.product.policy_gaps.tell_waiting(session, town.now + timedelta(hours=2)) == 0
    assert len(town.told("policy-answer:", OTHER)) == 1


def select_account(sender: str):  # type: ignore[no-untyped-def]
    from zhiqibot.directory.model import Account

    return select(Account).where(Account.sender_id == sender)


def test_a_missed_answer_may_be_said_in_words(town: Town) -> None:
    """不点按钮，说“答非所问”也记下，不当成反映问题。"""
    owner = town.person(OWNER)
    owner.asks("职业介绍补贴多少钱")

    assert NOTED in owner.says("答非所问")
    assert counted(town, PolicyGap) == 1


def handed_in(interpreter: Talker) -> None:
    """Let the interpreter answer the first."""
    interpreter.says(f"答复第1个：{ANSWER}")
    interpreter.says("文件没有写明")
    interpreter.says("提交审定")


def test_the_office_sends_back_dismisses_and_approves_in_sentences(town: Town) -> None:
    """助企办用一句话退回、通过、不作答复；只有一个待审定时，说“通过”就是它。"""
    office, interpreter = town.person(OFFICE), town.person(INTERPRETER)
    town.person(OWNER).asks(UNKNOWN)
    town.person(OTHER).asks("请问食堂的油烟机政府给不给换")
    office.says("政策问答缺口")
    office.says("第一个交给曹建军解读")
    handed_in(interpreter)
    town.later(minutes=10)
    sent_back = office.says("第1个退回：请写明找哪个科室")
    handed_in(interpreter)
    passed = office.says("通过")
    dropped = office.says("第2个不作答复，因为不属于惠企政策")

    assert "已退回曹建军修改" in sent_back
    assert "请写明找哪个科室" in town.told("policy-gap:", INTERPRETER)[1].text
    assert "第1个已审定通过，已告知 1 位提问人" in passed
    assert "第2个已关闭，不作答复。已把原因告诉 1 位提问人" in dropped


def test_pass_alone_means_nothing_where_nothing_waits(town: Town) -> None:
    """没有待审定的，说“通过”不办任何事。"""
    town.person(OWNER).asks(UNKNOWN)

    assert "审定" not in town.person(OFFICE).says("通过")


def test_the_office_reads_why_a_policy_does_not_arrive(town: Town) -> None:
    """“落不了地”的原因，助企办和解读员都看得到；没说原因的不说“连同原因”。"""
    owner, other, office = town.person(OWNER), town.person(OTHER), town.person(OFFICE)
    owner.asks("职业介绍补贴多少钱")
    owner.says("这个政策根本落不了地")
    owner.says("窗口说没接到通知")
    other.asks("职业介绍补贴多少钱")
    other.says("这个政策落不了地")
    silent = other.presses("不说了")
    office.says("政策问答缺口")
    shown = office.presses("看第1个")
    office.says("第1个交给韩素云解读")

    assert "连同原因" not in silent
    assert "卡在哪里：窗口说没接到通知" in shown
    told = town.told("policy-gap:", "cadre-02")[0]
    assert "请您核实后给个说法" in told.text
    assert "窗口说没接到通知" in str(told.card)
    assert "职业介绍补贴：2 条" in office.says("政策落地反馈")
    assert "职业介绍补贴：2 条" not in owner.says("政策落地反馈")


def test_everybody_who_explains_is_shown_where_no_field_is_named(town: Town) -> None:
    """问“政策解读员是谁”，没说哪方面，就全部列出。"""
    shown = town.person(OWNER).says("政策解读员是谁")

    assert all(name in shown for name in ("韩素云", "路晓彤", "许志远", "骆海滨", "魏国平", "曹建军"))
