from __future__ import annotations

import struct
from pathlib import Path

import pytest

from dashboard import png
from tests.dashboard import made

MOST_FONT_BYTES = 400_000


def size(image: bytes) -> tuple[int, ...]:
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", image[16:24])


def test_an_image_is_width_times_scale_wide() -> None:
    assert size(png.render(made.strip(), width=400, scale=1.0))[0] == 400
    assert size(png.render(made.strip(), width=400, scale=2.0))[0] == 800


@pytest.mark.parametrize("chart", [made.line(), made.rank(), made.strip()], ids=lambda chart: chart.id)
def test_a_card_has_the_size_link_previews_show(chart) -> None:
    assert size(png.card(chart)) == (1200, 630)


def test_text_is_drawn_with_the_fonts_that_come_along(monkeypatch: pytest.MonkeyPatch) -> None:
    with_fonts = png.render(made.strip(), width=400, scale=1.0)
    monkeypatch.setattr(png, "FONTS", ())
    without = png.render(made.strip(), width=400, scale=1.0)
    assert len(with_fonts) > 1.5 * len(without)  # no system font is used, so without ours there are no words


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert png.render(made.rank(), scale=1.0) == png.render(made.rank(), scale=1.0)


def test_themes_differ() -> None:
    assert png.render(made.strip(), "dark", 300, 1.0) != png.render(made.strip(), "light", 300, 1.0)


@pytest.mark.parametrize("scale", [0.0, -1.0, 4.1, float("nan")])
def test_a_scale_out_of_range_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="at most"):
        png.render(made.strip(), scale=scale)


def test_the_fonts_are_small_and_carry_their_licence() -> None:
    files = [Path(name) for name in png.FONTS]
    assert sum(file.stat().st_size for file in files) < MOST_FONT_BYTES
    assert "Apache License" in (files[0].parent / "LICENSE.txt").read_text(encoding="utf-8")
