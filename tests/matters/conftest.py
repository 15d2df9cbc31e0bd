"""A province of its own for each test: the product's matters copied where they may be spoiled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.files import FileRef
from contracts.labels import MATTERS
from contracts.matters.facts import (
    CertificateFacts,
    EmploymentFacts,
    EnterpriseQualificationFacts,
    Facts,
    FilerFacts,
    PersonFiles,
    QualificationFacts,
    SubjectFacts,
)
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter

CODE = "hunan/constructor-2-initial"
ENTERPRISE = UUID("00000000-0000-4000-8000-00000000000e")


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """A copy of the initial registration and what it needs, nothing released yet."""
    return copied(tmp_path / "matters", "constructor-2-initial.v[12].yaml")


def copied(root: Path, *matters: str) -> Path:
    """The product's words, kinds of credentials and lists of options, and those of Hunan's matters: few, to be quick."""
    for pattern in ("labels/*", "common/*", "hunan/labels.zh.yaml", "hunan/*.options.yaml", *(f"hunan/{one}" for one in matters)):
        for path in MATTERS.glob(pattern):
            place = root / path.relative_to(MATTERS)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
    return root


@pytest.fixture
def spoil(province: Path) -> Callable[[str, str], Path]:
    """Replaces a passage of the initial registration's file, which must be there exactly once."""

    def replaced(passage: str, by: str) -> Path:
        path = province / f"{CODE}.v1.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count(passage) == 1, f"{passage!r} is there {text.count(passage)} times"
        path.write_text(text.replace(passage, by), encoding="utf-8")
        return path

    return replaced


@pytest.fixture
def initial() -> Matter:
    """Hunan's initial registration."""
    return default_registry().get(CODE, 1)


def file_ref(name: str) -> FileRef:
    return FileRef(sha256="ab" * 32, name=name, content_type="image/png", size=2000)


def a_qualification(**changed: Any) -> QualificationFacts:
    usual: dict[str, Any] = {
        "number": "202443000001",
        "credential": "constructor-2",
        "specialty": "building",
        "passed_year": 2024,
        "obtained_on": date(2024, 11, 20),
    }
    return QualificationFacts(**{**usual, **changed})


def a_certificate(**changed: Any) -> CertificateFacts:
    usual: dict[str, Any] = {
        "certificate_id": UUID("00000000-0000-4000-8000-00000000000d"),
        "credential": "constructor-2",
        "number": "湘2432024202500001",
        "status": "valid",
        "scope": ("building",),
        "valid_until": date(2028, 11, 20),
    }
    return CertificateFacts(**{**usual, **changed})


def an_employment(**changed: Any) -> EmploymentFacts:
    usual: dict[str, Any] = {
        "id": UUID("00000000-0000-4000-8000-00000000000c"),
        "starts_on": date(2025, 3, 1),
        "ends_on": date(2028, 2, 29),
        "contract": file_ref("合同.png"),
    }
    return EmploymentFacts(**{**usual, **changed})


def a_subject(**changed: Any) -> SubjectFacts:
    usual: dict[str, Any] = {
        "person_id": UUID("00000000-0000-4000-8000-00000000000a"),
        "name": "李小明",
        "resident_id": "11010519491231002X",
        "sex": "female",
        "birth_date": date(1990, 5, 17),
        "ethnicity": "土家族",
        "phone": "13800138000",
        "school": "湖南大学",
        "major": "土木工程",
        "graduated_on": date(2012, 6, 30),
        "education": "bachelor",
        "degree": "bachelor",
        "verified": True,
        "qualifications": (a_qualification(),),
        "employed_by": ENTERPRISE,
        "employment": an_employment(),
        "files": PersonFiles(
            portrait=file_ref("照片.png"),
            id_card_front=file_ref("正面.png"),
            id_card_back=file_ref("反面.png"),
            commitment_letter=file_ref("承诺书.png"),
        ),
    }
    return SubjectFacts(**{**usual, **changed})


def a_filer(**changed: Any) -> FilerFacts:
    usual: dict[str, Any] = {
        "enterprise_id": ENTERPRISE,
        "name": "湖南湘江建设有限公司",
        "uscc": "91350100M000100Y43",
        "authenticated": True,
        "place": "430102",
        "address": "湘江中路一号",
        "qualification": EnterpriseQualificationFacts(number="D143000001", grade="二级"),
    }
    return FilerFacts(**{**usual, **changed})


def facts_of(
    *, today: date = date(2026, 11, 20), form: dict[str, Any] | None = None, **subject: Any
) -> Facts:
    return Facts(
        today=today, subject=a_subject(**subject), filer=a_filer(), form=form or {"specialty": "building"}
    )
