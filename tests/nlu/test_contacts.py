"""A telephone in a message neither becomes another number nor changes what the message means."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.nlu.contacts import joined, without_contacts
from zhiqibot.nlu.normal import Normaliser
from zhiqibot.nlu.understander import Understander

TELLING_OF = ["催一下上次报的那件事", "厂里停电了，机器全停了", "周二的早餐会给我报三个人", "技改补贴怎么申报"]
CONTACTS = ["电话138 1234 5678", "回我138-1234-5678", "我电话一三八一二三四五六七八", "手机１３８　１２３４　５６７８", "联系人李强(0371)66778899"]  # fmt: skip


@pytest.mark.parametrize("contact", CONTACTS)
@pytest.mark.parametrize("told", TELLING_OF)
def test_a_telephone_changes_nothing_of_what_is_meant(
    understander: Understander, now: datetime, told: str, contact: str
) -> None:
    """留个电话，还是那一件事：意图、编号、人数都不变，也不多出一件。"""
    plain, with_contact = understander.understand(told, now), understander.understand(f"{told}，{contact}", now)

    assert [act.intent for act in with_contact.acts] == [act.intent for act in plain.acts]
    for name in ("ticket_no", "attendees", "date", "time"):
        assert with_contact.slots.get(name) == plain.slots.get(name)


def test_what_is_quoted_holds_the_number_as_written(understander: Understander, now: datetime) -> None:
    """摘录的情况照原样带着电话：承办人员要用。"""
    told = understander.understand("厂里停电了，我姓王，电话138 1234 5678", now)

    assert told.slots["description"] == "厂里停电了，我姓王，电话138 1234 5678"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("厂里停电了,电话138 1234 5678", "厂里停电了,"),
        ("厂里停电了,联系人李强,有事打我手机13812345678", "厂里停电了,"),
        ("2611200003那件到哪了", "2611200003那件到哪了"),
        ("我电话13812345678", "我电话13812345678"),
    ],
)
def test_what_only_says_how_to_reach_somebody_is_not_weighed(said: str, left: str) -> None:
    """只是留联系方式的那几个字不参与判断；整句只有电话时照旧。"""
    contacts = joined(Normaliser({}).read(said))

    assert without_contacts(contacts.normal.text, contacts.telephones).strip() == left


@given(st.text(max_size=60) | st.text("0123456789 -()一二三幺零电话我打回，厂停", max_size=50))
def test_joining_keeps_the_length_and_the_way_back(text: str) -> None:
    """合并号码后长度不变，仍能指回原文。"""
    normal = Normaliser({}).read(text)
    contacts = joined(normal)

    assert len(contacts.normal.text) == len(normal.text)
    assert len(without_contacts(contacts.normal.text, contacts.telephones)) == len(normal.text)
    assert contacts.normal.written(0, len(normal.text)) == normal.written(0, len(normal.text))
