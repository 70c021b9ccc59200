"""The attributes of facts, and the nouns that name or fill them."""

from __future__ import annotations

import re
from typing import Final

# Attribute -> whether only one value holds at a time. Besides these there are `favourite_*`,
# single, and snake_case nouns of "X's NOUN is Y", single where the noun is one of SINGLE_NOUNS.
ATTRIBUTES: Final[dict[str, bool]] = {
    "name": True,
    "residence": True,
    "employer": True,
    "occupation": True,
    "birthday": True,
    "age": True,
    "origin": True,
    "relationship_status": True,
    "spouse": True,
    "partner": True,
    "mother": True,
    "father": True,
    "diet": True,
    "phone": True,
    "email": True,
    "address": True,
    "status": True,
    "value": True,
    "past_residence": False,
    "past_employer": False,
    "past_occupation": False,
    "sibling": False,
    "child": False,
    "friend": False,
    "relative": False,
    "lives_with": False,
    "pet": False,
    "owns": False,
    "has_count": False,
    "likes": False,
    "loves": False,
    "dislikes": False,
    "hates": False,
    "prefers": False,
    "fears": False,
    "allergic_to": False,
    "health": False,
    "education": False,
    "speaks": False,
    "learning": False,
    "plays": False,
    "plans_to": False,
    "goal": False,
    "habit": False,
    "project": False,
    "decision": False,
}
# Nouns of "X's NOUN is Y" and "X has a NOUN named Y" whose attribute has another name.
NOUN_ATTRIBUTES: Final[dict[str, str]] = {
    noun: attribute
    for attribute, nouns in {
        "spouse": "husband wife spouse",
        "partner": "boyfriend girlfriend partner fiance fianc\u00e9 fiancee fianc\u00e9e",
        "mother": "mother mom mum mama mommy mummy",
        "father": "father dad papa daddy",
        "sibling": "sister brother sibling twin stepsister stepbrother",
        "child": "son daughter child baby stepson stepdaughter",
        "friend": "friend",
        "relative": "aunt uncle cousin niece nephew grandmother grandfather grandma grandpa"
        " grandson"
        " granddaughter",
        "pet": "dog cat puppy kitten pet rabbit bunny hamster parrot horse pony turtle tortoise"
        " goldfish guinea-pig snake lizard gecko ferret bird",
        "residence": "hometown-now home-city",
        "origin": "hometown birthplace",
        "occupation": "job occupation profession",
        "employer": "employer",
        "birthday": "birthday birthdate",
        "email": "email e-mail mail",
        "phone": "phone mobile cell telephone number",
        "address": "address",
        "diet": "diet",
        "goal": "goal dream ambition",
        "name": "name",
        "age": "age",
    }.items()
    for noun in nouns.split()
}
SINGLE_NOUNS: Final = frozenset(
    "deadline date address email phone number password budget price cost size weight height title"
    " schedule version colour color target status location salary rent income username handle"
    " nickname surname major timezone time name venue destination password due mortgage pronouns"
    " zodiac sign blood type gender nationality religion language limit dose dosage rate due-date"
    " length width duration capital theme slogan".split()
)
COUNTABLE: Final = frozenset(
    "kid kids child children son sons daughter daughters sister sisters brother brothers sibling"
    " siblings cat cats dog dogs pet pets puppy puppies kitten kittens rabbit rabbits horse horses"
    " chicken chickens fish parrot parrots hamster hamsters car cars bike bikes bicycle bicycles"
    " house houses apartment apartments guitar guitars book books plant plants grandchildren"
    " grandkids nephew nephews niece nieces cousin cousins employee employees student students"
    " client clients job jobs degree degrees tattoo tattoos roommate roommates".split()
)
PLAYED: Final = re.compile(
    r"(?:piano|guitar|violin|cello|drums?|flute|clarinet|saxophone|trumpet|harp|ukulele|bass|organ"
    r"|accordion|banjo|keyboards?|tennis|football|soccer|basketball|baseball|volleyball|hockey|golf"
    r"|cricket|rugby|chess|badminton|squash|poker|bridge|video games?|board games?|table tennis"
    r"|ping[- ]pong|handball|lacrosse|softball|water polo|padel|pickleball|ultimate frisbee)\b",
    re.IGNORECASE,
)
OWNABLE: Final = (
    "car|house|flat|apartment|condo|cabin|bike|bicycle|motorcycle|motorbike|scooter|truck|van|boat"
    "|piano|guitar|violin|cello|drum kit|camera|laptop|computer|tablet|phone|telescope|kayak|canoe"
    "|surfboard|skateboard|garden|farm|shop|store|restaurant|cafe|bakery|business|company|studio"
    "|gallery|blog|podcast|channel|tent|motorhome|camper|greenhouse|treadmill|e-bike|keyboard"
)
PETS: Final = "|".join(
    noun for noun, attribute in NOUN_ATTRIBUTES.items() if attribute == "pet" and noun != "pet"
)
CONDITIONS: Final = (
    "diabetes|type [12] diabetes|asthma|migraines?|adhd|add|autism|epilepsy|arthritis|celiac"
    " disease"
    "|coeliac disease|crohn's disease|crohn's|cancer|depression|anxiety|ptsd|ocd|insomnia"
    "|hypertension|high blood pressure|high cholesterol|anemia|anaemia|eczema|psoriasis"
    "|endometriosis"
    "|fibromyalgia|lupus|multiple sclerosis|scoliosis|sciatica|tinnitus|vertigo|hay fever|ibs|gerd"
    "|sleep apnea|hypothyroidism|chronic \\w+(?: \\w+)?|a (?:heart|thyroid|kidney) (?:condition"
    "|disease)"
    "|a pacemaker|bipolar disorder|dyslexia|glaucoma|osteoporosis|parkinson's|alzheimer's|dementia"
)
DIETS: Final = (
    "(?:strict |mostly )?(?:vegan|vegetarian|pescatarian|flexitarian|carnivore|kosher|halal"
    "|gluten[- ]free|dairy[- ]free|lactose[- ]free|keto|ketogenic|paleo|low[- ]carb|plant[- ]based"
    "|raw food|mediterranean|low[- ]sodium|sugar[- ]free)"
)
PROFESSION: Final = re.compile(
    r"(?:[\w-]+ ){0,3}?(?:[\w-]*(?:ologist|ician|ographer|engineer|developer|teacher|designer"
    r"|manager"
    r"|director|consultant|analyst|therapist|writer|maker|keeper|pathist|trist|planner)"
    r"|nurse|doctor|physician|surgeon|dentist|pharmacist|veterinarian|vet|paramedic|midwife"
    r"|scientist"
    r"|biologist|chemist|physicist|programmer|architect|lawyer|attorney|judge|accountant|banker"
    r"|economist|professor|lecturer|researcher|librarian|tutor|student|journalist|reporter|editor"
    r"|author|novelist|poet|artist|painter|sculptor|musician|singer|guitarist|pianist|drummer"
    r"|dancer"
    r"|actor|actress|filmmaker|producer|chef|cook|baker|barista|bartender|waiter|waitress|farmer"
    r"|gardener|florist|carpenter|plumber|electrician|mechanic|builder|welder|driver|pilot|sailor"
    r"|captain|firefighter|police officer|policeman|detective|soldier|officer|veteran|guard"
    r"|secretary|receptionist|cashier|salesperson|salesman|realtor|agent|broker|trader"
    r"|entrepreneur|founder|co-founder|ceo|cto|cfo|freelancer|intern|apprentice|translator"
    r"|interpreter|counselor|counsellor|social worker|psychologist|coach|trainer|athlete"
    r"|barber|hairdresser|stylist|tailor|model|pastor|priest|imam|rabbi|monk|blogger|streamer"
    r"|youtuber|plumber|fisherman|butcher|jeweler|curator|historian|mathematician|statistician"
    r"|administrator|assistant|clerk|supervisor|homemaker|stay-at-home (?:mom|dad|parent))",
    re.IGNORECASE,
)
ORGANIZATION: Final = re.compile(
    r"(?:an?|the) (?:[\w-]+ ){0,3}?(?:bank|hospital|school|university|college|startup|start-up"
    r"|company"
    r"|firm|agency|clinic|factory|restaurant|cafe|bakery|bookstore|bookshop|library|museum|hotel"
    r"|shop|store|supermarket|pharmacy|law firm|ngo|non-?profit|charity|studio|lab|laboratory"
    r"|institute|newspaper|kindergarten|shelter|gym|post office|ministry|airline|airport)\b",
    re.IGNORECASE,
)
HOUSING: Final = re.compile(
    r"(?:an?|the) (?:[\w-]+ ){0,3}?(?:apartment|flat|house|condo|cabin|village|suburbs?|countryside"
    r"|dorm|farm|city cent(?:er|re)|small town|studio|houseboat|trailer|cottage|bungalow)\b",
    re.IGNORECASE,
)
