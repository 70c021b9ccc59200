"""Experience: what sessions with agents teach, as lessons with their evidence."""
