"""Typesetting: any Chinese text becomes an archivable PDF, the same each time, and nothing stops for it."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from services.kernel import fonts
from services.kernel import typeset as typeset_module
from services.kernel.fonts import FontsMissing, font_directories
from services.kernel.typeset import MOST, CharactersMissing, TypesetError, typeset
from tests.documents.sample import fonts_of, picture_of, portrait, text_of

TEMPLATE = """
#import "words.typ": greeting
#let d = json("data.json")
#set document(title: d.title)
#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), lang: "zh")
#greeting #d.title
#if "picture" in d { image(d.picture) }
#text(font: "Noto Sans CJK SC")[黑体]
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "words.typ").write_text("#let greeting = [你好]", encoding="utf-8")
    path = tmp_path / "page.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_chinese_text_reads_back_also_rare_letters_of_names(template: Path) -> None:
    pdf = typeset(template, {"dated": "2026-11-20", "title": "注册建造师 㛃䶮𬱖"})
    assert "你好 注册建造师 㛃䶮𬱖" in text_of(pdf)


def test_fonts_are_embedded_and_subset(template: Path) -> None:
    pdf = typeset(template, {"dated": "2026-11-20", "title": "字体"})
    found = fonts_of(pdf)
    assert len(found) == 2
    assert all(found.values())
    assert all(re.match(r"/[A-Z]{6}\+Noto(Serif|Sans)CJK", name) for name in found)
    assert len(pdf) < 60_000, "a whole Chinese font has megabytes"


def test_the_pdf_says_that_it_is_for_archives(template: Path) -> None:
    with pikepdf.open(io.BytesIO(typeset(template, {"dated": "2026-11-20", "title": "存档"}))) as pdf:
        assert pdf.open_metadata().pdfa_status == "2U"


def test_data_is_text_and_never_markup(template: Path) -> None:
    sly = '#read("words.typ") $x^2$ *粗* \\ // #import "@preview/x:1.0.0"'
    assert "".join(sly.split()) in "".join(
        text_of(typeset(template, {"dated": "2026-11-20", "title": sly})).split()
    )


def test_the_same_data_gives_the_same_bytes_dated_by_the_data(template: Path) -> None:
    first, second = (
        typeset(template, {"dated": "2026-11-20T09:30:15+08:00", "title": "日期"}) for _ in range(2)
    )
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261120013015")
    assert typeset(template, {"dated": "2026-11-21", "title": "日期"}) != first


@pytest.mark.parametrize("dated", [None, "", "today", "2026-13-01", 20261120])
def test_a_document_without_a_date_is_refused(template: Path, dated: str | int | None) -> None:
    with pytest.raises(TypesetError, match="dated"):
        typeset(template, {"dated": dated, "title": "日期"})


def test_a_picture_is_drawn(template: Path) -> None:
    pdf = typeset(
        template, {"dated": "2026-11-20", "title": "照片", "picture": "face.jpg"}, {"face.jpg": portrait()}
    )
    seen = picture_of(pdf).tobytes()
    blue = sum(b - r > 60 for r, b in zip(seen[::3], seen[2::3], strict=True))
    assert blue > 10_000, "the photo's ground"


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xe0 cut"])
def test_a_picture_that_does_not_open_is_an_error_and_no_document(template: Path, content: bytes) -> None:
    with pytest.raises(TypesetError):
        typeset(
            template, {"dated": "2026-11-20", "title": "照片", "picture": "face.jpg"}, {"face.jpg": content}
        )


@pytest.mark.parametrize(
    "name", ["../face.jpg", "/etc/passwd", "data.json", "page.typ", "", ".", "a/b.jpg", "a"]
)
def test_a_file_cannot_leave_its_directory_or_replace_the_template(template: Path, name: str) -> None:
    with pytest.raises(TypesetError, match="plain name"):
        typeset(template, {"dated": "2026-11-20", "title": "文件"}, {name: b"x"})


def test_a_template_reads_nothing_but_what_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "inner").mkdir()
    template = tmp_path / "inner" / "page.typ"
    template.write_text('#read("../outside.txt")')
    with pytest.raises(TypesetError):
        typeset(template, {"dated": "2026-11-20"})


def test_a_letter_that_no_font_has_is_an_error_and_not_an_empty_box(template: Path) -> None:
    with pytest.raises(CharactersMissing) as raised:
        typeset(template, {"dated": "2026-11-20", "title": "姓\ufffe名\uffff姓\ufffe", "unused": ["é"]})
    assert raised.value.characters == ("U+FFFE", "U+FFFF")
    assert "姓" not in str(raised.value), "an error is logged, a name is not"


def test_of_very_many_missing_letters_the_first_are_named(template: Path) -> None:
    none_has = "".join(map(chr, range(0xA0000, 0xA0100)))  # a plane without a character
    with pytest.raises(CharactersMissing) as raised:
        typeset(template, {"dated": "2026-11-20", "title": none_has})
    assert raised.value.characters == tuple(f"U+{ord(one):X}" for one in none_has[:MOST])


@pytest.fixture
def named(tmp_path: Path) -> tuple[Path, Path]:
    """Two directories, each with a font of its own."""
    places = tmp_path / "one", tmp_path / "two"
    for place in places:
        place.mkdir()
        (place / f"{place.name}.ttf").touch()
    return places


def test_named_fonts_come_first_and_are_added_to_ours(
    named: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZHUCE_FONTS", raising=False)
    ours = font_directories()
    monkeypatch.setenv("ZHUCE_FONTS", os.pathsep.join(map(str, named)))
    assert font_directories() == (*named, *ours)


def test_named_fonts_can_be_all_that_there_is(
    named: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    for kind in ("DEBIAN", "RARE"):
        monkeypatch.setattr(fonts, kind, named[0] / "nowhere")
    monkeypatch.setenv("ZHUCE_FONTS", os.pathsep.join(map(str, named)))
    (named[0] / "NotoSerifCJKsc-Regular.otf").touch()
    with pytest.raises(FontsMissing):
        font_directories()
    (named[1] / "NotoSansCJK-Regular.ttc").touch()
    assert font_directories() == named


def test_a_named_directory_without_fonts_is_a_mistake(
    named: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (named[1] / "two.ttf").unlink()
    monkeypatch.setenv("ZHUCE_FONTS", os.pathsep.join(map(str, named)))
    with pytest.raises(FontsMissing, match=str(named[1])):
        font_directories()


def test_fonts_for_rare_letters_come_last(named: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "RARE", named[0])
    assert font_directories()[-1] == named[0]


def test_a_font_that_is_added_is_found_without_a_restart(
    template: Path, named: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory without a Chinese font, to which ours are added."""
    sans, serif = (
        next(path for one in font_directories() for path in sorted(one.rglob(f"{name}*")))
        for name in ("NotoSansCJK", "NotoSerifCJK")
    )
    page = {"dated": "2026-11-20", "title": "注册"}
    monkeypatch.setattr(typeset_module, "font_directories", lambda: (named[0],))
    with pytest.raises(CharactersMissing):
        typeset(template, page)
    for font in (sans, serif):
        (named[0] / font.name).symlink_to(font)
    assert "你好 注册" in text_of(typeset(template, page))


def test_without_fonts_the_error_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHUCE_FONTS", raising=False)
    monkeypatch.setattr(fonts, "DEBIAN", tmp_path)
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    with pytest.raises(FontsMissing, match=r"ZHUCE_FONTS .*mplfonts.*fonts-noto-cjk"):
        font_directories()


def test_the_hub_turns_while_a_long_document_is_set(tmp_path: Path) -> None:
    template = tmp_path / "long.typ"
    template.write_text(
        '#let d = json("data.json")\n#set text(font: "Noto Serif CJK SC")\n'
        "#for page in range(d.pages) [#for i in range(40) [第#{page}页#{i}行：湖南省住建厅 #parbreak()]]",
        encoding="utf-8",
    )
    script = """
import eventlet; eventlet.monkey_patch()
import time
from pathlib import Path
from eventlet import tpool
from services.kernel.typeset import typeset

template = Path(__import__("sys").argv[1])
typeset(template, {"dated": "2026-11-20", "pages": 1})
beats, done = [], []
def beat():
    while not done:
        beats.append(time.perf_counter()); eventlet.sleep(0.005)
heart = eventlet.spawn(beat); eventlet.sleep(0.01)
start = time.perf_counter()
tpool.execute(typeset, template, {"dated": "2026-11-20", "pages": 150})
took = time.perf_counter() - start
done.append(True); heart.wait()
during = [b for b in beats if start <= b <= start + took]
print(took, len(during))
"""
    ran = subprocess.run(
        [sys.executable, "-c", script, str(template)], capture_output=True, text=True, timeout=120, check=True
    )
    took, beats = (float(word) for word in ran.stdout.split())
    assert took > 0.1, "too short to prove anything"
    # a compiler that held the interpreter would leave two beats; a tenth of them allows for a busy machine
    assert beats > took / 0.005 / 10
