"""Memories that sum up others: days, topics, concepts."""
