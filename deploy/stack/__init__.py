"""The whole stack in containers: an engine, images, and Docker Compose in either of its versions."""
