/// The words of connection codes: English nouns that are easily said, heard and spelled, no two of them one letter apart.
///
/// More than 1,024 of them, so that a word is worth 10 bits. Changing the list breaks codes between versions.
enum CodeWords {
    /// The words in alphabetical order.
    static let all: [String] = text.split(whereSeparator: \.isWhitespace).map(String.init)

    private static let known = Set(all)

    static func contains(_ word: String) -> Bool { known.contains(word) }

    private static let text = """
        acorn acrobat adventure airplane alarm album alchemy algebra alligator almanac almond alphabet alpine
        amber amethyst anchor antelope antenna anthem apple apricot aquarium archer armadillo armchair artist
        asparagus asteroid astronaut athlete atlas atom attic avalanche avenue avocado axle azure backpack
        badger bagpipe bakery balcony balloon bamboo banana bandit banjo banner barley barnacle barometer
        barrel baseball basket bassoon bathtub battery bazaar beacon bedrock beehive beetle bicycle billboard
        binder bingo biscuit bison blanket blizzard blossom blueprint bobsled bonfire bookshelf boomerang
        border bottle boulder bouquet bracelet brandy bridge broccoli bronze bubble bucket buckle buffalo
        bulldozer bumper bungalow burrito butter butterfly button buzzard cabbage cabinet cactus calculator
        calendar camera campfire canary candle candy canister cannon canoe canvas capsule caramel caravan
        cardigan cargo caribou carnival carousel carpet carriage carrot cartoon cascade cashew castle catalog
        catapult caterpillar cathedral cavern cedar cello century ceramic chalk chameleon champion chapel
        chariot checkers cheddar cheetah cherry chestnut chimney chipmunk chisel chocolate chopsticks chorus
        cinema cinnamon circle circus citadel clarinet clockwork clover cobalt cobbler cobra cockpit coconut
        coffee collar comet compass concert condor copper coral corduroy corkscrew cottage cotton cougar
        counter coyote cracker cradle crayon crescent cricket crimson crocodile crossbow crossover crossroad
        crystal cubicle cucumber cupboard cupcake curtain cushion cyclone cylinder daffodil daisy dancer
        dandelion dashboard decanter decimal deluxe denim dentist desert diagram diamond dictionary digital
        dinner dinosaur diploma dishwasher doctor dogwood dolphin domino doorbell doughnut dragon dragonfly
        drawbridge drawer dresser driftwood drizzle drummer dugout dumpling dungeon duplex dynamo eagle
        earring earthworm echo eclipse eggplant eggshell elastic elbow elephant elevator emblem emerald
        emperor enamel engine envelope equator escalator espresso evening evergreen everyday explorer express
        eyebrow fabric falcon farmhouse faucet fedora ferret festival fiddle fiesta figurine filament finch
        firefly fireplace fishbowl flagpole flamingo flannel flashlight flounder flower flute folklore
        football footprint forest fortress fountain foxglove fragment freckle freezer freight fritter frosting
        fullback fungus furnace fuselage gadget galaxy gallery gallon garage garden gargoyle garlic garnet
        gazelle gazette gecko gemstone general geyser ginger giraffe glacier gladiator glider goblet goggles
        goldfish gondola gooseberry gopher gorilla granite grapefruit grapevine grasshopper gravity griddle
        grizzly guitar gumdrop gymnast gyroscope habitat haddock hairbrush halibut hallway hamburger hammer
        hammock hamster handbag handlebar handshake harbor hardware harmony harness harpoon harvest hatchet
        hazelnut headband headlight hedgehog helicopter helium helmet hemlock herald heron hexagon hickory
        highway hockey holiday hologram homestead honeycomb honeydew horizon hornet horseshoe hotdog hourglass
        household hummingbird hurdle hurricane husky hydrant hyena iceberg icicle igloo iguana indigo infantry
        insect island isotope ivory jackal jacket jackpot jaguar jasmine javelin jawbone jelly jellyfish
        jersey jigsaw jogger joker journal journey jubilee juggler jukebox jungle juniper jupiter justice
        kangaroo karate kayak kazoo kennel kerosene ketchup kettle keyboard keyhole kimono kindle kingdom
        kingfisher kiosk kitchen kitten kiwi koala labyrinth lacrosse ladder ladybug lagoon lakeside landmark
        language lantern laptop larkspur lasagna lasso lattice laundry lavender lawnmower lecture legend
        lemonade lemur lentil leopard letter lettuce levee library licorice lifeboat lighthouse lightning
        lilac limerick limestone limousine linen llama lobster locomotive lollipop lotus luggage lullaby
        lumber lunar lunchbox lynx lyric macaroni machine magazine magenta magician magnet magnolia magpie
        mahogany mailbox majesty mallard mammoth manatee mandarin mandolin mango mansion mantis maple marathon
        marble marigold marina marionette market marmalade marshmallow mascot matador matchbox meadow medal
        melody melon mercury meringue mermaid meteor metronome microphone midnight milkshake mineral minivan
        mirror mobile moccasin molasses molecule monarch mongoose monkey monsoon monument moonlight moose
        mosaic mosquito motorcycle mousetrap mulberry mural muscle museum mushroom mustang mustard napkin
        narwhal navigator navy nebula necklace nectar nectarine neon nephew neptune network nickel nightfall
        nightingale nimbus noodle north notebook nougat novelist nozzle nucleus nugget nutmeg nylon oatmeal
        obelisk oboe observer ocean octagon octopus odyssey olive omelet onion opal opera optician orange
        orbit orchard orchestra orchid oregano origami ornament osprey ostrich otter outfield outpost oven
        overcoat oxygen oyster padlock pagoda painter pajamas palace palette palomino pamphlet pancake panda
        panorama panther papaya papyrus parachute parade paradise parakeet parasol parcel parka parlor parsley
        parsnip passport pastel pasture patio pavilion peacock peanut pebble pecan pelican pendant pendulum
        penguin peninsula pepper peppermint perfume periscope petunia phantom pharaoh phoenix photograph piano
        pickle picnic pigeon pilgrim pilot pinball pineapple pinecone pinwheel pioneer pirate pistachio pizza
        planet plankton plaster platform platinum platypus playground plaza podium poet polaris polka
        pomegranate poncho pontoon popcorn poplar porcelain porcupine porridge portrait postcard potato
        pottery powder prairie pretzel princess prism professor propeller prophet puddle puffin pulley puma
        pumpkin puppet puppy purple puzzle pyramid python quarry quarter quartz quicksand quilt quiver quiz
        quotation rabbit raccoon radar radiator radio radish ragtime railroad rainbow raincoat rainfall raisin
        rambler ranger raspberry rattle raven reactor rebel recipe recital record rectangle redwood referee
        refinery regatta reindeer remedy reptile reservoir restaurant rhubarb ribbon ringlet ripple riverbank
        roadrunner robin robot rocket rocking rodeo romance rooftop rooster rosebud rosemary rotunda rowboat
        royal rubber ruby rudder runway rutabaga sable safari saffron sailboat salad salamander salmon salsa
        sandal sandbox sandcastle sandpaper sandwich sapphire sardine satchel satellite satin saturn sauna
        sausage savanna sawmill saxophone scaffold scallop scarecrow scarlet scepter schooner scientist
        scissors scooter scorpion scrapbook sculptor seagull seahorse seashell season seaweed secretary sedan
        seesaw semester senator sequoia serenade sergeant sesame shadow shampoo shamrock shellfish shelter
        sherbet sheriff shingle shoelace shortcake shovel shrimp shuttle sidewalk signal silhouette silver
        sirloin skateboard skeleton skillet skyline skyscraper sleigh slipper snapdragon sneaker snorkel
        snowball snowflake soapbox soccer sofa soldier sombrero sonata sonnet souvenir soybean spaceship
        spaghetti sparrow spatula spearmint spider spinach spiral splinter sponge spotlight springtime
        squadron squash squirrel stadium staircase stallion starfish starlight station statue steamboat
        steeple stencil stethoscope stingray stopwatch storybook strawberry student studio sturgeon submarine
        subway suitcase sultan summer summit sunburn sundial sunflower sunrise surfboard swallow sweater
        swimmer sycamore symbol symphony syrup tadpole taffy talisman tambourine tangerine tapestry tapioca
        target tarpaulin taxicab teacup teammate teapot teaspoon telegram telephone telescope television
        temple tennis teriyaki terrace terrapin terrier textbook theater thermometer thermos thimble thistle
        throttle thunder tiger timber timetable tinfoil toadstool toaster toboggan tofu tomato tombstone
        toolbox topaz topsoil tornado tortilla tortoise toucan tourist towel tractor traffic trailer
        trampoline transit trapeze treadmill treasure treehouse trellis triangle tribune tricycle trident
        trilogy trinket trolley trombone trophy trousers trumpet tugboat tulip tundra tunic tunnel turban
        turbine turbo turkey turnip turnstile turquoise turtle tuxedo twilight typewriter typhoon ukulele
        umbrella umpire unicorn unicycle uniform universe uranium utensil vacation vaccine vacuum valley
        vampire vanilla vapor vase vegetable velcro velvet veranda vermilion vertigo vessel veteran viaduct
        victory village vinegar vineyard viola violet violin virtue viscount vitamin vocal volcano volleyball
        voltage volume voyage vulture waffle wagon waistcoat walkway wallaby wallet walnut walrus wardrobe
        warehouse warrior wasabi wasteland watchdog waterfall watermelon waterwheel weasel weather wedding
        weekend werewolf westward wetland whalebone wheelbarrow whirlpool whisker wicket wildcat wildflower
        willow windmill window windshield wingspan winter wisdom wizard wolverine wombat woodland woodpecker
        woodwork workbench workshop wrangler wreckage wrestler wristwatch xylophone yacht yardstick yearbook
        yellow yodel yogurt yonder zebra zeppelin zigzag zipper zircon zodiac zombie zucchini
        """
}
