"""Write documents for WebAnno and INCEpTION as UIMA CAS XMI. Needs the extra `formats`.

Mentions are of the built-in layer for named entities (`value` is the type, `identifier` the entity
id); figures, evidence of stances, and what else a mention has are of layers of our own, which a
project needs first. `TypeSystem.xml` describes them all. Both tools import XMI; their TSV format
has no library that could prove a file right.
Source: UIMA 2.10 XMI CAS serialisation; DKPro Core type system 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from pledgewire.exchange.export import Export, Item, borders_of, split_tokens
from pledgewire.records import Figure, Stance

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
SENTENCE = f"{DKPRO}.segmentation.type.Sentence"
TOKEN = f"{DKPRO}.segmentation.type.Token"
NAMED_ENTITY = f"{DKPRO}.ner.type.NamedEntity"
MENTION, FIGURE, STANCE = (f"webanno.custom.{name}" for name in ("Mention", "Figure", "Stance"))
PLACE = ("start", "end", "text")
FIELDS = {
    NAMED_ENTITY: ("identifier", "value"),
    MENTION: ("record", "form", "also"),
    FIGURE: ("record", *(f for f in Figure.__struct_fields__ if f not in (*PLACE, "id", "value"))),
    STANCE: ("record", "place", *(f for f in Stance.__struct_fields__
                                  if f not in ("id", "evidence", "evidence_text"))),
}  # fmt: skip
"""String features by layer. `record` is the record's id, `place` the number of a piece of evidence
in order of explicitness."""
LINE = re.compile(r"[^\n]*\S[^\n]*")


def write_webanno(items: Sequence[Item]) -> Export:
    """Write `<doc_id>.xmi` and `TypeSystem.xml`. Raises: ImportError without dkpro-cassis."""
    types = make_types()
    files = {f"{item.document.id}.xmi": make_cas(types, item).to_xmi().encode() for item in items}
    return Export({**files, "TypeSystem.xml": types.to_xml().encode()})


def make_types() -> TypeSystem:
    from cassis import TypeSystem

    types = TypeSystem()
    for name in (SENTENCE, TOKEN, *FIELDS):
        made = types.create_type(name, supertypeName="uima.tcas.Annotation")
        for feature in FIELDS.get(name, ()):
            types.create_feature(made, feature, "uima.cas.String")
    return types


def make_cas(types: TypeSystem, item: Item) -> Cas:
    from cassis import Cas

    cas = Cas(types, sofa_string=item.text, sofa_mime="text/plain", document_language="en")
    cas.get_document_annotation().end = len(item.text)

    def add(name: str, start: int, end: int, **features: Any) -> None:
        cas.add(types.get_type(name)(begin=start, end=end, **features))

    for line in LINE.finditer(item.text):
        add(SENTENCE, *line.span())
    for start, end in split_tokens(item.text, borders_of(item.layers)):
        add(TOKEN, start, end)
    for mention in item.layers.entities or ():
        span = mention.start, mention.end
        add(NAMED_ENTITY, *span, value=mention.type, identifier=mention.entity_id)
        add(MENTION, *span, **features_of(mention, MENTION))
    for figure in item.layers.figures or ():
        add(FIGURE, figure.start, figure.end, **features_of(figure, FIGURE))
    for stance in item.layers.stances or ():
        for number, (start, end) in enumerate(stance.evidence, start=1):
            add(STANCE, start, end, place=str(number), **features_of(stance, STANCE))
    return cas


def features_of(record: Any, layer: str) -> dict[str, str]:
    """Give the fields of a record as strings: words as they are, all else as JSON."""
    found = {"record": record.id or ""}
    for name in FIELDS[layer]:
        value = getattr(record, name, None)
        if value not in (None, ()):
            plain = value if isinstance(value, str) else msgspec.json.encode(value).decode("utf-8")
            found[name] = plain
    return found
