"""Makes a portrait fit for print: upright, cut to its place, and nothing but pixels.

A phone's picture tells where and when it was taken and by which device: no printed document may pass that on.
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError


class PortraitUnreadable(ValueError):
    """The portrait is not an image that opens."""


def fit_portrait(content: bytes, size: tuple[int, int]) -> bytes:
    """An RGB JPEG of ``size`` in pixels; what does not fit is cut off, less of it above the face."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            fitted = ImageOps.fit(upright, size, Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise PortraitUnreadable("the portrait does not open as an image") from error
    out = io.BytesIO()
    fitted.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()
