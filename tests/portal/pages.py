"""A form page as a browser without JavaScript holds it: opened once, its fields changed, posted at any time."""

import re
from html import unescape
from html.parser import HTMLParser
from secrets import token_hex

from engine.store.queries import case_lists

LIVING = {"X-Fragment": "1"}


class Fields(HTMLParser):
    """The successful controls of one form of a page, as (name, value) in their order."""

    def __init__(self, page, form):
        super().__init__()
        self.form, self.inside, self.pairs, self.area, self.select = form, False, [], None, None
        self.blank = 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "form":
            self.inside = self.form is None or self.form in (found.get("id"), found.get("action"))
        if tag == "template":
            self.blank += 1
        if not self.inside or self.blank:
            return
        name, kind = found.get("name"), found.get("type", "text")
        if tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in found):
            self.pairs.append((name, found.get("value") or ""))
        elif tag == "textarea":
            self.area = [name, ""]
        elif tag == "select":
            self.select = [name, None]
        elif tag == "option" and self.select and (self.select[1] is None or "selected" in found):
            self.select[1] = found.get("value") or ""

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "template":
            self.blank -= 1
        elif tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            self.pairs.append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select:
            self.pairs.append((self.select[0], self.select[1] or ""))
            self.select = None


class OpenForm:
    """One open page of a form: `page["resources"] = "…"`, then `page.post()`."""

    def __init__(self, browser, path, form="fill", html=None):
        self.browser, self.path = browser, path
        self.html = browser.get(path) if html is None else html
        self.fields = Fields(self.html, form).pairs

    def __setitem__(self, name, value):
        self.fields = [pair for pair in self.fields if pair[0] != name] + [(name, value)]

    def __getitem__(self, name):
        return next(value for key, value in self.fields if key == name)

    def posted(self, act="draft", client=None, living=False, **more):
        """The answer to posting the page as it stands."""
        data = {}
        for name, value in [*self.fields, ("key", token_hex(10)), *more.items()]:
            data.setdefault(name, []).append(value)
        headers = LIVING if living else {}
        return (client or self.browser.client).post(f"{self.path}/{act}", data=data, headers=headers)

    def living(self, **more):
        """Save as the script does: its turn is counted, and it takes over what the answer brings."""
        self["_turn"] = str(int(self["_turn"]) + 1)
        answer = self.posted(living=True, **more)
        if answer.status_code == 200:
            for name in ("seen", "_base"):
                found = re.search(rf'<template data-value="#{name.strip("_")}"[^>]*>(.*?)</template>', answer.text)
                self[name] = unescape(found[1])
        return answer


def choices(page):
    """What a page offers to choose: (where, mine, theirs, [value of each radio])."""
    found = []
    for block in re.findall(r'<fieldset class="field versions">(.*?)</fieldset>', page, re.DOTALL):
        texts = [" ".join(unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in
                 re.findall(r'<div class="version-text"[^>]*>(.*?)</div>', block, re.DOTALL)]  # fmt: skip
        where = " ".join(unescape(re.search(r"<legend[^>]*>(.*?)</legend>", block, re.DOTALL)[1]).split())
        found.append(
            (where, *texts, [unescape(value) for value in re.findall(r'name="_pick-\d+" value="([^"]+)"', block)])
        )
    return found


def task_of_dan(house):
    """A form that dan fills in a case of his own."""
    opened = house.open("post == 'clerk_north'")
    with house.rt.db.read() as db:
        return house.task(case_lists.case_of(db, opened.ref, house.person("dan").id), "write_plan").ref
