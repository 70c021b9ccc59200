"""
Short forms of given names.

The table holds English given names and the short forms in wide use. A short form may belong to
several names (Alex), and then it proves nothing where more than one of them occurs.
"""

from __future__ import annotations

from typing import Final

# Each entry: the given name, then its short forms.
_TABLE: Final = """
abigail abby gail; abraham abe; adelaide addie; adrian ade; albert al bert;
alexander alex alec sandy xander; alexandra alex lexi sandra sandy; alexis alex lexi;
alfred alf alfie fred; alison ali allie; allison ali allie; amanda mandy; andrea andi;
andrew andy drew; angela angie; anthony tony ant; antonio tony; arnold arnie; arthur art artie;
barbara barb babs barbie; barnaby barney; bartholomew bart; beatrice bea trixie; benedict ben;
benjamin ben benny benji; bernard bernie; bethany beth; bradley brad; brianna bri; cameron cam;
caroline carrie caro; cassandra cass cassie; catherine cathy cate cat kate katie kitty;
cecilia cece; charles charlie chuck chas; charlotte charlie lottie; christian chris;
christina chris tina chrissy christy; christine chris tina chrissy christy;
christopher chris kit topher; clifford cliff; constance connie; cynthia cindy; daniel dan danny;
danielle dani; david dave davy; deborah deb debbie; dennis den denny; diana di; dominic dom nic;
donald don donnie; dorothy dot dottie dolly; douglas doug; edmund ed eddie ned;
edward ed eddie ned ted teddy; edwin ed eddie; eleanor ellie nell nora;
elizabeth liz lizzie beth betty eliza libby betsy bess; emily em emmy; emma em; ernest ernie;
eugene gene; evelyn evie; felicity fliss; florence flo flossie; frances fran frannie;
francis frank; franklin frank; frederick fred freddie; gabriel gabe; gabrielle gabby;
geoffrey geoff; george georgie; gerald gerry jerry; gertrude gertie trudy; gilbert gil;
gregory greg; gwendolyn gwen; harold harry hal; harriet hattie; henry harry hank hal;
herbert herb bert; howard howie; hubert bert; isaac ike; isabel izzy bella; isabella izzy bella;
isabelle izzy bella; jacob jake; jacqueline jackie; james jim jimmy jamie; janet jan;
jasmine jas; jeffrey jeff; jennifer jen jenny; jeremy jerry jez; jerome jerry;
jessica jess jessie; joanna jo; joanne jo; john johnny jack jonny; jonathan jon jonny jonty;
joseph joe joey; josephine jo josie; joshua josh; judith judy; julia jules julie; julian jules;
katherine kate katie kathy kat kitty kit; kathleen kathy kate katie;
kathryn kate katie kathy kat; kenneth ken kenny; kimberly kim; kristina kris tina;
kristopher kris; laurence larry laurie; lawrence larry laurie; leonard len lenny leo;
leonardo leo; lillian lily lil; louis lou; louise lou; lucas luke; lucille lucy;
madeleine maddie; madeline maddie; madison maddie; magdalena lena;
margaret maggie meg peg peggy marge margie greta rita; martin marty; matilda tilly; matthew matt;
maureen mo; maximilian max; maxwell max; megan meg; melanie mel; melissa mel missy lissa;
melvin mel; michael mike mikey mick mickey; michelle shelly; mildred millie; mitchell mitch;
mohammed mo; nancy nan; natalie nat; nathan nat nate; nathaniel nat nate;
nicholas nick nicky nico; nicole nicky nikki; oliver ollie; olivia liv livvy; pamela pam;
patricia pat patty tricia trish; patrick pat paddy; penelope penny; peter pete; philip phil pip;
phillip phil pip; priscilla prissy; rachel rach; randolph randy; raymond ray;
rebecca becky becca bec; reginald reg reggie; richard rick rich dick richie ricky;
robert rob bob bobby robbie bert; roberta bobbie; roderick rod; rodney rod; ronald ron ronnie;
rosemary rosie; russell russ; samantha sam sammy; samuel sam sammy; sandra sandy;
sebastian seb bas; sidney sid; simon si; sophia sophie; spencer spence; stanley stan;
stephanie steph; stephen steve; steven steve; stuart stu; susan sue susie suzy;
susannah sue susie suzy; suzanne sue susie suzy; sylvester sly; tabitha tabby; teresa terry tess;
terence terry; theodora dora thea; theodore ted teddy theo; theresa terry tess; thomas tom tommy;
timothy tim timmy; tobias toby; valerie val; vanessa nessa; veronica ronnie vera; victor vic;
victoria vicky tori; vincent vin vince vinny; virginia ginny; vivian viv; vivienne viv;
walter walt wally; wilfred wilf; wilhelmina mina; william will bill billy willy liam;
winifred winnie; yvonne vonnie; zachary zach zack
"""


def _read(table: str) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Return the given names of each short form, and all given names."""
    entries = [entry.split() for entry in table.split(";")]
    shorts: dict[str, set[str]] = {}
    for given, *forms in entries:
        for form in forms:
            shorts.setdefault(form, set()).add(given)
    return {k: frozenset(v) for k, v in shorts.items()}, frozenset(e[0] for e in entries)


FORMAL_NAMES, GIVEN_NAMES = _read(_TABLE)


def formal_names(short: str) -> frozenset[str]:
    """Return the given names that a lower-case short form may stand for, if any."""
    return FORMAL_NAMES.get(short, frozenset())
