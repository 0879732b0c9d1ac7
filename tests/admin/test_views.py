"""The backoffice is closed by default: every view derives from ours, and none writes, scaffolds or serves assets."""

import pytest
from flask_admin import BaseView, expose
from sqlalchemy import func, select

from admin.reading import SessionHandle
from admin.views import SecureModelView, SecureView
from engine.core.errors import NotFound
from engine.store import tables
from engine.store.tables import Case, Person, Unit

NEVER = (tables.Answers, tables.Draft, tables.Note, tables.Account, tables.WebSession, tables.Design)


def registered(app):
    return [view for admin in app.extensions["admin"] for view in admin._views]


def strangers(views):
    """The views that do not derive from ours, or stand over what nobody may browse."""
    found = [view for view in views if not isinstance(view, SecureView)]
    found += [view for view in views if hasattr(view, "model") and not isinstance(view, SecureModelView)]
    return found + [view for view in views if getattr(view, "model", None) in NEVER]


def test_every_view_derives_from_ours_and_none_stands_over_answers_drafts_or_notes(still):
    views = registered(still.app)
    assert len(views) >= 8
    assert strangers(views) == []


def test_a_view_of_another_kind_is_found():
    class Open(BaseView):
        @expose("/")
        def index(self):
            return "open"

    assert len(strangers([Open()])) == 1


def test_a_view_over_answers_is_found(still):
    assert len(strangers([SecureModelView(SessionHandle(still.rt), lambda: tables.Answers, "/x", "answers")])) == 1


def test_no_door_of_flask_admin_itself_is_registered(still):
    rules = [rule for rule in still.app.url_map.iter_rules() if str(rule).startswith("/admin")]
    doors = {str(rule).rstrip("/").rpartition("/")[2] for rule in rules}
    assert not doors & {"edit", "delete", "action", "lookup", "update", "details", "<export_type>", "<path:filename>"}
    models = {view.endpoint for view in registered(still.app)}
    assert [rule for rule in rules if rule.endpoint.partition(".")[0] in models and "POST" in rule.methods] == []


@pytest.mark.parametrize("path", ["/admin/people/new/", "/admin/people/edit/?id=1", "/admin/people/details/?id=1"])
def test_the_stock_pages_of_flask_admin_are_not_there(still, path):
    assert still.client("admin").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/admin/people/action/", "/admin/people/ajax/update/", "/admin/people/delete/"])
def test_the_stock_ways_of_changing_rows_are_not_there(still, path):
    still.post("admin", path, status=404, list_form_pk="1", name="x")


def test_no_asset_of_flask_admin_is_loaded_or_served(still):
    for path in ("/admin/", "/admin/people/", "/admin/cases/", f"/admin/people/{still.person('employee')}"):
        page = still.get("admin", path).get_data(as_text=True)
        assert "bootstrap4" not in page and "jquery" not in page.lower() and "select2" not in page
    assert still.client("admin").get("/static/admin/bootstrap/bootstrap4/css/bootstrap.min.css").status_code == 404
    assert still.client("admin").get("/admin/static/vendor/jquery.min.js").status_code == 404


def test_no_form_is_made_from_a_table(still):
    for view in registered(still.app):
        if isinstance(view, SecureModelView):
            assert list(view._create_form_class()) == list(view._edit_form_class()) == []
            assert not (view.can_create or view.can_edit or view.can_delete or view.column_editable_list)


@pytest.fixture
def at_work(still):
    """Call a function as one of the cast, inside a request and its reading transaction."""

    def at_work(who, path, act):
        found = []
        view = next(view for view in registered(still.app) if view.url == path)
        visit = still.app.test_request_context(path, headers={"Cookie": f"siklus={still.token(who)}"})
        with visit, view.session.reading():
            found.append(act(view))
        return found[0]

    return at_work


@pytest.mark.parametrize(("path", "table"), [("/admin/people", Person), ("/admin/cases", Case), ("/admin/units", Unit)])
def test_query_count_and_single_row_know_the_same_scope(still, at_work, path, table):
    everything = set(still.all(select(table.ref)))
    seen = at_work("dinkes_admin", path, lambda view: {row.ref for row in view.get_query()})
    assert seen and seen < everything
    assert at_work("dinkes_admin", path, lambda view: view.get_count_query().scalar()) == len(seen)
    for ref in sorted(everything)[:40]:

        def one(view, ref=ref):
            try:
                return view.get_one(ref).ref == ref
            except NotFound:
                return False

        assert at_work("dinkes_admin", path, one) is (ref in seen)


def test_a_view_without_a_scope_shows_nothing(still, at_work):
    view = SecureModelView(SessionHandle(still.rt), lambda: Person, "/x", "people")
    visit = still.app.test_request_context("/admin/people/", headers={"Cookie": f"siklus={still.token('admin')}"})
    with visit, view.session.reading():
        assert view.get_query().all() == []
        assert view.get_count_query().scalar() == 0


def test_the_session_of_the_backoffice_writes_nothing(still):
    session = SessionHandle(still.rt)
    with session.reading():
        person = session.query(Person).first()
        person.name = "Somebody Else"
        with pytest.raises(RuntimeError, match="only reads"):
            session.flush()
        session.expire_all()
    with session.reading():
        assert session.query(func.count()).filter(Person.name == "Somebody Else").scalar() == 0


def test_a_reading_session_is_open_only_inside_its_request(still):
    session = SessionHandle(still.rt)
    with session.reading():
        assert session.query(Person).count() > 0
    assert not session.registry.has()
