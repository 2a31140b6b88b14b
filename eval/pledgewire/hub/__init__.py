"""The corpus as a Hugging Face dataset repository."""
