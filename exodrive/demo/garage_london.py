"""The demo cars that live in London."""

from exodrive.demo.vehicle import DemoCar
from exodrive.services.car.contracts import Body, Category, Drive, Transmission

# fmt: off
LONDON = (
    DemoCar(
        slug="northgate-gt", make="Northgate", model="GT", year=2023, category=Category.GRAND_TOURER,
        body=Body.COUPE, seats=4, power_hp=503, top_speed_kmh=306, zero_to_hundred=45,
        transmission=Transmission.MANUAL, drive=Drive.REAR, engine="5.2 V12", colour="Conservatory Green",
        plate="NG23 GTV", vin="SNGGT5M54P0000461", location="london", daily_rate=98_000, weekend_rate=115_000,
        deposit=600_000, included_miles=150, overage_per_mile=300, minimum_age=28, featured=6,
        setting="in a London mews in the rain", wheels="ten silver spokes over a gold calliper",
        features=("Six-speed manual", "Naturally aspirated V12", "Hand-stitched tan leather",
                  "Limited-slip differential", "Umbrella in the door", "Four seats"),
        description=(
            "A V12 at the front, three pedals in the middle and a boot that takes two cases and a dog. The GT is "
            "the car for leaving town on a wet Thursday and arriving in Scotland in time for dinner. It is never "
            "in a hurry and nearly always first."
        ),
    ),
    DemoCar(
        slug="northgate-solent", make="Northgate", model="Solent", year=1966, category=Category.CONVERTIBLE,
        body=Body.CONVERTIBLE, seats=2, power_hp=150, top_speed_kmh=188, zero_to_hundred=92,
        transmission=Transmission.MANUAL, drive=Drive.REAR, engine="3.0 straight six", colour="Harbour Blue",
        plate="NGS 66D", vin="SNGSL3M37G0000158", location="london", daily_rate=45_000, weekend_rate=54_000,
        deposit=400_000, included_miles=100, overage_per_mile=200, minimum_days=1, minimum_age=28,
        turnaround_minutes=180, setting="in a white London mews in the rain",
        wheels="silver wire wheel with a centre nut",
        features=("Four-speed manual with overdrive", "Wire wheels", "Red leather", "Tonneau cover",
                  "Picnic hamper", "Restored in 2022"),
        description=(
            "A roadster from the year England won something. Wire wheels, red leather, an overdrive switch on the "
            "dashboard and a heater with opinions. It will not set a lap time; it will make every lane within "
            "fifty miles of London feel like a holiday."
        ),
    ),
    DemoCar(
        slug="valmont-sirene", make="Valmont", model="Sirène", year=2025, category=Category.GRAND_TOURER,
        body=Body.COUPE, seats=4, power_hp=650, top_speed_kmh=330, zero_to_hundred=36,
        transmission=Transmission.AUTOMATIC, drive=Drive.ALL, engine="6.0 W12 twin-turbo", colour="Bleu Abysse",
        plate="SR25 ENE", vin="VFVSR6A65S0000385", location="london", daily_rate=118_000, weekend_rate=138_000,
        deposit=700_000, included_miles=150, overage_per_mile=325, minimum_age=28,
        setting="in a tall gallery with daylight from its windows", wheels="silver turbine blades",
        features=("Rotating dashboard", "Massage seats", "Air suspension", "Four seats", "Hand-made veneers",
                  "Studio sound"),
        description=(
            "Five metres of coupé with the calm of a private library. Twelve cylinders do their work somewhere "
            "far ahead; you notice only that the horizon has moved. There is no better way to be late for the "
            "opera."
        ),
    ),
    DemoCar(
        slug="valmont-belvoir", make="Valmont", model="Belvoir", year=2025, category=Category.SEDAN,
        body=Body.SEDAN, seats=5, power_hp=571, top_speed_kmh=250, zero_to_hundred=48,
        transmission=Transmission.AUTOMATIC, drive=Drive.REAR, engine="6.75 V12 twin-turbo",
        colour="Black with silver roof", plate="BV25 OIR", vin="VFVBV6A69S0000112", location="london",
        daily_rate=165_000, weekend_rate=185_000, deposit=1_200_000, included_miles=120, overage_per_mile=400,
        minimum_age=30, turnaround_minutes=180, setting="in a gallery in evening light",
        wheels="polished five-petal wheel",
        features=("Chauffeur available", "Rear theatre screens", "Starlit headliner", "Lambswool carpets",
                  "Self-levelling ride", "Cooler with two flutes"),
        description=(
            "The Belvoir is not driven so much as attended. Lambswool to the ankles, stars in the ceiling and a "
            "ride that reads the road ahead and irons it. With a chauffeur or without; either way the doorman "
            "will know."
        ),
    ),
    DemoCar(
        slug="corvane-k9-r", make="Corvane", model="K9 R", year=2025, category=Category.SUPERCAR,
        body=Body.COUPE, seats=2, power_hp=825, top_speed_kmh=334, zero_to_hundred=27,
        transmission=Transmission.AUTOMATIC, drive=Drive.REAR, engine="4.0 V8 twin-turbo",
        colour="Frost White with blue", plate="KR25 NNE", vin="SCVK9R446S0000027", location="london",
        daily_rate=450_000, weekend_rate=450_000, deposit=4_000_000, included_miles=75, overage_per_mile=1200,
        minimum_days=2, minimum_age=32, turnaround_minutes=480, setting="on a mountain pass under a storm sky",
        wheels="crossed bronze spokes over a blue calliper",
        features=("One of 75", "800 kg of downforce", "Six-point harnesses", "Carbon-ceramic brakes",
                  "Data logger", "Track support on request"),
        description=(
            "Seventy-five were made for owners who found the K7 too polite. The wing is not decoration: at speed "
            "it adds the weight of a small car. Road legal, just; we deliver it to the circuit of your choice "
            "with a technician and a spare set of tyres."
        ),
    ),
    DemoCar(
        slug="hallstett-h5", make="Hallstett", model="H5", year=2024, category=Category.GRAND_TOURER,
        body=Body.COUPE, seats=4, power_hp=510, top_speed_kmh=318, zero_to_hundred=34,
        transmission=Transmission.MANUAL, drive=Drive.REAR, engine="4.0 flat six", colour="Gentian Blue",
        plate="HS24 FLT", vin="WHSH5M646R0007208", location="london", daily_rate=92_000, weekend_rate=108_000,
        deposit=600_000, included_miles=150, overage_per_mile=300, minimum_age=27,
        setting="on a mountain pass at dawn", wheels="five black spokes over a red calliper",
        features=("Six-speed manual", "Rear-mounted flat six", "Nine thousand rpm", "Carbon bucket seats",
                  "Front lift", "Small rear seats"),
        description=(
            "The engine is in the wrong place and everything else is exactly right. Nine thousand revs, a six- "
            "speed gate like a rifle bolt, and steering that tells you the make of the tarmac. If you rent one "
            "car here to learn something, rent this one."
        ),
    ),
    DemoCar(
        slug="northgate-moorland", make="Northgate", model="Moorland", year=2024, category=Category.SUV,
        body=Body.SUV, seats=5, power_hp=530, top_speed_kmh=260, zero_to_hundred=46,
        transmission=Transmission.AUTOMATIC, drive=Drive.ALL, engine="4.4 V8 twin-turbo", colour="Lichen Green",
        plate="NG24 MLD", vin="SNGML4A47R0002894", location="london", daily_rate=64_000, weekend_rate=74_000,
        deposit=400_000, included_miles=150, overage_per_mile=175,
        setting="on a mountain pass under a clear sky", wheels="seven silver spokes",
        features=("Air suspension", "Wading to 90 cm", "Event seats in the tailgate", "Roof rails",
                  "Heated everything", "Five seats"),
        description=(
            "As happy at a shoot as at a premiere, and clean enough for both by Monday. The Moorland wades to the "
            "door handles, tows a horse and folds two leather seats out of its tailgate for watching other people "
            "play polo."
        ),
    ),
    DemoCar(
        slug="hallstett-h8", make="Hallstett", model="H8", year=2024, category=Category.SEDAN, body=Body.SEDAN,
        seats=5, power_hp=630, top_speed_kmh=305, zero_to_hundred=34, transmission=Transmission.AUTOMATIC,
        drive=Drive.ALL, engine="4.4 V8 twin-turbo", colour="Bronzite", plate="HS24 VHT",
        vin="WHSH8A847R0006135", location="london", daily_rate=78_000, weekend_rate=89_000, deposit=450_000,
        included_miles=150, overage_per_mile=225, minimum_age=27, setting="in a studio with one great lamp",
        wheels="dark twin spokes over a red calliper",
        features=("Carbon-ceramic brakes", "Rear-wheel steering", "Sports exhaust", "Head-up display",
                  "Heated seats all round", "Five seats"),
        description=(
            "A family car in the sense that the family will never be late again. The H8 hides 630 horsepower "
            "under a suit that fits, and only the red callipers give it away. Four adults fit in comfort; the "
            "fifth should be young."
        ),
    ),
)
# fmt: on
