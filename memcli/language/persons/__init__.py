"""Persons: pronouns, agreement, antecedents."""
