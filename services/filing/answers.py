"""What filing says when asked: a filing, its paper, the matters on offer, who may file, what is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from eventlet import tpool

from contracts.errors import NotFound, Refused
from contracts.files import FileRef
from contracts.filing import (
    CheckEligibility,
    Eligibility,
    FiledCertificates,
    FilingView,
    FindFiledCertificates,
    FindOpenFilings,
    GetFiling,
    GetMatter,
    ListMatters,
    OpenFilings,
    PrintFiling,
)
from contracts.labels import default_labels, label
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from contracts.matters.show import describe
from services.filing.deciding import FILING, judging, matter_of
from services.filing.domain import certificates
from services.filing.domain.correction import uncorrected
from services.filing.domain.days import china_day
from services.filing.domain.drafting import commitment_text
from services.filing.domain.eligibility import as_drafted, eligibility, told_to
from services.filing.domain.known import Known
from services.filing.domain.shortcomings import shortcomings
from services.filing.domain.showing import confirmations_of, last_of_them
from services.filing.form.render import render_application
from services.filing.lookups import Lookups
from services.filing.printing import application_of
from services.kernel.clock import clock
from services.kernel.filestore import FileStore
from services.kernel.memory import Loaded
from services.kernel.rpc import handles
from services.kernel.service import LogService


class Answers(LogService):
    """The question half of FilingService."""

    @handles(GetFiling)
    def get_filing(self, question: GetFiling) -> FilingView:
        """The filing now, with what is still missing."""
        loaded = self._load(question.filing_id)
        state, drafted = loaded.state, loaded.state.drafted
        matter = judging(state)
        last = state.submissions[-1] if state.submissions else None
        editable = state.status in ("draft", "returned")
        now = clock.now()
        missing = [
            *(shortcomings(state, matter, state.known, now) if editable else ()),
            *uncorrected(state, matter, china_day(now)),
        ]
        return FilingView(
            filing_id=question.filing_id,
            version=loaded.version,
            status=state.status,
            matter=drafted.matter,
            matter_version=matter.version,
            title=drafted.title,
            number=state.number,
            enterprise_id=drafted.enterprise_id,
            person_id=state.subject.person_id if state.subject else drafted.person_id,
            place=last.place if last else drafted.place,
            subject=state.subject,
            filer=state.filer,
            form=state.form,
            attachments=state.attachments,
            commitment_accepted=state.commitment_sha256 is not None,
            commitment_text=commitment_text(matter),
            round=state.round,
            submitted_on=china_day(last.submitted_at) if last else None,
            reason=state.reason if state.status != "awaiting_confirmation" else None,
            problems=tuple(missing),
            correction=state.correction,
            certificate=state.certificate,
            confirmations=confirmations_of(state, matter),
            drafted_version=drafted.matter_version,
            pinned=state.matter_version is not None,
            informs=told.informs if (told := last_of_them(state)) else (),
        )

    @handles(FindOpenFilings)
    def find_open_filings(self, question: FindOpenFilings) -> OpenFilings:
        """By exclusion group: who holds the person there at this moment."""
        found = {}
        for filing_id in Lookups(self.kernel).open_filings(question.person_id):
            exclusion = judging(self._load(filing_id).state).exclusion
            if exclusion is not None:
                found[exclusion] = filing_id
        return OpenFilings(open=found)

    @handles(FindFiledCertificates)
    def find_filed_certificates(self, question: FindFiledCertificates) -> FiledCertificates:
        """Those that something is being filed about at this moment."""
        return FiledCertificates(certificate_ids=Lookups(self.kernel).filed(question.certificate_ids))

    @handles(CheckEligibility)
    def check_eligibility(self, question: CheckEligibility) -> Eligibility:
        """As the draft would be judged that whoever asks would begin now, by the matter as it is filed now."""
        matter, ask = matter_of(question.matter, question.version), Lookups(self.kernel)
        known, asker = ask.of_asker(question, matter), question.asker
        subject = known.subject
        assert subject is not None
        known = Known(subject, known.filer, self._certificate_of(question, matter, known))
        drafted = as_drafted(matter, asker, known, label("title", matter=matter.code), clock.now())
        held, one = ask.holder_of(matter, subject.person_id), known.certificate
        taken = held or (ask.holder_of(matter, one.certificate_id) if one is not None else None)
        open_elsewhere, words = taken is not None, default_labels()
        answer = eligibility(matter, asker, drafted, known, question.on, words, open_elsewhere=open_elsewhere)
        return told_to(asker, subject, answer, held)

    @handles(PrintFiling)
    def print_filing(self, question: PrintFiling) -> FileRef:
        """Typeset the application form and keep it in the file store."""
        state = self._load(question.filing_id).state
        matter = judging(state)
        submitted_at = state.submissions[-1].submitted_at if state.submissions else None
        form, portrait = application_of(
            state, matter, default_labels(), printed_at=question.at, submitted_at=submitted_at
        )
        store = FileStore(self.kernel.config["DATA"])
        files = {portrait: store.read(portrait)} if portrait else {}
        pdf = tpool.execute(render_application, form, files)
        return store.put(pdf, f"application-{question.filing_id}.pdf")

    @handles(ListMatters)
    def list_matters(self, question: ListMatters) -> list[dict[str, Any]]:
        """Every matter on offer."""
        return [describe(matter) for matter in default_registry().on_offer()]

    @handles(GetMatter)
    def get_matter(self, question: GetMatter) -> dict[str, Any]:
        """One matter: as data for a form, and described in words."""
        matter = matter_of(question.matter, question.version)
        return {"matter": matter.model_dump(mode="json"), "described": describe(matter)}

    def _load(self, filing_id: UUID) -> Loaded[Any]:
        loaded = self.kernel.log.load(FILING, filing_id)
        if loaded.state.drafted is None or loaded.state.status == "deleted":
            raise NotFound.of("filing", filing_id)
        return loaded

    def _certificate_of(self, question: CheckEligibility, matter: Matter, known: Known) -> Any:
        """Which one it would be about; that there is none is for the rules to say."""
        assert known.subject is not None
        try:
            return certificates.chosen(
                matter,
                known.subject,
                certificate_id=question.certificate_id,
                number=question.certificate_number,
                found=Lookups(self.kernel).by_number(matter, question.certificate_number, question.on),
            )
        except Refused:
            return None
