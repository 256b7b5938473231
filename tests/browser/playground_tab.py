"""A tab of the playground, used as a person uses it: by what he sees."""

import re


class Tab:
    """One person's tab."""

    def __init__(self, page, name):
        self.page = page
        self.name = name
        self.conversation = page.locator("#channel-message-list")

    @classmethod
    async def open(cls, context, address, name):
        """Open the playground in a new tab and choose under "Viewing as"."""
        page = await context.new_page()
        await page.goto(address)
        await page.locator("#preview-app[aria-busy=false]").wait_for()
        await page.get_by_label("Viewing as").select_option(label=name)
        await page.get_by_label("Message", exact=True).wait_for()
        tab = cls(page, name)
        await tab.ready()
        return tab

    async def ready(self):
        """Wait until the page has nothing under way."""
        await self.page.locator("#action-status", has_text=re.compile("…$")).wait_for(state="detached")
        await self.page.locator("#preview-app[aria-busy=false]").wait_for()

    async def command(self, words, **options):
        """Type a command, add its options one after another, and send it with Enter."""
        composer = self.page.get_by_label("Message", exact=True)
        await composer.click()
        await composer.press_sequentially(words)
        await self.page.locator(".command-entry.is-active", has_text=words).wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.locator(".command-chip", has_text=words).wait_for()
        for number, (name, value) in enumerate(options.items()):
            field = self.page.locator(f".command-option-input[data-option={name}]")
            # What a command cannot do without is there from the beginning.
            if not await field.count():
                if number:
                    await self.page.locator(".command-ghost").click()
                await self.page.locator(".command-suggestion").get_by_text(name, exact=True).click()
            await field.fill(str(value))
        await self.page.keyboard.press("Enter")
        await self.page.locator(".command-chip").wait_for(state="detached")

    def card(self, words):
        """The message that has ``words``."""
        return self.conversation.locator("article").filter(has_text=words)

    async def answer(self, question, place):
        """Choose the option at ``place`` (0 is A) of the card of that number, whatever its control is."""
        card = self.card(re.compile(rf"Question {question} of \d+")).first
        menu = card.locator(".select-trigger")
        button = card.get_by_role("button", name="ABCDEFGHIJ"[place], exact=True)
        await menu.or_(button).first.wait_for()
        if await button.count():
            await button.click()
            return
        await menu.click()
        await self.page.locator(".select-list").get_by_role("option").nth(place).click()
        # A menu for several options is done when one clicks elsewhere.
        await self.page.locator(".channel-header").click()

    async def park_mouse(self):
        """Take mouse and focus off the messages, whose tools show under them."""
        await self.page.mouse.move(2, 2)
        await self.page.evaluate("document.activeElement?.blur()")
