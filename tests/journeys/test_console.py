"""The browser has nothing to complain of: `visit` fails on scripts that break and on styles that the policy refuses."""

from __future__ import annotations

from tests.journeys.test_whole_round import CHAIR, main


def test_a_box_dragged_larger_is_no_trouble_when_another_window_has_saved_the_sheet(visit):
    """The sheet comes anew with both versions; what htmx keeps of the old boxes must not be their inline size."""
    page = visit(CHAIR)
    page.goto("/review/")
    for link in [a.get_attribute("href") for a in main(page).locator("a[href*='/sheets/']").all()]:
        page.goto(link)
        if page.locator("#sheet textarea").count():
            break
    box = page.locator("#sheet textarea").first
    with page.expect_response("**/save/"):
        box.fill("이 창에서 적은 까닭")
        box.press("Tab")
    box.evaluate("box => { box.style.height = '300px'; }")
    # As if another window had saved meanwhile.
    page.evaluate(
        "document.querySelector('#sheet-version').value = 0; document.querySelector('[name=window]').value = ''"
    )
    with page.expect_response("**/save/"):
        box.fill("다시 적은 까닭")
        box.press("Tab")
    page.get_by_text("다른 창에서 이 심사표를 고쳤습니다").wait_for()
    page.wait_for_timeout(300)  # until htmx has settled what came
