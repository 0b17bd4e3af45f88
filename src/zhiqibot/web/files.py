"""The store of uploaded files: random names in a folder outside everything that is served, facts in the database."""

import contextlib
import secrets
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from sqlalchemy import func, select

from zhiqibot.core.clock import Clock, local
from zhiqibot.core.messages import Attachment
from zhiqibot.storage.database import Database
from zhiqibot.web.filetypes import FileType
from zhiqibot.web.model import StoredFile


@dataclass(frozen=True)
class FileStore:
    """Keeps files; blocking, so call it in a thread."""

    database: Database
    folder: Path
    clock: Clock

    def draft(self) -> Path:
        """Return a fresh path to write an upload to."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.folder / f"{secrets.token_hex(16)}.part"

    def keep(self, draft: Path, owner: str, name: str, kind: FileType) -> StoredFile:
        """Move a checked draft into the store and return its entry."""
        stored = StoredFile(
            id=draft.stem,
            owner=owner,
            name=name,
            kind=kind.kind,
            media_type=kind.media_type,
            size=draft.stat().st_size,
            created_at=self.clock(),
        )
        path = self.path(stored.id)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        draft.replace(path)
        try:
            with self.database.write() as session:
                session.add(stored)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return stored

    def drop(self, draft: Path) -> None:
        """Remove a draft that will not be kept."""
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)

    def find(self, file_id: str) -> StoredFile | None:
        with self.database.read() as session:
            return session.get(StoredFile, file_id)

    def path(self, file_id: str) -> Path:
        """Return where the bytes lie."""
        return self.folder / file_id[:2] / file_id

    def used_today(self, owner: str) -> tuple[int, int]:
        """Return how many files and bytes the owner sent since midnight in Shanghai."""
        today = local(self.clock())
        midnight = datetime.combine(today.date(), time(), today.tzinfo)
        query = select(func.count(), func.coalesce(func.sum(StoredFile.size), 0)).where(
            StoredFile.owner == owner, StoredFile.created_at >= midnight
        )
        with self.database.read() as session:
            count, size = session.execute(query).one()
        return int(count), int(size)

    def attachments(self, owner: str, file_ids: list[str]) -> tuple[Attachment, ...] | None:
        """Return the owner's files as parts of a message; None when one of them is not theirs."""
        with self.database.read() as session:
            query = select(StoredFile).where(StoredFile.id.in_(file_ids), StoredFile.owner == owner)
            found = {row.id: row for row in session.scalars(query)}
        if len(found) != len(set(file_ids)):
            return None
        return tuple(attachment(found[file_id]) for file_id in dict.fromkeys(file_ids))


def attachment(stored: StoredFile) -> Attachment:
    """Return a stored file as a part of a message."""
    return Attachment.model_validate(
        {
            "kind": stored.kind,
            "name": stored.name,
            "media_type": stored.media_type,
            "size": stored.size,
            "reference": stored.id,
        }
    )
