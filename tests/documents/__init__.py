"""Documents: what is printed can be read back, and what is signed cannot be altered unnoticed."""
