"""What is said for effect, and what is over in a minute."""

import pytest

from memcli.language.exaggeration import is_exaggerated

EXAGGERATED = """
I'm dying over here.
I died laughing at your video.
I'm dying of boredom.
I'm literally crying in the car park.
I'm eating soup on the balcony.
I'm stuck in the lift at work.
I've aged twenty years since Monday.
I swear that pizza changed my life.
I'm allergic to Mondays.
I could eat a horse.
I'm going to murder my neighbour.
If he sings one more song I'm moving to Norway.
I'm never drinking again.
I'm a potato in human form.
My boss is a dinosaur.
I've told him a million times to shut the gate.
I've been waiting for three hundred years.
My bank account is crying.
My dog runs the company now.
In my head I own a castle.
I'm marrying this sandwich.
I'm the mother of three houseplants.
My horoscope says I'm getting married.
I'm moving to Antarctica.
I'm a clown.
"""
EARNEST = """
My father died in 2020.
I'm dying of cancer.
I cried at the wedding.
I'm eating less meat these days.
I'm sitting my exams in June.
I'm standing for the council.
I'm wearing glasses now.
I'm stuck in a job that I hate.
I changed my password.
I could swim when I was four.
I will kill the process on the server.
If it rains on Friday I'm staying at home.
I'm never late.
My boss is a dentist.
Rex is a dog.
I owe the bank a million euros.
I lived there for thirty years.
The judge is crying.
My dog runs every morning.
I have a headache in my head.
I married a nurse.
I'm the mother of three boys.
My sister says I'm getting thin.
I'm moving to Oslo.
A plot with sides of 15 m and 20 m is what I have.
Last year I took a trip.
"""


@pytest.mark.parametrize(("sentences", "expected"), [(EXAGGERATED, True), (EARNEST, False)])
def test_what_is_said_for_effect_is_told_from_what_is_so(parsed, sentences, expected):
    parses = [parsed(sentence) for sentence in sentences.strip().splitlines()]
    found = {p.text: is_exaggerated(p, p.root) for p in parses}
    assert [text for text, is_so in found.items() if is_so != expected] == []
