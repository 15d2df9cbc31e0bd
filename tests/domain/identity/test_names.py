"""Names and words: kept in one written form; what is blank, invisible or markup is refused."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.identity import Name, PersonalWords, PersonName, Words

NAMES = TypeAdapter[str](PersonName)
ANY_WORDS = pytest.mark.parametrize("words", [TypeAdapter(Name), TypeAdapter(Words), TypeAdapter(PersonalWords)])


def code_of(adapter: TypeAdapter[str], text: str) -> str:
    """The code of the one thing that is wrong."""
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(text)
    (problem,) = refused.value.errors()
    return problem["type"]


class TestPersonName:
    @pytest.mark.parametrize(
        "name",
        ["张伟", "阿依古丽·买买提", "司马-欧阳", "Anne Marie O", "李〇一", "\U00030000\U00031350", "བོད་".rstrip("་"), "สมชาย"],
    )
    def test_names_of_any_script_stay_as_they_are(self, name: str) -> None:
        assert NAMES.validate_python(name) == name

    def test_one_written_form(self) -> None:
        assert NAMES.validate_python(" Jose\u0301 ") == "Jos\u00e9"
        assert NAMES.validate_python("\u3000张伟\u3000") == "张伟"

    def test_what_is_kept_is_kept_again_as_it_is(self) -> None:
        kept = NAMES.validate_python(" Jose\u0301·A ")
        assert NAMES.validate_python(kept) == kept

    @pytest.mark.parametrize(
        "name", ["张1", "张··伟", "·张伟", "张伟-", "张  伟", "张_伟", "张(伟)", "张&伟", "张 ", "张'伟", "\u0301张"]
    )
    def test_what_is_no_name(self, name: str) -> None:
        assert code_of(NAMES, name) == "person_name_form"

    @pytest.mark.parametrize("name", ["<b>x</b>", "张\u202e伟", "张\u200b伟", "张\x00伟", "张\n伟", "张\ue000"])
    def test_what_is_invisible_or_markup(self, name: str) -> None:
        assert code_of(NAMES, name) == "text_character"

    def test_what_is_blank(self) -> None:
        assert code_of(NAMES, "  ") == "text_blank"


@ANY_WORDS
class TestWords:
    def test_stripped_and_otherwise_as_written(self, words: TypeAdapter[str]) -> None:
        assert words.validate_python(" 第1建筑(湖南)有限公司 & Co. ") == "第1建筑(湖南)有限公司 & Co."

    @pytest.mark.parametrize("text", [" ", "\t", "\u3000\u00a0"])
    def test_not_blank(self, words: TypeAdapter[str], text: str) -> None:
        assert code_of(words, text) == "text_blank"

    @pytest.mark.parametrize("one", ["\x07", "\u200f", "\u2066", "\ufeff", "\uf8ff", "\u2028", "<", ">"])
    def test_nothing_invisible_and_no_markup(self, words: TypeAdapter[str], one: str) -> None:
        assert code_of(words, f"湘江{one}建设") == "text_character"

    def test_its_schema_still_says_how_long_it_may_be(self, words: TypeAdapter[str]) -> None:
        schema = words.json_schema()
        assert (schema["type"], schema["minLength"]) == ("string", 1)
        assert schema["maxLength"] in (80, 200)
