"""Time expressions: dates, spans and times in questions."""
