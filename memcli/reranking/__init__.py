"""Rerankers, where the user names one: a cross-encoder, one of LanceDB's, a language model."""
