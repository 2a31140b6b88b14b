"""The authored form: what is read from it, and that writing inverts reading."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgewire.authoring import (
    find_bare,
    main,
    parse_authored,
    split_authored,
    write_authored,
)
from pledgewire.authoring_text import find_evidence, list_occurrences
from pledgewire.records import (
    BOUNDS,
    ENTITY_TYPES,
    LABELS_OF,
    STATUSES,
    Figure,
    Layers,
    Mention,
    Stance,
)

DOC = "ore-deal/bulletin"
TEXT = """Norland weighs "grey" radars for Ostia

Norlandic envoys said Norland would give 8.8 billion kroner (about 800.5 million dollars).
Norland denied it. "No list," Lund said… and left.
Norland denied it. Ostia waits.
Between 20 and 25 radars go there by 2030, 7.5 per cent more than last week.
"""

WORKED = r"""
doc ore-deal/bulletin
1| Norland weighs "grey" radars for Ostia
E "Norland" GPE norland
E "\"grey\" radars" EQUIPMENT grey-radar nominal
E "radars" EQUIPMENT radar nominal
A surface="grey\" radars" type=ORG
E "Ostia" GPE ostia

% a doubt about the next line
3| Norlandic envoys said Norland would give 8.8 billion kroner (about 800.5 million dollars).
E "Norland"#2 GPE norland
E "Norland"#1! LOC norland
E "Norlandic envoys" PERSON envoys nominal
F "about 800.5 million dollars" money 800_500_000 USD about same_as=sum status=proposed
F "8.8 billion kroner" money 8800000000.0 NOK exact id=sum status=proposed giver=norland
A value=8..9 bound=between giver=null
A low=7.5 unit=SEK surface="billion kroner"
S envoys ore-deal:gives affirms ev="Norlandic envoys … dollars)."
A holder=norland label=uncertain
A issue_id=ore-deal:other via=radio-ost,lund
  4| Norland denied it. "No list," Lund said… and left.
S norland list denies via=bbo,lund ev@5="Norland denied it." ev="\"No ... left."
S author gives noncommittal ev="Norland denied it."
6| Between 20 and 25 radars go there by 2030, 7.5 per cent more than last week.
F "Between 20 and 25 radars" count 20..25 radar between receiver=ostia
F "7.5 per cent" percent 7.5 percent exact
F "last week" date 2025-04-07/2025-04-13
A date=2025-04 kind=date
F "by 2030" date ../2030
"""


def read(authored: str, text: str = TEXT) -> Layers:
    layers, problems = parse_authored("a.txt", authored, text, DOC)
    assert [str(problem) for problem in problems] == []
    return layers


def layers_of(record: Mention | Figure | Stance) -> Layers:
    layers = {"entities": (), "figures": (), "stances": ()}
    layers[{Mention: "entities", Figure: "figures", Stance: "stances"}[type(record)]] = (record,)
    return Layers(DOC, **layers)


def start_of(line: int) -> int:
    """Offset at which a line of TEXT starts: the lengths of those before it and their feeds."""
    return sum(len(before) + 1 for before in TEXT.split("\n")[: line - 1])


# Reading


def test_mentions_are_numbered_by_start_then_longest_first():
    mentions = read(WORKED).entities
    assert [(m.id, m.text, m.type, m.entity_id, m.form) for m in mentions] == [
        ("m1", "Norland", "GPE", "norland", "name"),
        ("m2", '"grey" radars', "EQUIPMENT", "grey-radar", "nominal"),
        ("m3", "radars", "EQUIPMENT", "radar", "nominal"),
        ("m4", "Ostia", "GPE", "ostia", "name"),
        ("m5", "Norlandic envoys", "PERSON", "envoys", "nominal"),
        ("m6", "Norland", "LOC", "norland", "name"),
        ("m7", "Norland", "GPE", "norland", "name"),
    ]
    third = start_of(3)
    assert [m.start for m in mentions] == [
        0,
        len("Norland weighs "),
        len('Norland weighs "grey" '),
        len('Norland weighs "grey" radars for '),
        third,
        third,
        third + len("Norlandic envoys said "),
    ]
    assert all(m.span.of(TEXT) == m.text for m in mentions)


def test_alternatives_hold_what_differs():
    layers = read(WORKED)
    grey = len('Norland weighs "')
    assert layers.entities[2].also == (
        {"start": grey, "end": grey + len('grey" radars'), "text": 'grey" radars', "type": "ORG"},
    )
    kroner = start_of(3) + len("Norlandic envoys said Norland would give 8.8 ")
    assert layers.figures[0].also == (
        {"low": 8, "high": 9, "bound": "between", "giver": None},
        {
            "low": 7.5,
            "unit": "SEK",
            "start": kroner,
            "end": kroner + len("billion kroner"),
            "text": "billion kroner",
        },
    )
    assert [s.also for s in layers.stances] == [
        (
            {"holder": "norland", "label": "uncertain"},
            {"issue_id": "ore-deal:other", "via": ["radio-ost", "lund"]},
        ),
        (),
        (),
    ]


def test_figures_take_value_unit_bound_and_point_at_the_final_ids():
    kroner, dollars, radars, by_2030, percent, week = read(WORKED).figures
    assert (kroner.id, kroner.kind, kroner.low, kroner.high) == ("f1", "money", 8.8e9, 8.8e9)
    assert (kroner.unit, kroner.bound, kroner.status) == ("NOK", "exact", "proposed")
    assert (kroner.giver, kroner.receiver, kroner.same_as) == ("norland", None, None)
    assert (dollars.id, dollars.low, dollars.same_as) == ("f2", 800_500_000, "f1")
    assert (dollars.giver, dollars.receiver) == (None, None)
    assert (radars.low, radars.high, radars.unit, radars.bound) == (20, 25, "radar", "between")
    assert (radars.giver, radars.receiver) == (None, "ostia")
    assert (by_2030.date, by_2030.low, by_2030.unit, by_2030.bound) == ("../2030", None, None, None)
    assert (percent.low, percent.unit, percent.status) == (7.5, "percent", "none")
    assert (week.date, week.also) == (
        "2025-04-07/2025-04-13",
        ({"date": "2025-04", "kind": "date"},),
    )


def test_stances_come_by_first_evidence_and_evidence_keeps_its_order():
    first, second, third = read(WORKED).stances
    assert [s.id for s in (first, second, third)] == ["s1", "s2", "s3"]
    line = TEXT.split("\n")[2]
    assert first.evidence == ((start_of(3), start_of(3) + len(line)),)
    denied = start_of(4) + TEXT.split("\n")[3].index("Norland denied it.")
    assert (second.holder, second.evidence) == (
        "author",
        ((denied, denied + len("Norland denied it.")),),
    )
    quoted = start_of(4) + TEXT.split("\n")[3].index('"No list,"')
    end_of_fourth = start_of(5) - 1
    assert (third.holder, third.via) == ("norland", ("bbo", "lund"))
    assert third.evidence == (
        (start_of(5), start_of(5) + len("Norland denied it.")),
        (quoted, end_of_fourth),
    )


def test_stances_with_the_same_first_evidence_stay_as_written():
    rows = [f'S {holder} i denies ev="Norland denied it."' for holder in ("b", "a", "c")]
    layers = read("\n".join(["5| Norland denied it. Ostia waits.", *rows]))
    assert [s.holder for s in layers.stances] == ["b", "a", "c"]


@pytest.mark.parametrize(
    "authored", ["", "doc ore-deal/bulletin\n% nothing\n\n5| Norland denied it. Ostia waits."]
)
def test_a_document_without_records_has_empty_layers(authored):  # fmt: skip
    assert read(authored) == Layers(doc_id=DOC, entities=(), figures=(), stances=())


def test_a_text_line_may_lose_trailing_blanks_and_gain_a_carriage_return():
    layers = read('1| one two\r\nE "two" ORG b\r\n', "one two  \nthree\n")
    assert [(m.start, m.end) for m in layers.entities] == [(4, 7)]


def test_the_first_word_glued_to_a_site_name_is_a_word():
    layers = read(
        '1| example.comNorland waits\nE "Norland" GPE norland', "example.comNorland waits\n"
    )
    assert [m.start for m in layers.entities] == [len("example.com")]


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("7", 7, 7), ("1_000", 1000, 1000), ("7.0", 7.0, 7.0), ("2..2.5", 2, 2.5), ("-3..-1", -3, -1)],
)
def test_numbers(value, low, high):
    (figure,) = read(
        f'5| Norland denied it. Ostia waits.\nF "it" quantity {value} km about'
    ).figures
    assert (figure.low, figure.high) == (low, high)
    assert (type(figure.low), type(figure.high)) == (type(low), type(high))


@pytest.mark.parametrize(
    "date",
    [
        "2026-02-10",
        "2025-09",
        "2025",
        "2024-22",
        "2024-33",
        "2014/2019",
        "2022/..",
        "../2030",
        "2030~",
        "199X",
    ],
)
def test_edtf_forms(date):
    (figure,) = read(f'5| Norland denied it. Ostia waits.\nF "it" date {date}').figures
    assert figure.date == date


# Files of several documents


def test_split_gives_each_part_with_the_number_of_its_first_line():
    authored = "% by hand\n\ndoc a/x\n1| one\n\ndoc b/y \n1| two"
    parts, problems = split_authored(authored)
    assert problems == []
    assert parts == {"a/x": (3, "doc a/x\n1| one\n"), "b/y": (6, "doc b/y \n1| two")}


# Writing


def test_written_form_of_the_worked_example():
    assert (
        write_authored(read(WORKED), TEXT)
        == r"""doc ore-deal/bulletin
1| Norland weighs "grey" radars for Ostia
E "Norland" GPE norland
E "\"grey\" radars" EQUIPMENT grey-radar nominal
E "radars" EQUIPMENT radar nominal
A surface="grey\" radars" type=ORG
E "Ostia" GPE ostia
3| Norlandic envoys said Norland would give 8.8 billion kroner (about 800.5 million dollars).
E "Norlandic envoys" PERSON envoys nominal
E "Norland"#1! LOC norland
E "Norland"#2 GPE norland
F "8.8 billion kroner" money 8800000000.0 NOK exact status=proposed giver=norland id=f1
A value=8..9 bound=between giver=null
A surface="billion kroner" low=7.5 unit=SEK
F "about 800.5 million dollars" money 800500000 USD about status=proposed same_as=f1
S envoys ore-deal:gives affirms ev="Norlandic envoys said Norland … (about 800.5 million dollars)."
A holder=norland label=uncertain
A issue_id=ore-deal:other via=radio-ost,lund
4| Norland denied it. "No list," Lund said… and left.
S author gives noncommittal ev="Norland denied it."
5| Norland denied it. Ostia waits.
S norland list denies via=bbo,lund ev="Norland denied it." ev@4="\"No list,\" Lund said… and left."
6| Between 20 and 25 radars go there by 2030, 7.5 per cent more than last week.
F "Between 20 and 25 radars" count 20..25 radar between receiver=ostia
F "by 2030" date ../2030
F "7.5 per cent" percent 7.5 percent exact
F "last week" date 2025-04-07/2025-04-13
A date=2025-04 kind=date
"""
    )


TWO_LINES = "one two\nthree\n"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (
            Mention("ORG", "m1", 4, 9, "two\nt", "a"),
            "expected a span within one line, got 4:9, across a line break",
        ),
        (
            Stance("a", "i", "denies", "s1", ((0, 3), (4, 9))),
            "expected a span within one line, got 4:9, across a line break",
        ),
        (
            Mention("ORG", "m1", 4, 7, "two", "a", also=({"start": 6, "end": 9, "text": "o\nt"},)),
            "expected a span within one line, got 6:9, across a line break",
        ),
        (Mention("ORG", "m1", 4, 99, "two", "a"), "expected a span within 0:13, got 4:99"),
        (Mention("ORG", "m1", None, None, "two", "a"), "expected offsets, got none"),
        (Stance("a", "i", "denies", "s1"), "expected offsets, got none"),
        (Mention("ORG", "m1", 4, 7, "two"), "expected every gold field, got one that is None"),
        (
            Figure("count", "f1", 4, 7, "two", unit="x", bound="exact"),
            "expected low and high, got None and None",
        ),
    ],
)
def test_what_cannot_be_written_names_the_record(record, message):
    with pytest.raises(ValueError, match=f"^{re.escape(f'{DOC}#{record.id}: {message}')}$"):
        write_authored(layers_of(record), TWO_LINES)


def test_a_layer_that_was_not_attempted_cannot_be_written():
    with pytest.raises(ValueError, match=f"^{DOC}: expected a tuple of stances, got None$"):
        write_authored(Layers(DOC, entities=(), figures=()), TWO_LINES)


@pytest.mark.parametrize(
    "record",
    [
        Mention("ORG", "m2", 4, 7, "two", "a"),  # an id that reading would not give
        Mention("ORG", "m1", 4, 7, "tow", "a"),  # a text that is not in the document
        Mention("ORG", "m1", 4, 7, "two", "No id"),
        Mention("ORG", "m1", 4, 7, "two", "a", also=({"form": "nominal"},)),
        Mention("ORG", "m1", 4, 7, "two", "a", also=({},)),
        Figure("date", "f1", 4, 7, "two", date="2025", value="2025"),
        Figure("count", "f1", 4, 7, "two", low=3, high=2, unit="x", bound="exact"),
        Stance("a", "i", "denies", "s1", ((0, 3),), evidence_text=("one",)),
        Stance("a", "i", "denies", "s1", ((0, 3), (0, 3))),
    ],
)
def test_a_record_that_would_read_otherwise_is_refused(record):
    with pytest.raises(ValueError, match=f"^{DOC}#{record.id}: cannot be written so that"):
        write_authored(layers_of(record), TWO_LINES)


def test_a_document_id_that_is_no_word_is_refused():
    with pytest.raises(ValueError, match=r"^a b: cannot be written so that it reads the same"):
        write_authored(Layers("a b", entities=(), figures=(), stances=()), TWO_LINES)


# Laws

CHARACTERS = st.sampled_from('aaAbB 2,. "\\#!=|…%\u0301\u2028\t\r𝔘🛰')
TEXTS = st.lists(st.text(CHARACTERS, max_size=24), min_size=1, max_size=4).map("\n".join)
IDS = st.sampled_from(["a", "b2", "c-d", "e-3-f", "nulls", "author", "story:issue"])
NUMBERS = st.integers(-(10**13), 10**13) | st.floats(allow_nan=False, allow_infinity=False)
RANGES = st.tuples(NUMBERS, NUMBERS).map(sorted) | NUMBERS.map(lambda number: [number, number])
UNITS = st.sampled_from(["tank", "square metre", 'in"ch', "null", "a=b", "#2", "x#y", "…"])
DATES = st.sampled_from(["2025", "2025-04", "2024-22", "../2030", "2022/..", "2030~", "199X"])
LABELS = st.sampled_from([label for labels in LABELS_OF.values() for label in labels])


@st.composite
def spans(draw, text: str, near: tuple[int, int] | None = None) -> tuple[int, int]:
    """A stretch that crosses no line break, in the line of `near` if that is given."""
    if near is None:
        start = draw(st.sampled_from([at for at, c in enumerate(text) if c != "\n"]))
    else:
        first = text.rfind("\n", 0, near[0]) + 1
        start = draw(st.integers(first, near[1] - 1))
    end_of_line = text.find("\n", start)
    return start, draw(
        st.integers(start + 1, min(end_of_line if end_of_line >= 0 else len(text), start + 8))
    )


def surface_of(text: str, span: tuple[int, int]) -> dict:
    return {"start": span[0], "end": span[1], "text": text[span[0] : span[1]]}


@st.composite
def alternatives(draw, text: str, span: tuple[int, int], fields: dict) -> tuple[dict, ...]:
    others = []
    for _ in range(draw(st.integers(0, 2))):
        names = draw(
            st.sets(st.sampled_from([*fields, *(["surface"] if text else [])]), min_size=1)
        )
        other = {name: draw(fields[name]) for name in sorted(names - {"surface", "value"})}
        if "value" in names and "value" in fields:
            other["low"], other["high"] = draw(st.just([None, None]) | fields["value"])
        if "surface" in names:
            other |= surface_of(text, draw(spans(text, span)))
        others.append(other)
    return tuple(others)


@st.composite
def annotated(draw) -> tuple[str, Layers]:
    """A text with valid layers: distinct spans per layer, ids by position."""
    text = draw(TEXTS.filter(lambda text: text.strip("\n")))
    several = st.lists(spans(text), max_size=5)
    mention_fields = {"type": st.sampled_from(ENTITY_TYPES), "entity_id": IDS}
    figure_fields = {
        "value": RANGES,
        "unit": st.none() | UNITS,
        "bound": st.none() | st.sampled_from(BOUNDS),
        "date": st.none() | DATES,
        "status": st.sampled_from(STATUSES),
        "giver": st.none() | IDS,
        "receiver": st.none() | IDS,
    }
    stance_fields = {
        "holder": IDS,
        "label": LABELS,
        "issue_id": IDS,
        "via": st.lists(IDS, max_size=2),
    }
    order = {"key": lambda span: (span[0], -span[1])}
    mentions = [
        Mention(
            id=f"m{at}",
            form=draw(st.sampled_from(["name", "nominal"])),
            also=draw(alternatives(text, span, mention_fields)),
            **{name: draw(value) for name, value in mention_fields.items()},
            **surface_of(text, span),
        )
        for at, span in enumerate(sorted(set(draw(several)), **order), 1)
    ]
    figures = []
    figure_spans = sorted(set(draw(several)), **order)
    for at, span in enumerate(figure_spans, 1):
        others = [f"f{other}" for other in range(1, len(figure_spans) + 1) if other != at]
        common = {
            "id": f"f{at}",
            "same_as": draw(st.none() | st.sampled_from(others)) if others else None,
            **surface_of(text, span),
            **{name: draw(figure_fields[name]) for name in ("status", "giver", "receiver")},
        }
        if draw(st.booleans()):
            low, high = draw(RANGES)
            bound = draw(st.sampled_from(BOUNDS))
            common |= {"kind": "count", "low": low, "high": high, "bound": bound}
            common["unit"] = draw(UNITS)
        else:
            common |= {"kind": "date", "date": draw(DATES)}
        figures.append(Figure(also=draw(alternatives(text, span, figure_fields)), **common))
    found = draw(st.lists(st.lists(spans(text), min_size=1, max_size=2, unique=True), max_size=4))
    stances = [
        Stance(
            id=f"s{at}",
            evidence=tuple(evidence),
            holder=draw(IDS),
            issue_id=draw(IDS),
            label=draw(LABELS),
            via=tuple(draw(st.lists(IDS, max_size=2))),
            also=draw(alternatives("", evidence[0], stance_fields)),
        )
        for at, evidence in enumerate(sorted(found, key=lambda evidence: evidence[0][0]), 1)
    ]
    return text, Layers(DOC, tuple(mentions), tuple(figures), tuple(stances))


@settings(deadline=None)
@given(case=annotated())
def test_reading_inverts_writing(case):
    text, layers = case
    parsed, problems = parse_authored("a.txt", write_authored(layers, text), text, DOC)
    assert problems == []
    assert parsed == layers
    for ours, theirs in zip(parsed.figures, layers.figures, strict=True):
        assert (repr(ours.low), repr(ours.high)) == (repr(theirs.low), repr(theirs.high))


@settings(deadline=None, max_examples=40)
@given(case=annotated(), seed=st.integers(0, 99))
def test_order_under_a_line_does_not_matter_for_mentions_and_figures(case, seed):
    text, layers = case
    shuffled: list[str] = []
    block: list[list[str]] = []
    for line in [*write_authored(layers, text).split("\n")[1:-1], "end"]:
        if line[0] in "EFS":
            block.append([line])
        elif line[0] == "A":
            block[-1].append(line)
        else:
            random.Random(seed).shuffle(block)
            shuffled += [row for rows in block for row in rows]
            shuffled += [line] if line != "end" else []
            block = []
    parsed, problems = parse_authored("a.txt", "\n".join(shuffled), text, DOC)
    assert problems == []
    assert (parsed.entities, parsed.figures) == (layers.entities, layers.figures)


@settings(deadline=None)
@given(authored=st.text(st.sampled_from('EFSA1|"\\# \n=evab.…@%docx!'), max_size=60))
def test_no_authored_text_breaks_the_reader(authored):
    layers, problems = parse_authored("a.txt", authored, "ab a\n\nb", DOC)
    assert all(problem.line >= 1 and problem.mend for problem in problems)
    assert all(m.span.of("ab a\n\nb") == m.text for m in layers.entities)


SHORT = st.text(st.sampled_from("ab ."), max_size=9)
PIECE = st.text(st.sampled_from("ab."), min_size=1, max_size=2)


@settings(deadline=None)
@given(line=SHORT, first=PIECE, last=PIECE, gap=st.sampled_from(["…", "...", " … ", " ... "]))
def test_evidence_with_a_gap_is_every_stretch_with_those_ends(line, first, last, gap):
    wanted = first + gap + last
    if gap.strip() == "..." and ("." in first or "." in last):
        return  # then the three dots may be cut elsewhere too
    brute_force = [
        (start, end)
        for start in range(len(line) + 1)
        for end in range(start + len(first) + len(last), len(line) + 1)
        if line[start:end].startswith(first) and line[start:end].endswith(last)
    ]
    literal = [(at, at + len(wanted)) for at in range(len(line)) if line.startswith(wanted, at)]
    assert find_evidence(line, wanted) == (literal or brute_force)


@settings(deadline=None)
@given(line=SHORT, surface=PIECE)
def test_occurrences_are_all_places_where_the_line_reads_so(line, surface):
    expected = [at for at in range(len(line)) if line[at : at + len(surface)] == surface]
    assert list_occurrences(line, surface) == expected
    assert all(a < b for a, b in pairwise(expected))


# Omissions and the command line


def test_bare_lists_figure_cues_and_capitals_that_nothing_covers():
    text = (
        "Envoys wait\n"
        "On 3 May Norland sent $5 million, 7 per cent, to Ostia. Then Norland’s F-16 left Ost.\n"
    )
    authored = (
        "2| " + text.split("\n")[1] + "\n"
        'E "Norland"#2 GPE norland\nE "F-16" EQUIPMENT f-16\n'
        'F "$5 million" money 5000000 USD exact\n'
    )
    layers = read(authored, text)
    found = [(b.line, b.cue, text[b.start : b.end]) for b in find_bare(layers, text)]
    assert found == [
        (2, "numeral", "3"),
        (2, "month", "May"),
        (2, "capital", "Norland"),
        (2, "numeral", "7"),
        (2, "percent", "per cent"),
        (2, "capital", "Ostia"),
        (2, "capital", "Ost"),
    ]


def test_bare_lists_the_first_word_of_a_sentence_only_if_it_is_a_name_elsewhere():
    text = "Norland's men wait. Others met U.S. Army men in Norland.\n"
    authored = f'1| {text}E "Norland"#2 GPE norland\n'
    found = [(b.cue, text[b.start : b.end]) for b in find_bare(read(authored, text), text)]
    assert found == [("name", "Norland"), ("capital", "U.S"), ("capital", "Army")]


def test_nothing_is_bare_where_all_is_covered():
    text = "in May 2025 Norland\n"
    authored = '1| in May 2025 Norland\nF "May 2025" date 2025-05\nE "Norland" GPE norland\n'
    assert find_bare(read(authored, text), text) == []


@pytest.fixture
def files(tmp_path):
    (tmp_path / "text.txt").write_bytes(TEXT.encode())
    (tmp_path / "good.txt").write_bytes(WORKED.encode())
    (tmp_path / "bad.txt").write_bytes(("doc other/x\n" + WORKED.replace("GPE", "GEP")).encode())
    return tmp_path


def run(files, name, *options, doc=DOC):
    arguments = [str(files / name), "--text", str(files / "text.txt"), "--doc", doc, *options]
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output.replace(str(files), "").splitlines()


def test_command_counts_by_type(files):
    assert run(files, "good.txt") == (
        0,
        [
            "mentions: 7 (EQUIPMENT 2, GPE 3, LOC 1, PERSON 1)",
            "figures: 6 (count 1, date 2, money 2, percent 1)",
            "stances: 3 (affirms 1, denies 1, noncommittal 1)",
        ],
    )


def test_command_prints_every_problem_with_its_line_in_the_file(files):
    code, lines = run(files, "bad.txt")
    places = [line.partition(": ")[0] for line in lines]
    assert code == 1
    assert places == ["/bad.txt:5", "/bad.txt:9", "/bad.txt:13"]


def test_command_tells_a_document_that_is_not_there(files):
    message = (
        f"/good.txt: doc-missing: doc: the file has no document q; it has {DOC}; give one of these"
    )
    assert run(files, "good.txt", doc="q") == (1, [message])


def test_command_reads_a_file_without_doc_line_as_one_document(files):
    authored = '5| Norland denied it. Ostia waits.\nE "Ostia" GPE ostia\n'
    (files / "one.txt").write_bytes(authored.encode())
    assert run(files, "one.txt")[1][0] == "mentions: 1 (GPE 1)"


def test_command_lists_what_is_bare(files):
    code, lines = run(files, "good.txt", "--bare")
    assert code == 0
    assert [line.partition("   ")[0] for line in lines[3:]] == [
        "line 4: name: Norland",
        "line 4: capital: Lund",
        "line 5: name: Norland",
        "line 5: name: Ostia",
    ]
    assert lines[5].endswith('   (t," Lund said… and left.⏎Norland denied it. Ostia waits.⏎)')


def test_command_refuses_a_file_that_is_not_utf8(files):
    (files / "latin.txt").write_bytes("1| é".encode("latin-1"))
    code, lines = run(files, "latin.txt")
    assert code == 2
    assert lines[-1] == "Error: /latin.txt: expected UTF-8, got unexpected end of data"
