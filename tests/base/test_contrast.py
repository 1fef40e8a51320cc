"""The pairs of colours declared in ``tokens.css`` keep their promised contrast in both themes."""

import math
import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "portal/static/css/tokens.css").read_text()
COLOUR = r"(#[0-9a-f]{6}|oklch\([^)]+\))"
PAIRS = re.findall(r"pair: (--[\w-]+) on (--[\w-]+) >= ([\d.]+)", TOKENS)
Rgb = tuple[float, float, float]


def linear_from_hex(text: str) -> Rgb:
    """``#rrggbb`` → linear-light red, green and blue in 0–1 (WCAG 2.2, relative luminance)."""
    channels = [int(text[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


def linear_from_oklch(text: str) -> Rgb:
    """``oklch(L C H)`` → linear-light sRGB, clipped to 0–1 (CSS Color 4 matrices)."""
    lightness, chroma, hue = (float(number) for number in re.findall(r"[\d.]+", text))
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short
    return tuple(min(1.0, max(0.0, channel)) for channel in (red, green, blue))  # type: ignore[return-value]


def luminance(text: str) -> float:
    red, green, blue = linear_from_hex(text) if text.startswith("#") else linear_from_oklch(text)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def colour(token: str, theme: int) -> str:
    """Value of a token in a theme (0 light, 1 dark)."""
    both = re.search(rf"{token}: light-dark\({COLOUR}, {COLOUR}\);", TOKENS)
    if both:
        return both.group(theme + 1)
    single = re.search(rf"{token}: {COLOUR};", TOKENS)
    assert single, f"{token} n’est pas une couleur de tokens.css"
    return single.group(1)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "background", "promise"), PAIRS)
def test_pair_keeps_its_contrast(text: str, background: str, promise: str, theme: int) -> None:
    first, second = sorted(luminance(colour(token, theme)) for token in (text, background))
    assert (second + 0.05) / (first + 0.05) >= float(promise)


def test_every_text_colour_is_checked() -> None:
    declared = set(re.findall(r"^  (--(?:[\w-]+-ink|ink[\w-]*|fir|plum|danger|objective-\d)):", TOKENS, re.M))
    assert declared <= {text for text, _, _ in PAIRS}
