"""Cue phrases by which `memcli.language.acts.stance` tells what a sentence does."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ABOUT_SPEAKER",
    "ASKED_OF",
    "ASKS",
    "CAN_YOU",
    "CLICHE",
    "FLAGS",
    "HEARSAY",
    "JOKE",
    "LEAD",
    "LETS",
    "OFFERED",
    "OFFERED_INSIDE",
    "PLANNED",
    "QUOTED",
    "REPORTED",
    "SELF_SAID",
    "SUPPOSED",
    "TAG",
]

FLAGS: Final = re.IGNORECASE
LEAD = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|alright|so|and|but|also|then|now|oh|ah|wow|yes|yeah|yep|hey|hi|hello"
    r"|firstly|finally|plus|just|please|kindly|actually|anyway|by the way|btw|honestly|haha+|lol)\b"
    r"[\s,.!:\u2014-]*"
    r"|(?:right|well|no|sure|great|cool|good|perfect|thanks|thank you|understood|got it|first"
    r"|next|look"
    r"|my (?:guy|friend|man|dear)|awesome|nice|exactly|absolutely)\b\s*[,.!:\u2014-]+\s*)+",
    FLAGS,
)
JOKE = re.compile(
    r"\b(?:just kidding|only kidding|(?:just|only) (?:joking|teasing)|i kid\b|i'm kidding|jk"
    r"|yeah,? right!"
    r"|as if!|said no one ever|pulling your leg|kidding!)|(?:^|\s)/(?:s|j)\s*$|\bjust a joke\b",
    FLAGS,
)
TAG = re.compile(
    r",\s*(?:right|huh|eh|yeah|no|ok(?:ay)?|correct|you know|don't you think|(?:is|are|was|were"
    r"|do|does"
    r"|did|have|has|ca|wo|could|would)n't (?:it|you|they|he|she|we|i|that)|can you believe (?:it"
    r"|that)"
    r"|(?:is|are|was|do|does|did|have|has) (?:it|you|they|he|she|we))\s*\?\W*$",
    FLAGS,
)
ASKS = re.compile(
    r"(?:(?:who|whom|whose|which|where|why|when|how|what)(?:'s|'re|'d|'ll)?\s+(?:(?:\w+\s+){0,3}?)"
    r"(?:is|are|was|were|do|does|did|have|has|had|can|could|will|would|should|'s|'re|about"
    r"|else)\b\s*"
    r"(?:i|you|we|they|he|she|it|the|your|my|that|this|these|those|there)\b"
    r"|(?:is|are|was|were|do|does|did|have|has|can|could|will|would|should|shall|may|am|don't"
    r"|didn't|isn't"
    r"|aren't|won't|haven't)\s+(?:i|you|we|they|he|she|it|the|your|my|that|this|there|anyone"
    r"|someone)\b"
    r"|any (?:idea|thoughts|tips|suggestions|advice|plans)\b|what's\b|how's\b|who's\b|got any\b"
    r"|tell me about\b"
    r"|how (?:much|many|long|far|often|old)\b|what (?:kind|type|sort) of\b)",
    FLAGS,
)
CAN_YOU = re.compile(
    r"(?:can|could|would|will) (?:you|u)\b(?! (?:ever|believe|imagine|like|say|prefer|rather"
    r"|be interested))"
    r"|(?:do|would) you mind\b",
    FLAGS,
)
OFFERED = re.compile(
    r"(?:how|what) about\b|why (?:don't|not)\b|shall we\b|should we\b|maybe (?:try|you|we|take"
    r"|start|consider)\b"
    r"|perhaps (?:you|we|try|start|consider)\b|(?:you|we) (?:should|could|ought to|might want to"
    r"|may want to"
    r"|can (?:also|try|always|start|use|even)|need to consider|had better)\b|you'd better\b"
    r"|(?:i(?:'d| would)? (?:also |highly |strongly |really )?(?:recommend|suggest|advise"
    r"|propose)\b)"
    r"|(?:i(?:'d| would)? (?:also |highly |strongly )?encourage you)|it(?:'s| is| might be"
    r"| would be| could be) "
    r"(?:worth|best to|a good idea|helpful to|important (?:to|that you)|good to|wise to"
    r"|essential to)"
    r"|(?:have you|did you) (?:tried|considered|thought|try)\b|feel free\b|don't (?:forget"
    r"|hesitate)\b"
    r"|if (?:you'd|you|u)(?: would)? (?:like|want|need|ever|prefer|have any)\b|we should\b"
    r"|you might\b"
    r"|i can (?:also )?(?:help|provide|draft|assist|generate|create|suggest)\b|remember to\b"
    r"|be sure to\b"
    r"|make sure\b|consider \w+ing\b|let's\b|let us\b",
    FLAGS,
)
OFFERED_INSIDE = re.compile(
    r"\b(?:i (?:highly |strongly |really )?(?:recommend|suggest)\b(?! it to)|(?:i think|maybe"
    r"|perhaps),? (?:you|we) "
    r"(?:should|could)|you should (?:definitely |really |totally |try |check |come |visit "
    r"|consider ))",
    FLAGS,
)
LETS = re.compile(r"(?:let's|let us)\b", FLAGS)
PLANNED = re.compile(
    r"\b(?:\d{1,2}(?::\d\d)? ?[ap]\.?m|\d{1,2}:\d\d|(?:on|this|next|by) \w+day|tonight|tomorrow"
    r"|(?:this|next) (?:week|weekend|month|evening|afternoon)|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day"
    r"|at noon|(?:on|by) (?:january|february|march|april|may|june|july|august|september|october"
    r"|november"
    r"|december))\b",
    FLAGS,
)
SUPPOSED = re.compile(
    r"(?:^|\b(?:and|but|so|because) |, )(?:if i (?:were|was|had|could|won|ever)|if only|what if"
    r"|^imagine\b|imagine (?:if|that"
    r"|a|you|being|having|how|the|we)|suppose (?:that|i|you|we)|let's say|say i )\b"
    r"|\bi(?: would|'d) (?:\w+ )?(?:love|like|be happy|go|do|move|buy|take)\b.{0,200}\bif\b"
    r"|\b(?:i|we) wish\b(?! (?:you|him|her|them|everyone|us)\b)|\bwould (?:have|be|love"
    r"|make) .{0,200}\bif (?:i|we|you|they|it)\b"
    r"|\bif (?:i|we|you|they|he|she|it|there|my)\b.{0,120}\bwould\b(?! like)"
    r"|\bin (?:another life|a perfect world|theory)\b|\bhypothetical"
    r"|^(?:it|that|this|there|they|he|she) could (?:be|also|even|have)\b|\bone day maybe\b"
    r"|\bpretend (?:that|to be|you)\b"
    r"|\bact as (?:an?|my|the)\b|\byou are (?:an?|the|my) (?:\w+ ){0,4}(?:ai|expert|assistant"
    r"|bot)\b",
    FLAGS,
)
ASKED_OF = re.compile(
    r"(?:i(?:'d| would)? (?:\w+ )?(?:need|want|like|expect|ask) you to\b|let me know\b"
    r"|keep me (?:posted|updated)\b"
    r"|give me\b|show me\b|tell me\b|send me\b|help me\b|remind me\b|please\b|i need (?:a|an"
    r"|the) (?:\w+ )?"
    r"(?:list|summary|draft|breakdown|example|script|table)\b)",
    FLAGS,
)
# Verbs with which an elliptic statement begins as often as a command: "Love the new flat".
SELF_SAID: Final = frozenset(
    """
    love hope miss wish guess think need want feel like hate appreciate believe know mean sound
    look thank welcome suppose see got had prefer agree enjoy bet doubt regret remember fancy work
    """.split()
)
_SAID: Final = (
    r"(?:said|says|say|claim(?:s|ed)?|announced|argued|argues|insist(?:s|ed)|swears?|swore"
    r"|told (?:me|us|everyone|them"
    r"|him|her)|joked)\b(?! (?:yes|no|hi|hello|goodbye|thanks|it\b|so|about))"
)
REPORTED = re.compile(
    r"(?:^|[,;] |\b(?:and|but|because|so) )(?:(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|[Tt]he"
    r"|[Aa]n?|[Ss]ome|[Tt]his) "
    r"(?:[\w'-]+ ){1,4}?|(?!I |We |You )[A-Z][\w-]+ (?:[A-Z][\w-]+ )?|(?:[Hh]e|[Ss]he|[Tt]hey"
    r"|[Pp]eople|[Ee]veryone|[Ss]omeone|[Ss]omebody|[Mm]any"
    rf"|[Ee]xperts) )(?:just |also |always |once |recently )?(?P<verb>{_SAID})(?P<what>[^.!?]*)"
)
HEARSAY = re.compile(
    r"\b(?:rumou?r has it|there's a rumou?r|according to|legend has it|word (?:is|has it)"
    r"|i(?:'ve)? heard (?:rumou?rs|that|they|he|she"
    r"|people)\b|i(?:'ve)? read (?:somewhere|that (?:\w+ ){1,4}(?:is|are|can|has|have|was))"
    r"|as the saying goes|allegedly|supposedly)\b",
    FLAGS,
)
ABOUT_SPEAKER = re.compile(
    r"^[\s,:\"]*(?:(?:that|yesterday|today|last \w+|this \w+)\s+)*(?:(?:i|i'm|i've|i'd|i'll|my"
    r"|we|we're|we've|our)\b|to \w+)",
    FLAGS,
)
QUOTED = re.compile(r"\"[^\"]*\"|(?<!\w)'[^']{3,}'(?!\w)")
CLICHE = re.compile(
    r"(?:thank(?:s| you)\b.{0,80}$|(?:take care|talk (?:to you )?(?:soon|later)|see (?:you|ya)"
    r"|catch you|have (?:a|an|fun)"
    r"|good (?:luck|morning|night|evening|job|work|for you)|you(?:'re| are) (?:so |very |really "
    r"|always |such |doing |truly "
    r"|an? |the best|welcome|absolutely |right|on the|ready)|you(?:'ve| have) got (?:this|it|me)"
    r"|you can do|keep (?:it|up|going"
    r"|pushing|at it|me|being|shining|on)|way to go|congrat|well done|nice (?:to|work|job|one)"
    r"|great (?:to|job|work|idea|question"
    r"|choice|point)|glad (?:to|you|it|that)|i'm (?:so |really |very |super |here |glad |also "
    r"|just |sorry |always )*(?:proud of you"
    r"|happy (?:for|to hear)|glad|here (?:for|to|if|whenever)|sorry (?:to|for|about)|rooting"
    r"|excited for you|an? (?:ai|language|text))"
    r"|(?:that|it|this)(?:'s| is| was| sounds| looks| seems| must (?:be"
    r"|have been)) (?:\w+ ){0,2}(?:\w+)[.!]*$"
    r"|sounds? (?:like|good|great|so|really|fun|awesome|perfect|amazing)|(?:i )?(?:totally "
    r"|completely |really )?(?:feel you|hear you"
    r"|get (?:it|that|you|what)|understand|agree|appreciate)\b|best of luck|happy (?:to (?:help"
    r"|assist)|birthday)|no (?:worries"
    r"|problem)|don't (?:worry|mention|be|give up)|(?:i )?can't wait (?:to (?:see|hear|try|chat"
    r"|catch)|for (?:it|that)|[.!])"
    r"|(?:i )?hope (?:you|to (?:see|hear)|this|that|it|your)|as an ai\b|my apologies|i apologize"
    r"|i hear you|here(?:'s| is| are) "
    r"(?:a|an|the|your|some|how|what|my)|looking forward to (?:it|hearing|seeing|that|your)"
    r"|love (?:that|it|this|your)"
    r"|wishing you|stay (?:safe|strong|positive|tuned)|cheers|let's (?:do (?:it|this)|go|rock"
    r"|make it|dive|get started|keep)))",
    FLAGS,
)
