"""The small types that the messages of identity are made of."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from contracts.personal import PERSONAL
from contracts.stored import rule


def plain_words(text: str) -> str:
    """Words as they are kept: NFC, stripped, not blank, nothing that is invisible, turns the text around or is markup.

    >>> plain_words(" 湘江建设 ")
    '湘江建设'
    """
    # Nearly all text, and all that is read back from a log, is as it is kept.
    if text.isprintable() and text == text.strip() != "" and "<" not in text and ">" not in text and _is_nfc(text):
        return text
    kept = unicodedata.normalize("NFC", text).strip()
    if not kept:
        raise PydanticCustomError("text_blank", "不能为空白")
    if any(one in "<>" or unicodedata.category(one) in _NOT_TEXT for one in kept):
        raise PydanticCustomError("text_character", "含有不可见或不允许的字符(如控制字符、尖括号)")
    return kept


def person_name(text: str) -> str:
    """A name as it is kept: letters of any script, in parts joined by one ``·``, hyphen or space.

    >>> person_name("阿依古丽·买买提 ")
    '阿依古丽·买买提'
    """
    if len(text) > 1 and text.isalpha() and _is_nfc(text):
        return text
    kept = plain_words(text)
    parts = re.split(r"[·\- ]", kept)
    if len(kept) < 2 or not all(part and _is_letter(part[0]) and all(map(_in_letters, part)) for part in parts):
        raise PydanticCustomError("person_name_form", "姓名应由文字组成,各部分之间可用一个间隔号“·”、连字符或空格")
    return kept


def _is_nfc(text: str) -> bool:
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def _is_letter(one: str) -> bool:
    # 〇 is a numeral to Unicode. Ideographs of the planes 2 and 3 that this Python does not know yet are in real names.
    return unicodedata.category(one)[0] == "L" or one == "〇" or "\U00020000" <= one <= "\U0003fffd"


def _in_letters(one: str) -> bool:
    # Vowel signs of Tibetan, Thai and others are marks.
    return _is_letter(one) or unicodedata.category(one)[0] == "M"


_NOT_TEXT = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
Level = Literal["ministry", "province", "city", "county"]
Place = Annotated[str, Field(pattern=r"^\d{6}$", description="GB/T 2260 code of an administrative division")]
Name = Annotated[str, Field(min_length=1, max_length=80), rule(plain_words)]
PersonName = Annotated[str, Field(min_length=2, max_length=40), rule(person_name), PERSONAL]
Words = Annotated[str, Field(min_length=1, max_length=200), rule(plain_words)]
PersonalWords = Annotated[str, Field(min_length=1, max_length=200), rule(plain_words), PERSONAL]
Username = Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[A-Za-z0-9_.@-]+$"), PERSONAL]
Password = Annotated[str, Field(min_length=8, max_length=200, json_schema_extra={"format": "password"})]
Code = Annotated[str, Field(pattern=r"^\d{6}$")]
PersonFile = Literal["portrait", "id_card_front", "id_card_back", "id_card_in_hand", "commitment_letter", "signature"]
EnterpriseFile = Literal["business_licence", "qualification_certificate"]
Duty = Literal[
    "appoint",
    "authenticate",
    "accept",
    "review",
    "publicise",
    "announce",
    "load_qualifications",
    "assign",
    "extend",
    "inspect",
]
"""assign: hand out and reassign cases, record absences. extend: approve extensions (art. 42). inspect: spot checks."""
