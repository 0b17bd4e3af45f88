"""New and changed policies find the enterprises they concern, and the office decides whether these are told."""

from tests.policy_profile.conftest import OFFICE, OWNER, RIVAL, Town
from zhiqibot.topics.outreach.audience import Audience


def looked(town: Town) -> int:
    with town.database.write() as session:
        return town.product.policy_changes.run(session, town.now)


def concerned(town: Town, card_id: str = "fc-talent-07f") -> list[str]:
    fact = town.product.desk.fact(card_id)
    assert fact is not None
    with town.database.read() as session:
        return town.product.calculator.affected(session, [fact])


def test_the_first_look_only_takes_note(town: Town) -> None:
    """第一次装上只记下现状，不把整套政策当成新政策去打扰人；没改动也不提醒。"""
    assert (looked(town), looked(town)) == (0, 0)
    assert town.told(OFFICE) == []


def test_a_changed_policy_is_offered_once_and_sent_when_confirmed(town: Town) -> None:
    """政策改了：助企办收到一次提醒，看清涉及几家，确认后才发给条件对得上的企业。"""
    looked(town)
    town.rebuild(town.with_card("fc-talent-07f", lead="到四类企业工作的毕业生，每年可领生活补贴，标准有调整。"))
    found, again = looked(town), looked(town)
    offer = town.told(OFFICE)[0]
    button = f"do:policy_changes:{town.now.timestamp():.0f}"
    shown = town.presses(OFFICE, button)
    draft = town.presses(OFFICE, "do:policy_send:fc-talent-07f")
    before = town.told(OWNER)
    town.says(OFFICE, "确认发送")

    firms = concerned(town)
    assert (found, again) == (1, 0)
    assert f"有 1 条政策新增或有改动，涉及 {len(firms)} 家企业，要不要发提醒？" in offer
    assert f"优秀青年人才生活补贴：涉及 {len(firms)} 家企业" in shown
    assert "条件对得上这项政策的企业" in draft
    assert before == []
    assert "标准有调整" in town.told(OWNER)[-1]
    assert "ent-derun" in firms
    assert "ent-ruitai" not in firms
    assert town.told(RIVAL) == []


def test_a_new_policy_is_found_too(town: Town) -> None:
    """新增一条政策也会发现。"""
    looked(town)
    town.rebuild(town.with_card("fc-talent-07f", id="fc-new-01", title="新补贴"))

    assert looked(town) == 1


def test_other_questions_for_the_same_words_are_no_change(town: Town) -> None:
    """只改了问法和检索词，政策没变，不提醒。"""
    looked(town)
    town.rebuild(town.with_card("fc-talent-07f", questions=["换个问法"], keywords=["换个词"]))

    assert looked(town) == 0


def test_who_said_no_is_not_concerned(town: Town) -> None:
    """没说过打算的企业算涉及；说过没有这个打算的，不再打扰。"""
    assert "ent-derun" in concerned(town)
    town.says(OWNER, "我们能享受哪些政策")
    town.says(OWNER, "没有")

    assert "ent-derun" not in concerned(town)


def test_a_policy_without_conditions_concerns_nobody_in_particular(town: Town) -> None:
    """没有可核对条件的政策，不自动圈定企业。"""
    town.rebuild(town.with_card("fc-talent-07f", rules=[]))

    assert concerned(town) == []


def test_only_the_office_sends(town: Town) -> None:
    """企业、干部按了别人的按钮，也发不出去。"""
    for person in (OWNER, RIVAL):
        assert "助企办" in town.presses(person, "do:policy_send:fc-talent-07f")
    assert town.memories[OWNER].form is None


def test_a_made_up_button_finds_nothing(town: Town) -> None:
    """过期或伪造的按钮，只得到一句说明。"""
    for argument in ("0", "99999999999999", "abc", ""):
        assert "以最近一次提醒为准" in town.presses(OFFICE, f"do:policy_changes:{argument}")


def test_the_audience_is_worked_out_when_it_is_sent(town: Town) -> None:
    """“符合条件的企业”按发送那一刻的资料算。"""
    audiences = town.product.outreach.broadcasts.audiences
    with town.database.read() as session:
        audience = audiences.read(session, "发给符合条件的企业", policy="fc-talent-07f")
        people = {one.enterprise_id for one in audiences.people(session, audience)}

    assert audience == Audience(policies=("fc-talent-07f",))
    assert people == set(concerned(town)) & people
    assert "ent-derun" in people
