"""``python -m contracts.golden``."""

from contracts.golden import main

main()
