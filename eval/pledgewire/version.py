"""Version of the harness; that of the data is in corpus/VERSION."""

__version__ = "0.2.0"
