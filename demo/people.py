"""Made-up people and enterprises with valid check digits, different at every run. Nobody of them exists."""

from __future__ import annotations

import random
from datetime import date, timedelta

from stdnum.cn import ric, uscc

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_chance = random.SystemRandom()
DETAILS = {
    "ethnicity": "汉族",
    "emergency_contact": "张建华",
    "emergency_phone": "13900000000",
    "school": "湖南大学",
    "major": "土木工程",
    "graduated_on": "2012-06-30",
    "education": "bachelor",
    "degree": "bachelor",
}
"""What a person tells of themselves after registering."""


def resident_id(place: str = "430102", born: str | None = None) -> str:
    """A resident ID number (GB 11643) that passes every check; of somebody in their thirties, where no day is given."""
    born = born or f"{date(1988, 1, 1) + timedelta(days=_chance.randrange(2900)):%Y%m%d}"
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


def enterprise_details(name: str) -> dict[str, str]:
    """What an enterprise in Changsha tells of itself when it registers."""
    return {
        "name": name,
        "place": "430102",
        "address": "长沙市芙蓉区五一大道1号",
        "registration_type": "有限责任公司",
        "founded_on": "2003-05-18",
        "capital": "5000",
        "office_phone": "0731-88950000",
        "contact": "赵敏",
        "legal_representative": "孙立国",
        "business_scope": "建筑工程施工总承包",
        "qualification_number": "D243012345",
        "qualification_grade": "壹级",
        "qualification_scope": "建筑工程施工总承包",
    }
