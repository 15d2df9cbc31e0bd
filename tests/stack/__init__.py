"""The whole stack in containers; `make test-stack` runs these."""
