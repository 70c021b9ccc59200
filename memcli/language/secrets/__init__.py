"""Secrets that are said in passing: keys, passwords, numbers of cards, papers and accounts."""

from memcli.language.secrets.answers import may_answer
from memcli.language.secrets.finding import (
    Secret,
    find_secrets,
    find_tokens,
    has_secret,
    mark_of,
    redact,
)

__all__ = ["Secret", "find_secrets", "find_tokens", "has_secret", "mark_of", "may_answer", "redact"]
