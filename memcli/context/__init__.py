"""Context blocks for a prompt, profiles, tasks."""
