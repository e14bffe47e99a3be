"""Where the compiled kernels of the street search are kept between processes."""

import os
from pathlib import Path

from geo import network

__all__ = ["keep_kernels"]


def keep_kernels(home: Path) -> None:
    """Let numba keep what it compiles in the data folder where the program's own folder is not to be written.

    By itself it would write beside the sources, and refuse to work where it may not, as in a container
    without a user's folder. To be called before anything asks for a way; a ``NUMBA_CACHE_DIR`` that is set
    stays.
    """
    if not os.access(Path(network.__file__).parent, os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(home / "kernels"))
