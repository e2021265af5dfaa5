"""How alike two tables are by what they are used with: the cosine of what is rare."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations

Vectors = Mapping[str, Mapping[str, float]]
Pair = tuple[str, str]


def weighed(counts: Vectors) -> Vectors:
    """Counts, damped, by how few tables have the thing at all (TF-IDF)."""
    spread = Counter(thing for vector in counts.values() for thing in vector)
    return {
        table: {
            thing: math.log1p(count) * max(0.0, math.log((len(counts) + 1) / (spread[thing] + 0.5)))
            for thing, count in vector.items()
        }
        for table, vector in counts.items()
    }


def cosines(vectors: Vectors) -> Mapping[Pair, float]:
    """Each pair of tables that have something in common -> 0 to 1."""
    having: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for table, vector in sorted(vectors.items()):
        for thing, weight in vector.items():
            having[thing].append((table, weight))
    length = {table: math.hypot(*vector.values()) for table, vector in vectors.items()}
    products: dict[Pair, float] = defaultdict(float)
    for thing in sorted(having):
        for (one, weight), (other, its) in combinations(having[thing], 2):
            products[one, other] += weight * its
    return {p: x / (length[p[0]] * length[p[1]]) for p, x in products.items() if x > 0}
