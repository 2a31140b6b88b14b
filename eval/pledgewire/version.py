"""Version of the harness; that of the data is in corpus/VERSION."""

__version__ = "0.1.0"
