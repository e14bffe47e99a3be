"""Install what the tests need beside Python packages: PostGIS, Chromium, a Chinese font.

Nothing is installed that is there already. ``python -m tests.services.install``
"""

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from tests.services import browser, postgis

__all__ = ["main", "missing_packages"]

_FONT_PACKAGE = "fonts-noto-cjk"
_DRIVER_PACKAGE = "libatomic1"  # the Node.js that comes with Playwright needs it, and nothing else brings it
_SNAP_ONLY = "ubuntu"
_PLAYWRIGHT = "sudo .venv/bin/playwright install-deps chromium && .venv/bin/playwright install chromium"


def has_chinese_font() -> bool:
    """Tell whether a browser here can show Chinese."""
    lister = shutil.which("fc-list")
    return bool(lister and subprocess.check_output([lister, ":lang=zh-cn"]))


def has_library(name: str) -> bool:
    """Tell whether a shared library can be loaded.

    Examples
    --------
    >>> has_library("libno-such.so.1")
    False
    """
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_packages() -> list[str]:
    """Return the Debian packages of what is not here; one that is here in another way is not missing."""
    present = {
        postgis.PACKAGE: os.environ.get("YIZHAN_TEST_DATABASE_URL") or postgis.find_programs(),
        browser.PACKAGE: browser.find_chromium(),
        _FONT_PACKAGE: has_chinese_font(),
        _DRIVER_PACKAGE: has_library("libatomic.so.1"),
    }
    return [package for package, found in present.items() if not found]


def _is_snap_only() -> bool:
    return platform.freedesktop_os_release().get("ID") == _SNAP_ONLY


def main() -> int:
    """Install, and return 0 when nothing is missing any more."""
    wanted = missing_packages()
    snap_only = browser.PACKAGE in wanted and _is_snap_only()
    if snap_only:
        wanted.remove(browser.PACKAGE)
    if wanted:
        subprocess.run(["sh", Path(__file__).with_name("apt.sh"), *wanted], check=False)
    if snap_only:
        print(f"Ubuntu 的 apt 只有 snap 版 Chromium,测试驱动不了它。请运行:{_PLAYWRIGHT}", file=sys.stderr)
    if left := missing_packages():
        print(f"仍然缺少:{' '.join(left)}", file=sys.stderr)
    return int(bool(left))


if __name__ == "__main__":
    raise SystemExit(main())
