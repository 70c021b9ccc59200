"""Extraction: statements, segments and summaries of turns."""
