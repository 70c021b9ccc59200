"""Word lists: verbs."""
