"""What clauses mean is worked out once and kept; without room on the disk it is worked out all the same."""

from pathlib import Path

import pytest

from zhiqibot.content.reading import content_root
from zhiqibot.nlu.semantic import Embedder, load_embedder
from zhiqibot.topics.policies.clause_meaning import SentenceVectors
from zhiqibot.topics.policies.meaning import SHIPPED, load_vectors

SENTENCES = [(0, "补贴：企业新招工人的，每人补贴五百元。"), (1, "检查：每月前十天不进厂检查。")]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    found = load_embedder()
    if found is None:
        pytest.skip("本机没有安装语义层")
    return found


def vectors(embedder: Embedder, folder: Path) -> SentenceVectors:
    return SentenceVectors(embedder, load_vectors(content_root() / "policy_faq" / SHIPPED).centre, folder)


def test_the_clause_that_means_it_is_the_most_alike(embedder: Embedder, tmp_path: Path) -> None:
    """换一种说法问，最像的还是那一条；算好的存下来，下次不再算。"""
    meaning = vectors(embedder, tmp_path).meaning_of(SENTENCES, 2)

    assert meaning is not None
    alike = meaning.likeness("招一个新员工给多少钱")
    assert alike[0] > alike[1]
    assert [one.name for one in tmp_path.iterdir()] == [f"clauses-{embedder.name}.npz"]


def test_a_cache_that_cannot_be_written_costs_no_answer(embedder: Embedder, tmp_path: Path) -> None:
    """缓存写不进去（磁盘满、目录不对），意思照样算得出。"""
    (tmp_path / "file").write_text("not a folder")

    meaning = vectors(embedder, tmp_path / "file").meaning_of(SENTENCES, 2)

    assert meaning is not None
