"""Replication: one memory on several machines, by pulling what other stores have."""
