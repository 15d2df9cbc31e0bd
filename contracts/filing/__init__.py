"""The published language of filing: drafts, files, confirmations, submission, and what became of it."""

from contracts.filing.confirmations import *  # noqa: F403
from contracts.filing.drafting import *  # noqa: F403
from contracts.filing.questions import *  # noqa: F403
from contracts.filing.submission import *  # noqa: F403
from contracts.filing.types import *  # noqa: F403
