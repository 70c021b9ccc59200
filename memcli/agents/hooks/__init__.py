"""Hooks: what agents tell when their sessions begin, go on and end, and what they are told then."""
