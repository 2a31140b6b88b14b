"""Units are brought to one form; the word lists say each thing once."""

import json
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgewire.normalise import UNITS_OF, normalise_unit, vocabulary
from pledgewire.normalise.nouns import is_plural, singularise
from pledgewire.normalise.units import MINOR, MONEY_WORDS, SYMBOLS

FORMS = [
    (
        "money",
        "USD",
        ["usd", "$", "US$", "dollars", "US dollars", "U.S. dollars", "American dollars"],
    ),
    ("money", "JPY", ["yen", "¥", "Japanese yen", "jpy"]),
    ("money", "CHF", ["Fr", "Swiss francs", "chf"]),
    ("money", "PLN", ["zł", "zloty", "złotych", "Polish zlotys"]),
    ("money", "UAH", ["hryvnias", "₴"]),
    ("money", "TRY", ["lira", "try"]),
    ("money", "MAD", ["MAD", "mad"]),
    ("percent", "percent", ["%", "per cent", "percentage points", "Percent"]),
    ("duration", "day", ["days", "Days", "day"]),
    ("duration", "century", ["centuries"]),
    ("duration", "year", ["yrs", "years"]),
    ("quantity", "km", ["kilometres", "kilometers", "km", "KM", "kms"]),
    ("quantity", "t", ["tonnes", "metric tons", "t"]),
    ("quantity", "ton", ["tons"]),
    ("quantity", "km2", ["square kilometres", "km²", "sq km"]),
    ("quantity", "MW", ["megawatts", "mw", "Megawatt"]),
    ("quantity", "mile", ["miles"]),
    ("count", "tank", ["tanks", "Tank"]),
    ("count", "country", ["countries"]),
    ("count", "ally", ["allies"]),
    ("count", "person", ["people", "persons", "men", "women", "personnel", "killed"]),
    ("count", "soldier", ["troops", "servicemen", "soldiers"]),
    ("count", "aircraft", ["aircraft"]),
    ("count", "f-16", ["F-16s", "F-16", "f‑16s"]),
    ("count", "battery", ["batteries"]),
    ("count", "programme", ["programs", "programmes", "program"]),
    ("count", "himars", ["HIMARS"]),
    ("count", "policeman", ["policemen"]),
    ("count", "launch", ["launches"]),
    ("count", "crisis", ["crises"]),
    ("count", "main battle tank", ["main battle tanks"]),
]


@pytest.mark.parametrize(("kind", "unit", "forms"), FORMS)
def test_all_forms_of_a_unit_become_one(kind, unit, forms):
    assert {normalise_unit(kind, form) for form in [unit, *forms]} == {unit}


def test_what_no_list_has_comes_back_folded_and_is_no_allowed_unit():
    assert normalise_unit("money", "Galleons") == "galleons"
    assert normalise_unit("money", "Galleons") not in UNITS_OF["money"]
    assert normalise_unit("percent", "share") not in UNITS_OF["percent"]


@pytest.mark.parametrize("kind", ["date", "sum", ""])
def test_a_kind_without_units_is_refused(kind):
    with pytest.raises(ValueError, match="allowed"):
        normalise_unit(kind, "day")


@given(st.sampled_from(["money", "percent", "quantity", "duration", "count"]), st.text())
def test_normalising_twice_changes_nothing(kind, text):
    unit = normalise_unit(kind, text)
    assert normalise_unit(kind, unit) == unit


@given(st.text(alphabet="aeiosuxyhcmn", max_size=8))
def test_the_singular_of_a_singular_is_itself(word):
    assert singularise(singularise(word)) == singularise(word)


@pytest.mark.parametrize(
    "word", ["tanks", "men", "policewomen", "aircraft", "TANKS", "ICBMs", "boxes"]
)
def test_plurals_are_told(word):
    assert is_plural(word)


@pytest.mark.parametrize(
    "word", ["press", "Hamas", "crisis", "campus", "this", "GPS", "Yemen", "us"]
)
def test_words_that_only_look_plural_are_not(word):
    assert not is_plural(word)


def pairs_without_twins(pairs):
    twins = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    assert twins == []
    return dict(pairs)


def lists_of(value):
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from lists_of(part)


@pytest.mark.parametrize("topic", vocabulary.TOPICS)
def test_a_word_list_says_each_thing_once(topic):
    text = (files(vocabulary) / f"{topic}.json").read_text("utf-8")
    content = json.loads(text, object_pairs_hook=pairs_without_twins)
    for words in lists_of(content):
        assert len(set(words)) == len(words)


def test_no_form_has_two_meanings():
    with pytest.raises(ValueError, match="'kr'"):
        vocabulary.invert({"SEK": ["kr"], "NOK": ["kr"]})
    assert not MONEY_WORDS.keys() & MINOR.keys()
    nouns = vocabulary.load("nouns")
    assert not set(nouns["invariant"]) & set(nouns["irregular"])
    assert not set(nouns["not_plural"]) & (set(nouns["irregular"]) | set(nouns["invariant"]))
    lower = [(symbol.casefold(), unit) for symbol, unit in SYMBOLS.items()]
    assert len({form for form, _ in lower}) == len(set(lower))


def test_every_topic_is_a_file_and_every_file_a_topic():
    found = {
        f.name.removesuffix(".json") for f in files(vocabulary).iterdir() if f.name.endswith("json")
    }
    assert found == set(vocabulary.TOPICS)
    with pytest.raises(ValueError, match="allowed"):
        vocabulary.load("verbs")


def test_currency_codes_are_three_capitals():
    assert len(UNITS_OF["money"]) > 150
    assert all(len(code) == 3 and code.isupper() for code in UNITS_OF["money"])
