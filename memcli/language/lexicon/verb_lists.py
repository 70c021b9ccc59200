"""The verbs of everyday English, as data for `memcli.language.lexicon.verbs`."""

# base past participle; the participle is left out where it equals the past. After the table of
# irregular verbs in Quirk et al., A Comprehensive Grammar of the English Language (1985), less
# what no chat uses.
IRREGULAR = """
arise arose arisen|awake awoke awoken|be was been|bear bore borne|beat beat beaten
become became become|begin began begun|bend bent|bet bet|bind bound|bite bit bitten|bleed bled
blow blew blown|break broke broken|breed bred|bring brought|broadcast broadcast|build built
burst burst|buy bought|cast cast|catch caught|choose chose chosen|cling clung|come came come
cost cost|creep crept|cut cut|deal dealt|dig dug|do did done|draw drew drawn|drink drank drunk
drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found
flee fled|fly flew flown|forbid forbade forbidden|forget forgot forgotten
forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given|go went gone
grind ground|grow grew grown|hang hung|have had|hear heard|hide hid hidden|hit hit|hold held
hurt hurt|keep kept|know knew known|lay laid|lead led|leave left|lend lent|let let|lie lay lain
light lit|lose lost|make made|mean meant|meet met|mistake mistook mistaken|outgrow outgrew outgrown
overcome overcame overcome|oversleep overslept|pay paid|put put|quit quit|read read
rebuild rebuilt|redo redid redone|ride rode ridden|ring rang rung|rise rose risen|run ran run
say said|see saw seen|seek sought|sell sold|send sent|set set|sew sewed sewn
shake shook shaken|shine shone|shoot shot|show showed shown|shrink shrank shrunk|shut shut
sing sang sung|sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken|spend spent
spin spun|split split|spread spread|stand stood|steal stole stolen|stick stuck|sting stung
strike struck|swear swore sworn|sweep swept|swim swam swum|swing swung|take took taken
teach taught|tear tore torn|tell told|think thought|throw threw thrown
understand understood|undergo underwent undergone|undo undid undone|upset upset
wake woke woken|wear wore worn|weep wept|win won|wind wound|withdraw withdrew withdrawn
write wrote written|rewrite rewrote rewritten
"""

# Regular verbs whose base form is seldom anything but a verb.
PLAIN = """
accept accomplish achieve acquire adapt add adjust admire admit adopt adore afford agree aim allow
analyze announce apologize appear apply appreciate approve argue arrange arrive ask assess assign
assist assume attend avoid babysit bake begin believe belong boil borrow bother bounce calculate
cancel carry celebrate chat clarify clean climb collaborate collect combine commit communicate
commute compare compile complete compose confirm connect consider contain continue contribute
convert convince cook cope correct crave create cultivate customize dare decide declare decorate
dedicate define delay deliver depend describe deserve design destroy detest develop devote disagree
discover discuss dislike divorce donate download draft earn edit embrace employ enable encourage
enhance enjoy enroll ensure enter establish evaluate examine exist expand expect explain explore
express extend face fail finalize finish fix focus follow foster gain gather generate graduate
handle happen hate help hike hire hope hug identify ignore illustrate imagine implement improve
incorporate increase inform initiate inspire install integrate intend introduce invent invest invite
involve jog join juggle knit lack laugh learn like list listen live log look love maintain manage
marry meditate memorize mention mentor miss motivate move need negotiate obtain offer open operate
optimize order organize own pack paint participate perform persuade pick plan play postpone practice
pray predict prefer prepare prevent prioritize proceed produce promise propose protect provide
publish pull purchase pursue push raise reach react realize receive recommend recover reduce refer
reflect regret relate relax rely remain remember remind remove rent repair replace reply represent
require reschedule research resign resolve respond rest retire return reveal review revise save
scare schedule search select separate serve settle share simplify skip smell smoke socialize solve
sort sound specialize start stay stop strive struggle study subscribe succeed suffer suggest
summarize supply support suppose survive suspect swap switch talk taste tend thank thrive track
train
transfer translate travel treat try turn update upgrade upload use utilize value visit volunteer
vote
wait walk want wash waste watch welcome wish wonder work worry
"""

# Also nouns or adjectives, so that a context must tell; more often commands than subjects.
MIXED = """
act answer balance book break call care change charge check close comment cover crash cycle dance
dream dress drop email end exercise fish guess harvest hunt joke jump
kick kiss mark name note outline paste phone place plant point post present print question
record report request rock roll ship sign ski slow smile snack stretch surf target
test text touch trade trim trust water
"""
