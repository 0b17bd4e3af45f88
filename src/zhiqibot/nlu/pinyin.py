"""How a character sounds, as one character: sound n-grams then cost no more than character n-grams.

The table is made once, at training time, with pypinyin and stored with the model; the server never imports pypinyin.
Sounds that people from Henan and voice input mix up (zh/z, ch/c, sh/s, -ng/-n, l/n) are one sound here.
"""

import re
from typing import Any

import numpy as np

FIRST_HAN = 0x4E00
HAN_COUNT = 0x9FA6 - FIRST_HAN
FIRST_SOUND = 0xE000  # private use area: cannot be mistaken for a letter of the message

Codes = np.ndarray[Any, np.dtype[np.uint16]]


class SoundTable(dict[int, str]):
    """A table for `str.translate`: Chinese characters to their sound, all else to itself; filled as characters occur."""

    def __init__(self, codes: Codes) -> None:
        super().__init__()
        self._codes = codes

    def __missing__(self, point: int) -> str:
        sound = chr(point)
        if FIRST_HAN <= point < FIRST_HAN + HAN_COUNT and self._codes[point - FIRST_HAN]:
            sound = chr(FIRST_SOUND + int(self._codes[point - FIRST_HAN]))
        self[point] = sound
        return sound


def make_codes() -> Codes:
    """Return one sound number per Chinese character, 0 where none is known. Needs pypinyin."""
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    numbers: dict[str, int] = {}
    codes = np.zeros(HAN_COUNT, dtype=np.uint16)
    for offset in range(HAN_COUNT):
        readings = PINYIN_DICT.get(FIRST_HAN + offset)
        if readings:
            sound = _merged(to_normal(readings.split(",")[0]))
            codes[offset] = numbers.setdefault(sound, len(numbers) + 1)
    return codes


def _merged(sound: str) -> str:
    sound = re.sub(r"^([zcs])h", r"\1", sound)
    sound = re.sub(r"(?<=[aei])ng$", "n", sound)
    return re.sub(r"^n(?=[aeiou])", "l", sound)
