"""filing over RPC: drafts, files, submission, the printed form, and the matters that can be filed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from eventlet import tpool

from contracts.certificate import FindHeld
from contracts.errors import NotFound
from contracts.files import FileRef
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    DeleteDraft,
    DetachFile,
    DraftFiling,
    FilingView,
    FillForm,
    GetFiling,
    GetMatter,
    ListMatters,
    PickSubject,
    PrintFiling,
    RecordOutcome,
    SubmitFiling,
)
from contracts.identity import FindSubject, GetEnterprise
from contracts.labels import default_labels, label
from contracts.matters.facts import FilerFacts, SubjectFacts
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from contracts.matters.show import describe
from contracts.message import Accepted
from contracts.review import CaseApproved, CaseLapsed, CaseRejected, CaseReturned
from services.filing import reactions
from services.filing.domain.correction import uncorrected
from services.filing.domain.decide import make_filing
from services.filing.domain.drafting import commitment_text
from services.filing.domain.submission import shortcomings
from services.filing.form.render import render_application
from services.filing.printing import application_of
from services.kernel.clock import clock
from services.kernel.filestore import FileStore
from services.kernel.kernel import Kernel
from services.kernel.memory import Loaded
from services.kernel.reactions import Reactions
from services.kernel.rpc import executes, handles
from services.kernel.service import LogService


@lru_cache(maxsize=256)
def matter_of(code: str, version: int | None) -> Matter:
    """A matter by code and version, or NotFound."""
    try:
        return default_registry().get(code, version)
    except LookupError:
        raise NotFound.of("matter", code) from None


FILING = make_filing(matter_of)


class FilingService(LogService):
    """Follows review to learn what became of a filing."""

    name = "filing"
    kernel = Kernel(
        {
            command: (FILING, "filing_id")
            for command in (
                DraftFiling,
                PickSubject,
                FillForm,
                AttachFile,
                DetachFile,
                AcceptCommitment,
                SubmitFiling,
                DeleteDraft,
                RecordOutcome,
            )
        }
    )
    follows_review = Reactions(
        "filing",
        "review",
        {
            CaseApproved: reactions.when_case_approved_record_it,
            CaseRejected: reactions.when_case_rejected_record_it,
            CaseReturned: reactions.when_case_returned_reopen_filing,
            CaseLapsed: reactions.when_case_lapsed_close_filing,
        },
    )

    fill_form = executes(FillForm)
    attach_file = executes(AttachFile)
    detach_file = executes(DetachFile)
    accept_commitment = executes(AcceptCommitment)
    delete_draft = executes(DeleteDraft)

    @handles(DraftFiling)
    def draft_filing(self, command: DraftFiling) -> Accepted:
        """Pin the matter's version; the authority is that of the enterprise's place."""
        matter = matter_of(command.matter, command.version)
        actor = command.meta.actor
        place = matter.province
        if actor.enterprise_id is not None:
            enterprise = self.kernel.rpc.send(GetEnterprise(enterprise_id=actor.enterprise_id))
            place = enterprise["details"]["place"]
        update = {"version": matter.version, "place": place, "title": label("title", matter=matter.code)}
        return self.kernel.execute(command.model_copy(update=update))

    @handles(PickSubject)
    def pick_subject(self, command: PickSubject) -> Accepted:
        """Identity says who it is and what holds of them now, certificate what they have been granted."""
        found = self._facts(command.filing_id, command.name, command.resident_id, command.meta.at.date())
        return self.kernel.execute(command.model_copy(update=found))

    @handles(SubmitFiling)
    def submit_filing(self, command: SubmitFiling) -> Accepted:
        """What was known when the subject was picked may have changed: ask again."""
        loaded = self._load(command.filing_id)
        if loaded.state.subject is not None and loaded.state.status != "submitted":
            subject = loaded.state.subject
            found = self._facts(command.filing_id, subject.name, subject.resident_id, command.meta.at.date())
            command = command.model_copy(update=found)
        return self.kernel.execute(command)

    @handles(GetFiling)
    def get_filing(self, question: GetFiling) -> FilingView:
        """The filing now, with what is still missing."""
        loaded = self._load(question.filing_id)
        state, drafted = loaded.state, loaded.state.drafted
        matter = matter_of(drafted.matter, drafted.matter_version)
        last = state.submissions[-1] if state.submissions else None
        editable = state.status in ("draft", "returned")
        missing = [
            *(shortcomings(state, matter, state.subject, state.filer, clock.now()) if editable else ()),
            *uncorrected(state, matter, clock.now().date()),
        ]
        return FilingView(
            filing_id=question.filing_id,
            version=loaded.version,
            status=state.status,
            matter=drafted.matter,
            matter_version=drafted.matter_version,
            title=drafted.title,
            number=last.number if last else None,
            enterprise_id=drafted.enterprise_id,
            person_id=state.subject.person_id if state.subject else drafted.person_id,
            place=drafted.place,
            subject=state.subject,
            filer=state.filer,
            form=state.form,
            attachments=state.attachments,
            commitment_accepted=state.commitment_sha256 is not None,
            commitment_text=commitment_text(matter),
            round=state.round,
            submitted_on=last.submitted_at.date() if last else None,
            reason=state.reason,
            problems=tuple(missing),
            correction=state.correction,
        )

    @handles(PrintFiling)
    def print_filing(self, question: PrintFiling) -> FileRef:
        """Typeset the application form and keep it in the file store."""
        state = self._load(question.filing_id).state
        matter = matter_of(state.drafted.matter, state.drafted.matter_version)
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

    def _facts(self, filing_id: UUID, name: str, resident_id: str, on: date) -> dict[str, Any]:
        drafted = self._load(filing_id).state.drafted
        found = self.kernel.rpc.send(
            FindSubject(name=name, resident_id=resident_id, enterprise_id=drafted.enterprise_id)
        )
        # No answer stops the command: to take it for "no certificate" would register somebody twice.
        held = self.kernel.rpc.send(FindHeld(person_id=found["subject"]["person_id"], on=on))
        return {
            "subject": SubjectFacts.model_validate({**found["subject"], "certificates": held}),
            "filer": FilerFacts.model_validate(found["filer"]) if found["filer"] else None,
        }
