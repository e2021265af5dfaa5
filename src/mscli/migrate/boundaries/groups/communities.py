"""Communities of tables, or of files of tables, agreed upon by many seeds.

One run of Louvain depends on the order in which it takes the nodes. So it is run with several
seeds; what most runs put together is a graph of agreement; and that is partitioned in turn, until
all runs say the same (Lancichinetti and Fortunato, Consensus clustering, 2012).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from mscli.errors import MissingProgram

if TYPE_CHECKING:
    from networkx import Graph

SEEDS, ROUNDS, AGREED = 10, 8, 0.5


def communities(
    names: Sequence[str], weights: Mapping[tuple[str, str], float], resolution: float = 1.0
) -> tuple[tuple[str, ...], ...]:
    """Groups of names, each sorted, the groups by their first name. Raises MissingProgram.

    A `resolution` below 1 finds fewer of them.
    """
    places = {name: place for place, name in enumerate(sorted(names))}
    graph = _graph(len(places))
    for (one, other), weight in sorted(weights.items()):
        if weight > 0:
            graph.add_edge(places[one], places[other], weight=weight)
    order = sorted(names)
    return tuple(
        sorted(tuple(order[place] for place in group) for group in _agreed(graph, resolution))
    )


def communities_of_atoms(
    atoms: Mapping[str, str], weights: Mapping[tuple[str, str], float], resolution: float = 1.0
) -> Mapping[str, int]:
    """Name -> number of its community, where the names of one atom stay together."""
    summed: dict[tuple[str, str], float] = {}
    for (one, other), weight in sorted(weights.items()):
        if one in atoms and other in atoms:
            low, high = sorted((atoms[one], atoms[other]))
            summed[low, high] = summed.get((low, high), 0.0) + weight
    groups = communities(sorted(set(atoms.values())), summed, resolution)
    number = {atom: place for place, group in enumerate(groups) for atom in group}
    return {name: number[atom] for name, atom in atoms.items()}


def _graph(size: int) -> Graph[int]:
    """Nodes are numbers: the hash of a text differs from one run of Python to the next."""
    try:
        import networkx
    except ImportError as error:
        raise MissingProgram(
            "communities of tables need networkx", "pip install 'mscli[migrate]'"
        ) from error
    logging.getLogger("networkx").setLevel(logging.WARNING)
    graph: Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(size))
    return graph


def _agreed(graph: Graph[int], resolution: float) -> list[list[int]]:
    from networkx.algorithms.community import louvain_communities

    for _ in range(ROUNDS):
        runs = [
            sorted(
                sorted(group)
                for group in louvain_communities(graph, resolution=resolution, seed=seed)
            )
            for seed in range(SEEDS)
        ]
        if all(run == runs[0] for run in runs):
            return runs[0]
        together = Counter(pair for run in runs for group in run for pair in combinations(group, 2))
        agreement = _graph(len(graph))
        for (one, other), count in sorted(together.items()):
            if count / SEEDS >= AGREED:
                agreement.add_edge(one, other, weight=count / SEEDS)
        graph = agreement
    return runs[0]
