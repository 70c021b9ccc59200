"""Retention: decay, pinning, hiding, archiving, purge."""
