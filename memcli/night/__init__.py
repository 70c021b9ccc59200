"""The nightly run and the steps that only it has."""
