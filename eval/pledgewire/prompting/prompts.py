"""Write what a language model is asked about a document, or about the documents of a story."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from pledgewire.prompting.schemas import DOCUMENT_LAYERS, check_layers
from pledgewire.records import Issue, Source

INSTRUCTIONS = Path(__file__).with_name("instructions")
VERSION = re.compile(r"<!-- version: (\S+) -->\n")
RULES = """\
Answer with one JSON object and nothing else: no explanation, no code fence. Copy texts letter by
letter, and give no offsets.\
"""
DOCUMENT_HEAD = """\
You annotate a news document after the rules below. Use only what the document says.
{rules} The keys of the object are {keys}; each holds a list, which is empty if
there is nothing to list.
"""
STORY_HEAD = """\
You compare news documents that tell one story, after the rules below. Use only what the documents
say. {rules}
"""


def document_prompt(source: Source, layers: Sequence[str] = DOCUMENT_LAYERS) -> str:
    """Write the prompt for one document. Raises: ValueError for a layer that documents lack."""
    chosen = check_layers(layers)
    keys = ", ".join(f'"{layer}"' for layer in chosen)
    parts = [DOCUMENT_HEAD.format(rules=RULES, keys=keys)]
    parts += [read_instructions(layer)[1] for layer in chosen]
    parts.append("## Document\n")
    if "stances" in chosen:
        parts.append(describe_issues(source.issues))
    parts.append(describe_document(source))
    return "\n".join(parts)


def story_prompt(sources: Sequence[Source]) -> str:
    """Write the prompt for the documents of one story. Raises: ValueError without a document."""
    if not sources:
        raise ValueError("expected the documents of a story, got none")
    return "\n".join(
        [
            STORY_HEAD.format(rules=RULES),
            read_instructions("crossdoc")[1],
            "## Documents\n",
            describe_issues(sources[0].issues),
            *map(describe_document, sources),
        ]
    )


def describe_document(source: Source) -> str:
    """Write a document between tags that name it, with what is known of its day."""
    published = source.published or "unknown"
    return f'<document id="{source.doc_id}" published="{published}">\n{source.text}</document>\n'


def describe_issues(issues: Iterable[Issue]) -> str:
    lines = [f"- `{i.id}` ({i.dimension}): {i.proposition}\n" for i in issues]
    return f"Issues of the story:\n{''.join(lines)}" if lines else "The story has no issues.\n"


@cache
def read_instructions(layer: str) -> tuple[str, str]:
    """Give version and text of a layer's instructions."""
    text = (INSTRUCTIONS / f"{layer}.md").read_text("utf-8")
    head = VERSION.match(text)
    if head is None:
        raise ValueError(f"expected a version in the first line of {layer}.md")
    return head[1], text[head.end() :]


def instructions_version(layers: Iterable[str]) -> str:
    """Name the versions of instructions, as `entities:1+figures:1`, to tell runs apart."""
    return "+".join(f"{layer}:{read_instructions(layer)[0]}" for layer in layers)
