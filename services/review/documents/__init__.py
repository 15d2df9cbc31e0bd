"""Decision documents 文书: what they say, how they look, and how they come to be made once."""
