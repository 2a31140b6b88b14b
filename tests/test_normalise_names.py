"""Names are folded to one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgewire.normalise import fold_name

SAME = [
    ("The U.S.", "US"),
    ("Zelenskyy’s", "zelenskyy"),
    ("Zelenskyy's", "Zelenskyy"),
    ("Łódź", "Lodz"),
    ("Erdoğan", "Erdogan"),
    ("Tromsø", "Tromso"),
    ("Kyiv‑Pechersk", "Kyiv-Pechersk"),
    ("L’viv", "L'viv"),
    ("  the   Foreign\u00a0Ministry ", "Foreign Ministry"),
    ("United States’", "united states"),
    ("Ｎａｔｏ", "NATO"),
    ("ﬁnland", "FINLAND"),
    ("“Orlan”", '"Orlan"'),
    ("Straße", "strasse"),
]
DIFFERENT = [
    ("Theory", "ory"),
    ("St. Gallen", "St Gallen"),
    ("Iran", "Iraq"),
    ("Ukrainians", "Ukraine"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_fold_to_one_form(one, other):
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_stay_different(one, other):
    assert fold_name(one) != fold_name(other)


def test_a_name_that_is_an_article_stays():
    assert fold_name("The") == "the"


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold_name(fold_name(text)) == fold_name(text)


@given(st.text(alphabet="The 's’.US-é"))
def test_folding_twice_changes_nothing_of_articles_and_possessives(text):
    folded = fold_name(text)
    assert fold_name(folded) == folded
    assert folded == folded.strip()
