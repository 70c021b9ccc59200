"""Facets: what a person is, likes, does and plans."""
