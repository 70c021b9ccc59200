"""Cluster: batch work given to Ray, on this machine or on many."""
