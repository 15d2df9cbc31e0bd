"""query over RPC: read models of what the other services did, a registrant's history, and the rebuilding of views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from eventlet import tpool
from nameko.rpc import rpc

from contracts.errors import NotAllowed
from contracts.message import Model
from contracts.query import (
    CaseHistory,
    CasePage,
    CertificateRow,
    ConfirmationRow,
    EmploymentRow,
    EnterpriseHome,
    Exported,
    ExportList,
    FilingProgress,
    FilingRow,
    GazetteRow,
    GetCaseHistory,
    GetEnterpriseHome,
    GetFilingProgress,
    GetPersonalInformation,
    GetWorkload,
    History,
    ListAnnouncements,
    ListCases,
    ListCertificates,
    ListConfirmations,
    ListEmployments,
    ListFilings,
    ListGazette,
    ListParties,
    ListPublicity,
    ListQualifications,
    ListRegisteredPeople,
    ListViews,
    Page,
    PartyRow,
    PersonalInformation,
    PersonHistory,
    PublicityRow,
    QualificationRow,
    ReadRebuild,
    RebuildProgress,
    RebuildView,
    ViewList,
    ViewQuestion,
    Workload,
)
from services.kernel.clock import clock
from services.kernel.kernel import Kernel
from services.kernel.projection import Projects
from services.kernel.rebuilding import Progress
from services.kernel.rebuilds import Rebuilds
from services.kernel.rpc import answer, handles
from services.kernel.view import View
from services.query.asking import ask
from services.query.case_history import get_case_history
from services.query.exporting import export
from services.query.own import OF_A_PERSON, OF_AN_ENTERPRISE, enterprise_home, personal_information
from services.query.replay import history
from services.query.views.certificate_lists import list_certificates, list_registered_people
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.confirmations import list_confirmations
from services.query.views.employment_list import EMPLOYMENT_LIST, list_employments
from services.query.views.filing_list import get_filing_progress, list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.officer_queue import OFFICER_QUEUE
from services.query.views.parties import PARTIES, list_parties
from services.query.views.publicity_list import PUBLICITY_LIST, list_announcements, list_gazette, list_publicity
from services.query.views.qualification_list import QUALIFICATION_LIST, list_qualifications
from services.query.views.queue_page import list_cases
from services.query.views.timeline import TIMELINE
from services.query.views.workload import WORKLOAD
from services.query.views.workload_sums import get_workload

A = TypeVar("A", bound=Model)
VIEWS = {
    view.name: view
    for view in (
        FILING_PROGRESS,
        OFFICER_QUEUE,
        CERTIFICATE_REGISTER,
        QUALIFICATION_LIST,
        EMPLOYMENT_LIST,
        PUBLICITY_LIST,
        PARTIES,
        TIMELINE,
        WORKLOAD,
    )
}


class QueryService:
    """One follower a view and source: a view that cannot go on stops alone, and health says which."""

    name = "query"
    kernel = Kernel(publishes=False)
    rebuilds = Rebuilds(*VIEWS.values())

    filing_progress_of_identity = Projects(FILING_PROGRESS, "identity")
    filing_progress_of_filing = Projects(FILING_PROGRESS, "filing")
    filing_progress_of_review = Projects(FILING_PROGRESS, "review")
    filing_progress_of_certificate = Projects(FILING_PROGRESS, "certificate")
    officer_queue_of_identity = Projects(OFFICER_QUEUE, "identity")
    officer_queue_of_review = Projects(OFFICER_QUEUE, "review")
    certificate_register_of_filing = Projects(CERTIFICATE_REGISTER, "filing")
    certificate_register_of_certificate = Projects(CERTIFICATE_REGISTER, "certificate")
    qualification_list_of_identity = Projects(QUALIFICATION_LIST, "identity")
    employment_list_of_identity = Projects(EMPLOYMENT_LIST, "identity")
    publicity_list_of_review = Projects(PUBLICITY_LIST, "review")
    parties_of_identity = Projects(PARTIES, "identity")
    parties_of_filing = Projects(PARTIES, "filing")
    timeline_of_identity = Projects(TIMELINE, "identity")
    timeline_of_filing = Projects(TIMELINE, "filing")
    timeline_of_review = Projects(TIMELINE, "review")
    timeline_of_certificate = Projects(TIMELINE, "certificate")
    workload_of_identity = Projects(WORKLOAD, "identity")
    workload_of_review = Projects(WORKLOAD, "review")

    @rpc
    def health(self, payload: None = None) -> dict[str, Any]:
        """The database and every follower."""
        return answer(self.kernel.health, "health")

    @rpc
    def status(self, payload: None = None) -> dict[str, Any]:
        """Everything an operator wants to know of this process."""
        return answer(self.kernel.status, "status")

    # -- questions -------------------------------------------------------------------------------------------

    @handles(ListFilings)
    def list_filings(self, question: ListFilings) -> Page[FilingRow]:
        return self._ask(FILING_PROGRESS, question, lambda cursor: list_filings(cursor, question))

    @handles(GetFilingProgress)
    def get_filing_progress(self, question: GetFilingProgress) -> FilingProgress:
        return self._ask(FILING_PROGRESS, question, lambda cursor: get_filing_progress(cursor, question, self._estimates))

    @handles(ListCases)
    def list_cases(self, question: ListCases) -> CasePage:
        return self._ask(OFFICER_QUEUE, question, lambda cursor: list_cases(cursor, question, question.on or today(), self._estimates))

    @handles(GetCaseHistory)
    def get_case_history(self, question: GetCaseHistory) -> CaseHistory:
        return self._ask(TIMELINE, question, lambda cursor: get_case_history(cursor, question))

    @handles(GetWorkload)
    def get_workload(self, question: GetWorkload) -> Workload:
        return self._ask(WORKLOAD, question, lambda cursor: get_workload(cursor, question))

    @handles(ListCertificates)
    def list_certificates(self, question: ListCertificates) -> Page[CertificateRow]:
        return self._ask(CERTIFICATE_REGISTER, question, lambda cursor: list_certificates(cursor, question, today()))

    @handles(ListRegisteredPeople)
    def list_registered_people(self, question: ListRegisteredPeople) -> Page[CertificateRow]:
        return self._ask(CERTIFICATE_REGISTER, question, lambda cursor: list_registered_people(cursor, question, today()))

    @handles(ListConfirmations)
    def list_confirmations(self, question: ListConfirmations) -> Page[ConfirmationRow]:
        return self._ask(FILING_PROGRESS, question, lambda cursor: list_confirmations(cursor, question))

    @handles(GetPersonalInformation)
    def get_personal_information(self, question: GetPersonalInformation) -> PersonalInformation:
        return ask(self.kernel.database, OF_A_PERSON, question, lambda cursor: personal_information(cursor, question, today()))

    @handles(GetEnterpriseHome)
    def get_enterprise_home(self, question: GetEnterpriseHome) -> EnterpriseHome:
        return ask(self.kernel.database, OF_AN_ENTERPRISE, question, lambda cursor: enterprise_home(cursor, question, today()))

    @handles(ExportList)
    def export_list(self, question: ExportList) -> Exported:
        return export(self.kernel.database, self.kernel.config["DATA"], question, today(), tpool.execute)

    @handles(ListQualifications)
    def list_qualifications(self, question: ListQualifications) -> Page[QualificationRow]:
        return self._ask(QUALIFICATION_LIST, question, lambda cursor: list_qualifications(cursor, question))

    @handles(ListEmployments)
    def list_employments(self, question: ListEmployments) -> Page[EmploymentRow]:
        return self._ask(EMPLOYMENT_LIST, question, lambda cursor: list_employments(cursor, question))

    @handles(ListParties)
    def list_parties(self, question: ListParties) -> Page[PartyRow]:
        return self._ask(PARTIES, question, lambda cursor: list_parties(cursor, question))

    @handles(ListPublicity)
    def list_publicity(self, question: ListPublicity) -> Page[PublicityRow]:
        return self._ask(PUBLICITY_LIST, question, lambda cursor: list_publicity(cursor, question, today()))

    @handles(ListAnnouncements)
    def list_announcements(self, question: ListAnnouncements) -> Page[PublicityRow]:
        return self._ask(PUBLICITY_LIST, question, lambda cursor: list_announcements(cursor, question))

    @handles(ListGazette)
    def list_gazette(self, question: ListGazette) -> Page[GazetteRow]:
        return self._ask(PUBLICITY_LIST, question, lambda cursor: list_gazette(cursor, question))

    @handles(History)
    def history(self, question: History) -> PersonHistory:
        views = (TIMELINE, PARTIES)
        return ask(self.kernel.database, views, question, lambda cursor: history(cursor, question, today()))

    @property
    def _estimates(self) -> bool:
        """In development days beyond the calendar are told by weekends only."""
        return bool(self.kernel.config.get("DEVELOPMENT"))

    def _ask(self, view: View, question: ViewQuestion, found: Callable[[Any], A]) -> A:
        return ask(self.kernel.database, (view,), question, found)

    # -- rebuilding ------------------------------------------------------------------------------------------

    @handles(RebuildView)
    def rebuild_view(self, command: RebuildView) -> RebuildProgress:
        """Begins, and answers at once: reading all logs takes as long as there is history."""
        if command.meta.actor.kind != "operator":
            raise NotAllowed("operators_only")
        return told(self.rebuilds.begin(command.view))

    @handles(ReadRebuild)
    def read_rebuild(self, question: ReadRebuild) -> RebuildProgress:
        return told(self.rebuilds.progress(question.view))

    @handles(ListViews)
    def list_views(self, question: ListViews) -> ViewList:
        return ViewList(views=tuple(told(one) for one in self.rebuilds.all()))


def told(one: Progress) -> RebuildProgress:
    """As others are told."""
    counted = {"done": one.done, "total": one.total, "per_second": one.per_second, "seconds_left": one.seconds_left}
    return RebuildProgress.model_validate({**vars(one), **counted})


def today() -> date:
    """Today in China."""
    return clock.now().date()
