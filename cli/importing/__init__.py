"""Lists as departments export them, read into rows that the product takes; ``zhuce import``."""
