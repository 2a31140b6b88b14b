"""Extractors to beat: one a file, and the table that names them."""
