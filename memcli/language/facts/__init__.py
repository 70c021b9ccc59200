"""Facts in sentences: subject, attribute, value."""
