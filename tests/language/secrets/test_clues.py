from memcli.language.secrets.clues import Clues


def clues(text, before=""):
    return Clues(text, text.lower(), before)


def test_each_sentence_has_its_classes():
    read = clues("The gate is new. My password is plum.")
    assert "lock" in read.classes_at(0)
    assert "password" in read.classes_at(1)
    assert "password" in read.others(0)
    assert read.number_at(20) == 1


def test_a_sentence_of_a_program_has_none():
    assert clues("password = get(user)").classes_at(0) == frozenset()
    assert clues("spring.datasource.password=x").classes_at(0) == frozenset()


def test_points_among_words_of_talk_are_no_program():
    read = clues("the password of the old computer at home is now barca.a.vela.19")
    assert "password" in read.classes_at(0)


def test_what_was_asked_or_named_before_counts():
    assert "password" in clues("Heron99x", "What is the wifi password?").asked
    assert "sent" in clues("haan 447190", "otp aaya kya").named
    assert clues("4471", "I changed the gate code.").named == frozenset()
    assert clues("4490", "Wie teuer war das Schloss").named == frozenset()
