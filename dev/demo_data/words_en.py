"""English words: customers in six countries. Phone numbers are of the ranges these countries keep for fiction."""

from .words import Place, Trade

LANGUAGE = "en_US"
LATIN = {}
FULL_NAME = "{first} {last}"
DOMAIN = "{word}-{tag}"

COMPANY = {
    "name": "Willowmere Music Supply",
    "street": "7 Canal Row",
    "zip": "T12 XY00",
    "city": "Cork",
    "phone": "+353 20 910 0100",
    "email": "office@willowmere.example.com",
}
COMPANY_COUNTRY, CURRENCY, TIME_ZONE = "IE", "EUR", "Europe/Dublin"

TEAMS = ("Key Accounts", "Shops and Online")
SALESPEOPLE = (("rep", "Robin Keane"), ("lea", "Lea Sommer"), ("jon", "Jon Ekström"), ("mia", "Mia Carver"))
MANAGER = ("manager", "Helen Marsh")

PLACES = (
    Place("New York", "10013", "NY", "US", "+1 212 555 01##", 6),
    Place("Brooklyn", "11211", "NY", "US", "+1 718 555 01##", 3),
    Place("Chicago", "60614", "IL", "US", "+1 312 555 01##", 5),
    Place("Austin", "78704", "TX", "US", "+1 512 555 01##", 4),
    Place("Nashville", "37203", "TN", "US", "+1 615 555 01##", 4),
    Place("Portland", "97214", "OR", "US", "+1 503 555 01##", 4),
    Place("Seattle", "98103", "WA", "US", "+1 206 555 01##", 3),
    Place("Denver", "80205", "CO", "US", "+1 303 555 01##", 2),
    Place("Boston", "02116", "MA", "US", "+1 617 555 01##", 3),
    Place("London", "N1 7AA", "", "GB", "+44 20 7946 0###", 8),
    Place("Manchester", "M4 1AA", "", "GB", "+44 161 496 0###", 4),
    Place("Leeds", "LS1 4AA", "", "GB", "+44 113 496 0###", 3),
    Place("Edinburgh", "EH1 1AA", "", "GB", "+44 131 496 0###", 3),
    Place("Dublin", "D02 XY00", "D", "IE", "+353 20 911 0###", 5),
    Place("Cork", "T12 XY01", "C", "IE", "+353 20 912 0###", 3),
    Place("Galway", "H91 XY00", "G", "IE", "+353 20 913 0###", 2),
    Place("Berlin", "10115", "DE-BE", "DE", "+49 30 23125 ###", 7),
    Place("Hamburg", "20357", "DE-HH", "DE", "+49 40 66969 ###", 5),
    Place("München", "80331", "DE-BY", "DE", "+49 89 99998 ###", 4),
    Place("Köln", "50674", "DE-NW", "DE", "+49 221 4710 ###", 4),
    Place("Frankfurt am Main", "60313", "DE-HE", "DE", "+49 69 90009 ###", 3),
    Place("Paris", "75011", "", "FR", "+33 1 99 00 ## ##", 6),
    Place("Lyon", "69001", "", "FR", "+33 4 65 71 ## ##", 3),
    Place("Nantes", "44000", "", "FR", "+33 2 61 91 ## ##", 2),
    Place("Bordeaux", "33000", "", "FR", "+33 5 36 49 ## ##", 2),
    Place("Stockholm", "111 20", "SE-AB", "SE", "+46 8 465 004 ##", 4),
    Place("Göteborg", "411 06", "SE-O", "SE", "+46 31 390 06 0#", 3),
    Place("Malmö", "211 22", "SE-M", "SE", "+46 40 628 04 0#", 2),
)

ENGLISH_STREETS = (
    "{} High Street", "{} Mill Lane", "{} Church Street", "{} Station Road", "{} Orchard Row", "{} Harbour Street",
    "{} Market Square", "{} Chapel Walk",
)  # fmt: skip
STREETS = {
    "US": (
        "{} Maple Avenue", "{} Oak Street", "{} 2nd Avenue", "{} River Road", "{} Juniper Street", "{} Franklin Street",
        "{} Cedar Lane", "{} Union Square",
    ),
    "GB": ENGLISH_STREETS,
    "IE": ENGLISH_STREETS,
    "DE": (
        "Lindenstraße {}", "Gartenweg {}", "Marktplatz {}", "Schillerstraße {}", "Am Mühlenbach {}", "Hafenstraße {}",
        "Kastanienallee {}",
    ),
    "FR": (
        "{} rue des Tilleuls", "{} rue du Moulin", "{} avenue de la Gare", "{} place du Marché", "{} quai des Lilas",
        "{} rue Neuve",
    ),
    "SE": ("Storgatan {}", "Björkvägen {}", "Hamngatan {}", "Kyrkogatan {}", "Ekbacken {}"),
}  # fmt: skip

ENGLISH_PEOPLE = (
    (
        "Alice", "Amelia", "Andrew", "Anna", "Ben", "Caroline", "Charlotte", "Claire", "Colin", "Daniel", "David",
        "Edward", "Eleanor", "Emily", "Fiona", "George", "Grace", "Hannah", "Harriet", "Henry", "Isabel", "Jack",
        "James", "Jennifer", "Joanna", "Joseph", "Julia", "Kate", "Laura", "Liam", "Lucy", "Margaret", "Mark",
        "Martha", "Matthew", "Megan", "Michael", "Nathan", "Olivia", "Oscar", "Patrick", "Paul", "Rachel", "Rebecca",
        "Robert", "Rose", "Samuel", "Sarah", "Sean", "Simon", "Sophie", "Stephen", "Susan", "Thomas", "Victoria",
        "William",
    ),
    (
        "Abbott", "Ainsworth", "Barlow", "Bennett", "Bradshaw", "Brennan", "Byrne", "Caldwell", "Carter", "Clarke",
        "Coleman", "Cooper", "Crawford", "Dalton", "Dawson", "Doyle", "Ellis", "Farrell", "Fletcher", "Foster",
        "Gallagher", "Graham", "Hadley", "Harding", "Hartley", "Hayes", "Holloway", "Hughes", "Ingram", "Jennings",
        "Kavanagh", "Keller", "Lambert", "Lawson", "Marlow", "Mercer", "Morgan", "Nolan", "Norris", "Osborne",
        "Parker", "Pearson", "Quinn", "Radcliffe", "Reeves", "Rowland", "Sawyer", "Sheridan", "Slater", "Stanton",
        "Sutton", "Thornton", "Turner", "Vaughan", "Walsh", "Warren", "Webster", "Whitfield", "Winters", "Yates",
    ),
)  # fmt: skip
PEOPLE = {
    "US": ENGLISH_PEOPLE,
    "GB": ENGLISH_PEOPLE,
    "IE": ENGLISH_PEOPLE,
    "DE": (
        (
            "Anke", "Anna", "Bernd", "Birgit", "Christian", "Claudia", "Daniela", "Dirk", "Eva", "Florian", "Frank",
            "Greta", "Hannes", "Heike", "Jan", "Jonas", "Julia", "Jürgen", "Karin", "Katrin", "Lena", "Lukas",
            "Markus", "Martina", "Matthias", "Nina", "Paul", "Petra", "Sabine", "Stefan", "Susanne", "Thomas", "Ute",
        ),
        (
            "Albrecht", "Arnold", "Böhm", "Brandt", "Busch", "Dietrich", "Ebert", "Engel", "Falk", "Fiedler", "Franke",
            "Graf", "Haas", "Hartmann", "Heinrich", "Herrmann", "Jahn", "Keller", "Köhler", "Kramer", "Kuhn", "Lang",
            "Lorenz", "Ludwig", "Lindner", "Maier", "Neumann", "Otto", "Pfeiffer", "Reuter", "Richter", "Roth", "Sauer",
            "Schreiber", "Seidel", "Sommer", "Thiel", "Vogel", "Voigt", "Winkler", "Ziegler",
        ),
    ),
    "FR": (
        (
            "Alain", "Amélie", "Antoine", "Aurélie", "Camille", "Catherine", "Céline", "Claire", "Émilie", "Étienne",
            "François", "Hélène", "Hugo", "Isabelle", "Julie", "Julien", "Laurent", "Louise", "Luc", "Marion",
            "Mathieu", "Nathalie", "Nicolas", "Pauline", "Philippe", "Sophie", "Thierry", "Valérie", "Vincent",
        ),
        (
            "Aubert", "Barbier", "Bertrand", "Blanchard", "Bonnet", "Boucher", "Brun", "Chevalier", "Colin", "Delmas",
            "Dumont", "Faure", "Fournier", "Gauthier", "Girard", "Guérin", "Lacroix", "Lambert", "Leclerc", "Lefort",
            "Marchand", "Mercier", "Meunier", "Moreau", "Morel", "Noël", "Perrin", "Picard", "Renaud", "Rousseau",
            "Roux", "Vasseur", "Vidal",
        ),
    ),
    "SE": (
        (
            "Anders", "Anna", "Astrid", "Björn", "Elin", "Elsa", "Emma", "Erik", "Gustav", "Hanna", "Ingrid", "Johan",
            "Karin", "Klara", "Lars", "Lena", "Linnea", "Magnus", "Maja", "Nils", "Oskar", "Sara", "Sven", "Tove",
        ),
        (
            "Ahlgren", "Andersson", "Bergman", "Björk", "Blom", "Dahl", "Ekman", "Engström", "Forsberg", "Gustafsson",
            "Hedlund", "Holm", "Isaksson", "Lindqvist", "Lund", "Månsson", "Nordin", "Nyberg", "Öberg", "Sandberg",
            "Sjögren", "Strand", "Sundin", "Wallin", "Wikström",
        ),
    ),
}  # fmt: skip

ENGLISH_WORDS = [
    front + back
    for front in (
        "Alder", "Ash", "Birch", "Bram", "Brook", "Clover", "Elder", "Fern", "Fox", "Hazel", "Heath", "Lark", "Linden",
        "Maple", "Marsh", "Oaken", "Otter", "Raven", "Rowan", "Thistle", "Thorn", "Wren",
    )
    for back in ("brook", "combe", "dale", "field", "ford", "gate", "ley", "mere", "wick", "wood")
]  # fmt: skip
COMPANY_WORDS = {
    "US": ENGLISH_WORDS,
    "GB": ENGLISH_WORDS,
    "IE": ENGLISH_WORDS,
    **{country: PEOPLE[country][1] for country in ("DE", "FR", "SE")},
}

ENGLISH_TRADES = (
    Trade("{word} Records", "G", "records"),
    Trade("{word} Music", "G", "music"),
    Trade("{word} Books & Music", "G", "books"),
    Trade("{word} Gift Company", "G", "gifts"),
    Trade("{word} Trading Ltd", "G", "trading"),
    Trade("{word} Music School", "P", "school"),
    Trade("{word} College of Arts", "P", "college"),
    Trade("Hotel {word}", "I", "hotel"),
    Trade("{word} Coffee Roasters", "I", "coffee"),
    Trade("{word} Theatre", "R", "theatre"),
    Trade("{word} Dance Studio", "R", "dance"),
    Trade("{word} Radio", "J", "radio"),
    Trade("{word} Sound Studio", "J", "studio"),
    Trade("{word} Library Services", "S", "library"),
)
TRADES = {
    "US": ENGLISH_TRADES,
    "GB": ENGLISH_TRADES,
    "IE": ENGLISH_TRADES,
    "DE": (
        Trade("Musikhaus {word} GmbH", "G", "musikhaus"),
        Trade("Schallplatten {word}", "G", "platten"),
        Trade("{word} & Partner Handels GmbH", "G", "handel"),
        Trade("Buchhandlung {word}", "G", "buch"),
        Trade("{word} Geschenkideen GmbH", "G", "geschenke"),
        Trade("Musikschule {word}", "P", "musikschule"),
        Trade("Hotel {word}", "I", "hotel"),
        Trade("Café {word}", "I", "cafe"),
        Trade("Tanzschule {word}", "R", "tanz"),
        Trade("Tonstudio {word} GmbH", "J", "tonstudio"),
        Trade("{word} Veranstaltungen GmbH", "R", "events"),
    ),
    "FR": (
        Trade("Disques {word}", "G", "disques"),
        Trade("Maison {word} SARL", "G", "maison"),
        Trade("Librairie {word}", "G", "librairie"),
        Trade("{word} et Fils", "G", "commerce"),
        Trade("École de musique {word}", "P", "ecole"),
        Trade("Hôtel {word}", "I", "hotel"),
        Trade("Café {word}", "I", "cafe"),
        Trade("Théâtre {word}", "R", "theatre"),
        Trade("Studio {word} SAS", "J", "studio"),
    ),
    "SE": (
        Trade("{word} Musik AB", "G", "musik"),
        Trade("{word} Skivor", "G", "skivor"),
        Trade("{word} Handel AB", "G", "handel"),
        Trade("{word} Bokhandel", "G", "bok"),
        Trade("{word} Musikskola", "P", "musikskola"),
        Trade("Hotell {word}", "I", "hotell"),
        Trade("Kafé {word}", "I", "kafe"),
        Trade("Studio {word} AB", "J", "studio"),
    ),
}

FUNCTIONS = ("Owner", "Buyer", "Purchasing Manager", "Shop Manager", "Office Manager", "Accountant", "Event Manager")
TAGS = ("Newsletter", "Trade Fair", "Web Shop", "Collects in Person", "Festival Partner")

PRODUCTS = {
    "CDs": (
        ("Children's songs, CD", 8.90), ("Piano nocturnes, CD", 11.90), ("Evening jazz, CD", 12.90),
        ("Folk songs of the north, CD", 13.90), ("String quartets, CD", 14.50), ("Big band evening, 2 CDs", 17.90),
        ("Baroque organ, 3 CDs", 24.90), ("Symphonies, box of 6 CDs", 44.90),
    ),
    "Vinyl Records": (
        ("Surf guitar, single", 7.90), ("Chamber choir, 10-inch", 11.50), ("Acoustic duo, LP", 13.50),
        ("Blue hour sessions, LP", 14.90), ("Cello suites, LP", 15.90), ("Night drive, LP", 18.90),
        ("Live at the boathouse, 2 LPs", 27.90), ("Collector's box, 4 LPs", 59.00),
    ),
    "Sheet Music": (
        ("Recorder for beginners", 7.50), ("Songbook for guitar", 11.90), ("Easy piano pieces", 12.50),
        ("Choral collection", 13.90), ("Jazz standards, lead sheets", 15.50), ("Violin études", 16.90),
        ("String orchestra, set of parts", 29.50), ("Full score, clothbound", 54.00),
    ),
    "Strings and Accessories": (
        ("Plectrums, pack of 24", 8.50), ("Guitar strings, light", 11.50), ("Capo", 12.90),
        ("Reeds, pack of 10", 14.20), ("Music stand, folding", 15.90), ("Violin strings, set", 18.50),
        ("Guitar strap, leather", 26.00), ("Metronome, wooden case", 48.00),
    ),
    "Record Care and Storage": (
        ("Inner sleeves, pack of 50", 8.90), ("Carbon fibre brush", 11.90), ("Cleaning fluid, 500 ml", 12.90),
        ("Outer sleeves, pack of 50", 13.90), ("CD folder for 48 discs", 15.20), ("Stylus cleaner", 17.50),
        ("Record crate, pine", 28.00), ("Record washer", 64.00),
    ),
    "Cables and Headphones": (
        ("Adapter 3.5 to 6.3 mm", 6.90), ("Cable jack to jack, 3 m", 10.90), ("Phono cable, 1.5 m", 12.90),
        ("In-ear headphones", 14.50), ("Speaker cable, 10 m", 15.90), ("Microphone cable, 6 m", 17.90),
        ("Headphones, on-ear", 29.00), ("Headphones, closed", 69.00),
    ),
    "Gifts and Shirts": (
        ("Tote bag, treble clef", 8.90), ("Mug, piano keys", 11.20), ("Calendar, record covers", 12.90),
        ("T-shirt, turntable", 14.50), ("Umbrella, score", 16.50), ("Puzzle, orchestra", 18.90),
        ("Hooded jumper", 32.00), ("Music box, walnut", 49.00),
    ),
}  # fmt: skip

OPPORTUNITIES = (
    "Listening corner", "Christmas assortment", "Opening order for a second shop", "Yearly contract for gifts",
    "Vinyl for the record fair", "Sheet music for the new school year", "Festival stall", "Staff presents",
    "Headphones for the classrooms", "Refit of the shop",
)  # fmt: skip
OPPORTUNITY_NAME = "{what} – {who}"
LEADS = (
    "Asks for the wholesale catalogue", "Met at the trade fair", "Wants to sell records in a café",
    "Web form: prices for schools", "Recommended by a customer", "Looking for a supplier of strings",
)  # fmt: skip
MEETINGS = ("Yearly talk", "Presentation of the new assortment", "Visit to the shop", "Video call: open questions")
EMAILS_IN = (
    ("Delivery date", "Hello, when can we expect our last order? Kind regards"),
    ("Price list", "Could you send me the current price list for the autumn, please?"),
    ("Thank you", "Everything arrived safely, thank you. We will be in touch about the next order."),
    ("Catalogue", "Our customers ask for more vinyl. What do you recommend?"),
)
EMAILS_OUT = (
    ("Your last order", "Your parcel left our warehouse today. Please call me if anything is missing."),
    ("New in the assortment", "I have put aside a few titles that should suit your shop. Shall I send samples?"),
    ("We have missed you", "It has been a while since your last order. Is there anything we can do better?"),
)
NOTES = (
    "Prefers to be called before eleven.",
    "Second shop opens next year; wants terms for both.",
    "Complained about damaged sleeves; replaced free of charge.",
    "Compares our prices for strings with another supplier.",
)
ACTIVITIES = (
    ("Ask how the last delivery was", "All well, will order again next month."),
    ("Talk about the new assortment", "Interested in vinyl, sends a list."),
    ("Find out why orders stopped", "Had too much in stock, calls back."),
)
PRICELISTS = ("Gold Customers", "Silver Customers")
BENEFITS = ("new titles two weeks before the release", "samples of new titles")
TIER_DESCRIPTIONS = ("Our partners: know them in person.", "Could become partners: visit them, ask what they miss.")
TIER_SET_BY_HAND = "Opens a second shop; agreed with the owner."
EXCLUDED_BECAUSE = "Asked us by e-mail."
CREDIT_REASONS = ("Damaged in transit", "Wrong article delivered", "Returned unsold")

TEXTS = {
    "call": (
        "Log in as rep / rep – Sales › Customer Segmentation › My Customers: who needs attention first. Call {name} "
        "({segment}): {orders} orders in all, the last one {days} days ago, phone {phone} – {address}"
    ),
    "explain": (
        "Why is {name} one of the {segment}? The page Segmentation of the contact explains every score and shows the "
        "history – {address}"
    ),
    "dashboard": "As manager: the dashboard shows where customers and revenue move – {address}",
    "segments": (
        "Log in as manager / manager – Sales › Customer Segmentation › Segments: {count} customers, {class_a} of them "
        "(class A) bring the first 80 % of the revenue – {address}"
    ),
    "tiers": (
        "As manager: {due} customers wait for your decision in Tier Review – {address}; Resource Allocation proposes "
        "who should look after whom – {allocation}"
    ),
    "benefit": ("Quotation {order} for {name} started with the prices of the tier {tier}, and says so – {address}"),
}

# By the number of stars.
OPINIONS = {
    1: ("Parcel lost, nobody called back", "Wrong record sent twice"),
    2: ("Delivery took two weeks", "Sleeve was damaged again", "Prices went up without a word"),
    3: ("Fine, nothing special", "Finds the shop hard to search"),
    4: ("Content, likes the packaging", "Good advice on the phone", "Quick delivery"),
    5: ("Recommends us to others", "Loves the new releases", "Always the right tip"),
}
PRODUCT_GAPS = (
    "No sheet music for brass bands",
    "No subscription for new releases",
    "No rental of loudspeakers",
    "No gift vouchers for companies",
)
