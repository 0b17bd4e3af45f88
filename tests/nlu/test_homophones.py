"""Words that only sound right are put right; words that merely rhyme are left alone."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.nlu.homophones import Homophones
from zhiqibot.nlu.pinyin import SoundTable, make_codes
from zhiqibot.nlu.understander import Understander

FOLDER = Path(__file__).parent
SENTENCES = ("厂里停电了", "早餐会报名", "公布助企的名单", "见习补贴怎么领", "用水报装要什么材料")
WORDS = ("停电", "早餐会", "补助", "补贴", "报装", "材料", "见习补贴")


@pytest.fixture(scope="module")
def homophones() -> Homophones:
    pairs = {text[i : i + 2] for text in SENTENCES for i in range(len(text) - 1)}
    known = {"公布", "名单", *WORDS}

    def cut(text: str) -> list[str]:
        words: list[str] = []
        while text:
            word = next((one for one in sorted(known, key=len, reverse=True) if text.startswith(one)), text[0])
            words.append(word)
            text = text[len(word) :]
        return words

    return Homophones(WORDS, pairs, known, SoundTable(make_codes()), cut)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("厂里挺电了", "厂里停电了"),
        ("早餐汇报名", "早餐会报名"),
        ("见习补铁怎么领", "见习补贴怎么领"),
        ("用水抱装要什么才料", "用水报装要什么材料"),
        ("公布助企的名单", "公布助企的名单"),  # 布助 sounds like 补助, but stands in the sentences as it is
        ("新公布住企的名单", "新公布住企的名单"),  # 布住 does too, but 公布 is a word
        ("今天天气不错", "今天天气不错"),
        ("", ""),
    ],
)
def test_what_only_sounds_right_is_put_right(homophones: Homophones, typed: str, meant: str) -> None:
    """同音错字改回常用词；词与词之间凑巧同音的不改。"""
    assert homophones.mend(typed) == meant


@given(st.text(alphabet="停挺电店早餐会汇报补布铁贴助材才料公的了 ,。a1😀", max_size=30))
def test_places_stay_where_they_are(homophones: Homophones, text: str) -> None:
    """改字不改长度，改过的再改不变：要素的位置仍按原文算。"""
    mended = homophones.mend(text)

    assert len(mended) == len(text)
    assert homophones.mend(mended) == mended


def test_two_homophones_cost_next_to_nothing(understander: Understander, now: datetime) -> None:
    """同一句话换两个同音字，意图判断的损失不超过 3 个百分点。"""
    clean = {one["id"]: one for one in _read("heldout.jsonl")}
    typed = _read("typos.jsonl")

    def right(record: dict[str, str]) -> bool:
        return understander.understand(record["text"], now, role=record["role"]).intent == record["intent"]

    as_meant = sum(right(clean[one["of"]]) for one in typed)
    assert as_meant - sum(map(right, typed)) <= 0.03 * len(typed)


def _read(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
