"""What is known of a person, from the statements."""
