"""Names people and businesses, with the apostrophes, accents and awkward signs that real books hold."""

from random import Random

GIVEN = (
    "Aroha", "Amelia", "Angus", "Bronwyn", "Callum", "Charlotte", "Chloë", "Darcy", "Declan", "Eilidh", "Eleanor", "Fergus", "Fiona", "Gareth",
    "Georgia", "Hamish", "Hēmi", "Imogen", "Isla", "Jacinta", "Jerome", "Kahurangi", "Kieran", "Lachlan", "Leilani", "Mairéad", "Malcolm", "Mereana",
    "Nathaniel", "Niamh", "Oliver", "Ophelia", "Patrick", "Priya", "Quentin", "Rāwiri", "Rosalind", "Saoirse", "Sebastian", "Siobhán", "Tamsin",
    "Theodore", "Ursula", "Vincent", "Whetu", "Winston", "Xanthe", "Yasmin", "Zachary", "Zoë", "Anjali", "Babak", "Chidi", "Dmitri", "Emeka", "Farida",
    "Giorgio", "Hiroshi", "Ingrid", "Javier",
)
FAMILY = (
    "Abernathy", "Ashworth", "Bancroft", "Beaumont", "Blackwood", "Brennan", "Carmichael", "Cavanagh", "Chatterjee", "Colquhoun", "D'Angelo", "Dalgleish",
    "Delacroix", "Drummond", "Eastwood", "Ellsworth", "Fairweather", "Fitzgerald", "Fotheringham", "Gallagher", "Gunawardena", "Hargreaves", "Hathaway",
    "Hollingsworth", "Ibrahim", "Jankowski", "Jørgensen", "Kaczmarek", "Kelleher", "Kowalczyk", "Lamont", "Livingstone", "Lockwood", "MacAllister",
    "Mahlangu", "McGillicuddy", "Montgomery", "Mukherjee", "Nakamura", "Ngata", "Nightingale", "O'Brien", "O'Sullivan", "Okonkwo", "Papadopoulos",
    "Parata", "Pemberton", "Pennington", "Petrović", "Quigley", "Rangihuna", "Ravindran", "Rutherford", "Sørensen", "Sakellariou", "Satterthwaite",
    "Silva", "Somerville", "Stapleton", "Tamihana", "Tattersall", "Thistlethwaite", "Trevelyan", "Underwood", "Vasquez", "Venkatesan", "Wainwright",
    "Warburton", "Whitcombe", "Wickramasinghe", "Wójcik", "Worthington", "Yamamoto", "Yelland", "Zielinski", "Zimmermann",
)
PLACES = (
    "Banksia Ridge", "Bellbird Valley", "Blackbutt Creek", "Boronia Heights", "Brolga Plains", "Cabbage Tree Bay", "Clifftop", "Coolabah", "Dunmore",
    "Fernleigh", "Foxglove", "Gannet Point", "Glenfinnan", "Hawthorn Lane", "Heathergate", "Huon Pine", "Ironbark", "Jacaranda", "Kauri Grove",
    "Kingfisher", "Kōwhai Bush", "Kurrajong", "Larkspur", "Lighthouse Road", "Mānuka Flat", "Mossvale", "Northbridge", "Oakhampton", "Paperbark",
    "Peppermint Grove", "Pōhutukawa", "Quarry Hill", "Redgum", "Rimu Valley", "Riverstone", "Saltmarsh", "Silverdale", "Southern Cross", "Stonebridge",
    "Tidewater", "Tōtara Park", "Upper Wharf", "Violet Town", "Wattle Lane", "Weatherboard", "Westhaven", "Whistler's End", "Willowbank", "Wombat Gully",
    "Yarrow Bend",
)
TRADES = (
    "Accountancy Supplies", "Agricultural Services", "Bakery", "Bookshop", "Brewing", "Building Supplies", "Butchery", "Carpentry", "Catering", "Childcare",
    "Cleaning", "Couriers", "Dairy", "Dental Care", "Design Studio", "Earthmoving", "Electrical", "Engineering", "Fencing", "Fisheries", "Florist",
    "Furniture", "Garage", "Glazing", "Haulage", "Hospitality", "Insurance Brokers", "Irrigation", "Joinery", "Kitchens", "Landscapes", "Laundry",
    "Legal", "Logistics", "Machinery Hire", "Marine Repairs", "Medical Centre", "Motors", "Nursery", "Optometry", "Orchards", "Packaging", "Painting",
    "Pharmacy", "Photography", "Physiotherapy", "Plumbing", "Pottery", "Printing", "Publishing", "Refrigeration", "Roofing", "Saddlery", "Scaffolding",
    "Security", "Signwriting", "Software", "Stationery", "Surveying", "Tailoring", "Telecom", "Timber", "Training", "Transport", "Upholstery",
    "Veterinary Clinic", "Vineyards", "Welding", "Wholesale Foods", "Windows",
)
STREETS = ("Acacia Avenue", "Bridge Street", "Church Lane", "Domain Road", "Esplanade", "Foundry Street", "George Street", "High Street", "Quay Road", "Station Parade")
TOWNS = {
    "AU": (("Ballarat", "VIC", "3350"), ("Newcastle", "NSW", "2300"), ("Toowoomba", "QLD", "4350"), ("Launceston", "TAS", "7250"), ("Fremantle", "WA", "6160")),
    "NZ": (("Napier", "", "4110"), ("Nelson", "", "7010"), ("Tauranga", "", "3110"), ("Dunedin", "", "9016"), ("Whangārei", "", "0110")),
    "GB": (("Harrogate", "", "HG1 1AA"), ("Truro", "", "TR1 2AB"), ("Stirling", "", "FK8 1AA"), ("Abergavenny", "", "NP7 5AA"), ("Norwich", "", "NR1 3AA")),
}
COUNTRY_NAMES = {"AU": "Australia", "NZ": "New Zealand", "GB": "United Kingdom"}
SUFFIXES = {"AU": ("Pty Ltd", "Pty Ltd", "Pty. Limited", ""), "NZ": ("Limited", "Ltd", ""), "GB": ("Ltd", "Limited", "LLP", "")}


def person(rnd: Random) -> tuple[str, str]:
    return rnd.choice(GIVEN), rnd.choice(FAMILY)


def business(rnd: Random) -> str:
    """A trading name without its legal suffix."""
    shape = rnd.random()
    trade = rnd.choice(TRADES)
    if shape < 0.4:
        return f"{rnd.choice(PLACES)} {trade}"
    if shape < 0.7:
        return f"{rnd.choice(FAMILY)} {trade}"
    if shape < 0.85:
        return f"{rnd.choice(FAMILY)} & {rnd.choice(FAMILY)} {trade}"
    return f"{rnd.choice(FAMILY)}'s {trade}"


def address(rnd: Random, country: str) -> dict[str, str]:
    town, region, postcode = rnd.choice(TOWNS[country])
    return {"AddressType": "POBOX", "AddressLine1": f"{rnd.randrange(1, 240)} {rnd.choice(STREETS)}", "City": town, "Region": region, "PostalCode": postcode,
            "Country": COUNTRY_NAMES[country], "AttentionTo": ""}
