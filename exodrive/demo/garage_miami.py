"""The demo cars that live in Miami."""

from exodrive.demo.vehicle import DemoCar
from exodrive.services.car.contracts import Body, Category, Drive, Transmission

# fmt: off
MIAMI = (
    DemoCar(
        slug="aurelio-furia", make="Aurelio", model="Furia SV", year=2024, category=Category.SUPERCAR,
        body=Body.COUPE, seats=2, power_hp=780, top_speed_kmh=352, zero_to_hundred=28,
        transmission=Transmission.AUTOMATIC, drive=Drive.ALL, engine="6.5 V12", colour="Giallo Sole",
        plate="FRA65V", vin="ZAUFR6V18R0000633", location="miami", daily_rate=289_000, weekend_rate=339_000,
        deposit=2_000_000, included_miles=75, overage_per_mile=750, minimum_days=1, minimum_age=30,
        turnaround_minutes=240, featured=2, setting="in a tunnel of amber light",
        wheels="forked black spokes and a carbon-ceramic disc",
        features=("Naturally aspirated V12", "Scissor doors", "Fixed rear wing", "Rear-wheel steering",
                  "Front lift", "Carbon-ceramic brakes"),
        description=(
            "Twelve cylinders, no turbos, doors that go up. The Furia is the last of its kind and behaves like "
            "it: loud when cold, glorious when warm. There is room for two overnight bags and no doubt at all "
            "about where you parked."
        ),
    ),
    DemoCar(
        slug="kuroda-hayate", make="Kuroda", model="Hayate", year=2025, category=Category.SUPERCAR,
        body=Body.COUPE, seats=2, power_hp=610, top_speed_kmh=318, zero_to_hundred=30,
        transmission=Transmission.AUTOMATIC, drive=Drive.ALL, engine="3.5 V6 twin-turbo hybrid",
        colour="Midnight Iris", plate="HYT35K", vin="JKUHY3H38S0000582", location="miami", daily_rate=142_000,
        weekend_rate=164_000, deposit=800_000, included_miles=100, overage_per_mile=375, minimum_age=28,
        turnaround_minutes=180, setting="on a wet avenue among neon lights", wheels="silver turbine blades",
        features=("Four-wheel torque vectoring", "Nine-speed dual clutch", "Colour-shift paint",
                  "Magnetic dampers", "Quiet start", "Wireless charging"),
        description=(
            "The Hayate does its thinking so fast that you never notice. Three small motors and a V6 decide where "
            "every newton goes, and the result feels like talent. The paint goes from violet to blue as you walk "
            "round it; we recommend walking round it."
        ),
    ),
    DemoCar(
        slug="aurelio-vento-spider", make="Aurelio", model="Vento Spider", year=2024,
        category=Category.CONVERTIBLE, body=Body.CONVERTIBLE, seats=2, power_hp=660, top_speed_kmh=328,
        zero_to_hundred=30, transmission=Transmission.AUTOMATIC, drive=Drive.REAR, engine="3.9 V8 twin-turbo",
        colour="Acqua Metallic", plate="VNT39S", vin="ZAUVN3S30R0001190", location="miami", daily_rate=172_000,
        weekend_rate=205_000, deposit=900_000, included_miles=100, overage_per_mile=425, minimum_age=28,
        turnaround_minutes=180, featured=3, setting="before the pastel hotels of the seafront",
        wheels="five silver twin spokes",
        features=("Folding hard top", "Seven-speed dual clutch", "Tan leather", "Front lift", "Wind deflector",
                  "Premium sound"),
        description=(
            "The Vento was made for places where it does not rain at dinner time. Tan leather, two humps behind "
            "the seats and an exhaust that echoes off pastel walls. With the hard top up it is a proper coupé; "
            "nobody in this town will ever see it that way."
        ),
    ),
    DemoCar(
        slug="valmont-rivage", make="Valmont", model="Rivage", year=2024, category=Category.CONVERTIBLE,
        body=Body.CONVERTIBLE, seats=4, power_hp=590, top_speed_kmh=310, zero_to_hundred=40,
        transmission=Transmission.AUTOMATIC, drive=Drive.REAR, engine="6.0 V12 twin-turbo",
        colour="Crème Anglaise", plate="RVG60C", vin="VFVRV6C65R0000744", location="miami", daily_rate=125_000,
        weekend_rate=149_000, deposit=800_000, included_miles=100, overage_per_mile=350,
        setting="on a road above the sea in the blue hour", wheels="silver turbine blades",
        features=("Four seats", "Fabric roof in four colours", "Massage seats", "Hand-stitched red leather",
                  "Neck-level heating", "Fitted luggage"),
        description=(
            "An open car for four, in the colour of good custard. The Rivage moves the way a motor yacht does: "
            "without hurry, with a great deal in reserve. Fitted luggage comes with it, and looks better than "
            "anything you own."
        ),
    ),
    DemoCar(
        slug="aurelio-notturna", make="Aurelio", model="Notturna", year=2023, category=Category.GRAND_TOURER,
        body=Body.COUPE, seats=2, power_hp=800, top_speed_kmh=340, zero_to_hundred=29,
        transmission=Transmission.AUTOMATIC, drive=Drive.REAR, engine="6.5 V12", colour="Bordeaux Notte",
        plate="NTN65V", vin="ZAUNT6V66P0000927", location="miami", daily_rate=210_000, weekend_rate=245_000,
        deposit=1_200_000, included_miles=100, overage_per_mile=500, minimum_age=30, turnaround_minutes=180,
        setting="on a wet avenue under golden lights", wheels="forked graphite spokes over a yellow calliper",
        features=("Front-mounted V12", "Eight-speed transaxle", "Yellow callipers", "Adaptive dampers",
                  "Carbon roof", "Two fitted cases"),
        description=(
            "The engine in front, the gearbox behind, and eight hundred horsepower between you and the weekend. "
            "The Notturna is long in the bonnet and short in the temper, yet crosses three states without a "
            "crease in your jacket. At night the burgundy turns black, then red again under every lamp."
        ),
    ),
    DemoCar(
        slug="northgate-regent", make="Northgate", model="Regent", year=2024, category=Category.SEDAN,
        body=Body.SEDAN, seats=5, power_hp=540, top_speed_kmh=250, zero_to_hundred=45,
        transmission=Transmission.AUTOMATIC, drive=Drive.ALL, engine="4.0 V8 twin-turbo", colour="Oxblood",
        plate="RGT40N", vin="SNGRG4A4XR0003306", location="miami", daily_rate=74_000, weekend_rate=85_000,
        deposit=450_000, included_miles=150, overage_per_mile=200, setting="on a wet avenue at night",
        wheels="crossed silver spokes",
        features=("Rear executive seats", "Night vision", "Air suspension", "Privacy glass", "Champagne cooler",
                  "Four-zone climate"),
        description=(
            "Four doors, a wood shop’s worth of walnut and the quietest back seat in Florida. The Regent flatters "
            "whoever is driving and spoils whoever is not. Five people, five suitcases, one glass of something "
            "cold."
        ),
    ),
    DemoCar(
        slug="ostara-lumen", make="Ostara", model="Lumen", year=2025, category=Category.ELECTRIC,
        body=Body.SEDAN, seats=5, power_hp=760, top_speed_kmh=260, zero_to_hundred=31,
        transmission=Transmission.AUTOMATIC, drive=Drive.ALL, engine="Two electric motors, 112 kWh",
        colour="Glacier Pearl", plate="LMN112", vin="7STLM2E15S0012077", location="miami", daily_rate=62_000,
        weekend_rate=70_000, deposit=350_000, included_miles=200, overage_per_mile=125,
        setting="in a tunnel of blue light", wheels="closed graphite aero wheel",
        features=("640 km range", "Glass roof", "Four-wheel steering", "Charging included",
                  "Hands-free motorway assist", "Studio sound"),
        description=(
            "A long, low electric sedan with one line of light at each end. The Lumen goes from Miami to the Keys "
            "and back without a stop, and from rest to a hundred in three seconds if you insist. Charging on the "
            "partner network is included."
        ),
    ),
    DemoCar(
        slug="hallstett-alpin", make="Hallstett", model="Alpin", year=2025, category=Category.SUV,
        body=Body.SUV, seats=5, power_hp=650, top_speed_kmh=300, zero_to_hundred=36,
        transmission=Transmission.AUTOMATIC, drive=Drive.ALL, engine="4.0 V8 twin-turbo", colour="Firn White",
        plate="ALP40H", vin="WHSAP4A41S0005519", location="miami", daily_rate=89_000, weekend_rate=104_000,
        deposit=500_000, included_miles=125, overage_per_mile=250, setting="in a sea-green studio",
        wheels="forked black spokes over a yellow calliper",
        features=("Carbon roof", "Active anti-roll", "Rear-wheel steering", "Sports exhaust",
                  "Heated and cooled seats", "Panoramic cameras"),
        description=(
            "A coupé that stands on its toes. The Alpin carries five people and their weekend at speeds that used "
            "to need a roll cage, and shrugs at kerbs, sand and sudden weather. Pick it when half of the party "
            "wants an SUV and the other half does not."
        ),
    ),
)
# fmt: on
