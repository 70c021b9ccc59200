"""The wordings by which a statement shows a facet of a person's life, and those that show none."""

from __future__ import annotations

import re
from typing import Final

from memcli.language.facets.about import KIN_NOUN

FLAGS: Final = re.IGNORECASE
ADVERBS: Final = (
    r"(?:(?:really|also|just|still|always|usually|often|definitely|absolutely|totally|actually"
    r"|mostly|mainly|currently|now|truly|especially|particularly|already|recently|"
    r"finally|even|both|all|kind of|sort of|probably|certainly|originally|generally|typically"
    r"|normally|sometimes|simply|personally|honestly|never|so|too|very|pretty|super) )*"
)
# Attitudes to something that the sentence does not name say nothing when they are read alone.
VAGUE: Final = (
    r"(?:it|that|this|those|these|them|him|her|how|when|the (?:way|idea|sound|fact|thought|whole)"
    r"|what|hearing|seeing|your|their (?:idea|work|enthusiasm))\b"
)
LIKES = re.compile(
    rf"{ADVERBS}(?:loves?|likes?|enjoys?|adores?|prefers?|hates?|dislikes?|detests?|favou?rs"
    r"|can(?:['\u2019]t|not) stand|do(?:es)?(?:n['\u2019]t| not) (?:really )?(?:like|enjoy"
    r"|care for)"
    r"|(?:is|are) (?:(?:really|so|very|super|also|definitely|totally|quite|still|huge"
    r"|just) )*(?:(?:such )?an? (?:\w+ )?(?:fan|lover) of|(?:big )?(?:into|fond of"
    r"|interested in"
    r"|(?:passionate|crazy|obsessed) (?:about|with)|(?:afraid|scared"
    r"|terrified) of)))\s+(?P<what>.+)",
    FLAGS,
)
SHARES = re.compile(
    r"(?:shares?|sends?|attach(?:es)?|posts?|shows?) (?:an? |the |some )?"
    r"(?:images?|photos?|pictures?|videos?|links?|files?|gifs?|screenshots?)\b",
    FLAGS,
)
DEFINITE = re.compile(r"(?:all )?(?:the|(?:how )?you|all of)\b", FLAGS)
VAGUE_OBJECT = re.compile(
    rf"{ADVERBS}[\w'\u2019-]+(?: \w+ing| to \w+)? (?:it|that|this|them|those|these|so|there|here)"
    r"(?!\s(?:week|month|year|day|morning|afternoon|evening|weekend|summer|winter|spring|fall"
    r"|much|many"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)(?:\W|\Z)",
    FLAGS,
)
FAVOURITE = re.compile(r"\b(?:favou?rites?|fave|go-to|preferred)\b", FLAGS)
HAS_FAVOURITE = re.compile(
    r"\b(?:is|are) (?:one of )?(?:their|his|her) (?:all-time )?(?:favou?rites?|fave|go-to)\b"
    r"|\b(?:their|his|her) (?:favou?rite|fave|go-to) (?:[\w-]+ ){0,3}(?:is|are)\b",
    FLAGS,
)
WISHES = re.compile(
    rf"{ADVERBS}(?:(?:is|are) (?:\w+ )?(?:going to|gonna|planning|hoping (?:to|for)"
    r"|thinking (?:of|about)"
    r"|considering|aiming|preparing (?:to|for)|saving (?:up )?for|looking (?:to|into"
    r"|for (?:an?|new)\b)"
    r"|working (?:on|towards?)|about to|set to|(?:starting|launching|opening)(?! to))"
    r"|plans? (?:to|on)|intends? to|hopes? (?:to|for)|aims? (?:to|for)|dreams? of"
    r"|wants? (?:to|an?\b)"
    r"|would (?:\w+ )?(?:love|like) to|wanna|has (?:an? )?(?:\w+ )?(?:appointment|interview"
    r"|exam|plans?|goal)\b"
    r"|needs? to (?:find|get|buy|finish|learn|book|save)|has (?:decided|been planning"
    r"|signed up) )\s*"
    r"(?P<what>.+)",
    FLAGS,
)
EAGER = re.compile(
    rf"{ADVERBS}(?:is {ADVERBS}looking forward to|can(?:['\u2019]t|not) wait (?:to"
    r"|for))\s+(?P<what>.+)",
    FLAGS,
)
PROPOSES = re.compile(
    rf"{ADVERBS}(?:suggests?|proposes?|recommends?|just wanted|wanted|hopes? (?:you|they"
    r"|that|every)|(?:can|could|would|should|thinks?|feels?|guess(?:es)?|got|has got)\b"
    r"|(?:is|are) (?:\w+ ){0,2}(?:excited|free|available|busy|pumped|down|up for|good|fine"
    r"|flexible)\b)",
    FLAGS,
)
WILL = re.compile(rf"{ADVERBS}(?:will|['\u2019]ll|shall)\b\s+(?P<what>.+)", FLAGS)
# What is said to the other one in the conversation is no plan for life.
TALK = re.compile(
    rf"(?:to )?{ADVERBS}(?:be (?:fine|great|there|happy|sure|ok|okay|honest)|say|ask|know"
    r"|hear|see|check|tell"
    r"|let|talk|share|thank|send|congratulate|mention|add|keep (?:you|that|it)|remember|try"
    r"|give|express|remind|offer|wish|apologi[sz]e|note|update|vent"
    r"|do (?:that|it|this)|think|look|clarify|confirm|understand|emphasi[sz]e|point|make sure|wanna"
    r"|suggest|reali[sz]e|discuss|review|proceed|focus|start with|use (?:that|this|it)|go with)\b",
    FLAGS,
)
ROUTINE = re.compile(
    r"\b(?:usually|typically|normally|every (?:other )?(?:day|morning|evening|night|week|weekend"
    r"|month|year|spring|summer|autumn|fall|winter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|each"
    r" (?:day|morning|evening|night|week|weekend|month|year)|on (?:weekends|weekdays"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days)|in the (?:mornings|evenings)"
    r"|daily(?=[.,;!]|\Z| and\b)|regularly"
    r"|tends? to|(?:once|twice|\w+ times) (?:a|per) (?:day|week|month|year)|most (?:days|mornings"
    r"|evenings|weekends)|sticks? (?:to|with)|always (?:\w+s|try|go|make|take|start|end)\b"
    r"|before bed"
    r"|(?:before|after) (?:work|school|breakfast|dinner|lunch|every \w+))\b",
    FLAGS,
)
KIN_OF_THEIRS = re.compile(
    rf"\b(?:their|his|her) (?:[\w-]+ ){{0,2}}?(?:{KIN_NOUN})\b"
    rf"|\b(?:{KIN_NOUN}),? (?:named|called|is|are) |\b(?:married|engaged) to\b|\b(?:is"
    r"|are) (?:dating"
    r"|close (?:to|with)|friends with)\b|\bhas (?:an?|one|two|three|four"
    rf"|\d) (?:[\w-]+ ){{0,2}}?(?:{KIN_NOUN})s?\b",
    FLAGS,
)
KIN_HEAD = re.compile(
    rf"(?:[\w-]+ ){{0,3}}?(?:{KIN_NOUN})(?:,? (?-i:[A-Z])[\w-]+| and .*|['\u2019]s?\b.*)?\Z", FLAGS
)
GUESSED = re.compile(r"(?:must|looks?|seems?|sounds?|should|would|could)\b", FLAGS)
IDENTITY = re.compile(
    rf"{ADVERBS}(?:(?:is|are) {ADVERBS}(?:an? (?!bit\b|lot\b|little\b|great (?:idea|way)"
    r"|good (?:idea|way|point)|part\b)"
    r"|one of|from|based in|in (?:their|his|her) \w+|married|single|divorced|retired|vegan"
    r"|vegetarian|allergic|pregnant|deaf|blind|left-handed|bilingual|\d+ (?:years|months)"
    r"|part of|a member"
    r"|studying|learning|training|working (?:as|at|for|in|with)|living|staying (?:in|with)"
    r"|in charge of|responsible for"
    r"|enrolled|employed|majoring|(?:\w+ )?(?:skilled|good|experienced) (?:at|in|with))"
    r"|has (?:an? (?!blast|great|good|lot|bit|feeling|point|question|hard|tough|wonderful|few"
    r"|really|look|suggestion|request)"
    r"|(?:one|two|three|four|five|six|\d+) |been (?:\w+ing|an?|in|with|a member)\b.*\b(?:for"
    r"|since)\b)"
    r"|(?:works?|lives?|stud(?:y|ies)|teach(?:es)?|runs?|owns?|speaks?|plays?|manages?|leads?"
    r"|volunteers?"
    r"|belongs?|collects?|coach(?:es)?|mentors?|attends?|comes? from|suffers? from"
    r"|identif(?:y|ies) as"
    r"|grows?|keeps?|drives?|speciali[sz]es?|practi[sc]es?|performs?|competes?|weighs?|earns?"
    r"|makes? a living)\b)",
    FLAGS,
)
# Present-tense verbs that report a thought, a reaction or an act of speaking.
SPEECH: Final = frozenset(
    """
    thinks think feels feel knows know sees see hopes hope says say agrees agree guesses guess
    shares share gets get appreciates appreciate wonders wonder remembers remember needs need
    wants want looks look wishes wish believes believe means mean understands understand
    supposes suppose bets bet imagines imagine admits admit hears hear recommends recommend
    suggests suggest promises promise asks ask thanks thank does do misses miss seems seem finds
    find is are has have can could would should might may must shall sounds sound tries try
    notices notice realizes realize expects expect assumes assume worries worry doubts doubt
    considers consider mentions mention tells tell gives give takes take makes make goes go lets
    let keeps keep comes come totally was were trusts asked congratulates checks check cares
    proposes accepts confirms adds swears insists prompts
    """.split()
)
MOOD = re.compile(
    rf"{ADVERBS}(?:is|are|was|were|feels?|felt) {ADVERBS}(?:glad|happy|proud|excited|stoked"
    r"|thankful|grateful|sorry"
    r"|thrilled|curious|sure|okay|ok|fine|good|great|impressed|inspired|amazed|curious"
    r"|surprised|pumped"
    r"|psyched|there|here|ready|right|down|in\b(?!\s(?:their|his|her))|with|on|up|able"
    r"|honou?red|lucky|jealous|dying"
    r"|saying|talking|having|doing|getting|feeling|looking|trying|asking|wondering|guessing"
    r"|just)\b",
    FLAGS,
)
MODAL = re.compile(
    rf"{ADVERBS}(?:will|would|can|could|should|may|might|must|won['\u2019]t|suggests?|feels?"
    r"|guess(?:es)?|thinks?|wants?"
    r"|hopes?|bets?|supposes?|imagines?|knows?|sees?|needs?|agrees?|believes?|means?|says?"
    r"|wishes)\b",
    FLAGS,
)
MIND = re.compile(
    rf"{ADVERBS}(?:thought|felt|said|told|asked|agreed|meant|wondered|knew|guessed|mentioned"
    r"|loved|liked"
    r"|enjoyed|noticed|remembered|saw|heard|wanted|needed|couldn['\u2019]t|could|would"
    r"|didn['\u2019]t|wasn['\u2019]t"
    r"|haven['\u2019]t|hasn['\u2019]t|should|might|hoped|believed|realized|forgot|had (?:to"
    r"|a (?:blast|great|good))"
    r"|has (?:to|got|heard|seen|noticed|always)|got (?:it|to|you))\b",
    FLAGS,
)
MILESTONE = re.compile(
    r"\b(?:moved|graduated|married|divorced|born|started|began|founded|opened|launched|bought"
    r"|sold|adopted"
    r"|won|lost|passed|died|quit|retired|promoted|hired|fired|laid off|got (?:a|an|the|hired"
    r"|promoted|married|engaged"
    r"|accepted)|joined|left|finished|completed|published|performed|visited|travel(?:l)?ed"
    r"|grew up|broke|injured|diagnosed"
    r"|recovered|became|met|proposed|enrolled|signed|received|ran|built|wrote|created"
    r"|volunteered|attended|went|took"
    r"|made|hosted|organi[sz]ed|participated|raised|donated|applied|learned|hiked|camped"
    r"|celebrated|used to)\b",
    FLAGS,
)
USED_TO = re.compile(rf"{ADVERBS}(?:used to|grew up|was born|formerly)\b", FLAGS)
PERFECT = re.compile(
    rf"{ADVERBS}(?:has|have) {ADVERBS}been {ADVERBS}(?!doing|getting|having|feeling"
    r"|wanting|waiting|thinking|wondering|loving|hearing|seeing|being|dying|meaning"
    r"|looking forward|trying|working hard|going|enjoying)(?P<verb>\w+ing)\b",
    FLAGS,
)
FIRST_WORD = re.compile(rf"{ADVERBS}(?P<verb>[\w'\u2019-]+)", FLAGS)
POINTING = re.compile(
    r"\b(?:it|that|this|those|these|them|there)\W*\Z|\A\W*(?:it|that|this|those|these)\b", FLAGS
)
GOAL_NOUN = re.compile(
    r"\b(?:goals?|dreams?|plans?|ambitions?|next (?:step|project|trip))\Z", FLAGS
)
OWN_NOUN = re.compile(
    r"\b(?:job|career|hometown|house|apartment|flat|birthday|name|age|degree|major|business"
    r"|shop|store|company|team"
    r"|band|dog|cat|pet|pets|puppy|kitten|car|bike|salary|budget|height|weight|blood type"
    r"|diet|allerg(?:y|ies)|condition"
    r"|health|background|passion|hobby|hobbies|profession|occupation|role|position|title"
    r"|faith|religion"
    r"|language|country|city|neighbou?rhood|roots|skills?|expertise|income|email|phone"
    r"|address|nickname|pronouns)\Z",
    FLAGS,
)
