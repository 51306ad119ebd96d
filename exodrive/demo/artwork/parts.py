"""Lamps, intakes and aero parts fitted to a shape by rule, so that they follow its lines."""

from exodrive.demo.artwork.curve import Knot, Point, lerp
from exodrive.demo.artwork.look import Lamp
from exodrive.demo.artwork.shape import Shape


def slit(
    shape: Shape, near: float, far: float, drop: float = 34, tall: float = 66, *, width: float = 13
) -> Lamp:
    """A slim lamp that follows the wing from `near` to `far`, `drop` below its crest."""
    xs = [lerp(near, far, k / 6) for k in range(7)]
    upper: list[Knot] = [(x, shape.top(x) - drop) for x in xs]
    lower: list[Knot] = [
        (x, shape.top(x) - drop - tall * (1 - (k / 6) ** 2 * 0.85)) for k, x in enumerate(xs)
    ]
    lit: list[Knot] = [(x, shape.top(x) - drop - 16) for x in xs[:-1]]
    return Lamp(glass=[*upper, *reversed(lower)], lit=lit, width=width)


def hook(
    shape: Shape, near: float, far: float, drop: float = 40, tall: float = 90, *, width: float = 14
) -> Lamp:
    """As `slit`, with the lit line turned down at the nose."""
    base = slit(shape, near, far, drop, tall, width=width)
    x, y = near + 34, shape.top(near) - drop - tall - 80
    return Lamp(glass=base.glass, lit=[(x + 60, y, "c"), (x, y + 50, "c"), *base.lit[1:]], width=width)


def eye(x: float, y: float, radius: float = 78) -> Lamp:
    """A round lamp seen from the side, as an upright oval."""
    oval: list[Knot] = [
        (x - radius * 0.62, y), (x - radius * 0.4, y + radius * 0.75), (x, y + radius), (x + radius * 0.5,
        y + radius * 0.66),
        (x + radius * 0.66, y), (x + radius * 0.5, y - radius * 0.66), (x, y - radius), (x - radius * 0.4,
        y - radius * 0.75),
    ]  # fmt: skip
    ring: list[Knot] = [(a * 0.72 + x * 0.28, b * 0.72 + y * 0.28) for a, b, *_ in oval]
    return Lamp(glass=oval, lit=[*ring, ring[0]], width=11)


def strip(x0: float, x1: float, y: float, tall: float = 30, rise: float = 0, *, width: float = 13) -> Lamp:
    """A thin light bar from x0 to x1."""
    glass: list[Knot] = [(x0, y, "c"), (x1, y + rise, "c"), (x1, y + rise - tall, "c"), (x0, y - tall, "c")]
    return Lamp(glass=glass, lit=[(x0, y - tall / 2), (x1, y + rise - tall / 2)], width=width)


def tail(shape: Shape, reach: float, drop: float = 50, tall: float = 58, width: float = 13) -> Lamp:
    """A wrap-round tail lamp under the rear edge, `reach` long."""
    end = shape.length
    xs = [lerp(end + 5, end - reach, k / 5) for k in range(6)]
    upper: list[Knot] = [(x, shape.waist(min(x, end - 60)) - drop) for x in xs]
    lower: list[Knot] = [
        (x, shape.waist(min(x, end - 60)) - drop - tall * (1 - (k / 5) ** 2 * 0.8)) for k, x in enumerate(xs)
    ]
    lit: list[Knot] = [(x, shape.waist(min(x, end - 60)) - drop - tall * 0.36) for x in xs[:-1]]
    return Lamp(glass=[*upper, *reversed(lower)], lit=lit, width=width)


def sill(shape: Shape, tall: float = 74) -> list[Knot]:
    """A side skirt between the wheels, kicked up before the rear one."""
    a, b = shape.front_axle + shape.wheel + 26, shape.rear_axle - shape.back_wheel - 24
    y = shape.sill - 34
    return [(a, y + 96, "c"), (a + 120, y + tall * 0.72), (b - 420, y + tall), (b - 120, y + tall + 26), (b,
        y + 150, "c"),
            (b + 8, y, "c"), (a, y, "c")]  # fmt: skip


def splitter(shape: Shape, tall: float = 40, reach: float = 26) -> list[Knot]:
    """A chin under the nose."""
    x, y = shape.outline[0][0], shape.outline[0][1]
    end = shape.front_axle - shape.wheel - shape.arch_gap - 10
    return [
        (x - 90 - reach, y + 34, "c"),
        (x + 120, y + tall + 16),
        (end, y + tall, "c"),
        (end, y - 14, "c"),
        (x - 40, y - 12, "c"),
    ]


def diffuser(shape: Shape, tall: float = 150) -> list[Knot]:
    """The dark lower end of the tail."""
    x, y = shape.outline[-1][0], shape.outline[-1][1]
    start = shape.rear_axle + shape.back_wheel + shape.arch_gap + 8
    return [(start, shape.sill - 26, "c"), (start + 20, shape.sill + tall * 0.55, "c"), (x - 60, y + tall),
        (x + 130, y + tall + 46, "c"),
            (x + 60, y + 30), (x, y - 20, "c")]  # fmt: skip


def nose_intake(shape: Shape, low: float, high: float, reach: float = 0.8) -> list[Knot]:
    """A corner intake in the front bumper between two heights."""
    end = shape.front_axle - shape.wheel - shape.arch_gap - 60
    start = 70
    far = lerp(start, end, reach)
    return [(start, low + 18, "c"), (start - 10, high - 20, "c"), (lerp(start, far, 0.55), high), (far, high - 6, "c"),
            (far - 60, lerp(low, high, 0.35)), (far - 150, low, "c")]  # fmt: skip


def tail_vent(shape: Shape, low: float, high: float, long: float = 170) -> list[Knot]:
    """An upright outlet behind the rear wheel."""
    x = shape.length - 110
    return [(x - long, high - 30, "c"), (x, high, "c"), (x - 10, low + 20, "c"), (x - long + 60, low, "c")]


def side_intake(x: float, y: float, long: float, tall: float) -> list[Knot]:
    """A scoop that opens before the rear wheel: pointed in front, upright behind."""
    return [(x, y, "c"), (x + long * 0.55, y + tall * 0.52), (x + long, y + tall, "c"), (x + long * 0.96,
        y + tall * 0.3),
            (x + long * 0.8, y - tall * 0.35, "c"), (x + long * 0.4, y - tall * 0.12)]  # fmt: skip


def gill(x: float, y: float, tall: float = 150, lean: float = 60) -> list[Knot]:
    """A slim outlet behind the front wheel."""
    return [
        (x, y, "c"),
        (x + 40, y + 4, "c"),
        (x + 40 + lean, y + tall, "c"),
        (x + lean + 6, y + tall - 14, "c"),
    ]


def wing(shape: Shape, high: float, long: float = 360) -> tuple[list[Knot], tuple[Point, Point]]:
    """A fixed rear wing on pylons, `high` above the deck."""
    x = shape.length - 90
    y = shape.top(x - 200) + high
    blade: list[Knot] = [
        (x - long, y - 6),
        (x - long * 0.5, y + 24),
        (x + 10, y + 62, "c"),
        (x + 14, y + 20, "c"),
        (x - long * 0.5, y - 18),
    ]
    post = x - long * 0.5
    plate: list[Knot] = [
        (x - long * 0.2, y - 70, "c"),
        (x - 100, y + 70, "c"),
        (x + 34, y + 92, "c"),
        (x + 30, y - 60, "c"),
    ]
    return [*blade[:3], *plate[2:], *blade[3:]] if high > 400 else blade, (
        (post, shape.top(post) - 30),
        (post + 40, y),
    )
