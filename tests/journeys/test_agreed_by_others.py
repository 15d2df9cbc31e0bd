"""What another must agree to, told on: silence frees the person again; a reason is answered; strangers learn that it is cancelled."""

from __future__ import annotations

from datetime import date

from demo.client import wait_for
from tests.journeys.adding import Followed
from tests.journeys.cast import QINGHAI, Cast
from tests.journeys.plateau import INITIAL, Plateau
from tests.journeys.replies import refusal
from tests.journeys.test_parties_agree import send, status, told


def test_silence_frees_the_person_and_a_no_is_answered_until_strangers_see_it_cancelled(cast: Cast, followed: Followed) -> None:
    certificate = Plateau(cast, INITIAL, followed).granted()
    public = f"/verifications/{certificate.old['identifier']}"
    assert cast.anyone.get(public)["status"] == "valid"

    unheard = certificate.to_cancel().filed()
    refusal(send(unheard, cast.firm(QINGHAI, "stranger").api, "confirmation"), 404, "filing_not_found")
    due = date.fromisoformat(unheard.asked()["due_on"])
    cast.province.days_pass((due - cast.today()).days + 1)
    wait_for("移除", lambda: status(unheard) == "lapsed" or None)

    heard = certificate.to_cancel().filed()
    assert heard.filing_id != unheard.filing_id and status(heard) == "awaiting_confirmation"
    send(heard, heard.person.api, "refusal", {"reason": "本人仍在该企业工作。"})
    assert (heard.filing()["status"], heard.filing()["reason"]) == ("returned", "本人仍在该企业工作。")
    told(cast, heard.now.mobile, "未获对方确认")
    assert cast.anyone.get(public)["status"] == "valid", "nothing has taken effect"

    heard.filer.post(f"/filings/{heard.filing_id}/submission")
    assert heard.confirmed().took_effect()["status"] == "cancelled"
    assert cast.anyone.get(public)["status"] == "cancelled"
    page = cast.anyone.http.get(f"{cast.anyone.url}/verify/{certificate.old['identifier']}", timeout=30)
    assert "已注销" in page.text and heard.person.name not in page.text
