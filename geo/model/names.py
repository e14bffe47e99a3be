"""When two names are one name."""

import re
import unicodedata

__all__ = ["normalise_name"]

# Hyphens and points stay: 74-3号 is not 743号.
_IGNORED = re.compile(r"""[\s"'“”‘’「」『』《》·•・]+""")
_BRACKETS = str.maketrans("[]{}【】〔〕〖〗", "()()()()()")


def normalise_name(name: str) -> str:
    """Return what identifies a place by its name: width, case, spaces, brackets and pauses unified.

    Examples
    --------
    >>> normalise_name("工会驿站（金苑 社区）") == normalise_name("工会驿站【金苑社区】")
    True
    >>> normalise_name("Ａ座１楼·爱心驿站")
    'a座1楼爱心驿站'
    >>> normalise_name("  ")
    ''
    """
    plain = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    # Case-folding can undo the normal form (as for the long s), so it is made once more.
    return unicodedata.normalize("NFKC", _IGNORED.sub("", plain).casefold())
