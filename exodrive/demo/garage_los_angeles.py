"""The demo cars that live in Los Angeles."""

from exodrive.demo.vehicle import DemoCar
from exodrive.services.car.contracts import Body, Category, Drive, Transmission

# fmt: off
LOS_ANGELES = (
    DemoCar(
        slug="aurelio-tempesta", make="Aurelio", model="Tempesta", year=2025, category=Category.SUPERCAR,
        body=Body.COUPE, seats=2, power_hp=720, top_speed_kmh=338, zero_to_hundred=29,
        transmission=Transmission.AUTOMATIC, drive=Drive.REAR, engine="4.0 V8 twin-turbo",
        colour="Rosso Vulcano", plate="9TMP204", vin="ZAUTP4C22S0001047", location="los-angeles",
        daily_rate=189_000, weekend_rate=219_000, deposit=1_000_000, included_miles=100, overage_per_mile=450,
        minimum_age=28, turnaround_minutes=180, featured=1, setting="on a coast road at sunset",
        wheels="five dark spokes over a yellow calliper",
        features=("Carbon-ceramic brakes", "Seven-speed dual clutch", "Front lift", "Adaptive dampers",
                  "Carbon bucket seats", "Reversing camera"),
        description=(
            "The Tempesta is the shape people draw when they are asked to draw a fast car. Behind the seats sits "
            "a twin-turbo V8 that pulls from two thousand revs and sings to eight and a half. The lift takes the "
            "nose over any driveway in the hills; the coast road at dusk does the rest."
        ),
    ),
    DemoCar(
        slug="corvane-k7", make="Corvane", model="K7", year=2024, category=Category.SUPERCAR, body=Body.COUPE,
        seats=2, power_hp=680, top_speed_kmh=330, zero_to_hundred=30, transmission=Transmission.AUTOMATIC,
        drive=Drive.REAR, engine="3.8 V8 twin-turbo hybrid", colour="Ember Orange", plate="9KVN077",
        vin="SCVK7C436R0002218", location="los-angeles", daily_rate=165_000, weekend_rate=192_000,
        deposit=900_000, included_miles=100, overage_per_mile=425, minimum_age=28, turnaround_minutes=180,
        featured=4, setting="on a boulevard of palms under a magenta sky",
        wheels="ten black spokes over an orange calliper",
        features=("Carbon tub", "Silent electric mode", "Front lift", "Dihedral doors", "Track telemetry",
                  "Heated seats"),
        description=(
            "Built around a carbon tub that weighs less than two people, the K7 steers with the tips of the "
            "fingers. It leaves the garage in electric silence and arrives on the boulevard as an event. "
            "Visibility is remarkable for a car this low, so it is also the easiest supercar to live with for a "
            "week."
        ),
    ),
    DemoCar(
        slug="aurelio-settantasette", make="Aurelio", model="Settantasette", year=1977,
        category=Category.SUPERCAR, body=Body.COUPE, seats=2, power_hp=320, top_speed_kmh=262,
        zero_to_hundred=61, transmission=Transmission.MANUAL, drive=Drive.REAR,
        engine="3.5 V12, six carburettors", colour="Avorio White", plate="77AURE", vin="ZAU77M354T0000091",
        location="los-angeles", daily_rate=145_000, weekend_rate=165_000, deposit=1_500_000, included_miles=60,
        overage_per_mile=600, minimum_days=2, minimum_age=30, turnaround_minutes=240,
        setting="in a studio with ember-red walls", wheels="deep gold star wheel and a tall tyre",
        features=("Gated five-speed manual", "Six twin-choke carburettors", "Restored in 2023",
                  "Original tool roll", "Driving shoes in three sizes"),
        description=(
            "A wedge from the year when nobody drew with a curve. Six carburettors, an open metal gate and no "
            "assistance whatsoever: it asks for attention and pays it back in sound. Restored to the last louvre; "
            "a specialist spends half an hour with you before you set off."
        ),
    ),
    DemoCar(
        slug="corvane-k7-spider", make="Corvane", model="K7 Spider", year=2025, category=Category.CONVERTIBLE,
        body=Body.CONVERTIBLE, seats=2, power_hp=680, top_speed_kmh=325, zero_to_hundred=31,
        transmission=Transmission.AUTOMATIC, drive=Drive.REAR, engine="3.8 V8 twin-turbo hybrid",
        colour="Citrus Green", plate="9SPD551", vin="SCVK7S433S0000376", location="los-angeles",
        daily_rate=178_000, weekend_rate=208_000, deposit=950_000, included_miles=100, overage_per_mile=425,
        minimum_age=28, turnaround_minutes=180, setting="above the sea under a rose-coloured sky",
        wheels="forked black spokes",
        features=("Roof down in 11 seconds", "Carbon tub", "Silent electric mode", "Front lift",
                  "Neck-level heating", "Track telemetry"),
        description=(
            "Everything the K7 does, with the sky added. The roof folds in eleven seconds at up to 50 km/h, and "
            "with it gone the turbos can be heard breathing just behind your head. Take it north along the water "
            "early, before the road wakes up."
        ),
    ),
    DemoCar(
        slug="marston-stallard", make="Marston", model="Stallard", year=2023, category=Category.GRAND_TOURER,
        body=Body.COUPE, seats=4, power_hp=526, top_speed_kmh=290, zero_to_hundred=42,
        transmission=Transmission.MANUAL, drive=Drive.REAR, engine="5.8 V8", colour="Raven Black",
        plate="8STL580", vin="1MTST58M0P0034512", location="los-angeles", daily_rate=52_000,
        weekend_rate=62_000, deposit=300_000, included_miles=150, overage_per_mile=150, minimum_age=25,
        setting="in the desert before a red sunset", wheels="seven graphite spokes over a red calliper",
        features=("Six-speed manual", "Limited-slip differential", "Line-lock", "Four seats",
                  "Big-bore exhaust", "Apple CarPlay and Android Auto"),
        description=(
            "A big, honest V8 with no turbos, a heavy clutch and square shoulders. The Stallard is at its best on "
            "two empty lanes through the desert with the windows down. Four seats and a real boot make it the "
            "sensible choice, which you may tell anyone who asks."
        ),
    ),
    DemoCar(
        slug="marston-drover", make="Marston", model="Drover", year=2024, category=Category.SUV, body=Body.SUV,
        seats=5, power_hp=480, top_speed_kmh=200, zero_to_hundred=56, transmission=Transmission.AUTOMATIC,
        drive=Drive.ALL, engine="4.4 V8 twin-turbo", colour="Sandstone with ivory roof", plate="8DRV440",
        vin="1MTDR44A6R0017763", location="los-angeles", daily_rate=68_000, weekend_rate=79_000,
        deposit=400_000, included_miles=150, overage_per_mile=175, setting="in the desert at first light",
        wheels="black five-spoke wheel and a deep off-road tyre",
        features=("Three locking differentials", "Roof rack", "Fridge", "Tow hitch", "360° cameras",
                  "Five seats"),
        description=(
            "Flat glass, round lamps and three differentials that lock: the Drover is a tool that happens to look "
            "superb outside a restaurant. It wades, climbs and carries five with their bags. The fridge between "
            "the seats holds six bottles upright."
        ),
    ),
    DemoCar(
        slug="ostara-terra", make="Ostara", model="Terra", year=2025, category=Category.ELECTRIC, body=Body.SUV,
        seats=7, power_hp=620, top_speed_kmh=225, zero_to_hundred=39, transmission=Transmission.AUTOMATIC,
        drive=Drive.ALL, engine="Two electric motors, 118 kWh", colour="Cedar Green", plate="9EVT118",
        vin="7STTR2E15S0008841", location="los-angeles", daily_rate=58_000, weekend_rate=66_000,
        deposit=350_000, included_miles=200, overage_per_mile=125, setting="on a pale desert road at noon",
        wheels="closed black aero wheel",
        features=("Seven seats", "560 km range", "Air suspension", "Glass roof", "Charging included",
                  "Child seats on request"),
        description=(
            "Seven people, their luggage and not a sound. The Terra rides on air, charges for two hundred miles "
            "in the time a coffee takes, and is as quick to a hundred as most of our coupés. Charging on the "
            "partner network is included."
        ),
    ),
    DemoCar(
        slug="ostara-arc", make="Ostara", model="Arc", year=2025, category=Category.ELECTRIC, body=Body.COUPE,
        seats=2, power_hp=1020, top_speed_kmh=320, zero_to_hundred=21, transmission=Transmission.AUTOMATIC,
        drive=Drive.ALL, engine="Three electric motors, 104 kWh", colour="Liquid Copper", plate="9ARC021",
        vin="7STAR3E08S0000219", location="los-angeles", daily_rate=195_000, weekend_rate=220_000,
        deposit=1_000_000, included_miles=120, overage_per_mile=400, minimum_age=28, turnaround_minutes=180,
        featured=5, setting="in a violet studio", wheels="bronze turbine blades",
        features=("2.1 s to 100 km/h", "Torque vectoring", "Active aerodynamics", "Camera mirrors",
                  "Charging included", "Track mode"),
        description=(
            "Three motors, a thousand horsepower and a nose that splits the air in silence. The Arc is the "
            "quickest car in the fleet to any legal speed, and it does it without waking the street. Paint like "
            "poured metal; people will ask."
        ),
    ),
)
# fmt: on
