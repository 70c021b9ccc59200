"""Ingestion: records and transcripts into turns."""
