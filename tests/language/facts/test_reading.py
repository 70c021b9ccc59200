"""Facts of plain sentences: what each way of saying it states, and what states nothing."""

from __future__ import annotations

import pytest

from memcli.language.facts.reading import find_facts

STATED = {
    "I don't work for Imogen any more.": "Ida boss not Imogen (end)",
    "My son was born in June.": "Ida's son born in June",
    # home
    "I live in Bergen these days.": "Ida residence Bergen",
    "We just moved to Turin!": "Ida residence Turin",
    "We moved house to Turin.": "Ida residence Turin",
    "I moved the piano to Ghent.": "Ida event moved the piano to Ghent",
    "My employer is Acme from now on.": "Ida employer Acme",
    "I rent a room but my brother Nils lives in Oslo.": "Ida brother Nils; Nils residence Oslo",
    "I no longer live in Bergen.": "Ida residence not Bergen (end)",
    "I used to live in Rome.": "Ida residence Rome (past)",
    "I'm originally from Lima.": "Ida origin Lima",
    "We live on a houseboat.": "Ida home houseboat",
    # work and school
    "I quit Nokia and started at Ericsson.": "Ida employer not Nokia (end); Ida employer Ericsson",
    "FYI: I now work for Acme as a geologist.": "Ida employer Acme; Ida occupation geologist",
    "Paul, who works at Acme, is a vegan.": "Paul employer Acme; Paul diet vegan",
    "I was promoted to head nurse in May.": "Ida occupation head nurse",
    "I handed in my notice at the water board.": "Ida employer not water board (end)",
    "I'm a plumber, not an electrician.": "Ida occupation plumber",
    "I switched from biology to law.": "Ida education law",
    "I live in Lund and work at Acme.": "Ida residence Lund; Ida employer Acme",
    "I was hired by Ericsson in May.": "Ida employer Ericsson",
    "I joined Acme as a surveyor.": "Ida employer Acme; Ida occupation surveyor; Ida member Acme",
    "I accepted a promotion to chief engineer.": "Ida occupation chief engineer",
    "They made me team leader.": "Ida occupation team leader",
    "I left Brandt Studio in June.": "Ida employer not Brandt Studio (end)",
    "I left Ghent and now live in Lund.": "Ida residence not Ghent (end); Ida residence Lund",
    "The town hall called on Monday: I got the job!": "Ida employer town hall",
    "I got a raise to 3000 euros.": "Ida salary 3000 euros",
    "I have my first aid certificate.": "Ida certificate first aid certificate",
    # persons
    "We broke up.": "Ida marital status separated",
    "I'm no longer engaged.": "Ida marital status not engaged (end)",
    "I'm married to Tor.": "Ida marital status married; Ida spouse Tor",
    "My husband Tor and I live in Lund.": "Ida husband Tor; Tor residence Lund; Ida residence Lund",
    "I told my older sister.": "Ida family older sister",
    "My aunt Rosa and my uncle Karl are coming.": "Ida aunt Rosa; Ida uncle Karl",
    "Rosa, my aunt, speaks Catalan.": "Ida aunt Rosa; Rosa language Catalan",
    "I have a son called Emil.": "Ida son Emil",
    "My husband's name is Tor.": "Ida's husband name Tor; Ida husband Tor",
    "My daughter is seven.": "Ida's daughter age seven",
    "Grete turned 40 yesterday.": "Grete age 40",
    "Lars is my boss.": "Ida boss Lars",
    # titles and roles
    "Dr Wetherby is my dentist.": "Ida dentist Dr Wetherby",
    "My dentist is Dr. Wetherby.": "Ida dentist Dr. Wetherby",
    "My boss is Ms Jernigan.": "Ida boss Ms Jernigan",
    "Ms Jernigan is my boss now.": "Ida boss Ms Jernigan",
    "Prof. Hale is our teacher.": "Ida teacher Prof. Hale",
    "Mrs Okafor is my landlady.": "Ida landlady Mrs Okafor",
    "Herr Schmidt is my landlord.": "Ida landlord Herr Schmidt",
    "Frau Dr. Lehmann is our neighbour.": "Ida neighbour Frau Dr. Lehmann",
    "My landlord, Mr. Voss, raised the rent.": "Ida landlord Mr. Voss",
    "My boss Ms Jernigan likes tea.": "Ida boss Ms Jernigan; Ms Jernigan likes tea",
    "Dr Wetherby is my sister's dentist.": "Ida's sister dentist Dr Wetherby",
    "My GP is Dr. Anna Stein.": "Ida gp Dr. Anna Stein",
    "Dr Wetherby is no longer my dentist.": "Ida dentist not Dr Wetherby (end)",
    "Jan is no longer my boyfriend.": "Ida boyfriend not Jan (end)",
    "Anna used to be my dentist.": "Ida dentist Anna (past)",
    "My sister met Juno.": "Ida's sister event met Juno",
    # together no more
    "Jan and I are no longer together.": "Jan marital status separated; "
    "Ida marital status separated",
    "Jan and I aren't together any more.": "Jan marital status separated; "
    "Ida marital status separated",
    "We're no longer together.": "Ida marital status separated",
    "We're not an item any more.": "Ida marital status separated",
    "Tom and Anna are no longer a couple.": "Tom marital status separated; "
    "Anna marital status separated",
    "me n Jan r done btw.": "Ida marital status separated; Jan marital status separated",
    "He's not my boyfriend anymore.": "Ida family not boyfriend (end)",
    # work that is over
    "I lost my job as a banker.": "Ida job not job (end); Ida occupation not banker (end)",
    "I got sacked yesterday.": "Ida job not job (end)",
    "I quit my job at Siemens.": "Ida employer not Siemens (end)",
    "I gave up on Spanish.": "Ida learning not Spanish (end)",
    # each clause has its own mood
    "My brother might come, he's allergic to walnuts.": "Ida's brother allergy walnuts",
    # how things are said
    "I've two kids.": "Ida family two kids",
    "I'm forty-one.": "Ida age forty-one",
    "I'm on lisinopril.": "Ida medication lisinopril",
    "I'm coeliac.": "Ida condition coeliac",
    "I moved back in with my mum.": "Ida lives with my mum",
    # having none
    "I do not have a dog.": "Ida pet not dog",
    "I haven't got a dog.": "Ida pet not dog",
    "I don't have any pets.": "Ida pet not pets",
    "I don't have my dog any more.": "Ida pet not dog (end)",
    "We have no children.": "Ida family not children",
    "We don't have a car anymore.": "Ida possession not car (end)",
    # new names
    "We renamed the cat Luna.": "Ida's cat name Luna",
    "Our dog has been renamed Bruno.": "Ida's dog name Bruno",
    "We got divorced last year.": "Ida marital status divorced",
    # animals and things
    "We have two dogs, Bo and Max.": "Ida pet Bo; Bo kind dog; Ida pet Max; Max kind dog",
    "Our cat is called Figaro now.": "Ida's cat name Figaro; Ida pet Figaro; Figaro kind cat",
    "My hamster died on Sunday.": "Ida's hamster life not alive (end)",
    "My dog is a trained accountant.": "Ida pet dog",
    "Rex isn't Rex any more.": "Rex name not Rex (end)",
    "The shed key hangs behind the door.": "the shed key place behind the door",
    "We keep the passports in the desk.": "the passports place in the desk",
    "I sold the Volvo and bought a Tesla.": "Ida possession not Volvo (end); Ida possession Tesla",
    # likes, health, food
    "I love rye bread and smoked fish.": "Ida loves rye bread; Ida loves smoked fish",
    "I don't like loud bars.": "Ida likes not loud bars",
    "I can't stand coriander.": "Ida dislikes coriander",
    "I no longer like tea.": "Ida likes not tea (end)",
    "I'm into bouldering.": "Ida likes bouldering",
    "I used to hate olives.": "Ida dislikes olives (past)",
    "I've come to enjoy opera.": "Ida likes opera",
    "I'm scared of spiders.": "Ida fear spiders",
    "My son is allergic to eggs and milk.": "Ida's son allergy eggs; Ida's son allergy milk",
    "I have a peanut allergy.": "Ida allergy peanut",
    "I don't eat pork any more.": "Ida diet not pork (end)",
    "I started eating meat again.": "Ida diet meat",
    "I gave up smoking.": "Ida habit not smoking (end)",
    "I have asthma.": "Ida health asthma",
    "I don't eat mussels.": "Ida avoids mussels",
    "Doctor says I'm prediabetic.": "Ida condition prediabetic",
    "Nikhil is 27, a vet in Dundee.": "Nikhil age 27; Nikhil occupation vet",
    "I have a daughter, Layla, she's six.": "Ida daughter Layla; Layla age six",
    "I work nights at the hospital.": "Ida employer hospital",
    "My sister's vegan.": "Ida's sister diet vegan",
    "My grandma's from Malta.": "Ida's grandma origin Malta",
    "I'm no longer vegan.": "Ida diet not vegan (end)",
    "I don't just like jazz.": "Ida likes jazz",
    "I have no kids.": "Ida family not kids",
    "I don't eat mussels, I'm allergic to them.": "Ida allergy mussels",
    "Turns out I'm not allergic to nuts after all.": "Ida allergy not nuts",
    "I'm not afraid of dogs any more.": "Ida fear not dogs (end)",
    "I love opera now, can you imagine?": "Ida loves opera",
    "Actually, my birthday is on 3 July.": "Ida birthday 3 July (correct)",
    "Actually, I live in Lund now.": "Ida residence Lund",
    # doings
    "I play the cello.": "Ida plays cello",
    "I go rowing every Tuesday.": "Ida habit go rowing",
    "I've never been to Japan.": "Ida visited not Japan",
    "I know how to weld.": "Ida skill weld",
    "I meditate daily.": "Ida habit meditate",
    "I'm planning to visit Iceland next spring.": "Ida plan visit Iceland",
    "I planned to visit Iceland.": "Ida plan visit Iceland (past)",
    "I'm getting married in March.": "Ida plan getting married",
    "I start my new job tomorrow.": "Ida plan start my new job",
    "We fly to Oslo next Friday.": "Ida plan fly to Oslo",
    "I teach chess on Mondays.": "Ida teaches chess",
    'I am currently reading "The Heron Book".': 'Ida doing reading "The Heron Book"',
    "Finally passed my driving test yesterday!": "Ida event passed my driving test",
    "I want to become a pilot.": "Ida goal become a pilot",
    # nouns and their values
    "My favourite drink is cider, not beer.": "Ida favourite drink cider",
    "Vera's phone number is 0612345678.": "Vera phone number 0612345678",
    "My dream is to open a bakery.": "Ida dream to open a bakery",
    "The spare keys are in the shed.": "the spare keys place in the shed",
    "The meeting was moved to Thursday at 11.": "the meeting time Thursday at 11",
    "Budget: 2000 EUR": "Ida budget 2000 EUR",
    "Sorry, I meant 8:30, not 7:30.": "Ida  8:30 for 7:30 (correct)",
    # whose it is
    "Vera told me: I'm pregnant!": "Vera condition pregnant",
    "My ex-husband Jan moved to Ulm.": "Ida ex-husband Jan; Jan residence Ulm",
    "My sister-in-law Nora lives in Lyon.": "Ida sister-in-law Nora; Nora residence Lyon",
    "My neighbour Jan snored, so he moved to Ulm.": "Ida neighbour Jan; Jan residence Ulm",
}
NOTHING = [
    "I'm married to my job.",
    "I'm 900 years old today.",
    "In my dream I live on Mars.",
    "The ad goes: I have a cat.",
    "I literally live at Aldi now.",
    "She's not my sister.",
    "I've never taken online classes through Coursera.",
    "I want to create a function that adds up my expenses.",
    "I want to be able to introduce myself.",
    "My doctor told me to stop running.",
    "I'm allergic to apps.",
    "I don't like Raspberry Pis, the SD cards die.",
    "I pay 28 cents per kilowatt hour.",
    "I gave up coffee for Lent and I miss it.",
    "I've officially become a piece of luggage.",
    "I've been taking lessons since January!",
    "We go trick or treating every year with the kids.",
    "The test is next Tuesday.",
    "I want to stop smoking.",
    "I gave up meat, except for sausages.",
    "I've sold my trombone, sorry, I mean the song about it.",
    "My neighbour called his kids Axel and Rex.",
    "Do I live in Bergen?",
    "I work on my essay today.",
    "If I start my new job tomorrow, I need a suit.",
    "If I lived in Rome, I would have a scooter.",
    "I would have become a nurse if my grades had been better.",
    "Maybe I'm allergic to nuts.",
    "I wish I had a dog.",
    "Suppose I had a dog named Rex and lived in Rome.",
    "Vera thinks that I work at Shell.",
    "Apparently Tom is getting divorced, at least that's what Lisa says.",
    "As the song goes, I got 99 problems.",
    "Oh great, another Monday meeting. I just love getting up at five.",
    "You moved to Kiel last week.",
    "She works at Shell.",
    "I'm glad you like it.",
    "I have a question about that.",
    "I love this idea!",
    "I love the vibe.",
    "I like your car.",
    "I used my savings to invest in shares.",
    "I'm ready to be a dad.",
    "I decided not to move to Rome.",
    "I used to not like olives.",
    "I never stopped smoking.",
    "I was going to buy a Tesla.",
    "I almost moved to Rome.",
    "I can't say I love jazz.",
    "I want you to be a nurse.",
    "This is the soup I love to cook.",
    "I am designing the systems needed to run it.",
    "I have a business to run.",
    "We would like to apologize for the delay.",
    "My brother, you are right!",
    "My boyfriend left.",
    "My network is my safety net.",
    "We work together as a team.",
    "I want to sort it and have asked Vera.",
    # titles and roles
    "My doctor is great.",
    "Is Dr Wetherby your dentist?",
    "Ms Jernigan is not my boss.",
    "If Dr Wetherby is my dentist, I am happy.",
    "Dr Wetherby may be my new dentist.",
    "I think Dr Wetherby is my dentist.",
    "Mr. Brown was my teacher.",
    "Father Christmas is my hero.",
    # together
    "Jan and I are together.",
    "Jan and I are not together.",
    "Are you no longer together?",
    "If we are no longer together, I will move.",
    "We are no longer together in the band.",
    "Jan and I are no longer together with the band.",
    "They say Jan and I are no longer together.",
    "The shoes are no longer together.",
    "We were no longer together then.",
    # what is not here is had all the same
    "I don't have the dog with me.",
    "We don't have the car today.",
    "I don't have my keys.",
    "I don't have that book.",
    "I don't have time for a dog.",
    # new names
    "They renamed the street Luna Road.",
    "I renamed the file.",
    "He's Admiral now.",
]


def told(facts):
    """Return facts in short: subject, attribute, value, what it replaces and its effect."""
    return [
        f"{f.subject} {f.attribute} {'not ' * (f.polarity == 'negative')}{f.value}"
        + (f" for {f.replaces}" if f.replaces else "")
        + (f" ({f.effect})" if f.effect != "state" else "")
        for f in facts
    ]


@pytest.mark.parametrize("sentence", STATED)
def test_a_plain_sentence_states_its_facts(parsed, sentence):
    facts = find_facts(parsed(sentence), "Ida")
    assert set(told(facts)) == set(STATED[sentence].split("; "))


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_is_not_said_to_be_so_states_nothing(parsed, sentence):
    assert told(find_facts(parsed(sentence), "Ida")) == []


@pytest.mark.parametrize(
    ("sentence", "since"),
    [
        ("I've lived in Bergen since 2019.", "since 2019"),
        ("I moved to Bergen last week.", "last week"),
        ("I work at Shell on Mondays.", None),
        ("I'm flying to Oslo on Friday.", "on Friday"),
    ],
)
def test_a_fact_knows_the_words_that_date_it(parsed, sentence, since):
    fact = find_facts(parsed(sentence), "Ida")[0]
    assert (fact.since and sentence[slice(*fact.since)]) == since


def test_a_fact_stands_in_its_clause(parsed):
    sentence = "I sold the Volvo and we moved to Turin."
    places = [sentence[slice(*f.place)] for f in find_facts(parsed(sentence), "Ida")]
    assert places == ["I sold the Volvo", "we moved to Turin"]


def test_a_pronoun_is_who_it_is_said_to_be(parsed):
    sentence = "She works at Shell."
    facts = find_facts(parsed(sentence), "Ida", pronouns={0: "Vera"})
    assert told(facts) == ["Vera employer Shell"]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("So he's Admiral now.", "Admiral"),
        ("She is Luna.", "Luna"),
        ("His name is Bruno.", "Bruno"),
        ("It is Sea Star now.", "Sea Star"),
        ("He's German now.", None),
        ("He's a captain now.", None),
        ("He is in Rome now.", None),
        ("He was Admiral then.", None),
        ("He isn't Admiral.", None),
        ("Is he Admiral now?", None),
        ("Tom is Admiral now.", None),
        ("He is happy now.", None),
        ("If he's Admiral now, I'm lost.", None),
    ],
)
def test_what_was_renamed_gets_the_name_that_it_is_said_to_be(parsed, sentence, name):
    facts = find_facts(parsed(sentence), "Ida", renamed="Biscuit")
    new = [fact.value for fact in facts if (fact.subject, fact.attribute) == ("Biscuit", "name")]
    assert new == ([name] if name else [])
