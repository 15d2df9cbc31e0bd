"""Who may see what: persons and enterprises themselves, officers and auditors their places (DOMAIN 4.4).

To a party, somebody else's thing does not exist; an officer of another place is told that it is not theirs.
"""

from __future__ import annotations

from uuid import UUID

from flask import Response

from contracts.certificate import CredentialView
from contracts.errors import NotAllowed, NotFound, Stale
from contracts.filing import FilingView, GetFiling
from contracts.identity import EmploymentView, EnterpriseView, GetEnterprise
from contracts.matters.registry import default_registry
from contracts.message import Actor, Command
from contracts.places import within
from contracts.query import ListParties
from contracts.review import CaseView
from services.gateway.asking import actor, ask, give, here

OFFICIALS = ("officer", "auditor")
_FOREIGN = ("not_your_record", "not_your_filing", "not_a_party")
"""What services call a party that reaches for somebody else's thing."""


def give_as_party(command: Command, what: str, key: object, status: int = 200) -> Response:
    """Give a command about a thing that must be the party's own; a foreign one is as if it were not there."""
    try:
        return give(command, status)
    except NotAllowed as refused:
        if refused.code in _FOREIGN:
            raise NotFound.of(what, key) from None
        raise
    except Stale:
        if what == "filing":  # looked at before whose it is: to a stranger it has no version
            may_see_filing(ask(GetFiling(filing_id=UUID(str(key))), FilingView))
        raise


def only_self_person(person_id: UUID) -> None:
    """A person's record is that person's."""
    if actor().kind == "person" and actor().person_id != person_id:
        raise NotFound.of("person", person_id)


def only_self_enterprise(enterprise_id: UUID) -> None:
    """An enterprise's record is its own."""
    if actor().kind == "enterprise" and actor().enterprise_id != enterprise_id:
        raise NotFound.of("enterprise", enterprise_id)


def may_see_person(person_id: UUID) -> None:
    """Officials see the people who work, or have filed, in their places: query knows which."""
    only_self_person(person_id)
    if actor().kind in OFFICIALS:
        found = here().rpc.send(ListParties(viewer=actor(), kind="person", party_id=person_id, per_page=1))
        if not found["rows"]:
            raise NotAllowed("outside_jurisdiction")


def may_see_enterprise(view: EnterpriseView) -> None:
    """The enterprise itself, and officials of its place."""
    only_self_enterprise(view.enterprise_id)
    in_jurisdiction(view.details.place)


def may_see_employment(view: EmploymentView) -> None:
    """Both sides, and officials of the enterprise's place."""
    if actor().kind in OFFICIALS:
        in_jurisdiction(_place_of(view.enterprise_id))
    elif not _is_party(actor(), view.person_id, view.enterprise_id):
        raise NotFound.of("employment", view.employment_id)


def may_see_filing(view: FilingView) -> None:
    """The filer and the person it is about; whoever must agree, once asked; officials of the place once it was submitted."""
    if actor().kind in OFFICIALS:
        in_jurisdiction(view.place)
        if view.round == 0 or view.submitted_on is None:  # until then it is the parties' own affair
            raise NotFound.of("filing", view.filing_id)
    elif not (_is_party(actor(), view.person_id, view.enterprise_id) or _was_asked(actor(), view)):
        raise NotFound.of("filing", view.filing_id)


def as_seen(view: FilingView) -> FilingView:
    """The filing, for whoever may see it; for who was only told of it what it is, about which certificate, and how it stands.

    What may be said of it they need to know to speak for themselves (行政许可法 art. 36): not the other side's personal data
    and papers.
    """
    if not any(_is_party(actor(), one.person_id, one.enterprise_id) for one in view.informs):
        may_see_filing(view)
        return view
    try:
        may_see_filing(view)
    except NotFound:
        return _told_of(view)
    return view


def _told_of(view: FilingView) -> FilingView:
    fields = default_registry().get(view.matter, view.matter_version).form.fields
    said = {one.name: view.form[one.name] for one in fields if not one.personal and one.name in view.form}
    certificate = view.certificate
    hidden: dict[str, object] = {"subject": None, "filer": None, "attachments": (), "problems": (), "correction": ()}
    if certificate is not None:
        hidden["certificate"] = certificate.model_copy(update={"holder_resident_id": None})
    return view.model_copy(update={**hidden, "form": said, "reason": None})


def may_see_case(view: CaseView) -> None:
    """Officials of the place."""
    in_jurisdiction(view.place)


def may_see_certificate(view: CredentialView) -> None:
    """The holder and their enterprise; officials of the issuer's place or of the enterprise's."""
    holder = view.holder
    if actor().kind not in OFFICIALS:
        if not _is_party(actor(), holder.person_id, holder.enterprise_id):
            raise NotFound.of("credential", view.credential_id)
        return
    if within(view.issuer.place, actor().place or ""):
        return
    if holder.enterprise_id is None:
        raise NotAllowed("outside_jurisdiction")
    in_jurisdiction(_place_of(holder.enterprise_id))


def in_jurisdiction(place: str) -> None:
    """An official acts in the places under their authority, and nowhere else."""
    asking = actor()
    if asking.kind in OFFICIALS and (asking.place is None or not within(place, asking.place)):
        raise NotAllowed("outside_jurisdiction")


def _is_party(asking: Actor, person_id: UUID | None, enterprise_id: UUID | None) -> bool:
    if asking.kind == "person":
        return asking.person_id is not None and asking.person_id == person_id
    if asking.kind == "enterprise":
        return asking.enterprise_id is not None and asking.enterprise_id == enterprise_id
    return False


def _was_asked(asking: Actor, view: FilingView) -> bool:
    asked = (one for one in view.confirmations if one.status != "waiting")
    return any(_is_party(asking, one.person_id, one.enterprise_id) for one in asked)


def _place_of(enterprise_id: UUID) -> str:
    return ask(GetEnterprise(enterprise_id=enterprise_id), EnterpriseView).details.place
