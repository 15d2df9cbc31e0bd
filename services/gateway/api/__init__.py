"""The HTTP API under /api/v1, one module a resource: parse, ask who may, hand over, answer. No rules."""
