"""Cutting Chinese text into words: jieba's dictionary and algorithm, in Rust where `rjieba` is installed.

One process has one dictionary: words added for one cutter are known to all.
"""

import logging
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable

_ONE_AT_A_TIME = threading.Lock()
"""The dictionary must not be added to, for new content, while another thread cuts with it."""
Cut = Callable[[str], list[str]]


def make_cutter(own_words: Iterable[str]) -> Cut:
    """Return a function that cuts a text into words, knowing `own_words` beside the general dictionary."""
    words = [word for word in own_words if len(word) > 1]
    try:
        import rjieba
    except ImportError:
        return _jieba_cutter(words)
    with _ONE_AT_A_TIME:  # the package's own instance: importing it has loaded that one, another would take 47 MB more
        for word in words:
            rjieba.add_word(word, None, None)

    def cut(text: str) -> list[str]:
        with _ONE_AT_A_TIME:
            words: list[str] = rjieba.cut(text)
        return words

    return cut


def _jieba_cutter(words: list[str]) -> Cut:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba imports pkg_resources where it exists, which warns since 67.8
        import jieba
    jieba.setLogLevel(logging.WARNING)
    engine = jieba.Tokenizer()
    engine.tmp_dir = tempfile.mkdtemp(prefix="zhiqibot-jieba-")  # the shared cache file may be stale or foreign
    engine.initialize()
    for word in words:
        engine.add_word(word)
    return lambda text: list(engine.cut(text))
