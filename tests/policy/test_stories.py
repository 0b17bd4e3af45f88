"""What a person must get, sentence by sentence: tiers, follow-ups, places, false premises, honest refusals."""

from dataclasses import replace
from datetime import date

import pytest

from tests.policy.conftest import NOW, Ask
from zhiqibot.content.policies import Fact, PolicyCorpus
from zhiqibot.topics.policies.answering import Told
from zhiqibot.topics.policies.desk import PolicyDesk, UnsupportedNumber
from zhiqibot.topics.policies.jsonl import ask_line
from zhiqibot.topics.policies.model import Next, PolicyAnswer


def test_the_tier_asked_for_comes_first_and_alone(ask: Ask) -> None:
    """问哪一档就先答哪一档，不把整张表甩给人。"""
    answer = ask("招个985硕士，政府一年补多少？")

    assert answer.text.startswith("“双一流”高校硕士研究生")
    assert "18000元/年" in answer.text
    assert "发3年" in answer.text
    assert "12000" not in answer.text
    assert (
        "依据：《方城县“万人助万企”活动十大专项提升行动实施方案》（方助企联席办〔2022〕4号）（一）7，2022-05-30，方城县"
        in answer.text
    )


def test_a_comparison_shows_the_whole_table(ask: Ask) -> None:
    """要比较时给整张表。"""
    answer = ask("硕士和本科的生活补贴差多少，各档都是多少")

    assert all(figure in answer.text for figure in ("18000", "15000", "12000", "9000"))


def test_follow_ups_lean_on_the_question_before(ask: Ask) -> None:
    """追问接着上一问：本科呢、哪个部门管、怎么申请、能领几年。"""
    first = ask("招个985硕士一年补多少")
    second = ask("那本科呢", first.question)
    third = ask("普通本科的呢", second.question)
    unit = ask("哪个部门管", third.question)
    how = ask("怎么申请", third.question)

    assert "12000" in second.text
    assert second.follow_up
    assert "9000" in third.text
    assert "人社局" in unit.text
    assert "企业服务中心" in how.text
    assert {one.card_ids[0] for one in (second, third, unit, how)} == {"fc-talent-07f"}


def test_a_new_subject_is_no_follow_up(ask: Ask) -> None:
    """换了话题就按新问题答，不被上一问带偏。"""
    answer = ask("低压办电不用配套工程要几天", "招个985硕士一年补多少")

    assert answer.card_ids == ("fc-power-02",)
    assert not answer.follow_up


def test_what_else_there_is_lists_the_topic(ask: Ask) -> None:
    """“还有别的吗”列出同一方面的其他规定，每条有出处。"""
    answer = ask("还有别的吗", "双一流硕士一年补多少")

    assert "职业介绍补贴" in answer.text
    assert len(answer.card_ids) >= 3
    assert answer.citations


def test_an_open_deadline_is_said_to_be_open(ask: Ask) -> None:
    """文件没写截止时间，就说没写，并给出可以问的单位。"""
    answer = ask("什么时候截止", "双一流硕士生活补贴一年多少")

    assert not answer.answered
    assert "没有写明截止时间" in answer.text
    assert answer.unit == "组织部、人社局"


@pytest.mark.parametrize("tier", ["北交所上市奖多少", "博士一年补多少", "大专生生活补贴多少"])
def test_a_tier_the_table_lacks_is_not_filled_in(ask: Ask, tier: str) -> None:
    """表里没有的档，不拿相近的档代替。"""
    answer = ask(tier)

    assert not answer.answered
    assert "文件没有单列" in answer.text


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("不是说主板上市奖1000万吗", "600万元"),
        ("听说985硕士一年补三万，是真的吗", "18000元/年"),
        ("介绍工人进厂不是一人补500元吗", "300"),
    ],
)
def test_a_false_premise_is_corrected_without_repeating_it(ask: Ask, claim: str, right: str) -> None:
    """说错了数，给出文件的数，不附和也不重复错的数。"""
    answer = ask(claim)

    assert "和您说的不一样" in answer.text
    assert right in answer.text
    assert not any(wrong in answer.text for wrong in ("1000", "三万", "500"))


def test_a_right_premise_is_confirmed(ask: Ask) -> None:
    """说对了就确认。"""
    assert ask("新三板挂牌是不是奖120万").text.startswith("是的")


def test_another_countys_practice_is_labelled_and_never_ours(ask: Ask) -> None:
    """别县的做法标明是别县的；问“咱县有没有”时不拿它作答。"""
    told = ask("听说有个纾困调贷专项资金，是怎么回事")
    ours = ask("那方城有没有这个资金", told.question)
    hint = ask("咱县有没有成长贷")

    assert "不是方城县的政策" in told.text
    assert told.citations[0].region == "襄城县"
    assert not ours.answered
    assert not hint.answered
    assert "以下是洛阳市的做法" in hint.text


def test_a_place_outside_the_corpus_is_admitted(ask: Ask) -> None:
    """没有收录的地方，直说没有，也不拿本县的顶替。"""
    answer = ask("社旗县上市奖励多少钱")

    assert not answer.answered
    assert "没有社旗县的政策文件" in answer.text
    assert not answer.citations


def test_a_named_place_answers_for_itself(ask: Ask) -> None:
    """点名温县就只答温县，并标明不是本县政策。"""
    answer = ask("温县问题解决率要求多少")

    assert "97%" in answer.text
    assert {one.region for one in answer.citations} == {"温县"}
    assert "不是方城县的政策" in answer.text


def test_where_people_come_from_is_not_the_place_asked_about(ask: Ask) -> None:
    """“从云南拉来工人”问的还是本县的政策。"""
    assert ask("从云南拉了一大车工人，包车费能报不").card_ids == ("fc-talent-09",)


def test_two_questions_in_one_message_get_two_answers(ask: Ask) -> None:
    """一条消息两个问题，两个都答。"""
    answer = ask("新三板挂牌奖多少？低压办电不用配套工程要几天？")

    assert "120万元" in answer.text
    assert "2个工作日" in answer.text
    assert set(answer.card_ids) == {"fc-list-07", "fc-power-02"}


def test_a_refusal_offers_the_unit(ask: Ask) -> None:
    """答不了时给出承办单位和转问的办法。"""
    answer = ask("高级工证书补多少钱")

    assert not answer.answered
    assert answer.hints == (Next.ASK_UNIT,)
    assert "组织部、人社局" in answer.text


def test_an_expired_policy_is_answered_as_expired(corpus: PolicyCorpus, desk: PolicyDesk) -> None:
    """过期的政策按过期答，并指出接替它的规定。"""
    old = corpus.facts["fc-talent-07a"]
    card = old.card.model_copy(update={"valid_until": date(2024, 12, 31), "successor": "fc-talent-10"})
    later = replace(corpus, facts={**corpus.facts, card.id: Fact(old.document, card)})

    answer = PolicyDesk(later, desk.words, strict=True).answer("职业介绍补贴一个人多少", NOW)

    assert "已于2024-12-31到期" in answer.text
    assert {"fc-talent-07a", "fc-talent-10"} <= set(answer.card_ids)


def test_a_number_without_a_source_never_leaves_the_desk(desk: PolicyDesk) -> None:
    """没有出处的数字：测试里报错，上线后整行去掉。"""
    stray = PolicyAnswer(True, "首发上市奖600万元。\n另有999万元。", card_ids=("fc-list-07",))
    lenient = PolicyDesk(desk.corpus, desk.words)

    with pytest.raises(UnsupportedNumber):
        desk._checked(stray, "", Told(NOW.date()))
    assert lenient._checked(stray, "", Told(NOW.date())).text == "首发上市奖600万元。"


def test_jsonl_has_the_promised_shape(desk: PolicyDesk) -> None:
    """ask --jsonl 的输出字段齐全，缺字段的输入也有回应。"""
    line = ask_line(desk, {"id": 7, "text": "那本科呢", "context": "双一流硕士一年补多少"}, NOW)

    assert line["id"] == 7
    assert line["answered"] is True
    assert set(line["citations"][0]) == {"document", "number", "clause", "date", "region"}
    assert ask_line(desk, {}, NOW)["answered"] is False


def test_a_question_without_a_subject_is_asked_back(ask: Ask) -> None:
    """没说问哪一项，就请人说具体，不乱猜。"""
    for vague in ("你好", "能领吗", "这个怎么申请？"):
        assert "您想问哪一项政策" in ask(vague).text


def test_an_amount_beside_another_question_is_told_too(ask: Ask) -> None:
    """一句话里又问金额又问材料，两样都答。"""
    answer = ask("想招个985硕士，28岁，一年补多少，要啥材料")

    assert answer.text.startswith("“双一流”高校硕士研究生：优秀青年人才生活补贴18000元/年")
    assert "材料清单，文件没有单独写明" in answer.text


def test_a_chain_of_follow_ups_keeps_its_subject(ask: Ask) -> None:
    """连着追问几轮，还记得说的是哪一项。"""
    first = ask("展示板和交易板差多少", ask("双一流硕士一年补多少").question)
    second = ask("那北交所呢", first.question)
    third = ask("新三板呢", second.question)

    assert "30万元" in first.text
    assert "5万元" in first.text
    assert not second.answered
    assert "120万元" in third.text
