"""Finds the Chinese fonts that documents are set in, alike everywhere: one serif 宋体, one sans 黑体.

Looked for in this order: the directory ``ZHUCE_FONTS``, the PyPI package mplfonts (only its font files are
used), Debian's package fonts-noto-cjk.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

DEBIAN = Path("/usr/share/fonts/opentype/noto")
REMEDY = (
    "set ZHUCE_FONTS to a directory that holds Noto Serif CJK SC and Noto Sans CJK SC, "
    "or `pip install --no-deps mplfonts==0.0.11`, or `apt-get install fonts-noto-cjk`"
)
_WANTED = (("NotoSerifCJK", "NotoSansCJK"), (".otf", ".ttc", ".ttf"))


class FontsMissing(RuntimeError):
    """No Chinese fonts on this machine; the message says how to get them."""


def font_directories() -> tuple[Path, ...]:
    """The directory with the fonts (a tuple, as the compiler takes several)."""
    named = os.environ.get("ZHUCE_FONTS")
    if named:
        # a directory that was named is the one meant: never silently set a certificate in other fonts
        if not _has_chinese(Path(named)):
            raise FontsMissing(f"ZHUCE_FONTS={named} holds no Chinese fonts: {REMEDY}")
        return (Path(named),)
    for directory in (_from_mplfonts(), DEBIAN):
        if directory is not None and _has_chinese(directory):
            return (directory,)
    raise FontsMissing(f"no Chinese fonts found: {REMEDY}")


def _from_mplfonts() -> Path | None:
    # finding is not importing: the package would import matplotlib, which is not installed
    spec = find_spec("mplfonts")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "fonts"


def _has_chinese(directory: Path) -> bool:
    names, endings = _WANTED
    if not directory.is_dir():
        return False
    files = [path.name for path in directory.rglob("*") if path.suffix.lower() in endings]
    return all(any(file.startswith(name) for file in files) for name in names)
