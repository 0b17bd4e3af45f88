"""Wherever a process dies between its two commits: nothing is lost, nothing is handled twice."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from tests.inbox.conftest import Desk, Killed
from zhiqibot.inbox.batch import MAX_INTERRUPTED
from zhiqibot.inbox.model import InboxState
from zhiqibot.inbox.worker import LEASE

DONE, ASIDE = InboxState.HANDLED, InboxState.SET_ASIDE


def die(desk: Desk) -> None:
    """Let a worker run into its death, and the lease it held run out."""
    with pytest.raises(Killed):
        desk.worker().handle_batch()
    desk.pass_time(LEASE.total_seconds() + 1)


def finish(desk: Desk) -> None:
    worker = desk.worker()
    for _ in range(4 * MAX_INTERRUPTED):
        worker.handle_batch()
        desk.pass_time(LEASE.total_seconds() + 1)


def test_killed_between_claim_and_handling(desk: Desk) -> None:
    """领取之后、处理之前被杀：重启后照常处理一次。"""
    desk.store("一", "二")
    desk.worker()._claim()
    desk.pass_time(LEASE.total_seconds() + 1)

    finish(desk)
    assert (desk.said(), desk.states()) == (["一", "二"], [DONE, DONE])


def test_killed_in_the_middle_of_a_batch(desk: Desk) -> None:
    """处理到一半被杀：前面处理过的也没提交，重启后每条恰好生效一次。"""
    desk.store("一", "二")
    desk.killing = {"二"}
    die(desk)
    assert desk.said() == []
    desk.killing = set()

    finish(desk)
    assert (desk.said(), desk.states()) == (["一", "二"], [DONE, DONE])


def test_killed_at_the_commit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """提交那一刻被杀：要么全有要么全无，重启后补齐且不重复。"""
    desk.store("一")
    worker = desk.worker()
    real = type(desk.database).write
    writes = 0

    @contextmanager
    def write(self: object) -> Iterator[Session]:
        nonlocal writes
        with real(desk.database) as session:
            yield session
            writes += 1
            if writes == 2:
                raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.database), "write", write)
        with pytest.raises(Killed):
            worker.handle_batch()
    assert (desk.said(), desk.handled) == ([], ["一"])

    desk.pass_time(LEASE.total_seconds() + 1)
    finish(desk)
    assert (desk.said(), desk.states()) == (["一"], [DONE])


def test_killed_after_the_commit(desk: Desk) -> None:
    """提交之后、送达之前被杀：不再处理第二遍。"""
    desk.store("一")
    worker = desk.worker()

    def die_now() -> None:
        raise Killed

    worker.on_handled = die_now
    with pytest.raises(Killed):
        worker.handle_batch()

    finish(desk)
    assert desk.handled == ["一"]


def test_a_message_that_kills_the_process_is_set_aside_and_takes_nobody_along(desk: Desk) -> None:
    """一条消息每次都弄死进程：只有它被留存，同会话、同批的别的消息都处理，且各一次。"""
    desk.store("前", conversation="a")
    desk.store("毒", "后", conversation="b")
    desk.store("旁", conversation="c")
    desk.killing = {"毒"}
    deaths = 0
    worker = desk.worker()
    for _ in range(30):
        try:
            worker.handle_batch()
        except Killed:
            deaths += 1
            worker = desk.worker()
        desk.pass_time(LEASE.total_seconds() + 1)

    assert desk.states() == [DONE, ASIDE, DONE, DONE]
    assert (desk.said("a"), desk.said("b"), desk.said("c")) == (["前"], ["后"], ["旁"])
    assert (deaths, desk.told) == (MAX_INTERRUPTED, ["b:毒"])
