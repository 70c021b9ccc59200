"""Distillation of a static encoder from a teacher."""
