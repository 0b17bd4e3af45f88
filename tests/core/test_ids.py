"""Client-made keys rise strictly and fit their column."""

from concurrent.futures import ThreadPoolExecutor

from zhiqibot.core.ids import new_id
from zhiqibot.storage.columns import ID


def test_ids_rise_strictly() -> None:
    """编号按产生的先后严格递增，长度正好放进列里。"""
    ids = [new_id() for _ in range(5000)]

    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {ID.length}


def test_threads_never_get_the_same_id() -> None:
    """多线程同时取号不重复。"""
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_id(), range(4000)))

    assert len(set(ids)) == 4000
