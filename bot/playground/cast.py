"""Who lives on the demo server. Names only; nothing here knows how a server is simulated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the demo server: the name that others see, and a number that is his for good.

    His id on the server is made from the number, so that scores in a kept database stay his.
    """

    number: int
    name: str

    @property
    def username(self) -> str:
        """His unique user name."""
        return self.name.lower().replace(" ", ".")


def _people(first_number: int, names: str) -> tuple[Person, ...]:
    return tuple(Person(first_number + place, name) for place, name in enumerate(names.split()))


# Names may be appended, but never reordered: see `Person`.
INSTRUCTOR = Person(1, "Ms Rivera")
LEARNERS = _people(
    101,
    "Ada Ben Chen Dalia Emeka Freja Goran Hana Ivo Jun Kofi Lena Mateo Nadia Omar Petra Quinn Rosa Samir Tova",
)
SIMULATED = _people(
    1001,
    "Ines Jonas Kavya Liam Mei Noor Oskar Priya Rafael Sofia Tariq Ulla Viktor Wanda Ximena Yuki Zoltan "
    "Aisha Bruno Clara Daniel Elif Farid Greta Hugo Irina Jamal Katya Luis Marta Nils Olga Pablo Renata "
    "Sven Teresa Uma Vera Wim Xin Yara Zeno Anton Bianca Carlos Doris Erik Fatima Georg Helga",
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of one start: whoever opens the page acts the ``learners``; the ``simulated`` act alone."""

    learners: tuple[Person, ...]
    simulated: tuple[Person, ...]

    @property
    def viewers(self) -> tuple[Person, ...]:
        """Whom the page can be seen as, in the order of its menu."""
        return (INSTRUCTOR, *self.learners)

    @property
    def everyone(self) -> tuple[Person, ...]:
        """Every member of the server except the bot."""
        return (*self.viewers, *self.simulated)


def pick_cast(learners: int, simulated: int) -> Cast:
    """Take the first so many names of each list; there are 20 learners and 50 simulated ones."""
    return Cast(LEARNERS[: max(learners, 0)], SIMULATED[: max(simulated, 0)])
