"""Suites: benchmarks that make their own store of made-up talk, do things to it, and ask."""
