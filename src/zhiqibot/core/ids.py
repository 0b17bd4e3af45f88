"""Client-made keys: sortable by time, so that order needs no round trip to the database."""

import os
import threading
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u
_PAIRS = [one + two for one in _ALPHABET for two in _ALPHABET]  # ten bits at a time: every message makes several ids
_SHIFTS = range(120, -1, -10)
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """Return a 26-character ULID: 48 bits of milliseconds, 80 random bits; strictly rising within a process."""
    global _last
    with _lock:
        value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
        if value <= _last:
            value = _last + 1
        _last = value
    return "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])
