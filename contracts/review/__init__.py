"""The published language of review: cases and their clocks, desks, objections, batches, documents, spot checks."""

from contracts.review.announcements import *  # noqa: F403
from contracts.review.batches import *  # noqa: F403
from contracts.review.calendar import *  # noqa: F403
from contracts.review.cases import *  # noqa: F403
from contracts.review.clocks import *  # noqa: F403
from contracts.review.desks import *  # noqa: F403
from contracts.review.documents import *  # noqa: F403
from contracts.review.objections import *  # noqa: F403
from contracts.review.questions import *  # noqa: F403
from contracts.review.spot_checks import *  # noqa: F403
from contracts.review.types import *  # noqa: F403
