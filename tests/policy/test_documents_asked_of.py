"""Questions of the documents themselves: which one, whose, of when, whether it counts, where to read it."""

import pytest

from tests.policy.conftest import Ask

SCHEME = "《方城县“万人助万企”活动十大专项提升行动实施方案》（方助企联席办〔2022〕4号）"


@pytest.mark.parametrize(
    ("before", "text", "said"),
    [
        (None, "有个方助企联席办〔2022〕4号文件你有没有", "2022-05-30印发"),
        (SCHEME, "第二条写的啥", "土地"),
        (SCHEME, "谁发的", "发文单位"),
        (SCHEME, "还有效吗", "没有写明有效期"),
        ("招个985硕士，政府一年补多少", "这是哪个文件写的", "（一）7"),
        ("招个985硕士，政府一年补多少", "文件原文能发我看看吗", "原文我这里发不了"),
        (None, "2014年那个文件是哪年的文件", "2014-02-10印发"),
    ],
)
def test_documents_are_asked_of(ask: Ask, before: str | None, text: str, said: str) -> None:
    """问的是文件本身：哪一份、谁发的、哪年的、哪一条、还算不算数、原文在哪。"""
    answer = ask(text, before)

    assert answer.answered
    assert said in answer.text


def test_a_document_not_on_record_is_told_so(ask: Ask) -> None:
    """没收录的文件，不拿别的文件的有效期来答。"""
    answer = ask("《方城县支持企业招才引智若干措施》这个文件还有效吗")

    assert not answer.answered
    assert "没有收录《方城县支持企业招才引智若干措施》" in answer.text


def test_a_matter_with_its_document_is_answered_by_its_card(ask: Ask) -> None:
    """“人才公寓依据哪个文件”问的是人才公寓。"""
    assert "fc-talent-08b" in ask("人才公寓依据的是哪个文件").card_ids
