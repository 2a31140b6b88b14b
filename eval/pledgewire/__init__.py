"""pledgewire: who pledged what to whom, who says so, and who denies it.

`score` scores a prediction, `compare` two reports, `load_corpus` gives texts and gold. Names are
loaded when first used, so that importing the package stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pledgewire.version import __version__

if TYPE_CHECKING:
    from pledgewire.api import DataError, Report, compare, load_corpus, read_prediction, score

__all__ = [
    "DataError",
    "Report",
    "__version__",
    "compare",
    "load_corpus",
    "read_prediction",
    "score",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from pledgewire import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
