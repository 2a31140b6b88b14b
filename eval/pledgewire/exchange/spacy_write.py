"""Write documents as spaCy's binary training data, a file a split. Needs the extra `formats`.

`doc.ents` holds the outermost mentions with their entity ids as `kb_id_`; the span groups
`entities`, `figures` and `stances` (evidence) hold all, nested ones too, by the records' ids. The
whole gold is in `doc.user_data["pledgewire"]`, as a line of JSON.
Source: spacy.io/api/docbin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pledgewire import jsonl
from pledgewire.exchange.export import (
    Export,
    Item,
    borders_of,
    count_left_out,
    outermost,
    split_at,
)

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

KEY = "pledgewire"
ATTRIBUTES = ("ORTH", "SPACY", "ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")


def write_spacy(items: Sequence[Item]) -> Export:
    """Write documents as `<split>.spacy`. Raises: ImportError without spaCy."""
    import spacy
    from spacy.tokens import DocBin

    language = spacy.blank("en")
    by_split: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_split[item.document.split].append(item)
    files = {
        f"{split}.spacy": DocBin(
            attrs=ATTRIBUTES, store_user_data=True, docs=[make_doc(language, i) for i in members]
        ).to_bytes()
        for split, members in sorted(by_split.items())
    }
    left_out = "{} are in doc.spans['entities'] only: doc.ents holds the outermost"
    return Export(files, count_left_out(items, nested=left_out, others=False))


def make_doc(language: Language, item: Item) -> Doc:
    """Make a document whose tokens are spaCy's own, parted where an annotation begins or ends."""
    from spacy.tokens import Doc

    cuts = sorted(borders_of(item.layers))
    words: list[str] = []
    spaces: list[bool] = []
    for token in language.tokenizer(item.text):
        for start, end in split_at(token.idx, token.idx + len(token), cuts):
            words.append(item.text[start:end])
            spaces.append(False)
        spaces[-1] = bool(token.whitespace_)
    doc = Doc(language.vocab, words=words, spaces=spaces)
    layers = item.layers
    doc.spans["entities"] = [
        make_span(doc, m.start, m.end, m.type, m.id, m.entity_id) for m in layers.entities or ()
    ]
    doc.spans["figures"] = [
        make_span(doc, f.start, f.end, f.kind, f.id) for f in layers.figures or ()
    ]
    doc.spans["stances"] = [
        make_span(doc, start, end, s.label, s.id, s.holder)
        for s in layers.stances or ()
        for start, end in s.evidence
    ]
    doc.ents = [
        make_span(doc, m.start, m.end, m.type, m.id, m.entity_id)
        for m in outermost(layers.entities or ())
    ]
    doc.user_data[KEY] = jsonl.encode(layers).decode("utf-8")
    return doc


def make_span(
    doc: Doc, start: int, end: int, label: str, record_id: str | None, kb_id: str | None = None
) -> Span:
    return doc.char_span(start, end, label=label, kb_id=kb_id or "", span_id=record_id or "")
