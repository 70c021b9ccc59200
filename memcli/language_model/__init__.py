"""A language model, where the user has one: asking it, checking and keeping its answers."""
