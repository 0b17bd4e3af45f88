"""Workers: in order within a conversation, apart between conversations, and patient with what fails."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from tests.inbox.conftest import Desk
from zhiqibot.core.crypto import Vault, new_vault
from zhiqibot.inbox.batch import MAX_ATTEMPTS
from zhiqibot.inbox.model import InboxMessage, InboxState
from zhiqibot.inbox.worker import BATCH, LEASE, MESSAGES_PER_CONVERSATION, InboxWorker
from zhiqibot.storage.database import open_database

DONE, WAITING, ASIDE = InboxState.HANDLED, InboxState.PENDING, InboxState.SET_ASIDE


def test_a_conversation_is_handled_in_order(desk: Desk) -> None:
    """一个会话的消息按先后处理，各处理一次，记忆逐条接上。"""
    desk.store("一", "二", "三")

    assert desk.worker().handle_batch() == 3
    assert (desk.said(), desk.states()) == (["一", "二", "三"], [DONE] * 3)


def test_without_work_there_is_nothing_to_do(desk: Desk) -> None:
    """没有消息就什么也不做，处理过的不再处理。"""
    desk.store("一")
    worker = desk.worker()

    assert [worker.handle_batch(), worker.handle_batch()] == [1, 0]
    assert desk.handled == ["一"]


def test_a_flood_in_one_conversation_does_not_keep_the_others_waiting(desk: Desk) -> None:
    """一个会话刷屏，别的会话当轮也得到处理，没有谁被白白占住。"""
    desk.store(*map(str, range(BATCH * MESSAGES_PER_CONVERSATION + 5)), conversation="flood")
    desk.store("急事", conversation="quiet")
    worker = desk.worker()

    worker.handle_batch()

    assert desk.said("quiet") == ["急事"]
    assert len(desk.said("flood")) == MESSAGES_PER_CONVERSATION


def test_a_failing_message_is_tried_again_after_a_pause_and_then_set_aside(desk: Desk) -> None:
    """处理出错的消息隔一会儿重试，次数用完就留存，并告诉发的人；半截的记忆不留下。"""
    desk.failing = {"坏"}
    desk.store("好", "坏")
    worker = desk.worker()
    worker.handle_batch()

    assert (desk.states(), desk.said(), worker.handle_batch()) == ([DONE, WAITING], ["好"], 0)
    for _ in range(MAX_ATTEMPTS):
        desk.pass_time(20)
        worker.handle_batch()
    assert (desk.states(), desk.said(), desk.told) == ([DONE, ASIDE], ["好"], ["c1:坏"])
    assert [row.attempts for row in desk.rows()] == [1, MAX_ATTEMPTS]


def test_the_error_kept_with_a_message_tells_no_phone_number(desk: Desk) -> None:
    """留存的错误信息里没有电话号码。"""
    desk.failing = {"坏"}
    desk.store("坏")
    desk.worker().handle_batch()

    error = desk.rows()[0].error or ""
    assert "RuntimeError" in error
    assert "13812345678" not in error


def test_a_message_that_gets_well_is_handled_once(desk: Desk) -> None:
    """重试成功的消息只生效一次。"""
    desk.failing = {"坏"}
    desk.store("坏")
    worker = desk.worker()
    worker.handle_batch()
    desk.failing = set()
    desk.pass_time(20)

    worker.handle_batch()
    assert (desk.said(), desk.states()) == (["坏"], [DONE])


def test_what_follows_a_failing_message_waits_for_it_and_keeps_its_own_tries(desk: Desk) -> None:
    """前一条失败时后面的不越过它，也不替它消耗次数；前一条留存后，后面的照常处理。"""
    desk.failing = {"坏", "也坏"}
    desk.store("坏", "也坏", "好")
    worker = desk.worker()
    worker.handle_batch()
    assert [row.attempts for row in desk.rows()] == [1, 0, 0]

    for _ in range(2 * MAX_ATTEMPTS):
        desk.pass_time(60)
        worker.handle_batch()
    assert desk.states() == [ASIDE, ASIDE, DONE]
    assert ([row.attempts for row in desk.rows()], desk.said()) == ([MAX_ATTEMPTS, MAX_ATTEMPTS, 1], ["好"])


def test_other_conversations_do_not_wait_for_a_failing_one(desk: Desk) -> None:
    """一个会话出错重试，不耽误别的会话。"""
    desk.failing = {"坏"}
    desk.store("坏", conversation="a")
    desk.store("好", conversation="b")

    desk.worker().handle_batch()
    assert (desk.said("b"), desk.states()) == (["好"], [WAITING, DONE])


def test_a_message_that_cannot_be_read_is_set_aside_and_stops_nobody(desk: Desk) -> None:
    """密文打不开的消息直接留存，不拖垮处理；会话已知时照样告诉发的人。"""
    desk.store("先前")
    worker = desk.worker()
    worker.handle_batch()
    own, desk.vault = desk.vault, new_vault()
    desk.store("打不开")
    desk.store("新会话也打不开", conversation="unknown")
    desk.vault = own
    desk.store("后来")
    desk.store("别处", conversation="b")

    for _ in range(3):
        worker.handle_batch()
    assert desk.states() == [DONE, ASIDE, ASIDE, DONE, DONE]
    assert (desk.said(), desk.told) == (["先前", "后来"], ["c1:"])


def test_a_failing_notice_of_the_set_aside_message_does_not_bring_it_back(desk: Desk) -> None:
    """连“没处理成功”都通知不出去，消息也照样留存，不会循环。"""
    desk.failing = {"坏"}
    desk.store("坏", "好")

    def fail(*_: object) -> None:
        raise RuntimeError("nobody to tell")

    worker = InboxWorker(desk.database, desk.vault, desk.clock, desk._handle, fail)
    for _ in range(MAX_ATTEMPTS):
        worker.handle_batch()
        desk.pass_time(60)
    assert desk.states() == [ASIDE, DONE]


def test_a_held_conversation_is_left_alone_until_its_lease_runs_out(desk: Desk) -> None:
    """别人拿着的会话不碰；拿着的人没了，租期一过就接手。"""
    desk.store("一")
    dead = desk.worker()
    assert dead._claim()

    other = desk.worker()
    assert other.handle_batch() == 0
    desk.pass_time(LEASE.total_seconds() + 1)
    assert (other.handle_batch(), desk.said()) == (1, ["一"])


def test_a_worker_that_slept_through_its_lease_does_nothing(desk: Desk) -> None:
    """租期过后被别人处理完的会话，醒过来的人不再处理一遍。"""
    desk.store("一")
    sleeper, other = desk.worker(), desk.worker()
    claimed = sleeper._claim()
    desk.pass_time(LEASE.total_seconds() + 1)
    other.handle_batch()

    sleeper._claim = lambda: claimed  # type: ignore[method-assign]
    sleeper.handle_batch()
    assert (desk.handled, desk.said()) == (["一"], ["一"])


def test_a_restarted_embedded_process_takes_everything_up_at_once(desk: Desk) -> None:
    """嵌入式数据库重启后释放全部租约，不必等租期。"""
    desk.store("一")
    desk.worker()._claim()
    fresh = desk.worker()

    fresh.release_all()
    assert (fresh.handle_batch(), desk.said()) == (1, ["一"])


def test_many_workers_handle_everything_once_and_in_order(postgres_url: str, vault: Vault, now: datetime) -> None:
    """PostgreSQL 上几个工作线程、两个进程一起干：每条恰好一次，会话内不乱序，会话间并行。"""
    databases = [open_database(postgres_url), open_database(postgres_url)]
    databases[0].create_tables()
    desks = [Desk(database, vault, now) for database in databases]
    conversations = [f"c{n}" for n in range(40)]
    for conversation in conversations:
        desks[0].store(*(f"{n}" for n in range(6)), conversation=conversation)
    busy, most, lock = 0, 0, threading.Lock()

    def watch(_: str) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.001)
        with lock:
            busy -= 1

    def work(worker: InboxWorker) -> None:
        while any(row == WAITING for row in desks[0].states()):
            worker.handle_batch()

    for desk in desks:
        desk.before_handling = watch
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [desk.worker() for desk in desks * 2]))

    assert all(desks[0].said(one) == [str(n) for n in range(6)] for one in conversations)
    assert (len(desks[0].handled) + len(desks[1].handled), most > 1) == (240, True)
    for database in databases:
        database.close()


def test_a_running_worker_wakes_up_handles_and_stops(desk: Desk) -> None:
    """工作线程被叫醒就干活，数据库出错等一等再来，叫停就停。"""
    handled = threading.Event()
    worker = desk.worker()
    worker.on_handled = handled.set
    real, failures = worker._claim, [RuntimeError("odd"), None]

    def claim() -> dict[str, list[InboxMessage]]:
        error = failures.pop() if failures else None
        if error:
            raise error
        return real()

    worker._claim = claim  # type: ignore[method-assign]
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    desk.store("一")
    worker.wake()

    assert handled.wait(10)
    worker.stop()
    thread.join(5)
    assert (thread.is_alive(), desk.said()) == (False, ["一"])


def test_a_memory_changed_in_place_is_stored_too(desk: Desk) -> None:
    """处理时就地改动的记忆也照样存下，成批处理和逐条处理都一样。"""
    desk.store("一")
    worker = desk.worker()
    worker.handle_batch()
    desk.failing = {"坏"}
    desk.store("二", "坏")

    worker.handle_batch()
    assert desk.said() == ["一", "二"]
