"""The colours of the page can be read by everybody."""

import re

import pytest

from zhiqibot.web.server import STATIC

PAIRS = [
    ("ink", "surface"),
    ("ink", "ground"),
    ("ink", "panel"),
    ("soft", "ground"),
    ("soft", "panel"),
    ("soft", "surface"),
    ("mine-ink", "mine"),
    ("accent", "surface"),
    ("accent", "panel"),
    ("accent", "accent-pale"),
    ("accent-ink", "accent"),
    ("danger", "surface"),
    ("danger", "panel"),
    ("danger", "ground"),
    ("danger", "danger-pale"),
    ("ink", "accent-pale"),
]


def palettes() -> dict[str, dict[str, str]]:
    """Return the colours of the light and the dark page by name."""
    light, dark = re.findall(r":root \{(.*?)\}", (STATIC / "chat.css").read_text(encoding="utf-8"), re.DOTALL)[:2]
    return {
        name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css)) for name, css in (("light", light), ("dark", dark))
    }


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(page: str, text: str, ground: str) -> None:
    """文字和底色的对比度不低于 4.5，浅色深色都一样。"""
    colours = palettes()[page]
    high, low = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)

    assert (high + 0.05) / (low + 0.05) >= 4.5
