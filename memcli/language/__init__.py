"""What a sentence says: pure functions over text, without a language model."""
