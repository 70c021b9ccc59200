"""Pure functions over NumPy arrays: no store, path, clock, environment or print."""
