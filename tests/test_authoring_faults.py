"""Each fault an authored document can have, with the exact words it is told in."""

from __future__ import annotations

import pytest

from pledgewire.authoring import parse_authored, split_authored

DOC = "ore-deal/bulletin"
TEXT = """Norland weighs "grey" radars for Ostia

Norlandic envoys said Norland would give 8.8 billion kroner (about 800.5 million dollars).
Norland denied it. "No list," Lund said… and left.
Norland denied it. Ostia waits.
"""


def complaints(authored: str) -> list[str]:
    return [str(problem) for problem in parse_authored("a.txt", authored, TEXT, DOC)[1]]


# Faults: each with its exact message

LINE_1 = '1| Norland weighs "grey" radars for Ostia\n'
LINE_3 = (
    "3| Norlandic envoys said Norland would give 8.8 billion kroner "
    "(about 800.5 million dollars).\n"
)
LINE_5 = "5| Norland denied it. Ostia waits.\n"
TYPES = "PERSON, ORG, GPE, LOC, NORP, PROGRAMME, EQUIPMENT, EVENT, LAW"
LABELS = "support, oppose, noncommittal, affirms, denies, uncertain"

FAULTS = {
    "unknown record": (
        LINE_1 + 'G "Norland" GPE norland\nA type=LOC',
        'a.txt:2: unknown-record: no record begins with "G"; allowed: E, F, S, A; '
        "a comment begins with %, a line of the text with N|",
    ),
    "no line above": (
        'E "Norland" GPE norland',
        "a.txt:1: no-line: line: no line of the text stands above; "
        "put the record under its line of the text, written N| line",
    ),
    "other document": (
        "doc ore-deal/digest",
        "a.txt:1: doc-differs: doc: expected ore-deal/bulletin, got ore-deal/digest; "
        "read each document by itself",
    ),
    "type": (
        LINE_1 + 'E "Norland" GEP norland',
        f'a.txt:2: not-allowed: type: "GEP" is not allowed; allowed: {TYPES}; write GPE',
    ),
    "form": (
        LINE_1 + 'E "Norland" GPE norland nominla',
        'a.txt:2: not-allowed: form: "nominla" is not allowed; '
        "allowed: name, nominal; write nominal",
    ),
    "kind": (
        LINE_1 + 'F "Norland" cuont 3 radar exact',
        'a.txt:2: not-allowed: kind: "cuont" is not allowed; '
        "allowed: money, count, percent, quantity, duration, date; write count",
    ),
    "bound": (
        LINE_1 + 'F "Norland" count 3 radar morethan',
        'a.txt:2: not-allowed: bound: "morethan" is not allowed; '
        "allowed: exact, about, more_than, at_least, less_than, up_to, between; write more_than",
    ),
    "status": (
        LINE_1 + 'F "Norland" count 3 radar exact status=commited',
        'a.txt:2: not-allowed: status: "commited" is not allowed; '
        "allowed: proposed, committed, delivered, requested, none; write committed",
    ),
    "label": (
        LINE_5 + 'S norland i denied ev="Norland denied it."',
        f'a.txt:2: not-allowed: label: "denied" is not allowed; allowed: {LABELS}; write denies',
    ),
    "label near none": (
        LINE_5 + 'S norland i qqq ev="Norland denied it."',
        f'a.txt:2: not-allowed: label: "qqq" is not allowed; allowed: {LABELS}; write one of these',
    ),
    "value of an alternative": (
        LINE_1 + 'E "Norland" GPE norland\nA type=LCO',
        f'a.txt:3: not-allowed: type: "LCO" is not allowed; allowed: {TYPES}; write LOC',
    ),
    "currency": (
        LINE_1 + 'F "Norland" money 3 dollar exact',
        'a.txt:2: not-allowed: unit: "dollar" is no currency code; '
        "write the ISO 4217 code, as USD, EUR, JPY",
    ),
    "percent": (
        LINE_1 + 'F "Norland" percent 3 point exact',
        'a.txt:2: not-allowed: unit: "point" is no unit of a percent; write percent',
    ),
    "surface in another line": (
        LINE_1 + 'E "envoys" PERSON a',
        'a.txt:2: surface-not-found: surface: line 1 of the text does not contain "envoys"; '
        "line 3 of the text has it",
    ),
    "surface in other lines": (
        LINE_1 + 'E "denied" PERSON a',
        'a.txt:2: surface-not-found: surface: line 1 of the text does not contain "denied"; '
        "lines 4 and 5 of the text have it",
    ),
    "surface nearly there": (
        LINE_1 + 'E "grey radar" EQUIPMENT a',
        'a.txt:2: surface-not-found: surface: line 1 of the text does not contain "grey radar"; '
        'the nearest there is "grey\\" radars"',
    ),
    "surface nowhere": (
        LINE_1 + 'E "Xyzzy Quux" ORG a',
        'a.txt:2: surface-not-found: surface: line 1 of the text does not contain "Xyzzy Quux"; '
        "copy the words from the text",
    ),
    "surface of an alternative": (
        LINE_1 + 'E "Norland" GPE norland\nA surface="Nordland"',
        'a.txt:3: surface-not-found: surface: line 1 of the text does not contain "Nordland"; '
        'the nearest there is "Norland"',
    ),
    "occurrence past the last": (
        LINE_3 + 'E "Norland"#3 GPE norland',
        'a.txt:2: occurrence-past-last: surface: "Norland" stands 2 times in line 3 of the text; '
        "write a number from #1 to #2",
    ),
    "occurrence zero": (
        LINE_1 + 'E "Norland"#0 GPE norland',
        'a.txt:2: occurrence-past-last: surface: "Norland" stands once in line 1 of the text; '
        "write #1 or nothing",
    ),
    "part of a word": (
        LINE_3 + 'E "Norland" GPE norland',
        'a.txt:2: part-of-word: surface: "Norland"#1 is a part of "Norlandic"; '
        'as a word it is "Norland"#2; if that part is meant, write "Norland"#1!',
    ),
    "part of a number": (
        LINE_3 + 'F "8 billion" money 8 NOK exact',
        'a.txt:2: part-of-word: surface: "8 billion"#1 is a part of "8.8 billion"; '
        'if that part is meant, write "8 billion"#1!',
    ),
    "same span": (
        LINE_1 + 'E "Norland" GPE norland\nE "Norland"#1 LOC norland',
        'a.txt:3: span-twice: surface: "Norland" is annotated already in line 2; '
        "write another occurrence as #2, another reading as A under the first",
    ),
    "text line differs": (
        "5| Norland denies it. Ostia waits.",
        "a.txt:1: line-differs: line: differs from line 5 of the text at character 14: "
        '"s it. Ostia waits." here, "d it. Ostia waits." in the text; copy the line from the text',
    ),
    "text line under another number": (
        LINE_5.replace("5", "2"),
        "a.txt:1: line-differs: line: differs from line 2 of the text at character 1: "
        '"Norland denied it. O" here, "" in the text; that is line 5 of the text',
    ),
    "text line past the end": (
        '7| Nothing\nE "Nothing" ORG a',
        "a.txt:1: line-past-end: line: there is no line 7; the text has 5; "
        "copy the line from the text",
    ),
    "line zero": (
        LINE_5.replace("5", "0"),
        "a.txt:1: line-past-end: line: there is no line 0; the text has 5; "
        "that is line 5 of the text",
    ),
    "evidence line past the end": (
        LINE_5 + 'S norland i denies ev@9="Norland denied it."',
        "a.txt:2: line-past-end: ev@9: there is no line 9; the text has 5; "
        "write ev@N with a line of the text",
    ),
    "missing surface": (
        LINE_1 + "E Norland GPE norland",
        "a.txt:2: missing-value: surface: the quoted surface is missing; "
        'write: E "words of the line" ...',
    ),
    "missing surface before the type": (
        LINE_1 + "E GPE norland",
        "a.txt:2: missing-value: surface: the quoted surface is missing; "
        'write: E "words of the line" ...',
    ),
    "missing id": (
        LINE_1 + 'E "Norland" GPE',
        "a.txt:2: missing-value: entity_id: the entity_id is missing; order: type entity_id form",
    ),
    "missing id before the form": (
        LINE_1 + 'E "Norland" GPE nominal',
        "a.txt:2: missing-value: entity_id: the entity_id is missing; order: type entity_id form",
    ),
    "missing unit": (
        LINE_1 + 'F "Norland" count 3 exact',
        "a.txt:2: missing-value: unit: the unit is missing; order: kind value unit bound",
    ),
    "missing bound": (
        LINE_1 + 'F "Norland" count 3 radar',
        "a.txt:2: missing-value: bound: the bound is missing; order: kind value unit bound; "
        "bound is one of: exact, about, more_than, at_least, less_than, up_to, between",
    ),
    "missing date": (
        LINE_1 + 'F "Norland" date',
        "a.txt:2: missing-value: date: the date is missing; order: kind date",
    ),
    "missing evidence": (
        LINE_5 + "S norland i denies",
        "a.txt:2: missing-value: ev: the stance has no evidence; "
        'add ev="First words … last words."',
    ),
    "empty evidence": (
        LINE_5 + 'S norland i denies ev=""',
        'a.txt:2: missing-value: ev: has no value; write ev="First words … last words."',
    ),
    "empty value": (
        LINE_1 + 'F "Norland" count 3 radar exact giver=',
        "a.txt:2: missing-value: giver: has no value; write giver=value",
    ),
    "empty alternative": (
        LINE_1 + 'E "Norland" GPE norland\nA',
        "a.txt:3: missing-value: A says nothing; add key=value; keys: surface, type, entity_id",
    ),
    "unit and bound of a date": (
        LINE_1 + 'F "Norland" date 2030 about',
        'a.txt:2: unexpected-word: "about" is one word too many; '
        "order: kind date, then key=value; a comment has its own line, with %",
    ),
    "word without key": (
        LINE_1 + 'E "Norland" GPE norland\nA LOC',
        'a.txt:3: unexpected-word: "LOC" has no key; write key=value',
    ),
    "number after an id": (
        LINE_1 + 'E "Norland" GPE "norland"#2',
        'a.txt:2: unexpected-word: entity_id: #2 after "norland" counts nothing; '
        "only a surface or evidence takes #n",
    ),
    "not a number": (
        LINE_1 + 'F "Norland" count 20-25 radar between',
        'a.txt:2: not-a-number: value: "20-25" is not a number; '
        "write plain digits, as 8800000000 or 7.5, and a range as 20..25",
    ),
    "not a date": (
        LINE_1 + 'F "Norland" date 2025-4-7',
        'a.txt:2: not-edtf: date: "2025-4-7" is not of an EDTF form; '
        "write 2026-02-10, 2025-09, 2025, 2024-22, 2025-04-07/2025-04-13, 2022/.., 2030~",
    ),
    "range reversed": (
        LINE_1 + 'F "Norland" count 25..20 radar between',
        "a.txt:2: range-reversed: value: low 25 is above high 20; write 20..25",
    ),
    "alternative makes the range reversed": (
        LINE_1 + 'F "Norland" count 20..25 radar between\nA low=26',
        "a.txt:3: range-reversed: value: low 26 is above high 25; write 25..26",
    ),
    "unknown same_as": (
        LINE_1 + 'F "Norland" count 3 radar exact id=a\nF "Ostia" count 3 radar exact same_as=f1',
        "a.txt:3: unknown-same-as: same_as: no figure has id=f1; given: a; "
        "add id=f1 to the line of the figure meant",
    ),
    "same_as itself": (
        LINE_1 + 'F "Norland" count 3 radar exact id=a same_as=a',
        "a.txt:2: unknown-same-as: same_as: a is the figure itself; name another",
    ),
    "id twice": (
        LINE_1 + 'F "Norland" count 3 radar exact id=a\nF "Ostia" count 3 radar exact id=a',
        "a.txt:3: id-twice: id: a is the id in line 2 already; give each figure its own id",
    ),
    "evidence elsewhere": (
        LINE_5 + 'S norland i denies ev="Norland weighs … Ostia"',
        "a.txt:2: evidence-not-found: ev: "
        'line 5 of the text does not contain "Norland weighs … Ostia"; '
        "line 1 of the text has it",
    ),
    "evidence nearly there": (
        LINE_5 + 'S norland i denies ev="Norland denies it."',
        "a.txt:2: evidence-not-found: ev: "
        'line 5 of the text does not contain "Norland denies it."; '
        'the nearest there is "Norland denied it."',
    ),
    "evidence without a beginning": (
        LINE_5 + 'S norland i denies ev="… qq."',
        'a.txt:2: evidence-not-found: ev: line 5 of the text does not contain "… qq."; '
        "copy the words from the text",
    ),
    "evidence ambiguous": (
        LINE_3 + 'S norland i denies ev="Nor … dollars"',
        'a.txt:2: evidence-ambiguous: ev: "Nor … dollars" fits 2 times in line 3 of the text; '
        "write more of its first and last words, or a number from #1 to #2",
    ),
    "evidence number": (
        LINE_3 + 'S norland i denies ev="Nor … dollars"#3',
        'a.txt:2: occurrence-past-last: ev: "Nor … dollars" fits 2 times in line 3 of the text; '
        "write a number from #1 to #2",
    ),
    "evidence twice": (
        LINE_5 + 'S norland i denies ev="Norland denied it." ev@5="Norland … it."',
        "a.txt:2: span-twice: ev: the same stretch is evidence twice; delete one",
    ),
    "alternative without a record": (
        LINE_1 + 'E "Norland" GPE norland\n' + LINE_5 + "A type=LOC",
        "a.txt:4: no-record-above: A has no record above it; "
        "put A directly under the E, F or S line it is an alternative to",
    ),
    "alternative surface elsewhere": (
        LINE_1 + 'E "Norland" GPE norland\nA surface="Ostia"',
        'a.txt:3: alternative-unclear: surface: "Ostia" overlaps the record above nowhere; '
        'write "Ostia"#n',
    ),
    "unknown key": (
        LINE_1 + 'F "Norland" count 3 radar exact giv=norland',
        "a.txt:2: unknown-key: giv: is no key here; "
        "allowed: status, giver, receiver, same_as, id; write giver=",
    ),
    "key of a mention": (
        LINE_1 + 'E "Norland" GPE norland id=a',
        "a.txt:2: unknown-key: id: is no key here; this record takes none; delete it",
    ),
    "key of an alternative": (
        LINE_5 + 'S norland i denies ev="Norland denied it."\nA evidence=x',
        "a.txt:3: unknown-key: evidence: is no key here; "
        "allowed: holder, label, issue_id, via; delete it",
    ),
    "key twice": (
        LINE_1 + 'F "Norland" count 3 radar exact giver=a giver=b',
        "a.txt:2: key-twice: giver: stands here twice; delete one",
    ),
    "id with capitals": (
        LINE_1 + 'E "Norland" GPE Norland',
        'a.txt:2: bad-id: entity_id: "Norland" is not of the form of an id; '
        "write lower-case ASCII words joined by hyphens, as nato-officials",
    ),
    "id in via": (
        LINE_5 + 'S norland i denies via=nhk,Kyodo ev="Norland denied it."',
        'a.txt:2: bad-id: via: "Kyodo" is not of the form of an id; '
        "write lower-case ASCII words joined by hyphens, as nato-officials",
    ),
    "quotation not closed": (
        LINE_1 + 'E "Norland GPE norland',
        'a.txt:2: bad-quotes: cannot be read from: "Norland GPE norland; '
        'close each quotation with " and write a quote inside it as \\"',
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_the_only_one_and_says_place_reason_and_mend(fault):
    authored, expected = FAULTS[fault]
    assert complaints(authored) == [expected]


def test_all_faults_are_collected_in_order_and_faulty_records_left_out():
    authored = LINE_1 + 'E "Norland" GEP norland\nE "Ostia" GPE ostia\n' + LINE_5 + "S a b denies"
    layers, problems = parse_authored("a.txt", authored, TEXT, DOC, first_line=10)
    assert [(p.line, p.code) for p in problems] == [(11, "not-allowed"), (14, "missing-value")]
    assert [(m.id, m.text) for m in layers.entities] == [("m1", "Ostia")]
    assert layers.stances == ()


def test_a_fault_in_an_alternative_is_one_of_its_record():
    layers, problems = parse_authored(
        "a.txt", LINE_1 + 'E "Norland" GPE norland\nA typ=LOC', TEXT, DOC
    )
    assert (len(problems), layers.entities) == (1, ())


def test_several_faults_of_one_line_are_all_told():
    codes = [c.split(": ")[1] for c in complaints(LINE_1 + 'F "Nord" mony 3,5 x=1 USD exakt')]
    assert codes == [  # sorted by field: bound, kind, surface, value, x
        "not-allowed",
        "not-allowed",
        "surface-not-found",
        "not-a-number",
        "unknown-key",
    ]


def test_split_tells_duplicates_missing_ids_and_lines_outside_a_document():
    authored = "1| zero\nE x\ndoc a/x\n1| one\ndoc\n1| two\ndoc a/x\n1| three"
    parts, problems = split_authored(authored, "b.txt")
    assert parts == {"a/x": (3, "doc a/x\n1| one")}
    assert [str(problem) for problem in problems] == [
        "b.txt:1: outside-doc: stands before the first doc line; "
        "begin the document with a line: doc STORY/VOICE",
        "b.txt:5: missing-value: doc: has no id; write: doc STORY/VOICE",
        "b.txt:7: doc-twice: doc: a/x began already in line 3; "
        "join the two or give this one its own id",
    ]
