"""Secrets that are said in passing: keys, passwords, numbers of cards, papers and accounts."""

from memcli.language.secrets.finding import Secret, find_secrets, find_tokens, mark_of, redact

__all__ = ["Secret", "find_secrets", "find_tokens", "mark_of", "redact"]
