"""Who reviews, advises or serves what: an exact assignment of people to tasks, with its proof and its reasons.

Tasks are rows (plans to review, projects to advise), people are columns (reviewers, experts). One unit is one pair: a
review, or one equal block of an expert's monthly hours. A person takes a task at most once.

Wanted, each rule before the next:
1. every task gets the people it needs (where that cannot be: as many as possible, and the result says which and why);
2. every person reaches the least load asked for;
3. in a repair, as many of the present pairs stay as possible;
4. the total affinity, less the cost of load, is as large as possible;
5. with `even_loads`, the loads are as even as possible (least sum of squares) among all assignments of the same total.

Affinities are counted in whole units: integers as they are, floats as multiples of a power of two (2**27 steps over
their range, or what the rules above leave room for). The proof is a dual bound over all pairs:
`transport.dual_bound`.
"""

from sanghyeop.engines.assignment.assigning import Assignment, assign, repair
from sanghyeop.engines.assignment.reasons import Bottleneck, Candidate, Shortage, candidates

__all__ = ["Assignment", "Bottleneck", "Candidate", "Shortage", "assign", "candidates", "repair"]
