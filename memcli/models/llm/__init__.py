"""Language-model client: settings, HTTP and command, cache."""
