"""What the verification page shows, in a real browser, as a certificate is issued anew, cannot be used, and ends."""

from __future__ import annotations

from collections.abc import Callable

from demo.product import Running
from tests.journeys.cast import Cast
from tests.journeys.every_matter import Journey
from tests.journeys.time_kept import Province
from tests.pages.accessible import accessible
from tests.pages.conftest import Visit

Open = Callable[..., Visit]


def test_replaced_valid_hidden_and_cancelled_are_told_apart(product: Running, visit: Open) -> None:
    cast = Cast(Province(product.url, product.operator_password))
    change = Journey(cast, "jiangxi/constructor-2-temp-name-change").set_scene()
    first = change.filed().confirmed().examined().took_effect()["identifier"]

    def follows(code: str, after: Journey) -> Journey:
        journey = Journey(cast, code)
        journey.person, journey.now, journey.before = after.person, after.now, after.before
        journey.scope, journey.wanted, journey.old = after.scope, after.wanted, after.old
        journey.number, journey.credential_id = after.number, after.credential_id
        return journey

    change.person.name = "张伟国"
    second = follows("jiangxi/constructor-2-temp-id-change", change).filed().confirmed().examined().took_effect()["identifier"]
    _shows(visit, product, first, "证书已被新证书取代", "已作废", good=False)
    _shows(visit, product, second, "证书有效", "临时", good=True)
    ending = follows("jiangxi/constructor-2-temp-cancellation", change).filed().confirmed().examined()
    ending.took_effect()
    _shows(visit, product, second, "证书已注销", "临时", good=False)

    renewal = Journey(cast, "jiangxi/special-operation-renewal").set_scene()
    third = renewal.filed().examined().took_effect()["identifier"]
    follows("jiangxi/special-operation-cancellation", renewal).filed()
    opened = visit(f"{product.url}/verify/{third}", status=404)
    assert "暂不可使用" in opened.page.get_by_role("alert").inner_text()
    assert renewal.person.name[:1] + "*" not in opened.page.inner_text("main")
    accessible(opened.page, "电子证书查验")
    opened.quiet(product.url)
    opened.picture("hidden")


def _shows(visit: Open, product: Running, identifier: str, status: str, says: str, *, good: bool) -> None:
    opened = visit(f"{product.url}/verify/{identifier}")
    told = opened.page.get_by_role("status").first
    assert told.inner_text().strip() == status
    assert ("good" in (told.get_attribute("class") or "")) is good
    assert says in opened.page.inner_text("main")
    accessible(opened.page, "电子证书查验")
    opened.quiet(product.url)
    opened.picture(f"state-{identifier.split('.')[-2]}-{'good' if good else 'bad'}")
