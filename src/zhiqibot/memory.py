"""Settling down after start-up: what was needed only to load goes back to the system."""

import ctypes
import gc
import sys


def settle() -> None:
    """Collect what loading left behind, take the rest out of later collections, give freed pages back."""
    gc.unfreeze()  # what an earlier call took out may be garbage by now
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libc.so.6").malloc_trim(0)
        except (OSError, AttributeError):  # another C library: it keeps the pages, which does no harm
            return
