"""Named entities: their words, types, forms and nicknames."""
