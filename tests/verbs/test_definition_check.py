"""`siklus check`: one line for each finding, with file, line and column, and nothing for what is sound."""

from engine.definition_check import check_files, check_text
from engine.web.i18n import load_words
from tests.core.definitions import CATALOG, CODELISTS, CORPUS, INVALID, PRODUCT, ROOT, SHIPPED

WORDS = load_words(ROOT / "translations", strict=True)
FIVE = CORPUS / "five_mistakes.yaml"
LISTS = sorted((ROOT / "workflows/codelists").glob("*.yaml"))


def printed(lines, language):
    for line in lines:
        words = [line.message, *([line.hint] if line.hint else [])]
        yield f"{line.line}:{line.column}: " + " ".join(WORDS.say(each, language) for each in words)


def test_five_different_mistakes_are_five_lines():
    lines = check_files([FIVE], LISTS, PRODUCT)
    assert [(line.file, line.line, line.column) for line in lines] == [
        (str(FIVE), 14, 19),
        (str(FIVE), 15, 59),
        (str(FIVE), 21, 9),
        (str(FIVE), 22, 11),
        (str(FIVE), 31, 23),
    ]
    assert next(printed(lines, "en")) == (
        "14:19: states.asked.tasks.ask.role: unknown role 'employe'."
        " Did you mean 'employee'? Allowed: employee and boss."
    )
    assert next(printed(lines, "id")) == (
        "14:19: states.asked.tasks.ask.role: peran 'employe' tidak dikenal."
        " Apakah yang dimaksud 'employee'? Yang dapat digunakan: employee dan boss."
    )


def test_what_is_shipped_is_sound():
    assert check_files(SHIPPED, LISTS, PRODUCT) == []


def test_code_lists_among_the_files_are_known_to_the_workflows_beside_them(tmp_path):
    workflow = tmp_path / "pick.yaml"
    text = (CORPUS / "valid/result_by_a_matrix.yaml").read_text(encoding="utf-8")
    workflow.write_text(text.replace("table: grid", "table: weather"), encoding="utf-8")
    lists = [CORPUS / "valid/code_list_with_matrix.yaml", tmp_path / "plain_list.yaml"]
    plain = (CORPUS / "valid/code_list.yaml").read_text(encoding="utf-8")
    lists[1].write_text(plain.replace("key: speed", "key: plain_list"), encoding="utf-8")
    assert [line.message.key for line in check_files([workflow], [], CATALOG)] == ["definition.at"] * 3
    assert check_files([workflow, *lists], [], CATALOG) == []


def test_a_file_that_is_not_there_is_one_line():
    (line,) = check_files([ROOT / "no_such.yaml"], [], CATALOG)
    assert (line.line, line.column, line.message.key) == (1, 1, "definition.unreadable_file")


def test_a_text_that_is_no_yaml_is_one_line():
    (line,) = check_text("a: [", "pasted", CATALOG, CODELISTS)
    assert (line.file, line.message.key) == ("pasted", "yaml.bracket")


def test_a_doubt_is_marked_as_a_warning():
    text = (CORPUS / "valid/smallest.yaml").read_text(encoding="utf-8").replace("label: Tutup, ", "")
    (line,) = check_text(text, "pasted", CATALOG, CODELISTS)
    assert line.warning


def test_every_mistake_of_the_corpus_is_worded_in_both_languages():
    for path in INVALID:
        lines = check_text(path.read_bytes(), path.name, CATALOG, CODELISTS)
        for language in ("id", "en"):
            assert all(text for text in printed(lines, language))
