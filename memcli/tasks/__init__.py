"""The tree of tasks: reading it, changing it, showing it."""
