"""Memory while rows pass by the hundred thousand: nothing collected in vain, and given back afterwards."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CDLL

__all__ = ["give_back", "keep_little", "uncollected"]

_TRIM = getattr(CDLL(None), "malloc_trim", None)
_SET = getattr(CDLL(None), "mallopt", None)
# glibc's malloc.h: M_TRIM_THRESHOLD, M_MMAP_THRESHOLD.
_TRIMMED_FROM, _MAPPED_FROM = -1, -3
_LITTLE_BYTES = 2 << 20


@contextmanager
def uncollected() -> Iterator[None]:
    """Suspend the cycle collector: plain rows have no cycles, and looking takes a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def keep_little() -> None:
    """Have the C library return what is freed, all but some megabytes, for the rest of the process.

    Once buffers of many megabytes have come and gone, glibc keeps up to 64 MB at hand for each thread apart,
    and what lies at the end of another thread's than the main one `give_back` does not reach. A column of
    200,000 numbers of 8 bytes stays below the limit: questions make and free such ones all the time. Does
    nothing where the C library is another.
    """
    if _SET is not None:
        _SET(_MAPPED_FROM, _LITTLE_BYTES)
        _SET(_TRIMMED_FROM, _LITTLE_BYTES)


def give_back() -> None:
    """Return freed memory to the system, where the C library can (glibc keeps it otherwise)."""
    gc.collect()
    if _TRIM is not None:
        _TRIM(0)
