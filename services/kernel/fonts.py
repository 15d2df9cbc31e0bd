"""Finds the fonts that documents are set in, alike everywhere: one serif 宋体, one sans 黑体, and others for rare letters.

Taken together, the first that has a letter wins: the directories that ``ZHUCE_FONTS`` names, the Chinese fonts of
this installation (the PyPI package mplfonts, of which only the font files are used, or Debian's fonts-noto-cjk), and
Debian's fonts-hanazono where it is installed: it has the letters of rare names that Noto lacks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

DEBIAN = Path("/usr/share/fonts/opentype/noto")
RARE = Path("/usr/share/fonts/truetype/hanazono")
REMEDY = (
    "set ZHUCE_FONTS to a directory that holds Noto Serif CJK SC and Noto Sans CJK SC, "
    "or `pip install --no-deps mplfonts==0.0.11`, or `apt-get install fonts-noto-cjk`"
)
_WANTED = (("NotoSerifCJK", "NotoSansCJK"), (".otf", ".ttc", ".ttf"))


class FontsMissing(RuntimeError):
    """No Chinese fonts on this machine; the message says how to get them."""


def font_directories() -> tuple[Path, ...]:
    """The directories with the fonts, the first choice first."""
    named = tuple(Path(one) for one in os.environ.get("ZHUCE_FONTS", "").split(os.pathsep) if one)
    for directory in named:
        # a directory that was named is meant: one without fonts is a mistake, and never passed by silently
        if not _fonts_in(directory):
            raise FontsMissing(f"ZHUCE_FONTS={directory} holds no fonts: {REMEDY}")
    ours = next((one for one in (_from_mplfonts(), DEBIAN) if one is not None and _has_chinese([one])), None)
    directories = (*named, *((ours,) if ours else ()))
    if not _has_chinese(directories):
        raise FontsMissing(f"no Chinese fonts found: {REMEDY}")
    return (*directories, *((RARE,) if _fonts_in(RARE) else ()))


def snapshot(directories: Iterable[Path]) -> tuple[tuple[str, int], ...]:
    """Every font file and when it changed: another one means that the fonts are to be read anew."""
    return tuple(
        (str(path), path.stat().st_mtime_ns) for one in directories for path in sorted(_fonts_in(one))
    )


def _from_mplfonts() -> Path | None:
    # finding is not importing: the package would import matplotlib, which is not installed
    spec = find_spec("mplfonts")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "fonts"


def _fonts_in(directory: Path) -> list[Path]:
    if not directory.is_dir():
        return []
    return [path for path in directory.rglob("*") if path.suffix.lower() in _WANTED[1]]


def _has_chinese(directories: Iterable[Path]) -> bool:
    files = [path.name for directory in directories for path in _fonts_in(directory)]
    return all(any(file.startswith(name) for file in files) for name in _WANTED[0])
