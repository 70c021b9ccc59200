"""Rerankers: ONNX cross-encoders, LanceDB, language models."""
