"""What is shipped around the product: servers, databases, set-up, health."""
