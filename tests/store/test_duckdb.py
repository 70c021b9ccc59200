import pytest

from store import _duckdb
from store.errors import BadUsage, Interrupted, StoreIOError


def duckdb_exceptions():
    import duckdb

    def below(type_):
        yield type_
        for child in type_.__subclasses__():
            yield from below(child)

    exported = {value for value in vars(duckdb).values() if isinstance(value, type)}
    found = {type_ for type_ in exported if issubclass(type_, Exception)}
    return sorted(found | set(below(duckdb.Error)), key=lambda type_: type_.__name__)


@pytest.mark.parametrize("type_", duckdb_exceptions(), ids=lambda type_: type_.__name__)
def test_every_exception_of_duckdb_has_one_of_ours(type_):
    assert type_.__name__ in _duckdb.OURS
    with pytest.raises(_duckdb.OURS[type_.__name__]), _duckdb.duckdb_errors():
        raise type_("Some Error: what went wrong\n\nLINE 1: select")


def test_the_walk_over_exceptions_meets_many():
    assert len(duckdb_exceptions()) > 25


def test_the_message_is_the_first_line_and_keeps_its_cause():
    with pytest.raises(BadUsage, match="Parser Error") as caught, _duckdb.duckdb_errors():
        _duckdb.connect().execute("selec 1")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is not None


def test_a_class_of_a_later_duckdb_is_mapped_by_its_base():
    import duckdb

    class NewerException(duckdb.IOException):
        pass

    assert isinstance(_duckdb.translated(NewerException("x")), StoreIOError)
    assert isinstance(_duckdb.translated(duckdb.InterruptException("x")), Interrupted)


def test_a_connection_is_in_memory_in_utc_and_fetches_nothing():
    with _duckdb.connect() as connection:
        settings = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
        files = connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal")
        assert files.fetchall() == [(None,)]
    assert settings["TimeZone"] == "UTC"
    assert settings["threads"] == "2"
    assert settings["autoinstall_known_extensions"] == "false"
    assert settings["autoload_known_extensions"] == "false"


@pytest.mark.parametrize("opened", [_duckdb.connect, _duckdb.cursor])
def test_what_takes_long_draws_no_bar_on_stdout(opened):
    with opened() as connection:
        shown = connection.execute("SELECT current_setting('enable_progress_bar_print')").fetchone()
    assert shown == (False,)
