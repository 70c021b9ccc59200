"""The words that names are told by: openers, given names, places, titles and endings."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.words import FUNCTION_WORDS

UPPER: Final = (
    "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100\u0106\u010c\u010e\u0110\u0118\u011a\u011e\u0130\u0141\u0143"
    "\u0147\u0150\u0158\u015a\u015e\u0160\u0164\u016e\u0170\u0179\u017b\u017d\u0391-\u03a9\u0410-\u042f"
)
WEEKDAYS: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat"
    " sun".split()
)
MONTHS: Final = frozenset(
    "january february march april may june july august september october november december jan feb"
    " mar apr jun jul aug sep sept oct nov dec".split()
)
# What opens a sentence, stands in a heading or is shouted, and so wears capitals without a name.
_OPENERS: Final = frozenset(
    """
    absolutely accept accepted actually almost again agreed ah aha alas all alright already
    also although always amazing
    amen another anyway anyways anything apart apparently appreciate are aren't as ask aw awesome
    aww back bad based basically beautiful because been believe best better big both brilliant bro
    btw but buddy bummer bye call came can cannot can't certainly check cheers classic clearly cmon
    come coming congrats congratulations consider cool could crazy create curious currently cute
    damn dang day dear definitely deal despite did didn't does doesn't done don't dude due during
    each easy eh either else enjoy enjoyed especially even eventually ever every everybody everyone
    everything exactly excellent except excited exciting excuse fair family fantastic fascinating
    few final finally find fine first five for forget forgive fortunately four frankly free friend
    friends from full fun funny general generally get gets getting give given glad go goals god goes
    going gonna good goodbye goodnight gosh got gotcha gotta grateful great guess guys ha haha had
    happy hard has hate have haven't having he hear heard heck hello help her here here's hers hey
    hi high him his hmm hold honestly hope hopefully hoping hot how however huge hurray i i'd i'll
    i'm i've idea ideally if ikr imagine impressive in include incredible indeed inside instead
    interesting into is isn't it it's its just keep kids kind kinda know last late lately later
    leave less let lets let's life like likewise listen literally little lmao lol long look looking
    looks lot lots love loved lovely loving luckily lucky main make makes making man many maybe me
    mean meanwhile mind mine mm mom dad mum mommy daddy more morning most much music must my neat
    need needed never nevertheless new next nice night nine no nobody none nope nor not note noted
    nothing now obviously of off often oh ok okay old omg on once one only ooh oops open or order
    other others otherwise ouch our ours out outside over overall own part people perfect perhaps
    personally phew pics plan plans please plus point pretty probably project promise proud provide
    put quick quite rather read ready real really reading recently regarding relax remember reply
    rest right rip run sadly safe said same saw say saying says second see seeing seems seen send
    sent seriously set seven several shall share she short should show sick similarly simply since
    sir six slowly small so some somebody someone something sometimes somewhere soon sorry sound
    sounds special specifically spill start started starting still stop stay step strong stuff such
    super sure surely surprisingly sweet take takes talk talking teach tell ten terrible test text
    thank thankfully thanks that that's the their theirs them then there there's these they they're
    thing things think thinking third this those though thought three through thus time today
    together told tomorrow tonight too took top totally tough true truly trust try trying two tysm
    ugh um under understand understood unfortunately unless until up update upon us use used user
    using usually very video view wait waiting wanna want wanted was watch way we we'd we'll we're
    we've weekend welcome well went were what whatever what's when whenever where whether which
    while who who's whoa whole whose why will wild win winner wish with within without wonderful
    wondering won't woo woohoo work working works world would wouldn't wow write yay yeah year yep
    yes yesterday yet yo you you'd you'll you're you've young your yours yup assistant question
    answer example summary conclusion introduction overview title subject chapter section part
    act scene figure merry tons tips daily
    table option phase task goal budget name date location total key
    """.split()
)
_ABBREVIATIONS: Final = frozenset(
    "omg lol wow btw asap fyi imo imho tbh diy lmao rofl idk ikr aka etc faq tba tbd rsvp ps pm am"
    " ok tv pc cv id vs rip smh tysm nvm brb jk ceo cto cfo hr pr ui ux ai api pdf url http https"
    " html css json sql csv okr okrs kpi kpis gpa mvp roi".split()
)
NEVER_NAMES: Final = (FUNCTION_WORDS - {"the", "of"}) | WEEKDAYS | MONTHS | _ABBREVIATIONS
NOT_NAMES: Final = NEVER_NAMES | FUNCTION_WORDS | _OPENERS
# Top hundred of 1924-2023, U.S. Social Security Administration.
GIVEN_NAMES: Final = frozenset(
    """
    james michael robert john david william richard joseph thomas christopher charles daniel matthew
    anthony mark donald steven andrew paul joshua kenneth kevin brian timothy ronald george jason
    edward jeffrey ryan jacob nicholas gary eric jonathan stephen larry justin scott brandon
    benjamin samuel gregory alexander patrick frank raymond jack dennis jerry mary patricia jennifer
    linda elizabeth barbara susan jessica karen sarah lisa nancy sandra ashley emily kimberly betty
    margaret donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia
    dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha katherine christine
    debra rachel carolyn janet maria olivia heather helen
    """.split()
)
PLACES: Final = frozenset(
    line.strip()
    for line in """
    afghanistan, albania, algeria, argentina, armenia, australia, austria, bangladesh, belgium,
    bolivia, brazil, bulgaria, cambodia, cameroon, canada, chile, china, colombia, costa rica,
    croatia, cuba, cyprus, czechia, denmark, ecuador, egypt, england, estonia, ethiopia, finland,
    france, germany, ghana, greece, guatemala, haiti, honduras, hungary, iceland, india, indonesia,
    iran, iraq, ireland, israel, italy, jamaica, japan, kenya, latvia, lebanon, lithuania,
    luxembourg, malaysia, malta, mexico, mongolia, morocco, nepal, netherlands, new zealand,
    nicaragua, nigeria, norway, pakistan, panama, paraguay, peru, philippines, poland, portugal,
    romania, russia, scotland, senegal, serbia, singapore, slovakia, slovenia, somalia, south
    africa, south korea, spain, sri lanka, sudan, sweden, switzerland, syria, taiwan, tanzania,
    thailand, tunisia, turkey, uganda, ukraine, united kingdom, united states, uruguay, venezuela,
    vietnam, wales, zambia, zimbabwe, usa, uk, europe, asia, africa, america, amsterdam, ankara,
    athens, atlanta, bangkok, barcelona, beijing, berlin, bogota, boston, brussels, bucharest,
    budapest, buenos aires, cairo, cape town, caracas, chicago, copenhagen, dallas, delhi, detroit,
    dhaka, dubai, dublin, edinburgh, frankfurt, geneva, hamburg, hanoi, helsinki, hong kong,
    houston, istanbul, jakarta, johannesburg, karachi, kyiv, kyoto, lagos, lima, lisbon, london, los
    angeles, madrid, manila, melbourne, miami, milan, montreal, moscow, mumbai, munich, nairobi,
    naples, new delhi, new york, new york city, osaka, oslo, paris, philadelphia, phoenix, porto,
    prague, rio de janeiro, riyadh, rome, san diego, san francisco, santiago, sao paulo, seattle,
    seoul, shanghai, shenzhen, sofia, stockholm, sydney, taipei, tehran, tel aviv, tokyo, toronto,
    vancouver, venice, vienna, warsaw, washington, zurich, california, texas, florida, alaska,
    hawaii, oregon, ohio, ontario, quebec
    """.replace("\n", " ").split(",")
) | {"south africa", "south korea", "los angeles", "united states"}
NATIONALITY_WORDS: Final = frozenset(
    "french german dutch greek swiss czech thai welsh arabic hindi urdu bengali tamil mandarin"
    " cantonese latin hebrew swahili yoruba igbo hausa korean filipino tagalog arab icelandic"
    " christian muslim jewish catholic buddhist hindu asian african european american mexican"
    " russian ukrainian italian indian brazilian canadian australian egyptian iranian iraqi israeli"
    " nigerian kenyan ghanaian moroccan persian norwegian hungarian romanian bulgarian croatian"
    " serbian austrian belgian argentinian chilean colombian peruvian cuban jamaican indonesian"
    " malaysian singaporean mongolian estonian latvian lithuanian syrian tunisian".split()
)
_ISH = re.compile(r"(?:span|engl|brit|ir|scott|pol|dan|swed|finn|turk|jew|kurd)ish\Z")
_ESE = re.compile(r"(?:chin|japan|portugu|vietnam|malt|leban|taiwan|nepal|sudan|burm)ese\Z")
TITLES: Final = frozenset(
    "mr mrs ms miss mx dr prof professor doctor sir dame lady lord madam captain sergeant aunt"
    " uncle auntie grandma grandpa coach president senator judge father sister brother king queen"
    " prince princess saint st".split()
)
KIN: Final = (
    "sister|brother|mother|father|mom|mum|dad|wife|husband|son|daughter|cousin|niece|nephew|aunt"
    "|uncle|grandma|grandpa|grandmother|grandfather|friend|boyfriend|girlfriend|partner"
    "|fianc[e\u00e9]e?"
    "|boss|manager|colleague|coworker|co-worker|neighbou?r|roommate|flatmate|teacher|therapist|kid"
    "|dog|cat|puppy|kitten|buddy|mate"
)
_SUFFIXES: Final = {
    "organization": "inc corp corporation ltd llc gmbh plc ag university college school academy"
    " hospital clinic bank institute foundation company club team fc association council ministry"
    " church committee department agency studio studios labs group society airlines union bakery"
    " partners records",
    "place": "street avenue road lane boulevard park beach lake mountain mountains mount city river"
    " island islands square airport bridge bay valley canyon forest coast county province village"
    " town station hill hills garden gardens museum tower castle falls desert sea ocean library"
    " theater theatre stadium restaurant cafe hotel",
    "event": "festival conference marathon cup olympics day week fair summit games christmas easter"
    " halloween thanksgiving eve championship championships tournament parade expo con fest ramadan"
    " diwali hanukkah awards gala convention",
}
TYPE_OF_LAST: Final = {word: kind for kind, words in _SUFFIXES.items() for word in words.split()}
PARTICLES: Final = "de|da|do|dos|del|della|di|van|von|der|den|la|le|el|al|bin|ibn|ben|ter|af|of|&"
PARTICLE_SET: Final = frozenset(PARTICLES.split("|")) | {"the"}


def is_place(name: str) -> bool:
    """Tell a country or large city, or a name that ends like a place."""
    words = name.casefold().split()
    return " ".join(words) in PLACES or bool(words and TYPE_OF_LAST.get(words[-1]) == "place")


def is_nationality(word: str) -> bool:
    """Tell an adjective of a country, which is often a language, or of a religion."""
    plain = word.casefold()
    return plain in NATIONALITY_WORDS or bool(_ISH.match(plain) or _ESE.match(plain))
