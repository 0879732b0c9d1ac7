"""Addresses of pages: the same as Werkzeug's own, compiled when they are first asked for."""

from flask import Flask, url_for
from werkzeug.routing import Rule

from engine.web.routing import Route


def application(rule: type[Rule]) -> Flask:
    app = Flask("some", static_folder=None)
    app.url_rule_class = rule
    app.add_url_rule("/cases/<ref>/tasks/<int:number>", "task", lambda ref, number: f"{ref}:{number}")
    app.add_url_rule("/", "home", lambda: "home")
    return app


def addresses(app: Flask) -> list[str]:
    with app.test_request_context():
        return [
            url_for("task", ref="a b/é", number=3),
            url_for("task", ref="x", number=3, back="/y?z"),
            url_for("home", _external=True),
        ]


def test_a_route_makes_the_addresses_that_werkzeug_makes():
    assert addresses(application(Route)) == addresses(application(Rule))
    assert application(Route).test_client().get("/cases/x/tasks/4").text == "x:4"


def test_an_address_is_compiled_once_somebody_asks_for_it():
    asked = []

    class Told(Route):
        def _get_func_code(self, code, name):  # what Werkzeug compiles goes through here
            asked.append(self.endpoint)
            return Rule._get_func_code(code, name)

    app = application(Told)
    assert asked == []
    with app.test_request_context():
        assert [url_for("home"), url_for("home")] == ["/", "/"]
    assert asked == ["home"]
