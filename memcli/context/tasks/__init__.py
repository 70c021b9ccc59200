"""Task trees."""
