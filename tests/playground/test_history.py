"""What was said is kept whole or not at all."""

from bot.playground.history import History


def test_what_was_written_is_read_again(tmp_path):
    history = History(tmp_path / "said.json")
    history.write([{"id": 1, "content": "Grüße"}, {"id": 2, "content": ""}])
    assert history.read() == [{"id": 1, "content": "Grüße"}, {"id": 2, "content": ""}]


def test_nothing_was_said_before_the_first_start(tmp_path):
    assert History(tmp_path / "said.json").read() == []


def test_a_file_that_is_not_ours_counts_as_nothing_said(tmp_path):
    file = tmp_path / "said.json"
    for text in ("", "[1, 2]", '{"format": 99, "messages": [1]}', "{"):
        file.write_text(text, encoding="utf-8")
        assert History(file).read() == []


def test_a_write_that_was_cut_off_leaves_the_older_file(tmp_path):
    history = History(tmp_path / "said.json")
    history.write([{"id": 1}])
    (tmp_path / "said.json.part").write_text('{"format": 1, "mess', encoding="utf-8")
    assert history.read() == [{"id": 1}]
