"""Writing in Wagtail's page editor as a person does."""

import re

from playwright.sync_api import Locator, Page, expect


class Editor:
    """The page editor open in ``page``."""

    def __init__(self, page: Page):
        self.page = page

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def fill(self, field: str, value: str) -> None:
        box = self.page.locator(f"#id_{field}")
        box.fill(value)
        box.press("End")  # autosave listens to keys

    def select(self, field: str, label: str) -> None:
        self.page.locator(f"#id_{field}").select_option(label=label)

    def tick(self, field: str, label: str) -> None:
        boxes = self.page.locator(f"[data-contentpath='{field}']")
        folded = boxes.locator(".choices > button[aria-expanded=false]")
        if folded.count():
            folded.click()
        boxes.get_by_label(label, exact=True).check()

    def rich_text(self, container: Locator, text: str) -> None:
        area = container.locator("[contenteditable=true]").first
        area.click()
        self.page.keyboard.insert_text(text)
        # The editor writes its value to the form a moment after the last key.
        self.page.wait_for_function(
            "([root, text]) => [...root.querySelectorAll('input[type=hidden]')].some(i => i.value.includes(text))",
            arg=[container.element_handle(), text[:40]],
        )

    def choose(self, chooser: Locator, title: str) -> None:
        """Pick a page or a snippet in a chooser by searching for its title."""
        chooser.locator(".unchosen [data-chooser-action-choose]").click()
        dialog = self.page.get_by_role("dialog")
        dialog.locator("input[name=q]").fill(title)
        dialog.get_by_role("link", name=re.compile(title)).first.click()
        expect(dialog).to_be_hidden()

    def add_block(self, stream: Locator, name: str = "") -> Locator:
        """Add a block at the end of a stream and return it; no name where there is only one kind of block."""
        container = stream.locator("[data-streamfield-stream-container]").first
        blocks = container.locator("> [data-streamfield-child]")
        already_there = blocks.count()
        container.locator("> div > .c-sf-add-button").last.click()
        if name:
            self.page.get_by_role("option", name=re.compile(f"^{re.escape(name)}")).first.click()
        # The list of blocks closes first: until then the last block is the one before.
        expect(blocks).to_have_count(already_there + 1)
        block = blocks.nth(already_there)
        block.locator("input[type=text], textarea, [contenteditable=true]").first.wait_for()
        return block

    def section(self, number: int) -> Locator:
        """The stream of a section of the text, by its official number."""
        children = self.page.locator("#body-root > [data-streamfield-stream-container] > [data-streamfield-child]")
        return children.nth(number - 1).locator("> section > .w-panel__content").first

    def placed_block(self, number: int, name: str) -> Locator | None:
        """The first block ``name`` of a section that is still to be filled."""
        container = self.section(number).locator("[data-streamfield-stream-container]").first
        for block in container.locator("> [data-streamfield-child]").all():
            heading = block.locator("> section > .w-panel__header")
            text = block.locator("input[type=text], textarea, [contenteditable=true]").first
            written = text.evaluate("input => (input.value ?? input.innerText).trim()")
            if re.search(name, heading.inner_text()) and not written:
                return block
        return None

    def last_block(self, number: int) -> Locator:
        """The last block of a section of the text."""
        container = self.section(number).locator("[data-streamfield-stream-container]").first
        return container.locator("> [data-streamfield-child]").last

    def fill_block(self, block: Locator, *texts: str) -> None:
        """Fill the text fields of a block in their order; a rich text stands alone in its block."""
        fields = block.locator("input[type=text]:visible, textarea:visible")
        if not fields.count():
            self.rich_text(block, texts[0])
            return
        for rank, text in enumerate(texts):
            fields.nth(rank).fill(text)

    def submit(self, expected_message: str) -> None:
        """Submit to moderation; where autosave crossed the click, keep this version as Wagtail proposes."""
        self.action("Soumettre")
        answer = self.page.locator(".messages", has_text=expected_message)
        keep_mine = self.page.get_by_role("dialog").get_by_role("button", name="Soumettre")
        expect(answer.or_(keep_mine).first).to_be_visible(timeout=20_000)
        if keep_mine.is_visible():
            keep_mine.click()
        expect(answer).to_be_visible(timeout=20_000)

    def action_button(self, name: str) -> Locator:
        """An entry of the action menu at the foot of the page, which is opened if it must be."""
        footer = self.page.locator("footer")
        button = footer.get_by_role("button", name=name).first
        if not button.is_visible():
            footer.locator("[data-drop-button], .w-dropdown__toggle").first.click()
        return button

    def action(self, name: str) -> None:
        self.action_button(name).click()
