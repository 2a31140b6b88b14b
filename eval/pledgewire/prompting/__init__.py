"""What a language model is asked and how its answer is read; the same for every framework.

A prompt has the instructions of the layers asked for (`instructions/`, condensed from
annotations/GUIDELINES.md), the form of the answer and the document. Nothing of gold is in it.
"""

from pledgewire.prompting.answers import Answer, Dropped, read_answer
from pledgewire.prompting.prompts import document_prompt, instructions_version, story_prompt
from pledgewire.prompting.schemas import DOCUMENT_LAYERS, answer_schema, story_schema
from pledgewire.prompting.story_answers import StoryAnswer, read_story_answer

__all__ = [
    "DOCUMENT_LAYERS",
    "Answer",
    "Dropped",
    "StoryAnswer",
    "answer_schema",
    "document_prompt",
    "instructions_version",
    "read_answer",
    "read_story_answer",
    "story_prompt",
    "story_schema",
]
