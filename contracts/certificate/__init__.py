"""The published language of certificate: granted, issued anew, ended; old ones entered; documents; questions."""

from contracts.certificate.changes import *  # noqa: F403
from contracts.certificate.documents import *  # noqa: F403
from contracts.certificate.grants import *  # noqa: F403
from contracts.certificate.history import *  # noqa: F403
from contracts.certificate.imports import *  # noqa: F403
from contracts.certificate.questions import *  # noqa: F403
from contracts.certificate.types import *  # noqa: F403
