"""The index over the clauses in force, made anew when the database says that they changed."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from zhiqibot.storage.database import Database
from zhiqibot.topics.policies.clause_meaning import SentenceVectors
from zhiqibot.topics.policies.clauses import ClauseIndex
from zhiqibot.topics.policies.documents import in_force
from zhiqibot.topics.policies.places import HomeRegion
from zhiqibot.topics.policies.postings import Cut

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""An approval in another process is seen after this time at the latest."""


@dataclass
class ClauseShelf:
    """Holds one index for all threads; asking costs one small query every LOOK_EVERY_S and nothing in between."""

    database: Database
    cut: Cut
    home: HomeRegion
    vectors: SentenceVectors | None = None
    """The semantic layer, where there is one: what new clauses mean is worked out in the background."""
    look_every_s: float = LOOK_EVERY_S
    clock: Callable[[], float] = time.monotonic
    _index: ClauseIndex | None = None
    _revision: int | None = None
    _looked_at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _learning: threading.Lock = field(default_factory=threading.Lock)
    _learner: threading.Thread | None = None

    def __call__(self) -> ClauseIndex | None:
        """Return the index over what is in force; None where nothing is. Without the database, what was known last."""
        if self.clock() - self._looked_at >= self.look_every_s and self._lock.acquire(blocking=self._revision is None):
            try:
                self._look()
            except SQLAlchemyError as error:
                logger.warning("policy clauses not read: %s", type(error).__name__)
            finally:
                self._lock.release()
        return self._index

    def _look(self) -> None:
        self._looked_at = self.clock()
        with self.database.read() as session:
            revision = in_force.revision(session)
            if revision == self._revision:
                return
            known = in_force.library(session)
        self._index = ClauseIndex(known.clauses, self.cut, self.home, known.standings) if known.standings else None
        self._revision = revision
        if self._index and self.vectors:
            self._learner = threading.Thread(target=self._learn, args=(self._index, self.vectors), daemon=True)
            self._learner.start()
        logger.info("policy clauses that may answer: %d", len(known.clauses))

    def wait_until_learnt(self) -> None:
        """Return when the meaning of all clauses is known (for tests and measurements)."""
        self()
        if self._learner:
            self._learner.join()

    def _learn(self, index: ClauseIndex, vectors: SentenceVectors) -> None:
        with self._learning:  # a newer index waits for its turn; one that is out of date need not be worked out
            if index is self._index:
                index.learn(vectors)
