"""Which rows of a long table stand open: the one to go on with, those with something wrong, those that are empty."""

from types import SimpleNamespace

from engine.web import tables
from engine.web.tables import Notice


def cell(value="x", *, required=True, error=None, shown=True):
    return SimpleNamespace(value=value, required=required, error=error, shown=shown, within={}, search=None)


def test_few_rows_do_not_fold_away():
    assert tables.unfolded([[cell("")]] * tables.MOST_OPEN, None) is None


def test_the_first_row_in_which_something_is_missing_is_open():
    rows = [[cell()], [cell(), cell("", required=False)], [cell(), cell("")], [cell(), cell("")], [cell()]]
    assert tables.unfolded(rows, None) == {2}
    assert tables.unfolded([[cell()]] * 5, None) == set()  # all is there
    hidden = [[cell(), cell("", shown=False)]] * 5
    assert tables.unfolded(hidden, None) == set()


def test_rows_with_something_wrong_and_empty_ones_are_open_too():
    rows = [[cell(), cell("")], [cell(error="wrong")], [cell()], [cell(), cell("")], [cell("")]]
    assert tables.unfolded(rows, None) == {0, 1, 4}
    pasted = SimpleNamespace(misfits=[SimpleNamespace(row=2)])
    assert 2 in tables.unfolded(rows, Notice("items", pasted=pasted))
