from memcli.language.names.nicknames import formal_names


def test_short_forms_stand_for_given_names():
    assert "elizabeth" in formal_names("liz")
    assert len(formal_names("alex")) > 1
    assert formal_names("elizabeth") == frozenset()
