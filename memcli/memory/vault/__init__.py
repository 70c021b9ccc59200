"""The vault of a store: secrets by name, which no search, prompt or export sees."""
