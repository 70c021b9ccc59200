"""Command line: arguments, streams, terminal, completions."""
