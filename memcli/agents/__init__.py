"""The agents' side: what programs that talk with a language model ask of a store."""
