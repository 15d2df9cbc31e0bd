"""Made-up people and enterprises with valid check digits, different at every run. Nobody of them exists."""

from __future__ import annotations

import random

from stdnum.cn import ric, uscc

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_chance = random.SystemRandom()


def resident_id(place: str = "430102", born: str = "19900307") -> str:
    """A resident ID number (GB 11643) that passes every check."""
    body = f"{place}{born}{_chance.randrange(1, 999):03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def enterprise_code() -> str:
    """A unified social credit code (GB 32100) of an enterprise in Changsha."""
    body = "91430100" + "".join(_chance.choice(_ALPHABET) for _ in range(9))
    return body + str(uscc.calc_check_digit(body))


def phone() -> str:
    """A mobile number; the development provider sends nothing to it."""
    return f"139{_chance.randrange(10**8):08d}"


def suffix() -> str:
    """Makes user names and numbers differ from run to run."""
    return f"{_chance.randrange(16**6):06x}"


def password() -> str:
    """A password for a new account."""
    return f"pw-{_chance.randrange(16**12):012x}"
