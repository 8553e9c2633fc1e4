"""Memorable passwords: three short words that English and French readers can both read and type."""

import secrets
from typing import Final

_SEPARATOR = "-"

# 3 to 6 letters, no accents, nothing rude in either language.
_LISTED = """
abrupt absent accent accord acid acorn across action active actual adult agenda agent agile
alarm album alert alibi alloy almond alpha alpine alto amber ample amuse angel angle animal
ankle anthem apple april apron aqua arch arctic arena argon arid arrow artist ash aspect aspen
astral atlas atoll atom attic august aunt aura author auto autumn avenue avocat awake axis azure
badge bagel baker ballet bamboo banana band banjo bank barber barge bark baron barrel basalt
basic basil basin basket baton bay bazaar beach beacon beak bean bear bee beige bell belt bench
berry beta bike bingo birch bird bison blazer blend bloom blouse blue board boat bonus book
border botany bottle boxer branch brass brave bread breeze brick bridge bright brief bronze
brook broom brown brush bubble bucket budget buffet bulb bunny bus button
cabin cable cactus cadet cafe cake calm camel camera camp canal canary candle cannon canoe
canvas canyon cape car carbon card cargo carol carpet carrot cart cashew castle cat cedar cello
cellar cement center cereal chain chair chalk chapel charm chart cheese chef cherry chess chief
child chorus cider cinema circle circus citrus city civil clay clear clever client cliff climat
clinic clock cloud clove clover club coach coast coat cobalt cocoa code coffee coin color comedy
comet comic common compas copper coral cord cork corn corner cosmos cotton count couple cousin
cover coyote cradle craft crane crater crayon cream credit creek crisp crown cruise cube cubic
curve cycle
dahlia daily dairy daisy dance date dawn day dealer debate decade decor deer delta denim dense
depot desert design desk detail dialog diary diesel diet digit dinner disco divan diver docile
doctor dog doll dollar dolmen domino donkey door double dragon drama draw dream dress drink drum
duck duet duke dune duo
eagle early earth easel easy echo editor effort egg eight elbow elder elf elm ember emblem emu
engine enigma enjoy epic epoch equal era essay estate ether even event exact exit exotic expert
extra eye
fable fabric facade facet factor fair falcon family fan farm farmer father fauna felt fence fern
ferry fiber fiddle field fig figure film filter final finger fish five flag flair flame flash
flask flax fleet flint flock floor flora flower flute foam focus fog folder forest fork form
forum fossil fox frame fresh friend frog front frost fruit fuel funny future
galaxy gallop gamma garage garden garlic gate gecko gem genial gentle giant ginger glass globe
glove glue goat gold golf gong goose gospel grain grand grape graph grass gray great green grill
groove ground group guest guide guitar gym
habit haiku hall hammer hand happy harbor hard harp hat hawk hazel head heart hedge heron hill
hobby hockey holly home honest honey hook hotel hour house humble humid hummus
ibis ice icon idea idol igloo image immune impact indigo infant ink insect inside iris iron
island ivory ivy
jacket jade jaguar jam jar jasmin jaunt jazz jeans jelly jewel jockey jogger join joker jolly
joy judge judo juice jumbo junior jungle jury just
kale karate kayak kettle key kilo kimono kind king kiosk kitten kiwi knot koala
label lace ladder lagoon lake lamp lance laptop large larva laser latin laurel lava lawn layer
leader leaf league lemon lens lesson letter level lever liana lilac lily lime limit linen lion
liquid list liter little lizard llama local locket lodge logic lotus loyal lucid lucky lunar
lunch lute lynx lyric
macro magic magnet maize major mango manor mantra maple marble march marine market marvel mask
master matrix mauve maxim meadow medal media medium melody melon memory mentor menu merit metal
meteor meter metro middle mild mile milk mill mimosa mind mint minute mirror mobile model modern
module moment monday money month moon moral mosaic moss motel mother motif motor mouse movie mud
muffin mule muscat museum music mutual myth
napkin narrow nation native nature navy nectar needle neon nephew nest net neuron never nickel
night nine noble nomad noodle normal north nose note notice novel number nurse nylon
oak oasis oat object oboe ocean octave office old olive omega onion onyx opal open opera option
orange orbit orchid orient origin osprey otter oval oven owl oxygen oyster ozone
paddle page palace palm panda panel panini paper parade parcel park parrot party pasta pastel
patio patrol pause peach peanut pearl pebble pencil pepper permit petal phase photo phrase piano
picnic pigeon pillow pilot pink pirate pixel pizza place plain planet plant plasma plate plaza
plum plume pocket podium poem poet polar polite polo pond pony poplar poppy portal poster potato
powder pretty prince print prism prize profit public puma pupil purple puzzle pyjama
quartz queen quest quick quiet quilt quinoa quiz quota
rabbit racket radar radio radish raft rain random range rapid raven record red reef regal regent
region relay relief remark repair report resort rhino rhythm ribbon rice river road robe robin
robot rocket rodeo roof room rose rotor round route royal ruby rugby ruler rumba rural rust
saddle safari saga sage sail salad salmon salon salsa salt salute sample sand satin sauce sauna
savant scarf scene school scout screen script sea seal season second secret sector seed senior
sepia serum seven shadow sheep shell shore shrimp sigma signal silent silk silver simple singer
siren sister six skate sketch ski sky sleep slogan smile snack snail snow soap social soda sofa
solar sole solid solo sonata sonic soup south spark spiral spoon sport spring squad square
stable staff stamp star steam steel step stereo stone store storm story street string studio
sugar suit summer summit sun sunny supper surf sweet swift swing symbol syrup system
table talent tango tape tapir target tartan taxi tea teal team tempo tender tennis tent terra
test text theme thorn three thyme tiara ticket tide tiger tile timber time tiny title toast
token tomato topaz torch totem toucan towel tower trade trail train travel treble tree trend
trio trophy truck tulip tuna tundra tunnel turbo turtle tutor tweed twelve twin
ultra uncle union unique unit unity update upper urban useful usual
vacant valid valley value vapor vase vault velvet vendor venue verb verse vest veto video view
villa vinyl viola violet violin virtue visa vision visit vital vivid vocal voice volley volume
vortex voyage
waffle wagon walnut walrus waltz water wave wax week west whale wheat wheel white wide willow
wind window wing winner winter wizard wolf wonder wood wool word world
yacht yard year yellow yes yeti yodel yoga yogurt young
zebra zenith zero zigzag zinc zone zoo zoom
"""
WORDS: Final = tuple(_LISTED.split())


def new_password() -> str:
    """Three words at random, such as ``amber-violin-moss``: one of over a thousand million."""
    return _SEPARATOR.join(secrets.choice(WORDS) for _ in range(3))
