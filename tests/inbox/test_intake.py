"""Intake: accepted means on disk, once, many a commit, and honest when it cannot be."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.inbox.conftest import Desk, all_of
from zhiqibot.core.crypto import Vault
from zhiqibot.inbox.intake import MAX_BATCH, Intake, IntakeUnavailable
from zhiqibot.inbox.model import InboxState
from zhiqibot.storage.database import open_database


async def test_accepted_means_stored(desk: Desk, intake: Intake) -> None:
    """accept 返回时消息已经提交入库。"""
    await intake.accept(desk.message("停电了"))

    assert desk.states() == [InboxState.PENDING]


async def test_a_repeat_is_accepted_and_stored_once(desk: Desk, intake: Intake) -> None:
    """平台重推的同一条消息只存一份，同批、隔批都一样；另一个账号的同号消息不算重复。"""
    message = desk.message("停电了", message_id="m1")
    other = message.model_copy(update={"account": "second"})

    await all_of(*(intake.accept(message) for _ in range(10)))
    await intake.accept(message)
    await intake.accept(other)

    assert len(desk.rows()) == 2


async def test_what_queued_during_a_commit_shares_the_next_one(desk: Desk) -> None:
    """提交期间排队的消息由下一次提交一起写入，每批不超过上限，顺序不变。"""
    commits: list[int] = []
    intake = Intake(desk.database, desk.vault, desk.clock, on_stored=lambda: commits.append(len(desk.rows())))
    waiting = [asyncio.ensure_future(intake.accept(desk.message(str(n)))) for n in range(MAX_BATCH + 10)]
    await asyncio.sleep(0)

    intake.start()
    await asyncio.gather(*waiting)
    intake.stop()

    assert commits == [MAX_BATCH, MAX_BATCH + 10]
    assert [row.message_id for row in desk.rows()] == [str(n + 1) for n in range(MAX_BATCH + 10)]


async def test_one_bad_row_fails_alone(desk: Desk) -> None:
    """同批里一条写不进去，只有它失败，别的照样入库。"""
    intake = Intake(desk.database, desk.vault, desk.clock)
    row_of = intake.row

    def row(message: Any) -> dict[str, Any]:
        made = row_of(message)
        return made | {"received_at": datetime(2026, 1, 1)} if message.text == "坏" else made  # noqa: DTZ001

    intake.row = row  # type: ignore[method-assign]
    waiting = [asyncio.ensure_future(intake.accept(desk.message(text))) for text in ("甲", "坏", "乙")]
    await asyncio.sleep(0)
    intake.start()
    results = await all_of(*waiting)
    intake.stop()

    assert [type(result) for result in results] == [type(None), IntakeUnavailable, type(None)]
    assert len(desk.rows()) == 2


async def test_a_full_queue_sends_the_platform_away(desk: Desk) -> None:
    """排队满了就请平台稍后再推，已排队的不受影响。"""
    intake = Intake(desk.database, desk.vault, desk.clock)
    intake._queue.maxsize = 2
    waiting = [asyncio.ensure_future(intake.accept(desk.message(str(n)))) for n in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(IntakeUnavailable):
        await intake.accept(desk.message("太多"))

    intake.start()
    await asyncio.gather(*waiting)
    intake.stop()
    assert len(desk.rows()) == 2


async def test_stopping_stores_what_is_queued(desk: Desk) -> None:
    """停机前排队的消息先写完。"""
    intake = Intake(desk.database, desk.vault, desk.clock)
    waiting = [asyncio.ensure_future(intake.accept(desk.message(str(n)))) for n in range(5)]
    await asyncio.sleep(0)
    intake.start()
    await asyncio.to_thread(intake.stop)
    await asyncio.gather(*waiting)

    assert len(desk.rows()) == 5


async def test_a_client_that_went_away_does_not_spoil_the_others(desk: Desk, intake: Intake) -> None:
    """等结果的人走了，消息照存，别人照样得到答复。"""
    gone = asyncio.ensure_future(intake.accept(desk.message("走了")))
    stays = asyncio.ensure_future(intake.accept(desk.message("还在")))
    await asyncio.sleep(0)
    gone.cancel()

    await asyncio.wait_for(stays, 5)
    await intake.accept(desk.message("后来"))
    assert len(desk.rows()) >= 2


async def test_a_failing_wake_up_does_not_end_the_intake(desk: Desk) -> None:
    """通知下游出错，不影响继续收消息。"""

    def fail() -> None:
        raise RuntimeError("wake-up")

    intake = Intake(desk.database, desk.vault, desk.clock, on_stored=fail)
    intake.start()
    await asyncio.wait_for(intake.accept(desk.message("一")), 5)

    await asyncio.wait_for(intake.accept(desk.message("二")), 5)
    intake.stop()
    assert len(desk.rows()) == 2


async def test_a_full_disk_is_said_and_gets_well_by_itself(tmp_path: Path, vault: Vault, now: datetime) -> None:
    """磁盘满：明确说收不下，已收下的一条不少；腾出空间后自动恢复。"""
    database = open_database(f"sqlite:///{tmp_path / 'full.db'}")
    database.create_tables()
    pages = {"most": 0}

    @event.listens_for(database.engine, "checkout")
    def limit(connection: Any, *_: object) -> None:
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={used + 4 if pages['most'] else 1_000_000}")

    desk = Desk(database, vault, now)
    intake = Intake(database, vault, desk.clock)
    intake.start()
    await intake.accept(desk.message("还有地方"))
    pages["most"] = 4

    results = await all_of(*(intake.accept(desk.message("x" * 30_000)) for _ in range(8)))
    assert all(isinstance(result, IntakeUnavailable) for result in results)

    pages["most"] = 0
    await intake.accept(desk.message("又有地方了"))
    intake.stop()
    with database.read() as session:
        assert session.execute(text("PRAGMA quick_check")).scalar_one() == "ok"
    assert len(desk.rows()) == 2
    database.close()
