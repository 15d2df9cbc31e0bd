"""The published language of identity: who someone is, whom they work for, what they may do."""

from contracts.identity.accounts import *  # noqa: F403
from contracts.identity.deaths import *  # noqa: F403
from contracts.identity.employment import *  # noqa: F403
from contracts.identity.enterprises import *  # noqa: F403
from contracts.identity.imports import *  # noqa: F403
from contracts.identity.notices import *  # noqa: F403
from contracts.identity.people import *  # noqa: F403
from contracts.identity.qualifications import *  # noqa: F403
from contracts.identity.questions import *  # noqa: F403
from contracts.identity.types import *  # noqa: F403
