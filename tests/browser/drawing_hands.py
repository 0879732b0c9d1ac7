"""Hands at the canvas of the designer: what a mouse does with boxes and arrows, and which keys do the same."""

from playwright.sync_api import Locator, expect

from tests.browser.hands import Keyboard, Mouse


class DrawingMouse(Mouse):
    """Presses pluses, double-clicks names, drags from box to box; opens panels from the lists below the picture."""

    def open(self, words: str) -> None:
        self.press(self.page.locator("#design-work .design-title", has_text=words).first)

    def append(self, stage: Locator) -> None:
        """The next state, from the plus of a box."""
        self.count.clicks += 1
        stage.locator(".canvas-plus").click()

    def rename(self, item: Locator) -> None:
        """Open the name of something drawn."""
        self.count.clicks += 2
        item.locator("text").first.dblclick()

    def connect(self, source: Locator, target: Locator) -> None:
        """Drag from the plus of one box to another box."""
        self.count.clicks += 2
        source.locator(".stage-title").click()
        plus = self.page.locator(".stage.is-selected .canvas-plus")
        expect(self.page.locator(".stage.is-selected").locator(source)).to_have_count(1)
        start, end = plus.bounding_box(), target.bounding_box()
        self.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(end["x"] + 60, end["y"] + 20)
        self.page.mouse.move(end["x"] + 60, end["y"] + 30)
        self.page.mouse.up()


class DrawingKeys(Keyboard):
    """Searches in the picture and uses its keys."""

    def open(self, words: str) -> None:
        self.seek(self.page.locator(f'.canvas-item[data-name="{words}"]').first)
        self.hit("Space")

    def append(self, stage: Locator) -> None:
        self.seek(stage.locator(".stage-link"))
        self.hit("+")

    def rename(self, item: Locator) -> None:
        self.seek(item)
        self.hit("F2")

    def connect(self, source: Locator, target: Locator) -> None:
        self.seek(source)
        self.hit("c")
        self.seek(target)
        self.hit("Enter")

    def seek(self, item: Locator) -> None:
        """Go to something drawn by writing its name."""
        if item.evaluate("e => e === document.activeElement"):
            return
        if not self.page.evaluate("Boolean(document.activeElement.closest('#canvas-view'))"):
            self.reach(self.page.locator("#canvas-view"))
        self.hit("/")
        self.hit("Control+a")
        self.type(item.get_attribute("data-name"))
        self.hit("Enter")
        expect(item).to_be_focused()
