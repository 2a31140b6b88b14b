"""Numbers are read in digits and words; values are compared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgewire.normalise import orders_of_magnitude, parse_number, same_number


def words(text):
    return text.split()


READ = {
    "8.8 billion": 8_800_000_000,
    "1,200": 1200,
    "12'400": 12400,
    "12’400": 12400,
    "4 000": 4000,
    "4\u202f000": 4000,
    "1.200.000": 1_200_000,
    "12,34,000": 1_234_000,
    "1,234.56": Decimal("1234.56"),
    "half a million": 500_000,
    "half-a-million": 500_000,
    "a half million": 500_000,
    "a quarter of a million": 250_000,
    "three quarters of a billion": 750_000_000,
    "twenty-four": 24,
    "twenty four": 24,
    "2.5bn": 2_500_000_000,
    "2.5 bn": 2_500_000_000,
    "300k": 300_000,
    "1.2m": 1_200_000,
    "5 mln": 5_000_000,
    "3tn": 3_000_000_000_000,
    "a dozen": 12,
    "two dozen": 24,
    "half a dozen": 6,
    "a hundred": 100,
    "twelve hundred": 1200,
    "three and a half billion": 3_500_000_000,
    "3-and-a-half million": 3_500_000,
    "two-and-a-half": Decimal("2.5"),
    "2½": Decimal("2.5"),
    "two hundred and fifty-six thousand": 256_000,
    "two million three hundred thousand": 2_300_000,
    "a thousand and one": 1001,
    "100 thousand million": 100_000_000_000,
    "5 hundred thousand": 500_000,
    "2,5 million": 2_500_000,
    "3 lakh": 300_000,
    "-5": -5,
    "−2.5": Decimal("-2.5"),
    "zero": 0,
    " 12 ": 12,
}
NOT_READ = [
    "",
    "a",
    "an",
    "half",
    "half a",
    "dozens",
    "hundreds",
    "million",
    "several",
    "a few",
    "a couple of million",
    "first",
    "24th",
    "2,5",
    "1.2.3",
    "14:30",
    "1/2",
    "5 6",
    "five six",
    "ten twenty",
    "three hundred and",
    "12 tanks",
    "$5",
    "F-16",
    "1,2345",
]


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_a_number_is_read(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_no_number_is_not_read(text):
    assert parse_number(text) is None


ONES = words(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
    """
)
TENS = words(
    """
    zero ten twenty thirty forty fifty sixty seventy eighty ninety
    """
)
POWERS = [(10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")]


def spell(n, link, hyphen):
    """Spell an integer in English; `link` is what stands after `hundred`."""
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (f"{hyphen}{ONES[n % 10]}" if n % 10 else "")
    for value, word in POWERS:
        if n >= value:
            rest = n % value
            between = link if value == 100 or (value == 1000 and rest < 100) else " "
            tail = between + spell(rest, link, hyphen) if rest else ""
            return f"{spell(n // value, link, hyphen)} {word}{tail}"
    raise AssertionError(n)


@given(
    n=st.integers(0, 10**12 - 1),
    link=st.sampled_from([" ", " and "]),
    hyphen=st.sampled_from(["-", " "]),
)
def test_a_spelled_number_is_read_back(n, link, hyphen):
    assert parse_number(spell(n, link, hyphen)) == n


@given(n=st.integers(0, 10**15), mark=st.sampled_from([",", "'", "’", " ", "\u00a0", "\u202f"]))
def test_a_grouped_number_is_read_back(n, mark):
    assert parse_number(f"{n:,}".replace(",", mark)) == n
    assert parse_number(str(n)) == n


SCALES = {
    10**3: ["thousand", "k", "K"],
    10**6: ["million", "m", "M", "mn", " mln", "-million"],
    10**9: ["billion", "bn", " bn", "b", "BN"],
    10**12: ["trillion", "tn", " trn"],
}


@given(
    hundredths=st.integers(1, 99_999),
    scale=st.sampled_from(sorted(SCALES)),
    data=st.data(),
)
def test_a_scaled_number_is_read_back(hundredths, scale, data):
    word = data.draw(st.sampled_from(SCALES[scale]))
    space = " " if (word.endswith("ion") and word[0] != "-") or word == "thousand" else ""
    number = Decimal(hundredths) / 100
    assert parse_number(f"{number}{space}{word}") == number * scale


def test_same_number_forgives_the_noise_of_floats_only():
    assert same_number(0.3, 0.1 + 0.2)
    assert same_number(8_800_000_000, 8.8 * 10**9)
    assert not same_number(1000, 1001)
    assert same_number(0, 0)
    assert not same_number(0, 1e-12)


def test_same_number_takes_a_share_of_gold():
    assert same_number(200, 202, rtol=0.01)  # off by 2, allowed 0.01 * 200 = 2
    assert not same_number(200, 202.1, rtol=0.01)
    assert same_number(100, 50, rtol=0.5)  # off by 50, allowed 0.5 * 100
    assert not same_number(50, 100, rtol=0.5)  # off by 50, allowed 0.5 * 50
    assert same_number(Decimal("1.5"), 1.5)
    assert not same_number(float("inf"), float("inf"))
    assert not same_number(1, float("nan"))


@pytest.mark.parametrize("rtol", [-0.1, float("nan")])
def test_a_negative_tolerance_is_refused(rtol):
    with pytest.raises(ValueError, match="share"):
        same_number(1, 1, rtol)


@given(
    gold=st.integers(-(10**12), 10**12),
    predicted=st.integers(-(10**12), 10**12),
    rtol=st.floats(0, 1),
    more=st.floats(0, 1),
)
def test_more_tolerance_never_parts_what_was_the_same(gold, predicted, rtol, more):
    if same_number(gold, predicted, rtol):
        assert same_number(gold, predicted, rtol + more)


def test_orders_of_magnitude_between_two_values():
    assert orders_of_magnitude(8.8e9, 8.8e6) == pytest.approx(3)
    assert orders_of_magnitude(8.8e6, 8.8e9) == pytest.approx(3)
    assert orders_of_magnitude(-10, -1000) == pytest.approx(2)
    assert orders_of_magnitude(7, 7) == 0
    assert orders_of_magnitude(0, 0) == 0
    assert orders_of_magnitude(0, 5) is None
    assert orders_of_magnitude(5, 0) is None
    assert orders_of_magnitude(5, -5) is None
    assert orders_of_magnitude(5, float("inf")) is None


@given(st.integers(1, 10**9), st.integers(-9, 9))
def test_orders_of_magnitude_count_powers_of_ten(value, power):
    assert orders_of_magnitude(value, value * Decimal(10) ** power) == pytest.approx(abs(power))
