"""The choices of a select field: escaped, one of them chosen, whatever stands in a name."""

from engine.web.choices import choices


def test_each_choice_is_escaped_and_the_one_that_stands_is_chosen():
    pairs = [("a", "Dinas <b> & Co"), ('b"', "\u2003Bidang\x1fII"), ("", "—")]
    assert choices(pairs, 'b"') == (
        '<option value="a">Dinas &lt;b&gt; &amp; Co</option>'
        '<option value="b&#34;" selected>\u2003Bidang II</option><option value="">—</option>'
    )
    assert choices([], "x") == ""
