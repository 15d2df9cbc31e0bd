"""Chromium, as Debian packages it, on the pages of a running product. A page that complains or calls out fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

NAMES = ("chromium", "chromium-browser", "google-chrome")
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>{}<cachedir>{}</cachedir></fontconfig>"""
INSTALL = "needs Chromium: apt-get install chromium (Debian), or any Chromium on the PATH"


@dataclass
class Visit:
    """A page, and everything that it asked for or complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def quiet(self, home: str) -> None:
        """Nothing was asked of anybody else, and nothing complained."""
        assert [address for address in self.asked if not address.startswith((home, "data:"))] == []
        assert self.complaints == []

    def picture(self, name: str) -> None:
        """Drawn, whole; kept for people to look at in the directory that ZHUCE_PICTURES names."""
        drawn = self.page.screenshot(full_page=True)
        assert len(drawn) > 5_000
        if directory := os.environ.get("ZHUCE_PICTURES"):
            Path(directory).mkdir(parents=True, exist_ok=True)
            (Path(directory) / f"{name}.png").write_bytes(drawn)


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all pages, with the product's own Chinese fonts, as a bare machine has none.

    It goes with the last of them: its running event loop would stand in other tests' way.
    On a machine without a browser these tests say what to install; a CI run fails.
    """
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    from playwright.sync_api import sync_playwright

    from services.kernel.fonts import font_directories

    fonts = tmp_path_factory.mktemp("fonts")
    (fonts / "fonts.conf").write_text(FONTS.format("".join(f"<dir>{one}</dir>" for one in font_directories()), fonts))
    environment: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(fonts / "fonts.conf")}
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--lang=zh-CN"]
        opened = playwright.chromium.launch(executable_path=program, args=arguments, env=environment)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """``visit(address, width=390)``: a fresh page without cookies, watched from its first request."""
    contexts: list[Any] = []

    def open_page(address: str, width: int = 1200, status: int = 200) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        contexts.append(context)
        made = Visit(context.new_page())

        def asks(request: Request) -> None:
            made.asked.append(request.url)

        made.page.on("request", asks)
        made.page.on("requestfailed", lambda request: made.complaints.append(f"failed: {request.url}"))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("console", lambda message: _complain(made, message))
        reply = made.page.goto(address)
        assert reply is not None and reply.status == status
        return made

    yield open_page
    for context in contexts:
        context.close()


def _complain(visit: Visit, message: Any) -> None:
    # Chromium logs a 404 page itself as a failed resource; that is its status, not a mistake of the page.
    if message.type in ("error", "warning") and "status of 4" not in message.text:
        visit.complaints.append(message.text)
