"""Summaries of sessions, days, topics, concepts and profiles."""
