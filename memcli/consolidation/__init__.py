"""Consolidation: the nightly run, linking, deduplication, entity resolution."""
