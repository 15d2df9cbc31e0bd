"""What a page needs to be used without eyes or a mouse, as far as a program can tell (WCAG 2.2; GB/T 37668)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOK = """() => {
  const luminance = rgb => {
    const [r, g, b] = rgb.match(/[\\d.]+/g).map(Number).slice(0, 3).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const contrast = node => {
    const [a, b] = [getComputedStyle(node).color, ground(node)].map(luminance);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const texts = [...document.querySelectorAll('body *')].filter(node => node.offsetParent &&
    [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim()));
  const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
  return {
    lang: document.documentElement.lang,
    title: document.title,
    headings: [...document.querySelectorAll('h1,h2,h3,h4')].map(node => Number(node.tagName[1])),
    main: document.querySelectorAll('main').length,
    unlabelled: [...document.querySelectorAll('input,select,textarea')].filter(node => !node.labels.length).length,
    nameless: [...document.querySelectorAll('a,button')].filter(node => !node.textContent.trim()).length,
    pictures: [...document.querySelectorAll('img')].filter(node => !node.hasAttribute('alt')).length,
    twice: ids.filter((id, at) => ids.indexOf(id) !== at),
    dangling: [...document.querySelectorAll('[aria-labelledby],[aria-describedby]')].flatMap(node =>
      [...(node.getAttribute('aria-labelledby') ?? '').split(' '), ...(node.getAttribute('aria-describedby') ?? '').split(' ')])
      .filter(id => id && !document.getElementById(id)),
    faint: texts.filter(node => contrast(node) < 4.5).map(node => node.innerText.slice(0, 40)),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


def look(page: Page) -> dict[str, Any]:
    """The facts."""
    found: dict[str, Any] = page.evaluate(LOOK)
    return found


def accessible(page: Page, title: str) -> None:
    """Language, title, headings in order, landmarks, labels, contrast, nothing that scrolls sideways."""
    found = look(page)
    assert (found["lang"], found["main"]) == ("zh-CN", 1)
    assert title in found["title"]
    headings = found["headings"]
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings)), headings
    for nothing in ("unlabelled", "nameless", "pictures", "wide"):
        assert found[nothing] == 0, nothing
    for empty in ("twice", "dangling", "faint"):
        assert found[empty] == [], empty
