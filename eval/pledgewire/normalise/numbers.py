"""Read numbers in digits and words, and compare values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pledgewire.normalise.tokens import (
    BROKEN,
    GLUED,
    Phrases,
    Token,
    Tokens,
    at,
    is_dash,
    tokenise,
)
from pledgewire.normalise.tokens import skip_hyphen as skip
from pledgewire.normalise.vocabulary import load

LISTS = load("numbers")
WORDS: dict[str, int] = LISTS["words"]
SCALES = {word: Decimal(value) for word, value in LISTS["scales"].items()}
ABBREVIATIONS = {word: Decimal(value) for word, value in LISTS["abbreviations"].items()}
LETTERS = {letter: Decimal(value) for letter, value in LISTS["letters"].items()}
FRACTIONS = Phrases({form: Decimal(value) for form, value in LISTS["fractions"].items()})
FRACTION_SIGNS = {sign: Decimal(value) for sign, value in LISTS["fraction_signs"].items()}
AND_A_HALF = Phrases({"and a half": Decimal("0.5")})

ONE = Decimal(1)
HUNDRED = Decimal(100)
FLOAT_NOISE = 1e-9
"""Share by which two values may differ and still be one: the noise of binary fractions."""

RealNumber = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Number:
    """A number read off the tokens; `end` is the index of the token after it.

    `scale` is the part of the value that scale words gave. `letter` marks a glued letter (`500m`)
    that may be a unit instead: `value / scale` metres. `plain` is a numeral of digits alone, which
    may be a year or belong to a name. `weak` needs a scale or a unit behind it (`half an`, `2,5`).
    """

    value: Decimal
    end: int
    scale: Decimal = ONE
    letter: str = ""
    in_digits: bool = False
    plain: bool = False
    weak: bool = False


def parse_number(text: str) -> Decimal | None:
    """Read a whole string as one number (`8.8 billion`, `1,200`, `half a million`), else None."""
    tokens = tokenise(text)
    negative = is_dash(at(tokens, 0)) and at(tokens, 1).gap == GLUED
    number = read_number(tokens, int(negative))
    if number is None or number.weak or number.end != len(tokens):
        return None
    return -number.value if negative else number.value


def read_number(tokens: Tokens, index: int) -> Number | None:
    """Read the longest number that begins at a token."""
    token = at(tokens, index)
    if token.kind == "number":
        return read_digits(tokens, index)
    if token.kind == "word":
        return read_fraction(tokens, index) or read_words(tokens, index)
    return None


def read_digits(tokens: Tokens, index: int) -> Number:
    """Read a numeral and the scale after it: `8.8 billion`, `2.5bn`, `3 and a half million`."""
    token = tokens[index]
    value, comma = numeral(token.text)
    after = index + 1
    half = AND_A_HALF.match(tokens, skip(tokens, after))
    if half is not None:
        value, after = value + half[0], half[1]
    scale, end, letter = read_scale(tokens, after)
    return Number(
        value=value * scale,
        end=end,
        scale=scale,
        letter=letter,
        in_digits=True,
        plain=token.text.isdigit() and end == index + 1,
        weak=comma and scale == ONE,
    )


def numeral(text: str) -> tuple[Decimal, bool]:
    """Give the value of a numeral, and whether its comma stands for the decimal point."""
    if text[-1] in FRACTION_SIGNS:
        return Decimal(text[:-1] or 0) + FRACTION_SIGNS[text[-1]], False
    head, comma, tail = text.rpartition(",")
    if comma and len(tail) < 3:
        return Decimal(f"{head}.{tail}"), True
    if text.count(".") > 1:
        text = text.replace(".", "")
    return Decimal("".join(c for c in text if c.isdigit() or c == ".")), False


def read_scale(tokens: Tokens, index: int) -> tuple[Decimal, int, str]:
    """Read what multiplies a numeral: (factor, index after it, the letter if it is one)."""
    token = at(tokens, index)
    if token.kind == "word" and token.gap == GLUED and token.fold in LETTERS:
        return LETTERS[token.fold], index + 1, token.fold
    abbreviation = at(tokens, skip(tokens, index))
    if abbreviation.fold in ABBREVIATIONS and abbreviation.gap != BROKEN:
        return ABBREVIATIONS[abbreviation.fold], skip(tokens, index) + 1, ""
    scale, last = ONE, Decimal(0)
    while True:
        position = skip(tokens, index)
        factor = scale_at(tokens, position)
        if factor is None or factor <= last:
            return scale, index, ""
        scale, last, index = scale * factor, factor, position + 1


def scale_at(tokens: Tokens, index: int) -> Decimal | None:
    token = at(tokens, index)
    return SCALES.get(token.fold) if token.kind == "word" and token.gap != BROKEN else None


def read_fraction(tokens: Tokens, index: int) -> Number | None:
    """Read `half a million`, `three quarters of a billion`, `half an` (hour)."""
    found = FRACTIONS.match(tokens, index)
    if found is None:
        return None
    share, end = found
    scale, after, _ = read_scale(tokens, end)
    if scale > ONE:
        return Number(share * scale, after, scale)
    if tokens[index].fold == "half" and tokens[end - 1].fold in ("a", "an"):
        return Number(share, end, weak=True)
    return None


def read_words(tokens: Tokens, index: int) -> Number | None:
    """Read `twenty-four`, `two hundred and fifty thousand`, `a dozen`, `two and a half`."""
    reader = WordReader()
    position, end = index, index
    if at(tokens, index).fold in ("a", "an") and scale_at(tokens, index + 1) is not None:
        reader.part = ONE
        position += 1
    while True:
        here = skip(tokens, position) if end > index else position
        token = at(tokens, here)
        if end > index and token.fold == "and" and reader.takes_and(at(tokens, here + 1)):
            here += 1
            token = at(tokens, here)
        if end > index and token.gap == BROKEN:
            break
        half = AND_A_HALF.match(tokens, here) if reader.takes_half else None
        if half is not None:
            reader.part += half[0]
            position = end = half[1]
        elif reader.take(token):
            position = end = here + 1
        else:
            break
    if end == index:
        return None
    return Number(reader.value, end, reader.scale)


class WordReader:
    """Adds up number words: `part` is what stands below the next scale word."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.part: Decimal | None = None
        self.limit = ONE
        self.scale = ONE

    @property
    def value(self) -> Decimal:
        return self.total + (self.part or 0)

    @property
    def takes_half(self) -> bool:
        return self.part is not None and self.part == int(self.part)

    def takes_and(self, following: Token) -> bool:
        """Tell whether `and` goes on with the number: `two hundred and fifty`."""
        hundreds = self.part is not None and self.part % 100 == 0 and self.part > 0
        thousands = self.part is None and self.limit == 1000
        return (hundreds or thousands) and following.fold in WORDS

    def take(self, token: Token) -> bool:
        """Add one word; False if it does not go on with the number."""
        if token.kind != "word":
            return False
        if token.fold in WORDS:
            return self.take_word(Decimal(WORDS[token.fold]))
        if token.fold in SCALES:
            return self.take_scale(SCALES[token.fold])
        return False

    def take_word(self, value: Decimal) -> bool:
        part = self.part
        if part is None:
            self.part = value
            return True
        room = part % 100 == 0 and part > 0
        room = room or (part % 100 >= 20 and part % 10 == 0 and 0 < value < 10)
        if room and part == int(part):
            self.part = part + value
        return room

    def take_scale(self, factor: Decimal) -> bool:
        if self.part is None or self.part == 0:
            return False
        if factor == HUNDRED and self.part < HUNDRED:
            self.part *= factor
        elif factor != HUNDRED and (self.limit == ONE or factor < self.limit):
            self.total, self.part, self.limit = self.total + self.part * factor, None, factor
        else:
            return False
        self.scale *= factor
        return True


def same_number(gold: RealNumber, predicted: RealNumber, rtol: float = 0.0) -> bool:
    """Tell whether two values are one.

    Units: `rtol` is a share of gold (0.01 is one per cent); the noise of floats is always forgiven.
    Raises: ValueError when `rtol` is negative.
    """
    if not rtol >= 0:
        raise ValueError(f"rtol is a share and cannot be negative, got {rtol}")
    a, b = as_decimal(gold), as_decimal(predicted)
    if not (a.is_finite() and b.is_finite()):
        return False
    return abs(a - b) <= Decimal(str(max(rtol, FLOAT_NOISE))) * abs(a)


def orders_of_magnitude(gold: RealNumber, predicted: RealNumber) -> float | None:
    """Measure how far a value is off, as the power of ten between the two; never negative.

    Undefined: None if the signs differ or one of the two is zero.
    """
    a, b = as_decimal(gold), as_decimal(predicted)
    if not (a.is_finite() and b.is_finite()):
        return None
    if a == b:
        return 0.0
    if a * b <= 0:
        return None
    return abs(float((b / a).log10()))


def as_decimal(value: RealNumber) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def as_plain(value: Decimal) -> int | float:
    """Give a value as records hold it: an integer if it is whole."""
    return int(value) if is_whole(value) else float(value)
