"""Strings without offsets: which place they get, and which never."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from pledgewire.grounding import Finder, numbers_in
from pledgewire.spans import Span


def places(text: str, string: str) -> list[str]:
    return [span.of(text) for span in Finder(text).occurrences(string)]


TEXT = (
    "Norland promised nine million euros and 8.8 billion yen to the harbour authority of Marévia."
)


@pytest.mark.parametrize(
    ("string", "found"),
    [
        ("nine million euros", ["nine million euros"]),
        ("NINE  million\neuros", ["nine million euros"]),
        ("five million euros", []),
        ("nine billion euros", []),
        ("8.9 billion yen", []),
        ("8.8 billion yens", ["8.8 billion yen"]),
        ("harbor authority", ["harbour authority"]),
        ("", []),
        ("x" * 10_000, []),
    ],
)
def test_a_string_gets_the_places_that_say_the_same(string: str, found: list[str]) -> None:
    assert places(TEXT, string) == found


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text_form", ["NFC", "NFD"])
def test_letters_with_marks_are_found_in_either_form(form: str, text_form: str) -> None:
    text = normalize(text_form, TEXT)
    (found,) = places(text, normalize(form, "Marévia"))
    assert normalize("NFC", found) == "Marévia"


def test_every_occurrence_is_a_candidate() -> None:
    assert Finder("Oslo and Oslo").occurrences("oslo") == [Span(0, 4), Span(9, 13)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,200 and 1200", ["1200", "1200"]),
        ("Nine millions, twenty-five", ["nine", "million", "twenty", "five"]),
        ("someone's money", []),
    ],
)
def test_numbers_are_listed_in_figures_and_words(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == numbers
