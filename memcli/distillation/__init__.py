"""Training a static encoder from any teacher: texts, the teacher's vectors, epochs, the folder."""
