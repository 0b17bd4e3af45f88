"""Changed content is put in force without a restart; a fault leaves what was in force."""

import gc
import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.learning.conftest import OFFICE, OWNER, POLICY, Town
from tests.learning.test_keeping import UNCLEAR
from zhiqibot.app import Product
from zhiqibot.content.own_writing import add_sentence
from zhiqibot.reloading import Reloading

TRANSFORMER = "fc-power-02"


@pytest.fixture
def reloading(town: Town) -> Reloading:
    """Looks at the county's content; what it makes is in force for everybody in it."""

    def put(product: Product) -> None:
        town.product = product

    one = Reloading(lambda: town.product, put, settled_s=0.0)
    assert not one.look()  # what was loaded is what is there
    return one


@pytest.fixture(autouse=True)
def _thaw() -> Iterator[None]:
    """What a running product takes out of garbage collection is given back."""
    yield
    gc.unfreeze()


def card_changed(town: Town, card_id: str, **fields: object) -> Path:
    """Edit a card of the policy document."""
    path = town.settings.content_dir / "policy_faq" / POLICY
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    next(card for card in data["cards"] if card["id"] == card_id).update(fields)
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.slow
def test_what_was_asked_back_is_understood_after_the_review(
    town: Town, reloading: Reloading, caplog: pytest.LogCaptureFixture
) -> None:
    """一句土话没听准、问了一句，本人选了；助企办标注以后，不用重启，同一句话马上听懂。"""
    owner = town.person(OWNER)
    assert "您是想" in owner.says(UNCLEAR)
    chosen = owner.presses("报名活动")
    owner.says("取消")
    (kept,) = town.kept()
    town.label(kept, kept.row.became)
    before = town.product

    with caplog.at_level(logging.INFO, "zhiqibot.reloading"):
        assert reloading.look()
    assert town.product is not before
    (event,) = [record.getMessage() for record in caplog.records if record.name == "zhiqibot.reloading"]
    assert "language" in event
    assert owner.says(UNCLEAR) == chosen
    assert not reloading.look()
    assert len(town.kept()) == 1


def test_a_policy_that_changed_is_answered_at_once(town: Town, reloading: Reloading) -> None:
    """政策库的文件改了，答复马上按新的说；没改的语言模型不动。"""
    owner = town.person(OWNER)
    fact = town.product.desk.fact(TRANSFORMER)
    assert fact
    question = fact.card.questions[0]
    before, understander = owner.says(question, button="intent:ask_policy"), town.product.understander
    how = "打电话给供电公司，客户经理上门接单。"
    assert how not in before
    card_changed(town, TRANSFORMER, how_to_apply=how)

    assert reloading.look()
    assert how in owner.says(question, button="intent:ask_policy")
    assert town.product.understander is understander


def test_a_new_document_is_found(town: Town, reloading: Reloading) -> None:
    """加一份政策文件，不用重启就能答。"""
    assert "测试县" not in town.product.content.policies.regions
    folder = town.settings.content_dir / "policy_faq"
    data = yaml.safe_load((folder / POLICY).read_text(encoding="utf-8"))
    card = next(card for card in data["cards"] if card["id"] == TRANSFORMER) | {"id": "cs-power", "region": "测试县"}
    card["questions"] = [f"测试县那边，{question}" for question in card["questions"]]
    new = {"document": data["document"] | {"id": "ceshi-2026", "region": "测试县"}, "cards": [card]}
    (folder / "ceshi-2026.yaml").write_text(yaml.safe_dump(new, allow_unicode=True), encoding="utf-8")

    assert reloading.look()
    assert town.product.desk.fact("cs-power")
    assert not reloading.look()  # what was trained for it is no new content
    (folder / "ceshi-2026.yaml").unlink()
    assert reloading.look()
    assert town.product.desk.fact("cs-power") is None


def test_a_faulty_file_keeps_the_old(town: Town, reloading: Reloading, caplog: pytest.LogCaptureFixture) -> None:
    """文件写错了：旧的照用，日志里写明 文件: 字段: 原因，只说一次；改好以后换上。"""
    before = town.product
    card_changed(town, TRANSFORMER, kind="gift")
    with caplog.at_level(logging.WARNING, "zhiqibot.reloading"):
        assert not reloading.look()
        assert not reloading.look()
    told = [record.getMessage() for record in caplog.records if record.name == "zhiqibot.reloading"]
    assert len(told) == 1
    assert f"{POLICY}: cards." in told[0]
    assert ".kind: 不在允许的取值之内" in told[0]
    assert town.product is before

    card_changed(town, TRANSFORMER, kind="service", lead="改好了的一句。")
    assert reloading.look()
    fact = town.product.desk.fact(TRANSFORMER)
    assert fact
    assert fact.card.lead == "改好了的一句。"


def test_a_fault_in_one_part_does_not_hold_up_the_other(town: Town, reloading: Reloading) -> None:
    """自己的例句写错了，不耽误政策换上。"""
    town.settings.own_intents.mkdir(parents=True)
    (town.settings.own_intents / "greet.yaml").write_text("id: greet\nsay: [嗨]\n", encoding="utf-8")
    card_changed(town, TRANSFORMER, lead="照样换上的一句。")
    intents = town.product.content.intents

    assert reloading.look()
    assert town.product.content.intents is intents
    fact = town.product.desk.fact(TRANSFORMER)
    assert fact
    assert fact.card.lead == "照样换上的一句。"


def test_a_training_that_fails_keeps_the_old(
    town: Town, reloading: Reloading, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """训练不成（缓存目录写不进去）：旧的照用，日志写明原因，过一阵再试，不会每次都试。"""
    before = town.product
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    town.product = _with_cache(before, blocked)
    add_sentence(town.settings.own_intents, "greet", "吃了没")
    with caplog.at_level(logging.ERROR, "zhiqibot.reloading"):
        assert not reloading.look()
        assert not reloading.look()
    told = [record.getMessage() for record in caplog.records if record.name == "zhiqibot.reloading"]
    assert len(told) == 1
    assert "语言模型训练失败" in told[0]
    assert town.product.content is before.content


def _with_cache(product: Product, folder: Path) -> Product:
    return replace(product, settings=product.settings.model_copy(update={"cache_dir": folder}))


def test_a_comment_changes_nothing(town: Town, reloading: Reloading) -> None:
    """只改注释和空行，不重训，也不换。"""
    for path in (
        town.settings.content_dir / "intents" / "greet.yaml",
        town.settings.content_dir / "policy_faq" / POLICY,
    ):
        path.write_text(f"# 说明\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    before = town.product
    assert not reloading.look()
    assert town.product is before


def test_a_vanished_folder_keeps_the_old(town: Town, reloading: Reloading) -> None:
    """内容目录没了，旧的照用。"""
    before = town.product
    shutil.rmtree(town.settings.content_dir)
    assert not reloading.look()
    assert town.product is before
    assert "您是想" in town.person(OFFICE).says(UNCLEAR)


def test_a_message_in_hand_ends_with_the_old(town: Town, reloading: Reloading) -> None:
    """换的时候正在处理的消息用旧的办完，不出错。"""
    owner = town.person(OWNER)
    failed: list[BaseException] = []
    stop = threading.Event()

    def talk() -> None:
        try:
            while not stop.is_set():
                assert owner.says("招硕士一年补多少")
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=talk)
    thread.start()
    for place in range(3):
        card_changed(town, TRANSFORMER, lead=f"第{'一二三'[place]}次改的一句。")
        assert reloading.look()
    stop.set()
    thread.join()
    assert failed == []


def test_the_thread_looks_by_itself_and_ends(town: Town) -> None:
    """自己隔一阵看一次，叫一声马上看；停得下来。"""
    swapped = threading.Event()

    def put(product: Product) -> None:
        town.product = product
        swapped.set()

    one = Reloading(lambda: town.product, put, look_every_s=60.0, settled_s=0.0)
    one.start()
    card_changed(town, TRANSFORMER, lead="叫醒以后换上的一句。")
    one.wake()
    assert swapped.wait(30)
    one.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "reloading"]
