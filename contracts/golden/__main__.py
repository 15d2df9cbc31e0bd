"""``python -m contracts.golden``."""

import sys

from contracts.golden import main

sys.exit(main())
