"""Models: encoders, the client of language models, distillation; the bundled ONNX models."""
