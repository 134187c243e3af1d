"""The sentences under the pictures: what is seen at one position, in words and rounded numbers."""

import numpy as np

from lrlab.figures import RAISED


def number(value, digits=3):
    """Write a number for reading: a few digits, and powers of ten as such.

    Examples
    --------
    >>> number(0.25), number(1234.5), number(1.2e-7), number(3e40)
    ('0.25', '1,230', '1.2 × 10⁻⁷', '3 × 10⁴⁰')
    """
    value = float(value)
    if np.isinf(value):
        return "more than 10³⁰⁸"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        value = float(f"{value:.{digits}g}")
        places = max(0, digits - 1 - int(np.floor(np.log10(abs(value))))) if value else 0
        text = f"{value:,.{places}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    head, power = f"{value:.1e}".split("e")
    return f"{head.removesuffix('.0')} × 10{str(int(power)).translate(RAISED)}"


def by_hand(problem, theta):
    """The loss at each θ (..., 2), against the least there is: an array of str (...)."""
    texts = [
        f"J(w, b) = {number(loss)}. The lowest point of the bowl is {number(problem.minimum)}."
        for loss in problem.loss(theta).ravel()
    ]
    return np.array(texts).reshape(theta.shape[:-1])


def one_parameter(problem, rate):
    """What α does to the error of one parameter, in one step and for ever.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> one_parameter(LeastSquares([[1.0]], [2]), 0.5)
    'Each step multiplies the error by 1 − αλ = 0.5: it shrinks, always on the same side.'
    """
    factor = 1 - rate * problem.curvatures[0]
    if abs(factor) < 1e-9:
        return "Each step multiplies the error by 1 − αλ = 0: one step lands on the minimum."
    if rate == problem.critical_rate:
        return "Each step multiplies the error by 1 − αλ = −1: it changes sides for ever."
    regime = {
        "monotone": "it shrinks, always on the same side",
        "oscillating": "it changes sides and shrinks",
        "diverging": "it changes sides and grows, away from the minimum",
    }[problem.regime(rate)]
    written = number(factor).replace("-", "−")
    return f"Each step multiplies the error by 1 − αλ = {written}: {regime}."


def descent(problem, rate, excess, left_at):
    """What a run with one α does on the surface.

    Parameters
    ----------
    problem : LeastSquares
    rate : float
    excess : array (steps + 1,)
        Its excess loss.
    left_at : int
        The step at which its path is out of the picture, -1 if it never is.
    """
    steps = len(excess) - 1
    if excess[0] == 0:
        return "The path starts at the minimum, where there is no slope, and stays."
    with np.errstate(over="ignore"):
        times = excess[-1] / excess[0]
    if problem.regime(rate) == "diverging":
        where = "It is still in the picture, but"
        if left_at > 0:
            where = f"Path and line leave the picture at step {left_at}, and"
        return (
            "Each step crosses the valley and lands farther away. "
            f"{where} after {steps} steps the excess loss is {number(times, 2)} times the first."
        )
    return f"{_crossing(problem, rate)} {_left(excess)}"


def _left(excess):
    """What becomes of an excess loss (steps + 1,), of which the first is above 0."""
    with np.errstate(over="ignore"):
        times = excess[-1] / excess[0]
    after = f"After {len(excess) - 1} steps"
    if times > 1.005:
        return f"{after} the excess loss is {number(times, 2)} times the first."
    return f"{after} {number(100 * times, 2)} % of the excess loss is left."


def _crossing(problem, rate):
    if rate == problem.critical_rate:
        return "Exactly at the edge: the path bounces between the two walls of the valley for ever."
    if rate == problem.fastest_rate:
        condition = problem.condition_number
        lost = 2 / (condition + 1)
        kept = number(1 - lost, 2) if lost > 0.01 else f"1 − {number(lost, 2)}"
        return f"The fastest rate in the long run: each step keeps {kept} of the error."
    if rate == 1 / problem.curvatures[-1]:
        return "The steepest direction is solved in one step; the flat one takes its time."
    if problem.regime(rate) == "monotone":
        return "Each step goes down without crossing the valley."
    return "Each step crosses the valley and lands closer."


def edge(critical_rate, learning_rate):
    """Whether α is below the critical rate.

    Examples
    --------
    >>> edge(0.2, 0.1)
    'The critical rate is 0.2. α = 0.1 is below it: descent converges.'
    """
    if learning_rate == critical_rate:
        verdict = "exactly there: descent bounces for ever"
    elif learning_rate < critical_rate:
        verdict = "below it: descent converges"
    else:
        verdict = "above it: descent diverges"
    return (
        f"The critical rate is {number(critical_rate)}. α = {number(learning_rate)} is {verdict}."
    )


def best_line(minimizer):
    """The best line of some data, θ* = (slope, intercept).

    Examples
    --------
    >>> best_line([2, -1.5])
    'The best line has slope 2 and intercept −1.5.'
    """
    slope, intercept = (number(value).replace("-", "−") for value in minimizer)
    return f"The best line has slope {slope} and intercept {intercept}."


def start(error):
    """How far from the minimum a run of one parameter starts.

    Examples
    --------
    >>> start(-2.5)
    'At the start it is −2.5.'
    """
    return f"At the start it is {number(error).replace('-', '−')}."


def noise(scatter, size, n, rate, edge, floor, excess):
    """Whether a run of SGD settles.

    Parameters
    ----------
    scatter : str
        The noise of the data: none, as in the data, or doubled.
    size, n : int
        Of the batch, and of the data.
    rate, edge, floor : float
        α, the edge for this batch size, and the mean excess loss it ends with.
    excess : array (steps + 1,)
    """
    steps = len(excess) - 1
    who = f"All {n} points each step" if size == n else f"Batches of {size}"
    who += {"none": ", no noise", "doubled": ", noise doubled"}.get(scatter, "")
    if rate > edge * (1 + 1e-9):
        return (
            f"{who}: over the edge at α = {number(edge)}. The mean square of the error has "
            f"no bound; this run is at {number(excess[-1], 2)} after {steps} steps."
        )
    if floor == 0:
        return (
            f"{who}: there is no floor. After {steps} steps the excess loss is "
            f"{number(excess[-1], 2)}."
        )
    late = excess[-(steps // 3) :]
    if not np.isfinite(floor):
        return (
            f"{who}: α is exactly at its edge, and there is no floor that would hold the run. "
            f"The last {len(late)} steps average {number(np.mean(late), 2)}."
        )
    return (
        f"{who}: the last {len(late)} steps average an excess loss of {number(np.mean(late), 2)}. "
        f"The floor is {number(floor, 2)}."
    )


def noise_floor(rate, size, n, predicted, measured):
    """How high the floor is, predicted and measured in one run.

    Examples
    --------
    >>> noise_floor(0.1, 40, 40, 0.0, 0.0)
    'All 40 points each step, α = 0.1: no noise, no floor, and the cloud is one point.'
    """
    who = f"All {n} points each step" if size == n else f"Batches of {size}"
    who += f", α = {number(rate)}"
    if predicted == 0:
        return f"{who}: no noise, no floor, and the cloud is one point."
    return (
        f"{who}: the floor is predicted at {number(predicted, 2)}, "
        f"and this run averaged {number(measured, 2)}."
    )


def clocks(problem, rate, split):
    """What each eigen-direction of a line keeps at one α, and what is left of the whole.

    Parameters
    ----------
    problem : LeastSquares
    rate : float
    split : array (steps + 1, 2)
        The excess loss along the flat and the steep direction.
    """
    factors = np.round(1 - rate * problem.curvatures, 12)
    flat, steep = (number(factor).replace("-", "−") for factor in factors)
    clocks = f"Each step multiplies the flat error by {flat}, the steep one by {steep}."
    excess = split.sum(axis=-1)
    if excess[0] == 0:
        return f"{clocks} At the minimum there is none."
    return f"{clocks} {_left(excess)}"


def horizon(steps, winner, edge, marks, times):
    """Which α wins after some steps, and how those do that win after few and after many.

    Parameters
    ----------
    steps : number
    winner, edge : float
        The best α and the critical rate.
    marks, times : pair of number
        Numbers of steps, and the excess loss of the α that wins after so many, the least being 1.

    Examples
    --------
    >>> horizon(10, 0.08, 0.1, (10, 1000), (1.0, 3.7))[:46]
    'After 10 steps α = 0.08 wins, 80 % of the edge'
    """
    early, late = (
        f"the {mark:,.0f}-step winner {number(each, 2)}"
        for mark, each in zip(marks, times, strict=True)
    )
    after = "1 step" if steps == 1 else f"{steps:,.0f} steps"
    return (
        f"After {after} α = {number(winner)} wins, {number(100 * winner / edge)} % of the edge. "
        f"Least = 1: {early}, {late}."
    )


def scaling(problem, unit, inputs):
    """How long the bowl of a line is, where its edge is, and how many steps it costs.

    Parameters
    ----------
    problem : LeastSquares
    unit, inputs : str
        The unit of x, and what was done to it.
    """
    needed = problem.steps_to(0.01)
    counted = "1 step" if needed == 1 else f"{number(needed, 2)} steps"
    return (
        f"In {unit}, {inputs}: κ = {number(problem.condition_number, 2)}, "
        f"the edge is at α = {number(problem.critical_rate, 2)}, "
        f"1 % of the excess loss is left after {counted}, at the fastest rate."
    )


def conventions(regimes, settles):
    """What one α does under each convention.

    Parameters
    ----------
    regimes : dict of str to str
        The regime of each convention, or "exactly at its edge".
    settles : float or None
        Excess loss of the place where single-example passes settle, as a share of the least loss.

    Examples
    --------
    >>> conventions({"MSE": "monotone", "SSE": "diverging", "per example": "oscillating"}, 0.5)
    'Monotone: MSE. Oscillating: per example. Diverging: SSE. Per example settles 50 % above J*.'
    """
    order = "monotone", "oscillating", "exactly at its edge", "diverging"
    groups = {name: [] for name in order}
    for convention, regime in regimes.items():
        groups[regime].append(convention)
    said = [f"{name.capitalize()}: {', '.join(each)}." for name, each in groups.items() if each]
    if settles is not None:
        said.append(f"Per example settles {number(100 * settles, 2)} % above J*.")
    return " ".join(said)


def copies(count, rate, critical):
    """What copies of the data do to the critical rate of the sum and the mean.

    Examples
    --------
    >>> copies(2, 0.01, {"MSE": 0.5, "SSE": 0.006})[:63]
    'With 2 copies the SSE diverges at α = 0.01: its edge is 0.006. '
    """
    says = {name: "converges" if rate <= edge * (1 + 1e-12) else "diverges"
            for name, edge in critical.items()}  # fmt: skip
    return (
        f"With {count} {'copies' if count > 1 else 'copy'} the SSE {says['SSE']} at "
        f"α = {number(rate)}: its edge is {number(critical['SSE'])}. "
        f"The MSE {says['MSE']}: its edge is {number(critical['MSE'])}."
    )


def momentum(rate, beta, edge, kept, ripples, best, excess, left_at):
    """What a run with momentum does on the surface of a line.

    Parameters
    ----------
    rate, beta, edge : float
        α, β, and the critical rate at this β.
    kept, ripples : pair of float, pair of bool
        What each step keeps of the error in the long run, and whether it swings, for the flat and
        the steep direction.
    best : bool
        Whether this is the best pair of all.
    excess : array (steps + 1,)
    left_at : int
        The step at which its path is out of the picture, -1 if it never is.
    """
    if excess[0] == 0:
        return "The path starts at the minimum, where there is no slope, and stays."
    left = _left(excess)
    if rate > edge * (1 + 1e-12):
        where = f" The path leaves the picture at step {left_at}." if left_at > 0 else ""
        over = f"Over the edge, which for β = {number(beta)} is at α = {number(edge)}."
        return f"{over}{where} {left}"
    if rate >= edge * (1 - 1e-12):
        return f"Exactly at the edge for β = {number(beta)}: it ends in bouncing for ever. {left}"
    slowest = int(np.argmax(np.round(kept, 12)))
    share = number(kept[slowest])
    if best:
        what = f"The best pair: in the long run each step keeps √β = {share} of the error."
    elif all(ripples):
        what = f"Both directions ripple, and each step keeps √β = {share} of the error, whatever α."
    elif ripples[slowest]:
        what = f"The {('flat', 'steep')[slowest]} direction ripples; each step keeps √β = {share}."
    elif slowest == 0:
        what = f"The flat direction is the slow one: a step keeps {share} of its error."
    else:
        what = f"The steep direction is the slow one: it changes sides, and a step keeps {share}."
    return f"{what} {left}"


def schedule(name, rate, steps, excess, to_go, total):
    """What a schedule leaves at the end, on average, and what of it is way and what is noise.

    Parameters
    ----------
    name : str
    rate : float
        α.
    steps : int
    excess, to_go : float
        The mean excess loss at the end, and that of the mean θ.
    total : float
        The sum of all α_t.

    Examples
    --------
    >>> schedule("linear", 0.3, 100, 0.02, 0.005, 15.15)[:53]
    'Linear over 100 steps, α = 0.3: the excess loss is 0.'
    """
    run = f"{name.capitalize()} over {steps:,} steps, α = {number(rate)}"
    added = f"The rates add up to {number(total, 2)}."
    if excess > 1e100:
        return f"{run}: the mean excess loss passes 10¹⁰⁰. {added}"
    share = 100 * to_go / excess if excess else 0.0
    split = f"{number(share, 2)} % of it way still to go"
    if share < 0.5 or share > 99.5:
        split = "all of it noise" if share < 0.5 else "all of it way still to go"
    return f"{run}: the excess loss is {number(excess, 2)} on average, {split}. {added}"


def decay_speed(speed, rate, steps, ends, total):
    """What exponential and inverse-time decay of one speed leave, and how far the first can go.

    Parameters
    ----------
    speed, rate : float
        k and α.
    steps : int
    ends : pair of float
        The mean excess loss of exponential and of inverse-time decay.
    total : float
        The sum of the exponential's rates.

    Examples
    --------
    >>> decay_speed(0.02, 0.3, 10_000, (0.009, 0.0001), 15.0)[:40]
    'After 10,000 steps exponential decay is '
    """
    return (
        f"After {steps:,} steps exponential decay is at {number(ends[0], 2)}, inverse time at "
        f"{number(ends[1], 2)}. The exponential rates add up to α/k = {number(total)}."
    )


def falling_loss(problem, rate, steps, loss, kept):
    """What the loss of a run says, and where the run stands.

    Parameters
    ----------
    problem : LeastSquares
    rate : float
    steps : int
    loss : pair of float
        J at the start and after these steps.
    kept : pair of float
        How much of the error is left along the flat and along the steep direction, 1 for all.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> problem = LeastSquares.line([0, 1, 2], [3, 5, 6])
    >>> falling_loss(problem, 0.1, 10, (11.5, 0.25), (0.8, 0.01))[:53]
    'In 10 steps the loss falls from 11.5 to 0.25, 800 % a'
    """
    if loss[0] == problem.minimum:
        return "The run starts at the minimum, where there is no slope, and stays."
    flat, steep = (number(0 if share < 1e-8 else 100 * share, 2) for share in kept)
    left = f"Error left: flat {flat} %, steep {steep} %."
    run = f"n {steps:,} steps the loss"
    way = f"from {number(loss[0])} to {number(loss[1])}"
    if problem.regime(rate) == "diverging":
        return f"Over the edge: i{run} goes {way}. {left}"
    exactly = rate == problem.critical_rate
    run = f"Exactly at the edge: i{run} goes {way}" if exactly else f"I{run} falls {way}"
    if problem.minimum <= 1e-12 * loss[0]:
        return f"{run}; the least is 0. {left}"
    return f"{run}, {number(100 * (loss[1] / problem.minimum - 1), 2)} % above the least. {left}"


def adaptive(name, degrees, excess, upright, plain=""):
    """How an optimizer gets on in a turned valley, and how the same run does at 0°.

    Parameters
    ----------
    name : str
    degrees : float
        The angle of the valley.
    excess, upright : array (steps + 1,)
        The excess loss of the run, and of the same run at 0°.
    plain : str
        What plain descent does at its edge or above; '' for all other runs.

    Examples
    --------
    >>> adaptive("Adam", 45.0, np.array([1, 0.1, 0.005]), np.array([1, 0.01, 0.0]))[:70]
    'Turned by 45°, Adam is at 1 % of the excess loss at step 2, at 0° at s'
    """
    where = f"Turned by {number(degrees)}°" if degrees else "At 0°"
    if excess[0] == 0:
        return f"{where}, {name} starts at the minimum, where there is no slope, and stays."
    here, there = (_hundredth(each) for each in (excess, upright))
    does = f"is at 1 % of the excess loss at {here}" if here else "does not get to 1 %"
    said = f"{where}, {name} {plain or does}"
    if degrees:
        said += ", as at 0°" if here == there else f", at 0° {f'at {there}' if there else 'not'}"
    return f"{said}. {_left(excess)}"


def _hundredth(excess):
    low = excess <= 0.01 * excess[0]
    return f"step {np.argmax(low)}" if low.any() else ""


def over_the_edge(problem, rate):
    """What plain descent does at its edge or above it; '' below.

    Examples
    --------
    >>> from lrlab import LeastSquares
    >>> over_the_edge(LeastSquares([[1.0]], [2]), 2.0)
    'bounces for ever, exactly at its edge'
    """
    if rate == problem.critical_rate:
        return "bounces for ever, exactly at its edge"
    return "is over its edge" if problem.regime(rate) == "diverging" else ""


def range_test(rule, length, spent, rate, edge):
    """What a range test answers, and where that is.

    Parameters
    ----------
    rule : {"steepest", "least", "explosion"}
    length, spent : int
        The steps that were planned, and the gradients that it spent.
    rate, edge : float
        The answer and the critical rate.

    Examples
    --------
    >>> range_test("explosion", 100, 84, 0.5, 1.0)[:70]
    'A sweep of 100 steps ends at α = 5, and a tenth of that is 50 % of the'
    """
    share = rate / edge
    where = f"{number(100 * share, 2)} % of the edge"
    if share > 1 + 1e-12:
        where = f"{number(share, 2)} times the edge, where descent diverges"
    elif share > 1 - 1e-12:
        where = "exactly the edge"
    said = {
        "steepest": f"falls most steeply at α = {number(rate)}, which is",
        "least": f"is lowest at α = {number(10 * rate)}, and a tenth of that is",
        "explosion": f"ends at α = {number(10 * rate)}, and a tenth of that is",
    }[rule]
    return f"A sweep of {length} steps {said} {where}. It spends {spent} gradients."


def sgd_rates(name, eta0, rates, edge, excess, stops):
    """What SGDRegressor does with a rate of its own.

    Parameters
    ----------
    name : str
        Of the schedule.
    eta0, edge : float
        Where the rate begins, and the edge of SGD.
    rates : array (epochs,)
    excess : array (epochs + 1,)
    stops : int
        The epoch after which it ends by itself; 0 where it goes on.

    Examples
    --------
    >>> sgd_rates("constant", 0.1, [0.1, 0.1], 0.7, [20.0, 2.0, 0.5], 0)[:40]
    'Constant, eta0 = 0.1: α stays at 0.1. Af'
    """
    begins = "without eta0" if name == "optimal" else f"eta0 = {number(eta0)}"
    first, last = number(rates[0]), number(rates[-1])
    way = f"stays at {first}" if first == last else f"falls from {first} to {last}"
    run = f"{name.capitalize()}, {begins}: α {way}."
    ends = f"After {len(rates)} epochs the excess loss is {number(excess[-1], 2)}."
    if rates[0] > edge * (1 + 1e-9) and excess[-1] > excess[0]:
        return f"{run} The edge of SGD is {number(edge)}. {ends} No error is raised."
    stop = f"stops by itself after {stops}" if stops else "does not stop by itself"
    return f"{run} {ends} SGDRegressor {stop}."


def two_minima(rate, edges, excess, end, out, start):
    """Which of two minima can hold a run, and where this one is.

    Parameters
    ----------
    rate : float
    edges : pair of float
        2/λ_max of the sharp minimum and of the flat one.
    excess : array (steps + 1,)
        J above the lower minimum.
    end : int
        The minimum that it has come to: 0 the sharp one, 1 the flat one, -1 none.
    out : bool
        Whether it has left the picture for good.
    start : str
        Where it begins.

    Examples
    --------
    >>> two_minima(0.3, (0.1, 1.0), np.array([2, 0.5, 0.0]), 1, False, "far left")[49:]
    'Begun far left, this one is in the flat minimum after 2 steps; its excess loss is below 10⁻⁶.'
    """
    holds = "both minima can hold a run"
    if rate > edges[1] * (1 + 1e-12):
        holds = "neither minimum can hold a run"
    elif rate >= edges[1] * (1 - 1e-12):
        holds = "the flat minimum is exactly at its edge"
    elif rate > edges[0] * (1 + 1e-12):
        holds = "only the flat minimum can hold a run"
    elif rate >= edges[0] * (1 - 1e-12):
        holds = "the sharp minimum is exactly at its edge"
    where = ("in the sharp minimum", "in the flat minimum", "in neither minimum")[end]
    if out:
        where = "out of the picture"
    left = number(excess[-1], 2) if excess[-1] >= 1e-6 else "below 10⁻⁶"
    return (
        f"At α = {number(rate)} {holds}. Begun {start}, this one is {where} "
        f"after {len(excess) - 1} steps; its excess loss is {left}."
    )
