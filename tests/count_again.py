"""Counts votes of owners a second way: with fractions, unit by unit, and in another language than the service.

Reads lines of JSON: the units with their heads, what each head said, and what the service made of it. Prints what differs.
"""
import json
import sys
from collections import Counter
from fractions import Fraction


def opinion(topic, marks):
    allowed = set(topic["options"]) | {"abstain"}
    limit = topic["seats"] if topic["kind"] == "election" else 1
    if len(marks) == 0:
        return {"blank"}
    once_and_in_order = all(one < two for one, two in zip(marks, marks[1:]))
    alone = "abstain" not in marks or marks == ["abstain"]
    return set(marks) if once_and_in_order and alone and set(marks) <= allowed and len(marks) <= limit else {"spoiled"}


class Measure:
    """One of the two measures: how much each head weighs in it."""

    def __init__(self, weights):
        self.weights, self.total = weights, sum(weights.values())

    def of(self, heads):
        return sum(self.weights[head] for head in heads)


def share(part, whole):
    return Fraction(part, whole) if whole else Fraction(0)


def count_topic(topic, number, measures, said, silence):
    sides = {name: set() for name in topic["options"] + ["abstain", "blank", "spoiled"]}
    for head, choices in said.items():
        for name in opinion(topic, choices[number]):
            sides[name].add(head)
    took_part, silent = set(said), set()
    if silence and topic["no"] in silence["topics"] and all(share(m.of(took_part), m.total) > Fraction(1, 2) for m in measures):
        silent = set(silence["delivered"]) - took_part
        answers = ["yes", "no", "abstain"]
        first = [a for a in answers if all(m.of(sides[a]) > m.of(sides[b]) for m in measures for b in answers if b != a)]
        sides[first[0] if first else "abstain"] |= silent
        took_part |= silent
    border = (lambda s: s >= Fraction(3, 4)) if topic["class"] == "special" else (lambda s: s > Fraction(1, 2))
    approved = lambda name: all(border(share(m.of(sides[name]), m.of(took_part))) for m in measures)
    elected = []
    if any(share(m.of(took_part), m.total) < Fraction(2, 3) or m.total == 0 for m in measures):
        end = "not_passed", "participation"
    elif topic["kind"] == "decision":
        end = ("passed" if approved("yes") else "not_passed"), "approval"
    else:
        end, elected = election(topic, measures, sides, approved)
    weigh = lambda heads: {"heads": measures[0].of(heads), "area": measures[1].of(heads)}
    votes = {name: weigh(heads) for name, heads in sides.items()}
    return {"no": topic["no"], "status": end[0], "reason": end[1], "elected": sorted(elected), "part": weigh(took_part),
            "silent": weigh(silent), "votes": votes}


def election(topic, measures, sides, approved):
    able = [name for name in topic["options"] if approved(name)]
    strength = {name: tuple(m.of(sides[name]) for m in measures) for name in able}
    ahead = lambda name: sum(strength[other] > strength[name] for other in able)
    level = Counter(strength.values())
    # Who is sure of a seat however equal ones are ordered.
    sure = [name for name in able if ahead(name) + level[strength[name]] <= topic["seats"]]
    if len(able) > topic["seats"] and len(sure) < topic["seats"]:
        return ("undecided", "tie"), sure
    if len(able) < topic["seats"]:
        return ("undecided", "seats_open"), able
    return ("passed", "approval"), sure


def main():
    votes = different = 0
    for line in sys.stdin:
        vote, votes = json.loads(line), votes + 1
        heads, areas = {}, {}
        for head, area in vote["units"]:
            heads[head] = 1
            areas[head] = areas.get(head, 0) + area
        measures = [Measure(heads), Measure(areas)]
        said = {head: choices for head, choices in vote["ballots"]}
        again = [count_topic(topic, at, measures, said, vote["silence"]) for at, topic in enumerate(vote["topics"])]
        if again != vote["result"]:
            different += 1
            print(f"vote {votes}: {again} is not {vote['result']}")
    print(f"{votes} votes, {different} differ")


main()
