"""What is said of an import: a list of three lines, of which one was taken, one was there already, and one was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.examples.fields import BY_NAME

_IMPORT = "a7c5e3f1-2b4d-4f6a-8c0e-1d3f5b7a9c10"
_FILE = {"import_id": _IMPORT, "file_name": "二级建造师名单.xlsx", "file_sha256": "b" * 64, "lines": 3}
_BEGUN = {"begun_at": "2026-03-02T09:00:00+08:00", "begun_by": "operator", "authority_id": None, "place": None}
_ISSUER = {"name": "湖南省住房和城乡建设厅", "uscc": "11430000006122244L", "place": "430000"}
_OF_CERTIFICATES = {"credential": "constructor-2", "issuer": _ISSUER}
_PROBLEM = {"line": 3, "code": "date_unreadable", "column": "批准日期", "params": {}}
_CONFLICT = {"line": 1, "id": "c2a4e6f8-0b1d-4f2e-9c3a-4d5b6e7f8c04", "code": "changed_since"}
_SPAN = {"import_id": _IMPORT, "after": 0, "upto": 3}
_COUNTS = {"made": 1, "repeated": 1, "problems": [_PROBLEM]}
_ROWS: Mapping[str, Any] = {
    "identity": {
        "number": "20254300000001",
        "resident_id": "11010519491231002X",
        "name": "张伟明",
        "credential": "constructor-2",
        "specialty": "building",
        "passed_year": 2025,
        "obtained_on": "2025-03-01",
    },
    "certificate": {
        "number": "湘2432019202000001",
        "resident_id": "11010519491231002X",
        "name": "张伟明",
        "scopes": [{"specialty": "building"}],
        "granted_on": "2020-05-20",
        "valid_until": "2026-05-19",
    },
}


def _of(service: str) -> dict[str, dict[str, Any]]:
    more = _OF_CERTIFICATES if service == "certificate" else {}
    rows = [{"line": 1, "values": _ROWS[service]}]
    undone = {**_SPAN, "withdrawn": 0, "conflicts": [_CONFLICT]}
    return {
        f"{service}.BeginImport.v1": {**_FILE, **more},
        f"{service}.ImportBegun.v1": {**_FILE, **_BEGUN, **more},
        f"{service}.ImportRows.v1": {**_SPAN, "rows": rows, "problems": [_PROBLEM]},
        f"{service}.RecordImportedRows.v1": {**_SPAN, **_COUNTS},
        f"{service}.RowsImported.v1": {**_SPAN, **_COUNTS},
        f"{service}.ImportFinished.v1": {"import_id": _IMPORT, "made": 1, "repeated": 1, "refused": 1},
        f"{service}.UndoImport.v1": {"import_id": _IMPORT},
        f"{service}.ImportUndoBegun.v1": {"import_id": _IMPORT, "reason": "清单有误"},
        f"{service}.RecordUndoProgress.v1": undone,
        f"{service}.ImportUndoProgressed.v1": undone,
        f"{service}.ImportUndone.v1": {"import_id": _IMPORT, "withdrawn": 0, "kept": 1},
        f"{service}.CheckRows.v1": {"rows": rows, **more},
        f"{service}.GetImport.v1": {"import_id": _IMPORT, "skip": 0, "limit": 100},
        f"{service}.ListImports.v1": {"limit": 50},
    }


IMPORTS: Mapping[str, Mapping[str, Any]] = {
    **_of("identity"),
    **_of("certificate"),
    "filing.FindFiledCertificates.v1": {"certificate_ids": [BY_NAME["credential_id"]]},
    "identity.FindEnterprises.v1": {"usccs": [BY_NAME["uscc"]]},
}
