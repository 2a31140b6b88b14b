"""Write mentions as columns of tokens and IOB2 tags, one file a document, one line a sentence.

Columns: token, start, end, tag. Offsets are code points, half-open, into the `.txt` beside it,
since columns do not hold the white space between tokens.
Source: Tjong Kim Sang and De Meulder 2003 (IOB2).
"""

from __future__ import annotations

from collections.abc import Sequence

from pledgewire.exchange.export import Export, Item, borders_of, count_left_out, outermost
from pledgewire.exchange.export import split_tokens as split


def write_conll(items: Sequence[Item]) -> Export:
    """Write documents as `<doc_id>.conll` and `<doc_id>.txt`; outermost mentions only."""
    files: dict[str, bytes] = {}
    for item in items:
        files[f"{item.document.id}.conll"] = write_document(item).encode("utf-8")
        files[f"{item.document.id}.txt"] = item.text.encode("utf-8")
    left_out = "{} left out: a token has one tag, that of the outermost"
    return Export(files, count_left_out(items, nested=left_out, others=True))


def write_document(item: Item) -> str:
    tags: dict[int, str] = {}
    tokens = split(item.text, borders_of(item.layers))
    for mention in outermost(item.layers.entities or ()):
        inside = [start for start, end in tokens if mention.start <= start and end <= mention.end]
        for number, start in enumerate(inside):
            tags[start] = f"{'I' if number else 'B'}-{mention.type}"
    lines = [f"# doc_id = {item.document.id}"]
    before = 0
    for start, end in tokens:
        if "\n" in item.text[before:start]:
            lines.append("")
        lines.append(f"{item.text[start:end]}\t{start}\t{end}\t{tags.get(start, 'O')}")
        before = end
    return "\n".join([*lines, ""])
