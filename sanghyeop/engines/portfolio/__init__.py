"""Which plans to fund: the portfolio with the most value under the budgets and rules of a round.

    problem = Problem.of(proposals, rules)
    solution = solve(problem)

Then `clashing_rules` if there is none, `explain` for the rejected, `alternatives`, `top_of_list`, `cost_of_forcing`
and `stability`. All are pure: the same input gives the same answer.
"""

from sanghyeop.engines.portfolio.comparison import (
    CostOfForcing,
    TopOfList,
    alternatives,
    cost_of_forcing,
    top_of_list,
)
from sanghyeop.engines.portfolio.conflicts import clashing_rules
from sanghyeop.engines.portfolio.explanations import Change, Explanation, explain, smallest_changes
from sanghyeop.engines.portfolio.model import (
    VALUE_SCALE,
    PortfolioError,
    Problem,
    Proposal,
    Rule,
    Rules,
    broken_rules,
    value_of,
)
from sanghyeop.engines.portfolio.solving import Solution, Unsolved, solve
from sanghyeop.engines.portfolio.stability import stability, with_spread

__all__ = [
    "VALUE_SCALE",
    "Change",
    "CostOfForcing",
    "Explanation",
    "PortfolioError",
    "Problem",
    "Proposal",
    "Rule",
    "Rules",
    "Solution",
    "TopOfList",
    "Unsolved",
    "alternatives",
    "broken_rules",
    "clashing_rules",
    "cost_of_forcing",
    "explain",
    "smallest_changes",
    "solve",
    "stability",
    "top_of_list",
    "value_of",
    "with_spread",
]
