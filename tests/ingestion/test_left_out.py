"""Files of no kind that is read are told in a line, pictures by themselves."""

from memcli.ingestion.left_out import REMEDY, LeftOut


def test_nothing_is_told_of_nothing():
    left = LeftOut([])
    assert (list(left.lines()), left.count) == ([], 0)


def test_each_kind_has_its_line_and_pictures_are_not_missed():
    left = LeftOut(["src/d.py", "src/c.js", "b.py", "a.py", "x/y.xyz", "z.XYZ", "README", "p.png"])
    assert list(left.lines()) == [
        "left out 4 files of source code: a.py, b.py, c.js and 1 more",
        f"left out 3 files of kinds not read: 2 .xyz, 1 without an extension ({REMEDY})",
        "1 file of pictures, recordings and films not read (see: memcli caption)",
    ]
    assert left.count == 7


def test_of_many_kinds_the_most_frequent_are_named():
    (line,) = LeftOut([f"a.k{n}" for n in range(7)] + ["b.k6"]).lines()
    assert line.startswith("left out 8 files of kinds not read: 2 .k6, 1 .k0,")
    assert " and others (" in line
