import pytest
from hypothesis import given

from engine.core.expression import BOOLEAN, NUMBER, TEXT
from engine.core.expression.parser import parse
from engine.core.messages import Message
from engine.core.sentences.documents import vocabulary
from engine.core.sentences.names import Names
from engine.core.sentences.read_back import read_back, say
from tests.core.expression.scope import SCOPE
from tests.core.expression.strategies import sources
from tests.core.sentences.shipped import basic, in_both, words
from tests.core.tiny import CATALOG, LISTS

FLOW, PLAN = "transitions.approve.when", "forms.plan.checks.weights.when"
ROW = "forms.plan.sections.results.fields.targets.columns.kind.shown_when"
SAID = [
    (
        FLOW,
        "sum(plan.targets.weight) == 100",
        "jumlah “Bobot” pada tabel “Hasil kerja dan indikator” di formulir “Sasaran Kinerja Pegawai "
        "(SKP)” sama dengan 100",
        "the sum of “Weight” in the table “Results and indicators” in the form “Performance plan (SKP)” equals 100",
    ),
    (
        PLAN,
        "sum(targets.weight) == 100 and count(targets) >= 3",
        "jumlah “Bobot” pada tabel “Hasil kerja dan indikator” sama dengan 100 "
        "dan banyaknya baris “Hasil kerja dan indikator” paling sedikit 3",
        "the sum of “Weight” in the table “Results and indicators” equals 100 "
        "and the number of rows of “Results and indicators” is at least 3",
    ),
    (ROW, "weight >= 10 and weight <= 12.5", "“Bobot” antara 10 dan 12,5", "“Weight” is between 10 and 12.5"),
    (
        FLOW,
        "rating is missing or predicate is not missing",
        "formulir “Rating kinerja” belum dikirim atau hasil “Predikat kinerja pegawai” sudah ada",
        "the form “Performance rating” has not been sent or the result “Performance predicate” is there",
    ),
    (
        FLOW,
        "not (rating.behaviour in ['below', 'above']) and predicate == 'good'",
        "“Rating perilaku kerja” di formulir “Rating kinerja” bukan salah satu dari “Di bawah ekspektasi” atau "
        "“Di atas ekspektasi” dan hasil “Predikat kinerja pegawai” adalah “Baik”",
        "“Rating of behaviour” in the form “Performance rating” is none of “Below expectation” or "
        "“Above expectation” and the result “Performance predicate” is “Good”",
    ),
    (
        FLOW,
        "today > date('2026-01-31') or not (today >= period_end)",
        "hari ini sesudah 31 Januari 2026 atau hari ini sebelum akhir periode",
        "today is after 31 January 2026 or today is before the end of the period",
    ),
    (
        FLOW,
        "round((1 + 2) * 3 / count(plan.targets), 0) != if(rating is missing, 1, 2)",
        "(1 ditambah 2) dikali 3 dibagi banyaknya baris “Hasil kerja dan indikator” di formulir “Sasaran Kinerja "
        "Pegawai (SKP)”, dibulatkan ke bilangan bulat tidak sama dengan 1 bila formulir “Rating kinerja” belum "
        "dikirim, selain itu 2",
        "(1 plus 2) times 3 divided by the number of rows of “Results and indicators” in the form “Performance plan "
        "(SKP)”, rounded to a whole number does not equal 1 if the form “Performance rating” has not been sent, "
        "otherwise 2",
    ),
    (FLOW, "plan.gone == 3", "“Gone” (tidak ada) sama dengan 3", "“Gone” (does not exist) equals 3"),
    (FLOW, "sum(", "ekspresi yang belum dapat dibaca: sum(", "an expression that cannot be read yet: sum("),
]


@pytest.mark.parametrize(("path", "source", "indonesian", "english"), SAID)
def test_an_expression_reads_itself_back_in_both_languages(path, source, indonesian, english):
    assert in_both(say(source, words().at(path))) == (indonesian, english)


def test_yes_and_no_are_said_in_the_words_of_the_question():
    fields = {"sent": {"type": "yesno", "label": "Terkirim?", "choices": {"yes": "Sudah", "no": "Belum"}}}
    found = vocabulary({**basic(), "forms": {"f": {"sections": {"s": {"fields": fields}}}}}, CATALOG, LISTS)
    names = found.at("forms.f.sections.s.shown_when")
    said = [in_both(say(source, names))[0] for source in ("sent", "not sent", "sent == false", "sent != false")]
    assert said == ["“Terkirim?” dijawab “Sudah”", "“Terkirim?” dijawab “Belum”", said[1], said[0]]


def test_a_draft_with_mistakes_is_read_with_what_it_has():
    broken = {**basic(), "states": "none", "forms": [*basic()["forms"], {"key": 7}, "x"]}
    assert in_both(say("sum(plan.targets.weight) == 100", vocabulary(broken, CATALOG, {}).at(FLOW)))[0] == SAID[0][2]
    assert (
        in_both(say("plan.total > 3", vocabulary(None, CATALOG, {}).at(FLOW)))[0] == "“Total” (tidak ada) lebih dari 3"
    )


@pytest.mark.parametrize("kind", [BOOLEAN, NUMBER, TEXT])
def test_every_expression_can_be_read_back(kind):
    @given(sources(kind))
    def reads(source):
        said = read_back(parse(source), Names(SCOPE, {}))
        assert isinstance(said, Message)
        assert all(in_both(said))

    reads()
