"""Processes that are measured. Each keeps its own libraries: eventlet's patches must not touch a peer's threads."""
