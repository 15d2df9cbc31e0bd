"""The published language of query: questions about what the other services did, and the rows that answer
them.

Every question says who asks; rows that are not theirs to see are not there (DOMAIN 4.4). ``after`` names
positions of logs (``{"filing": 17}``) that the answer should include: it waits for them a moment, and says so
when it did not. One module for each kind of view; everything is imported from here.
"""

from __future__ import annotations

from contracts.filing import FilingStatus
from contracts.query.base import Listing, Page, PartyKind, Personal, Search, ViewQuestion, Who
from contracts.query.cases import (
    CaseCount,
    CaseHistory,
    CasePage,
    CaseRow,
    CaseStatus,
    CaseStep,
    DeadlineFilter,
    GetCaseHistory,
    ListCases,
    OnDesk,
    TurnCounts,
)
from contracts.query.certificates import CertificateRow, ListCertificates, ListRegisteredPeople, RegisterPart
from contracts.query.confirmations import ConfirmationRow, ConfirmationStatus, ListConfirmations, Side
from contracts.query.exports import MOST_ROWS, Exported, ExportList, ListName
from contracts.query.filings import (
    DeadlineEffect,
    FilingDeadline,
    FilingProgress,
    FilingRow,
    GetFilingProgress,
    ListFilings,
    ProgressStep,
    StageProgress,
    StageState,
)
from contracts.query.history import History, HistoryEntry, PersonHistory, PersonState
from contracts.query.own import (
    EnterpriseHome,
    GetEnterpriseHome,
    GetPersonalInformation,
    PersonalInformation,
    SpecialtyCount,
)
from contracts.query.public import GazetteRow, ListAnnouncements, ListGazette, ListPublicity, PublicityRow
from contracts.query.rebuilding import ListViews, ReadRebuild, RebuildProgress, RebuildView, ViewList, ViewName
from contracts.query.registers import (
    EmploymentRow,
    EmploymentStatus,
    ListEmployments,
    ListParties,
    ListQualifications,
    PartyRow,
    QualificationRow,
)
from contracts.query.workload import GetWorkload, Workload, WorkloadRow

__all__ = [
    "MOST_ROWS",
    "CaseCount",
    "CaseHistory",
    "CasePage",
    "CaseRow",
    "CaseStatus",
    "CaseStep",
    "CertificateRow",
    "ConfirmationRow",
    "ConfirmationStatus",
    "DeadlineEffect",
    "DeadlineFilter",
    "EmploymentRow",
    "EmploymentStatus",
    "EnterpriseHome",
    "ExportList",
    "Exported",
    "FilingDeadline",
    "FilingProgress",
    "FilingRow",
    "FilingStatus",
    "GazetteRow",
    "GetCaseHistory",
    "GetEnterpriseHome",
    "GetFilingProgress",
    "GetPersonalInformation",
    "GetWorkload",
    "History",
    "HistoryEntry",
    "ListAnnouncements",
    "ListCases",
    "ListCertificates",
    "ListConfirmations",
    "ListEmployments",
    "ListFilings",
    "ListGazette",
    "ListName",
    "ListParties",
    "ListPublicity",
    "ListQualifications",
    "ListRegisteredPeople",
    "ListViews",
    "Listing",
    "OnDesk",
    "Page",
    "PartyKind",
    "PartyRow",
    "PersonHistory",
    "PersonState",
    "Personal",
    "PersonalInformation",
    "ProgressStep",
    "PublicityRow",
    "QualificationRow",
    "ReadRebuild",
    "RebuildProgress",
    "RebuildView",
    "RegisterPart",
    "Search",
    "Side",
    "SpecialtyCount",
    "StageProgress",
    "StageState",
    "TurnCounts",
    "ViewList",
    "ViewName",
    "ViewQuestion",
    "Who",
    "Workload",
    "WorkloadRow",
]
