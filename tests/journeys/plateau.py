"""A filing in the province that docs/adding-a-province.md adds: a journey as any other, its words and kinds read from that directory."""

from __future__ import annotations

from tests.journeys.adding import Followed
from tests.journeys.cast import Cast
from tests.journeys.every_matter import Journey

INITIAL = "qinghai/plateau-operation-initial"
CANCELLATION = "qinghai/plateau-operation-cancellation"


class Plateau(Journey):
    """The tests' own process does not know the province: only the product was told of it."""

    def __init__(self, cast: Cast, code: str, followed: Followed) -> None:
        super().__init__(cast, code)
        self.followed = followed

    def _scopes(self) -> tuple[str, ...]:
        return self.followed.registry().credential(self.matter.credential).options

    def drafted(self) -> Plateau:
        """With an examination of today: an older one is refused."""
        super().drafted()
        if self.matter.form.field("examined_on") is not None:
            self.filer.patch(f"/filings/{self.filing_id}/form", {"examined_on": self.cast.today().isoformat()})
        return self

    def granted(self) -> Plateau:
        """Through both stages to the certificate."""
        self.set_scene().filed().examined().announced()
        self.old = self.took_effect()
        return self

    def to_cancel(self) -> Plateau:
        """The filing that gives this certificate up, not begun yet."""
        other = Plateau(self.cast, CANCELLATION, self.followed)
        other.person, other.now, other.before = self.person, self.now, self.before
        other.scope = other.wanted = self.scope
        other.old, other.credential_id, other.number = self.old, self.credential_id, self.old["registration_number"]
        return other
