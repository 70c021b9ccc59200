"""The verbs that state facts, and the rules between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from memcli.language.facts.words import CONDITIONS, DIETS, OWNABLE, PETS

__all__ = [
    "FORMS",
    "RULES",
    "Rule",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Verbs, what follows them and what that states.

    verbs: base forms; after: matched where the rest of the clause begins, the value follows it or
    is its group `value`; form: how the value is read, a key of `facts._FORMS_OF_VALUE`.
    tenses: of present, perfect, progressive and past, those that state the attribute;
    in_past: the attribute that the past states instead, or "".
    opposite: the attribute that "does not" states instead of its negation, or "".
    """

    verbs: str
    after: str
    attribute: str
    form: str = "noun"
    tenses: str = "present perfect progressive past"
    in_past: str = ""
    constant: str = ""
    negated: bool = False
    opposite: str = ""


_LASTING: Final = "present perfect progressive"
_NOW: Final = "present progressive"
_TABLE: Final = (
    Rule("live reside", "(?:in|at|on|near) ", "residence", "place", _LASTING, "past_residence"),
    Rule("live", "with ", "lives_with", "noun", _NOW),
    Rule("move relocate", "(?:back |over |out )?(?:from [^,.;]{2,30}? )?(?:in)?to ", "residence",
         "place", "perfect past"),
    Rule("move relocate", "from ", "past_residence", "place", "perfect past"),
    Rule("settle", "(?:down )?in ", "residence", "place", "perfect past"),
    Rule("be", "(?:based|living|located) (?:in|near) ", "residence", "place", "present"),
    Rule("be", "(?:originally )?from ", "origin", "place", "present past"),
    Rule("come hail", "(?:originally )?from ", "origin", "place", "present"),
    Rule("grow", "up (?:in|near) ", "origin", "place", "past perfect"),
    Rule("be", "(?:born and )?raised in ", "origin", "place"),
    Rule("be", "born (?:and raised )?in ", "origin", "place"),
    Rule("be", "born (?:on|in) ", "birthday", "date"),
    Rule("be", r"(?P<value>\d{1,3})(?: years old| years of age|(?= now\b|[.!]?\Z))", "age", "given",
         "present"),
    Rule("turn", r"(?P<value>\d{1,3})\b(?! (?:degrees|%))", "age", "given", "past perfect"),
    Rule("work", "(?:full[- ]time |part[- ]time )?as (?=an? )", "occupation", "profession_said",
         _LASTING, "past_occupation"),
    Rule("be", "(?=an? )", "occupation", "profession", "present"),
    Rule("become", "(?=an? )", "occupation", "profession", "past perfect"),
    Rule("start begin", "(?:working |work |a (?:new )?job )?as (?=an? )", "occupation",
         "profession_said", "past perfect"),
    Rule("get land find take accept have", "(?:an? )?(?:new )?(?:job|position|role) as (?=an? )",
         "occupation", "profession_said"),
    Rule("be", "(?:hired|promoted|employed|appointed) (?:as|to) ", "occupation", "profession_said"),
    Rule("be", "retired(?! from)", "occupation", "constant", "present", constant="retired"),
    Rule("be", "(?:currently )?unemployed", "occupation", "constant", "present",
         constant="unemployed"),
    Rule("retire", "", "occupation", "constant", "past perfect", constant="retired"),
    Rule("work", "(?:full[- ]time |part[- ]time )?(?:(?:as|in) [^,.;]{2,40}? )?(?:at|for) ",
         "employer", "organization", _LASTING, "past_employer"),
    Rule("be", "employed (?:at|by) ", "employer", "organization", "present"),
    Rule("get land start have accept find", "(?:an? |his |her |their )?(?:new )?(?:job|position"
        "|role|work"
         "|working) (?:as [^,.;]{2,40}? )?(?:at|with|for) ", "employer", "organization"),
    Rule("start begin", "(?:at|with) ", "employer", "organization", "past perfect"),
    Rule("be", "(?:hired|employed) (?:by|at) ", "employer", "organization"),
    Rule("join", "", "employer", "organization_joined", "past perfect"),
    Rule("leave quit", "(?:(?:his|her|their|the|its) (?:old )?(?:job|position|role) (?:at|with) )",
         "employer", "organization", "past perfect", negated=True),
    Rule("leave quit", "", "employer", "organization_joined", "past perfect", negated=True),
    Rule("resign", "from ", "employer", "organization", "past perfect", negated=True),
    Rule("be", "(?:fired|laid off|let go) (?:from|by) ", "employer", "organization",
         negated=True),
    Rule("study", "", "education", "studies", _LASTING, "education"),
    Rule("major", "in ", "education", "noun"),
    Rule("graduate", "(?:with [^,.;]{2,40}? )?(?:from|in) ", "education", "noun", "past perfect"),
    Rule("have hold earn get receive complete finish",
         "(?=(?:an?|his|her|their) (?:[\\w-]+ ){0,2}?(?:degree|phd|doctorate|master's|bachelor's"
         "|masters"
         "|diploma|mba)\\b)", "education", "noun"),
    Rule("attend", "", "education", "school"),
    Rule("be", "(?P<value>single|divorced|widowed|separated|engaged|married|in a relationship)\\b",
         "relationship_status", "given", "present perfect"),
    Rule("get", "(?P<value>divorced|engaged|married)\\b", "relationship_status", "given",
         "past perfect"),
    Rule("be", "married to ", "spouse", "name", "present perfect"),
    Rule("get", "married to ", "spouse", "name", "past perfect"),
    Rule("marry", "", "spouse", "name", "past perfect"),
    Rule("be", "(?:dating|engaged to|in a relationship with) ", "partner", "name", "present"),
    Rule("date", "", "partner", "name", "progressive"),
    Rule("break", "up with ", "partner", "name", "past perfect", negated=True),
    Rule("divorce", "", "spouse", "name", "past perfect", negated=True),
    Rule("have adopt get rescue own foster",
         rf"(?=an? (?:[\w-]+ ){{0,4}}?(?:{PETS})\b)", "pet", "pet"),
    Rule("own", "", "owns", "list", _LASTING),
    Rule("have", rf"(?=an? (?:[\w-]+ ){{0,3}}?(?:{OWNABLE})(?=[.,;!]|\Z| (?:and|with|in|that"
        rf"|which|called)\b))", "owns", "noun", "present"),
    Rule("buy purchase", "(?=an? )(?!an? (?:few|lot|bunch|couple|ticket))", "owns", "noun",
         "past perfect"),
    Rule("sell", "(?:his|her|their|the|its) ", "owns", "noun", "past perfect", negated=True),
    Rule("like enjoy", "", "likes", "list", "present", opposite="dislikes"),
    Rule("love adore", "", "loves", "list", "present", opposite="dislikes"),
    Rule("dislike", "", "dislikes", "list", "present", opposite="likes"),
    Rule("hate despise loathe detest", "", "hates", "list", "present"),
    Rule("be", "(?:a (?:big|huge|great|massive) |a |really |very )?(?:fan of|fond of|into"
        "|obsessed with"
         "|crazy about|passionate about|keen on|addicted to) ", "likes", "list", "present",
         opposite="dislikes"),
    Rule("prefer", "", "prefers", "preference", "present"),
    Rule("be", "(?:afraid|scared|terrified|frightened) of ", "fears", "list", "present"),
    Rule("fear", "", "fears", "list", "present"),
    Rule("be", "(?:severely |very |highly )?allergic to ", "allergic_to", "list", "present"),
    Rule("have", "(?=an? (?:severe |bad |mild )?(?P<value>[\\w-]+(?: [\\w-]+)?)"
        " allergy)", "allergic_to",
         "given", "present"),
    Rule("be", "(?P<value>(?:lactose|gluten|histamine|fructose)[- ]intolerant)", "health", "given",
         "present"),
    Rule("be", rf"(?:an? )?(?P<value>{DIETS})\b", "diet", "given", "present perfect"),
    Rule("become go turn", rf"(?:an? )?(?P<value>{DIETS})\b", "diet", "given", "past perfect"),
    Rule("follow be eat keep", rf"(?:on )?(?:an? |the )?(?P<value>{DIETS})(?: diet\b"
        rf"|\b)", "diet", "given",
         _NOW),
    Rule("have", rf"(?:an? )?(?P<value>{CONDITIONS})\b", "health", "given", "present perfect"),
    Rule("suffer", "from ", "health", "list", _NOW),
    Rule("be", "diagnosed with ", "health", "list"),
    Rule("be", "(?P<value>pregnant|diabetic|asthmatic|autistic|color-?blind|colour-?blind|deaf"
        "|blind"
         "|epileptic|anemic|dyslexic)\\b", "health", "given", "present"),
    Rule("speak", "", "speaks", "language", "present"),
    Rule("be", "fluent in ", "speaks", "language", "present"),
    Rule("learn study", "", "learning", "language", "progressive"),
    Rule("learn", "(?:how )?(?=to )", "learning", "action", "progressive"),
    Rule("play", "(?:the )?", "plays", "played", "present"),
    Rule("plan", "(?:on|to) ", "plans_to", "action", _NOW),
    Rule("intend", "to ", "plans_to", "action", _NOW),
    Rule("be", "(?:planning|intending) (?:on|to) ", "plans_to", "action", "present"),
    Rule("go", "to ", "plans_to", "planned", "progressive"),
    Rule("want hope aim", "to ", "goal", "planned", _NOW),
    Rule("dream", "(?:of|about) ", "goal", "planned", _NOW),
    Rule("save", "(?:up )?(?:money )?for ", "goal", "saving", "progressive"),
    Rule("work", "on ", "project", "project", "progressive"),
    Rule("decide choose agree", "to ", "decision", "planned", "past perfect"),
    Rule("decide settle", "on ", "decision", "noun", "past perfect"),
    Rule("be", "(?:called|named) ", "name", "name", "present"),
    Rule("go", "by ", "name", "name", "present"),
    Rule("be", "(?:now |currently |officially |finally )?(?P<value>on hold|completed?|finished|done"
         "|cancell?ed|postponed|delayed|approved|rejected|confirmed|finali[sz]ed|in progress|in"
         " review"
         "|blocked|paused|archived|live|deployed|released|closed|overdue|scheduled|signed|published"
         "|submitted)\\b", "status", "status", "present perfect"),
)  # fmt: skip


def _by_verb() -> dict[str, list[tuple[Rule, re.Pattern[str]]]]:
    table: dict[str, list[tuple[Rule, re.Pattern[str]]]] = {}
    for rule in _TABLE:
        pattern = re.compile(rule.after, re.IGNORECASE)
        for verb in rule.verbs.split():
            table.setdefault(verb, []).append((rule, pattern))
    return table


RULES: Final = _by_verb()
_IRREGULAR: Final = {
    "be": "am is are was were been being 's 're 'm",
    "have": "has had having",
    "go": "goes went gone",
    "get": "got gotten",
    "come": "came",
    "grow": "grew grown",
    "become": "became",
    "begin": "began begun",
    "find": "found",
    "take": "took taken",
    "leave": "left",
    "quit": "quit",
    "break": "broke broken",
    "buy": "bought",
    "sell": "sold",
    "speak": "spoke spoken",
    "choose": "chose chosen",
    "hold": "held",
    "keep": "kept",
    "eat": "ate eaten",
    "dream": "dreamt",
    "learn": "learnt",
}


def _forms() -> dict[str, tuple[str, str]]:
    """Return every form of the verbs of the rules -> (base, tense of that form alone)."""
    forms: dict[str, tuple[str, str]] = {}
    for verb in RULES:
        stem = verb[:-1] if verb.endswith("e") else verb
        doubled = stem + stem[-1] if verb in {"plan", "quit", "get", "begin", "prefer"} else stem
        ending = verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeou" else ""
        past = verb[:-1] + "ied" if ending else doubled + "ed"
        present = ending or verb + ("es" if verb.endswith(("s", "sh", "ch", "o")) else "s")
        for form in _IRREGULAR.get(verb, past).split():
            forms[form] = (verb, "past")
        forms |= {doubled + "ing": (verb, "progressive")}
        if verb not in _IRREGULAR:
            forms[past] = (verb, "past")
        forms |= {verb: (verb, "present"), present: (verb, "present")}
        if _IRREGULAR.get(verb) == verb:
            # "She quit": the third person of the present would have an s.
            forms[verb] = (verb, "past")
    for form in ("am", "is", "are", "'s", "'re", "'m"):
        forms[form] = ("be", "present")
    forms["has"] = ("have", "present")
    return forms


FORMS: Final = _forms()
