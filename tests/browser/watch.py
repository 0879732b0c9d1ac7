"""What each page of the product must be in a real browser: free of complaints, and free of barriers."""

from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Error, Page

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Watch:
    """Collects what a browser complains about: a broken security policy, scripts that raise."""

    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Page:
        """Watch this page from now on."""
        page.on("console", self._console)
        page.on("pageerror", self._script)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.complaints.append(f"security policy: {message.text}")

    def _script(self, error: Error) -> None:
        self.complaints.append(f"script: {error}")


def barriers(page: Page) -> list[str]:
    """Ask axe what keeps people out of the page as it stands; each barrier as one readable paragraph."""
    page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag", "values": AXE_RULES}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [_paragraph(violation) for violation in found]


def _paragraph(violation: dict) -> str:
    places = [f"    {' '.join(map(str, node['target']))}: {node['html'][:160]}" for node in violation["nodes"]]
    return "\n".join([f"{violation['id']} ({violation['impact']}): {violation['help']}", *places[:8]])
