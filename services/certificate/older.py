"""Gives certificates of older logs the claims that are taken today: by them they are found, and expire."""

from __future__ import annotations

from services.certificate.domain.claims import HELD, IDENTIFIER, OF_PERSON, standing
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.append import Append, AppendFailed
from services.kernel.kernel import Ground

AT_ONCE = 500
_WITHOUT = """
    SELECT stream FROM claims AS own WHERE kind = %s
        AND NOT EXISTS (SELECT FROM claims WHERE claims.stream = own.stream AND claims.kind = %s)
    LIMIT %s"""


def index_older(ground: Ground) -> None:
    """Until there are none. An event that is written meanwhile has claims of its own, which are the same or later ones."""
    seen = set[str]()
    while streams := [one for one in _without(ground) if one not in seen]:
        seen.update(streams)
        for stream in streams:
            _, key = stream.split("-", 1)
            credential = ground.log.load(CREDENTIAL, key).state
            # its place it has had since it was granted, under the key of its day
            claims = [(stream, one) for one in standing(credential) if one.kind != HELD]
            try:
                ground.log.recorder.append(Append([], claims=claims))
            except AppendFailed as failed:
                if failed.reason != "claimed":  # by the same certificate only: another replica was here
                    raise


def _without(ground: Ground) -> list[str]:
    with ground.database.cursor() as cursor:
        cursor.execute(_WITHOUT, [IDENTIFIER, OF_PERSON, AT_ONCE])
        return [stream for (stream,) in cursor.fetchall()]
