"""What is in a file, by the turns and notes that were read."""

from memcli.ingestion.sync.plan import ToRead
from memcli.ingestion.sync.readings import FileReading, SyncTally


def reading(ids=(), notes=(), spoken=0):
    return FileReading(ToRead("a", {}), list(ids), {id_: {} for id_ in notes}, spoken)


def test_a_file_is_of_the_type_of_what_is_in_it():
    assert reading().type == "empty"
    assert reading("a", "a").type == "notes"
    assert reading("a", spoken=1).type == "transcript"
    assert reading("ab", "a", 1).type == "mixed"


def test_a_tally_is_a_summary():
    assert SyncTally(unchanged=2, new=1).to_json()["unchanged"] == 2
