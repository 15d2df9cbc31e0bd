"""An enterprise that loses its qualification: what its people are registered for lapses, they are told, and stay employed there."""

from __future__ import annotations

from demo.client import wait_for
from tests.journeys.cast import HUNAN, Cast
from tests.journeys.replies import refusal
from tests.journeys.test_parties_agree import told


def test_its_peoples_certificates_lapse_and_do_not_come_back_with_the_qualification(cast: Cast) -> None:
    firm, person = cast.new_firm(), cast.person()
    employment = cast.employ(person, firm)
    certificate = cast.had(person, "constructor-2", ["building"], enterprise_name=firm.name, enterprise_uscc=firm.uscc)
    colleague = cast.person()
    elsewhere = cast.had(colleague, "constructor-2", ["building"])
    path, today = f"/enterprises/{firm.enterprise_id}", cast.today().isoformat()
    officer = cast.officer("city", HUNAN)

    lost = {"lost_on": today, "reason": "建筑业企业资质证书被吊销"}
    refusal(firm.api.send("POST", f"{path}/qualification-loss", json=lost), 403, "not_for_this_actor")
    officer.post(f"{path}/qualification-loss", lost)
    lapsed = wait_for(
        "失效", lambda: found if (found := person.api.get(f"/certificates/{certificate}"))["status"] == "lapsed" else None
    )
    assert (lapsed["ended_because"], lapsed["ended_on"]) == ("employer_unqualified", today)
    told(cast, person.phone, "依法失效")
    assert person.api.get(f"/employments/{employment}")["status"] == "accepted"
    assert colleague.api.get(f"/certificates/{elsewhere}")["status"] == "valid", "only of those who are registered there"

    officer.post(f"{path}/qualification-recovery", {"regained_on": today, "reason": "已重新取得资质证书"})
    assert person.api.get(f"/certificates/{certificate}")["status"] == "lapsed", "to be registered anew"
