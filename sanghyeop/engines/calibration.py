"""Scores corrected for how strict each reviewer is, with the uncertainty of it.

Model: score = mean + plan + reviewer + rest, where plan, reviewer and rest are random with three unknown variances
(crossed random effects). The variances are estimated by REML (Patterson and Thompson 1971, Biometrika 58, 545-554).
Given these, the effects solve the mixed model equations (Henderson 1975, Biometrics 31, 423-447; Robinson 1991,
Statistical Science 6, 15-32): they are best linear unbiased predictions, and the standard errors come from the inverse
of the same equations. The plans are absorbed into the reviewers' equations, so the work grows with the reviewers.

What the model cannot say:
- A reviewer who uses a narrower or wider scale than others is NOT modelled, only one who is
  stricter or milder throughout.
- The standard errors take the estimated variances as known, so with few reviewers they are somewhat too small.
- Plans without any chain of shared reviewers between them cannot be compared: each such component gets a mean of its
  own, and `Calibration.difference` refuses to compare across them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# With fewer reviewers, or fewer spare reviews (reviews - plans - reviewers + components), the variances are rough.
FEW_REVIEWERS = 5
FEW_SPARE_REVIEWS = 10


class NotComparable(ValueError):
    """The two plans lie in different components, or the data carry no correction."""


@dataclass(frozen=True)
class Calibration:
    """`refused`: why there is no correction, or "": "no_scores", "one_reviewer", "one_review_each", "too_few_reviews"
    (no review is spare after one figure per plan and per reviewer), "no_variation". Then all below but raw is nan.
    `notes`: cautions: "disconnected", "few_reviewers", "few_spare_reviews", "no_plan_variance", "no_reviewer_variance".

    Per plan (n): `raw` mean (nan without reviews), `levelled` (mean of the scores with each reviewer's strictness taken
    out), `reliability` (0 to 1, grows with the reviews), `corrected` (mean + reliability * (levelled - mean)), its
    standard error `corrected_se`, all in points; `reviews`, and `plan_component` (-1 without reviews).
    Per reviewer (m): `strictness` (points below an average reviewer; positive is strict) and `strictness_se`;
    `reviewer_component`. `means`: one per component. Variances in squared points.
    """

    refused: str
    notes: tuple[str, ...]
    raw: np.ndarray
    levelled: np.ndarray
    reliability: np.ndarray
    corrected: np.ndarray
    corrected_se: np.ndarray
    reviews: np.ndarray
    plan_component: np.ndarray
    strictness: np.ndarray
    strictness_se: np.ndarray
    reviewer_component: np.ndarray
    means: np.ndarray
    plan_variance: float
    reviewer_variance: float
    rest_variance: float
    _own: np.ndarray
    _through: np.ndarray
    _shared: np.ndarray

    @property
    def components(self) -> int:
        return int(self.plan_component.max(initial=-1)) + 1

    def difference(self, plan: int, other: int) -> tuple[float, float]:
        """How many points `plan` lies above `other` after correction, and the standard error of that difference.
        Raises NotComparable across components or when the correction was refused."""
        if self.refused:
            raise NotComparable(self.refused)
        if self.plan_component[plan] != self.plan_component[other] or self.plan_component[plan] < 0:
            raise NotComparable("disconnected")
        if plan == other:
            return 0.0, 0.0
        gap = self._through[plan] - self._through[other]
        variance = self._own[plan] + self._own[other] + gap @ self._shared @ gap
        return float(self.corrected[plan] - self.corrected[other]), float(np.sqrt(variance))


def calibrate(plan: np.ndarray, reviewer: np.ndarray, score: np.ndarray, plans: int, reviewers: int) -> Calibration:
    """Correct scores for the strictness of reviewers.

    plan, reviewer: (k,) integer positions below `plans` and `reviewers`. score: (k,) points. One entry per review.
    Raises ValueError for a review that stands twice or is not a finite number.
    """
    plan, reviewer = np.asarray(plan, np.int64), np.asarray(reviewer, np.int64)
    score = np.asarray(score, float)
    if not (len(plan) == len(reviewer) == len(score)):
        raise ValueError("plan, reviewer and score must have the same length")
    if not np.isfinite(score).all():
        raise ValueError("scores must be finite numbers")
    if len(np.unique(plan * max(reviewers, 1) + reviewer)) < len(plan):
        raise ValueError("a reviewer has scored the same plan twice")
    of_plan, of_reviewer = _components(plan, reviewer, plans, reviewers)
    count = int(of_plan.max(initial=-1)) + 1
    reviews = np.bincount(plan, minlength=plans)
    with np.errstate(invalid="ignore"):
        raw = np.bincount(plan, score, minlength=plans) / np.where(reviews, reviews, np.nan)
    seen_plans, seen_reviewers = int((of_plan >= 0).sum()), int((of_reviewer >= 0).sum())
    spare = len(score) - seen_plans - seen_reviewers + count
    refused = _refusal(score, reviews, seen_reviewers, spare)
    if refused:
        return _without_correction(refused, count, raw, reviews, of_plan, of_reviewer)
    equations = _Equations(plan, reviewer, score, of_plan, of_reviewer, count)
    ratio_plan, ratio_reviewer = _restricted_likelihood_maximum(equations)
    rest, solution, inverse = equations.solve(ratio_plan, ratio_reviewer)
    means = solution[:count] + equations.centre
    effect = np.sqrt(ratio_reviewer) * solution[count:]
    share = ratio_plan * reviews / (ratio_plan * reviews + 1)
    own_mean = np.where(of_plan >= 0, means[of_plan], np.nan)
    with np.errstate(invalid="ignore"):
        lean = np.bincount(plan, effect[reviewer], minlength=plans) / np.where(reviews, reviews, np.nan)
    levelled = raw - lean
    corrected = own_mean + share * (levelled - own_mean)
    # Error of a corrected score: what the plan's own reviews leave open, and what comes through means and reviewers.
    own = np.where(of_plan >= 0, rest * ratio_plan / (ratio_plan * reviews + 1), np.nan)
    through = np.zeros((plans, count + reviewers))
    seen = np.flatnonzero(of_plan >= 0)
    through[seen, of_plan[seen]] = 1 - share[seen]
    through[plan, count + reviewer] = -np.sqrt(ratio_reviewer) * share[plan] / reviews[plan]
    shared = rest * inverse
    variance = own + np.einsum("ij,ij->i", through @ shared, through)
    scored = of_reviewer >= 0
    notes = [
        ("disconnected", count > 1),
        ("few_reviewers", seen_reviewers < FEW_REVIEWERS),
        ("few_spare_reviews", spare < FEW_SPARE_REVIEWS),
        ("no_plan_variance", ratio_plan == 0),
        ("no_reviewer_variance", ratio_reviewer == 0),
    ]
    return Calibration(
        refused="",
        notes=tuple(name for name, holds in notes if holds),
        raw=raw,
        levelled=levelled,
        reliability=np.where(of_plan >= 0, share, np.nan),
        corrected=corrected,
        corrected_se=np.sqrt(variance),
        reviews=reviews,
        plan_component=of_plan,
        strictness=np.where(scored, -effect, np.nan),
        strictness_se=np.where(scored, np.sqrt(ratio_reviewer * np.diag(shared)[count:]), np.nan),
        reviewer_component=of_reviewer,
        means=means,
        plan_variance=float(ratio_plan * rest),
        reviewer_variance=float(ratio_reviewer * rest),
        rest_variance=float(rest),
        _own=own,
        _through=through,
        _shared=shared,
    )


def _without_correction(
    refused: str, count: int, raw: np.ndarray, reviews: np.ndarray, of_plan: np.ndarray, of_reviewer: np.ndarray
) -> Calibration:
    per_plan, per_reviewer = np.full(len(of_plan), np.nan), np.full(len(of_reviewer), np.nan)
    return Calibration(
        refused=refused,
        notes=("disconnected",) if count > 1 else (),
        raw=raw,
        levelled=per_plan,
        reliability=per_plan,
        corrected=per_plan,
        corrected_se=per_plan,
        reviews=reviews,
        plan_component=of_plan,
        strictness=per_reviewer,
        strictness_se=per_reviewer,
        reviewer_component=of_reviewer,
        means=np.full(count, np.nan),
        plan_variance=float("nan"),
        reviewer_variance=float("nan"),
        rest_variance=float("nan"),
        _own=per_plan,
        _through=np.zeros((len(of_plan), 0)),
        _shared=np.zeros((0, 0)),
    )


def _refusal(score: np.ndarray, reviews: np.ndarray, seen_reviewers: int, spare: int) -> str:
    if not len(score):
        return "no_scores"
    if seen_reviewers < 2:
        return "one_reviewer"
    if reviews.max() < 2:
        return "one_review_each"
    if spare < 1:
        return "too_few_reviews"
    if np.ptp(score) == 0:
        return "no_variation"
    return ""


def _components(plan: np.ndarray, reviewer: np.ndarray, plans: int, reviewers: int) -> tuple[np.ndarray, np.ndarray]:
    """Which plans and reviewers hang together through shared reviews: numbers per plan and reviewer, -1 without any."""
    label = np.arange(plans + reviewers)
    there = plan, plans + reviewer
    while True:
        least = np.minimum(label[there[0]], label[there[1]])
        new = label.copy()
        np.minimum.at(new, there[0], least)
        np.minimum.at(new, there[1], least)
        new = new[new]
        if (new == label).all():
            break
        label = new
    seen = np.zeros(plans + reviewers, bool)
    seen[there[0]] = seen[there[1]] = True
    number = np.full(plans + reviewers, -1)
    number[seen] = np.unique(label[seen], return_inverse=True)[1]
    return number[:plans], number[plans:]


class _Equations:
    """The mixed model equations with the plans absorbed: unknowns are the components' means and the reviewers' effects,
    the latter in units of their standard deviation ratio, so that a variance of zero is a value like any other.

    Plans with the same number of reviews enter with the same weight, so their cross products are summed once.
    """

    def __init__(
        self,
        plan: np.ndarray,
        reviewer: np.ndarray,
        score: np.ndarray,
        of_plan: np.ndarray,
        of_reviewer: np.ndarray,
        count: int,
    ):
        self.count, self.size = count, count + len(of_reviewer)
        self.freedom = len(score) - count
        self.centre = float(score.mean())
        y = score - self.centre
        self.floor = 1e-12 * float(y @ y)
        reviews = np.bincount(plan, minlength=len(of_plan))
        total = np.bincount(plan, y, minlength=len(of_plan))
        columns = np.stack([of_plan[plan], count + reviewer])
        self.plain = np.zeros((self.size, self.size))
        for a in range(2):
            for b in range(2):
                np.add.at(self.plain, (columns[a], columns[b]), 1.0)
        self.plain_right: np.ndarray = np.bincount(columns.ravel(), np.tile(y, 2), minlength=self.size)
        self.plain_square = float(y @ y)
        self.groups: list[tuple[int, int, np.ndarray, np.ndarray, float]] = []
        order = np.argsort(plan, kind="stable")
        for k in np.unique(reviews[reviews > 0]).tolist():
            here = order[reviews[plan[order]] == k]
            who = plan[here[::k]]
            people = count + reviewer[here].reshape(-1, k)
            cross = np.zeros((self.size, self.size))
            np.add.at(cross, (np.repeat(people, k, 1).ravel(), np.tile(people, (1, k)).ravel()), 1.0)
            group = of_plan[who]
            np.add.at(cross, (group, group), float(k * k))
            for a in range(k):
                np.add.at(cross, (group, people[:, a]), float(k))
                np.add.at(cross, (people[:, a], group), float(k))
            right = np.bincount(people.ravel(), np.repeat(total[who], k), minlength=self.size)
            right += np.bincount(group, k * total[who], minlength=self.size)
            self.groups.append((k, len(who), cross, right, float(total[who] @ total[who])))

    def _reduced(self, ratio_plan: float, ratio_reviewer: float) -> tuple[np.ndarray, np.ndarray, float, float]:
        matrix, right, square, log_det = self.plain.copy(), self.plain_right, self.plain_square, 0.0
        for k, plans, cross, cross_right, cross_square in self.groups:
            weight = ratio_plan / (ratio_plan * k + 1)
            matrix -= weight * cross
            right = right - weight * cross_right
            square -= weight * cross_square
            log_det += plans * np.log(ratio_plan * k + 1)
        scale = np.ones(self.size)
        scale[self.count :] = np.sqrt(ratio_reviewer)
        matrix *= scale[:, None] * scale
        matrix[np.arange(self.count, self.size), np.arange(self.count, self.size)] += 1
        return matrix, right * scale, square, log_det

    def deviance(self, ratio_plan: float, ratio_reviewer: float) -> float:
        """-2 log restricted likelihood, up to a constant, at the best rest variance for these ratios to it."""
        matrix, right, square, log_det = self._reduced(ratio_plan, ratio_reviewer)
        # With the right side as a last row, the last pivot is what the model leaves over.
        wide = np.empty((self.size + 1, self.size + 1))
        wide[:-1, :-1], wide[-1, :-1], wide[:-1, -1] = matrix, right, right
        wide[-1, -1] = square + self.floor
        try:
            pivots = np.diag(np.linalg.cholesky(wide))
        except np.linalg.LinAlgError:  # rounding, where the model leaves nothing over
            return np.inf
        left = pivots[-1] ** 2
        return self.freedom * np.log(left / self.freedom) + log_det + 2 * float(np.log(pivots[:-1]).sum())

    def solve(self, ratio_plan: float, ratio_reviewer: float) -> tuple[float, np.ndarray, np.ndarray]:
        matrix, right, square, _ = self._reduced(ratio_plan, ratio_reviewer)
        inverse = np.linalg.inv(matrix)
        solution = inverse @ right
        return max(square - float(solution @ right), self.floor) / self.freedom, solution, inverse


def _restricted_likelihood_maximum(equations: _Equations) -> tuple[float, float]:
    """The ratios of the plans' and reviewers' variances to the rest that fit best: (plan, reviewer), each may be 0.

    Simplex search (Nelder and Mead 1965) over the logarithms from the best of a coarse grid, then the edges at 0.
    """
    low, high = -12.0, 12.0

    def at(point: np.ndarray) -> float:
        a, b = np.clip(point, low, high)
        return equations.deviance(np.exp(a), np.exp(b))

    grid = [np.array([a, b]) for a in (-3.0, 0.0, 3.0) for b in (-3.0, 0.0, 3.0)]
    start = min(grid, key=at)
    points = [start, start + [1.0, 0.0], start + [0.0, 1.0]]
    values = [at(p) for p in points]
    for _ in range(200):
        order = np.argsort(values, kind="stable")
        points, values = [points[i] for i in order], [values[i] for i in order]
        if max(np.ptp([p[0] for p in points]), np.ptp([p[1] for p in points])) < 1e-4 or values[2] - values[0] < 1e-9:
            break
        middle = (points[0] + points[1]) / 2
        across = middle + (middle - points[2])
        value = at(across)
        if value < values[0]:
            further = middle + 2 * (middle - points[2])
            value_further = at(further)
            points[2], values[2] = (further, value_further) if value_further < value else (across, value)
        elif value < values[1]:
            points[2], values[2] = across, value
        else:
            inside = middle + ((across if value < values[2] else points[2]) - middle) / 2
            value_inside = at(inside)
            if value_inside < min(value, values[2]):
                points[2], values[2] = inside, value_inside
            else:
                points = [points[0], *[(points[0] + p) / 2 for p in points[1:]]]
                values = [values[0], *[at(p) for p in points[1:]]]
    best_value, best = min(zip(values, (tuple(p) for p in points), strict=True))
    plan, reviewer = (float(x) for x in np.exp(np.clip(best, low, high)))
    if min(plan, reviewer) > 0.02:  # far from the edges
        return plan, reviewer
    found = (best_value, (plan, reviewer))
    # At an edge the deviance is flat in the logarithm, so an edge as good as the inside is the answer.
    edges = [(equations.deviance(0.0, 0.0) - 1e-6, (0.0, 0.0))]
    edges.append(_along(lambda x: equations.deviance(x, 0.0) - 1e-6, lambda x: (x, 0.0), low, high))
    edges.append(_along(lambda x: equations.deviance(0.0, x) - 1e-6, lambda x: (0.0, x), low, high))
    return min([found, *edges])[1]


def _along(
    deviance: Callable[[float], float], place: Callable[[float], tuple[float, float]], low: float, high: float
) -> tuple[float, tuple[float, float]]:
    """Golden section over the logarithm of one ratio."""
    golden = (np.sqrt(5) - 1) / 2
    x, y = high - golden * (high - low), low + golden * (high - low)
    at_x, at_y = deviance(np.exp(x)), deviance(np.exp(y))
    while high - low > 1e-3:
        if at_x < at_y:
            high, y, at_y = y, x, at_x
            x = high - golden * (high - low)
            at_x = deviance(np.exp(x))
        else:
            low, x, at_x = x, y, at_y
            y = low + golden * (high - low)
            at_y = deviance(np.exp(y))
    return at_x, place(float(np.exp(x)))


def explain(
    calibration: Calibration, plan: np.ndarray, reviewer: np.ndarray, score: np.ndarray, which: int
) -> list[tuple[str, tuple[float, ...]]]:
    """The worked numbers of one plan: ("review", (reviewer, score, strictness, score + strictness)) for each, then
    ("raw", (mean,)), ("levelled", (mean of the scores + strictness,)), ("mean", (of all plans in its component,)),
    ("reliability", (share,)), ("corrected", (points, standard error))."""
    steps: list[tuple[str, tuple[float, ...]]] = []
    for k in np.flatnonzero(np.asarray(plan) == which).tolist():
        j = int(reviewer[k])
        strict = float(calibration.strictness[j])
        steps.append(("review", (j, float(score[k]), strict, float(score[k]) + strict)))
    steps.append(("raw", (float(calibration.raw[which]),)))
    if calibration.refused or calibration.plan_component[which] < 0:
        return steps
    steps.append(("levelled", (float(calibration.levelled[which]),)))
    steps.append(("mean", (float(calibration.means[calibration.plan_component[which]]),)))
    steps.append(("reliability", (float(calibration.reliability[which]),)))
    steps.append(("corrected", (float(calibration.corrected[which]), float(calibration.corrected_se[which]))))
    return steps
