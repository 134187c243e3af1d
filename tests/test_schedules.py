import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import Chebyshev

from lrlab import schedules
from lrlab.schedules import Plateau

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(max_examples=40, deadline=None)

TABLES = Path(__file__).parent / "tables"
SCHEDULES = json.loads((TABLES / "schedules.json").read_text(encoding="utf-8"))
PLATEAUS = json.loads((TABLES / "plateaus.json").read_text(encoding="utf-8"))


def named(row):
    return f"{row.get('schedule', 'plateau')}: {row['torch']}"


# One of each, as a family whose parameters have the shapes (3,) and (2, 1).
A, B = np.array([0.1, 0.2, 0.3]), np.array([[2], [5]])
FAMILIES = {
    "constant": {"rate": A},
    "linear": {"rate": A, "steps": B},
    "polynomial": {"rate": A, "steps": B, "power": 2.0},
    "exponential": {"rate": A, "decay": 1 / B},
    "step": {"rate": A, "drop": 0.5, "every": B},
    "piecewise": {"rate": A, "milestones": [2, 7], "drop": 1 / B},
    "inverse_time": {"rate": A, "decay": B},
    "inverse_power": {"rate": A, "decay": B, "power": 0.7},
    "cosine": {"rate": A, "steps": B},
    "cosine_restarts": {"rate": A, "period": B, "growth": np.array([1, 2, 3])},
    "cyclic": {"low": 0.05, "high": A, "half_period": B},
    "one_cycle": {"rate": A, "steps": B},
    "chebyshev": {"low": A, "high": 30.0, "steps": B, "order": "descending"},
    "silver": {"edge": A, "steps": B},
    "wsd": {"rate": A, "steps": B, "decay_share": np.array([0.2, 0.5, 1.0])},
}


@pytest.mark.parametrize("row", SCHEDULES["schedules"], ids=named)
def test_rates_equal_pytorch(row):
    schedule = getattr(schedules, row["schedule"])(**row["arguments"])
    rates = schedule(np.arange(len(row["rates"])))
    np.testing.assert_allclose(rates, row["rates"], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("row", SCHEDULES["warmups"], ids=named)
def test_a_warmup_equals_pytorch(row):
    inner = getattr(schedules, row["schedule"])(**row["arguments"])
    rates = schedules.warmup(inner, row["steps"])(np.arange(len(row["rates"])))
    np.testing.assert_allclose(rates, row["rates"], rtol=1e-12)


def test_every_schedule_is_compared_with_pytorch_or_a_published_formula():
    compared = {row["schedule"] for row in SCHEDULES["schedules"]}
    published = {"inverse_time", "inverse_power", "chebyshev", "silver", "wsd"}
    assert compared | published == set(FAMILIES)


@quick
@given(
    rate=st.integers(1, 100).map(lambda k: Fraction(k, 64)),
    steps=st.integers(1, 50),
    power=st.integers(1, 4),
    t=st.integers(0, 100),
)
def test_rates_equal_the_published_formulas(rate, steps, power, t):
    left = 1 - Fraction(min(t, steps), steps)
    passed = 1 + Fraction(t, steps)
    published = {
        "linear": (rate * left, {"steps": steps}),
        "polynomial": (rate * left**power, {"steps": steps, "power": power}),
        "inverse_time": (rate / passed, {"decay": 1 / steps}),
        "inverse_power": (rate / passed**power, {"decay": 1 / steps, "power": power}),
        "exponential": (rate * Fraction(7, 8) ** t, {"decay": 7 / 8}),
        "step": (rate * Fraction(1, 2) ** (t // steps), {"drop": 0.5, "every": steps}),
    }
    for name, (exact, arguments) in published.items():
        got = getattr(schedules, name)(float(rate), **arguments)(t)
        assert got == pytest.approx(float(exact), rel=1e-12, abs=1e-16), name


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_equals_its_members(name):
    given = FAMILIES[name]
    family = getattr(schedules, name)(**given)
    shape = np.broadcast_shapes(*(np.shape(v) for k, v in given.items() if k != "milestones"))
    rates = family(np.arange(12))
    assert rates.shape == (*shape, 12)
    one_by_one = np.stack([family(t) for t in range(12)], axis=-1)
    np.testing.assert_allclose(one_by_one, rates, rtol=1e-14)
    for index in np.ndindex(shape):
        member = {
            k: v if k == "milestones" else np.broadcast_to(v, shape)[index]
            for k, v in given.items()
        }
        one = getattr(schedules, name)(**member)
        np.testing.assert_allclose(one(np.arange(12)), rates[index], rtol=1e-14)
        assert type(one(3)) is float


@pytest.mark.parametrize("name", ["linear", "polynomial", "cosine", "one_cycle", "wsd"])
def test_after_its_last_step_a_schedule_stays(name):
    more = {"polynomial": {"power": 2}, "wsd": {"decay_share": 0.3}}
    given = {"rate": 0.5, "steps": 9} | more.get(name, {})
    schedule = getattr(schedules, name)(**given)
    np.testing.assert_array_equal(schedule(np.array([9, 10, 1000])), schedule(9))
    if name != "one_cycle":
        assert getattr(schedules, name)(**given, end=0.125)(50) == 0.125


@pytest.mark.parametrize("order", ["ascending", "descending", "fractal"])
@pytest.mark.parametrize("condition", [1.5, 100.0, 1e6])
@pytest.mark.parametrize("steps", [1, 2, 4, 16])
def test_chebyshev_rates_make_the_polynomial_that_numpy_makes(steps, condition, order):
    low, high = 0.5, 0.5 * condition
    rates = schedules.chebyshev(low, high, steps, order)(np.arange(steps))
    curvatures = np.linspace(0, high, 301)
    expected = Chebyshev.basis(steps, domain=[low, high])
    expected = expected(curvatures) / expected(0.0)
    got = np.prod(1 - rates[:, None] * curvatures, axis=0)
    np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-9)
    assert order == "fractal" or (np.diff(rates) * (1 if order == "ascending" else -1) > 0).all()


@pytest.mark.parametrize(
    "published",
    [
        [1],
        [1, 4, 2, 3],
        [1, 8, 4, 5, 2, 7, 3, 6],
        [1, 16, 8, 9, 4, 13, 5, 12, 2, 15, 7, 10, 3, 14, 6, 11],
    ],
)
def test_the_fractal_order_is_the_published_one(published):
    steps = len(published)
    ascending = schedules.chebyshev(1.0, 100.0, steps, "ascending")(np.arange(steps))
    twice = schedules.chebyshev(1.0, 100.0, steps)(np.arange(2 * steps))
    np.testing.assert_array_equal(twice, np.tile(ascending[np.array(published) - 1], 2))


def test_fractal_orders_of_a_family_are_those_of_its_members():
    family = schedules.chebyshev(1.0, [4.0, 100.0], [[1], [2], [8], [64]])
    rates = family(np.arange(130))
    for i, steps in enumerate([1, 2, 8, 64]):
        for j, high in enumerate([4.0, 100.0]):
            alone = schedules.chebyshev(1.0, high, steps)(np.arange(130))
            np.testing.assert_array_equal(rates[i, j], alone)


def test_with_one_curvature_all_chebyshev_rates_are_the_same():
    for order in ("ascending", "descending", "fractal"):
        rates = schedules.chebyshev(4.0, 4.0, 8, order)(np.arange(8))
        np.testing.assert_allclose(rates, 0.25, rtol=1e-15)


def test_silver_steps_are_the_published_ones():
    root, ratio = np.sqrt(2), 1 + np.sqrt(2)
    got = schedules.silver(2 / 5.0, 15)(np.arange(15)) * 5.0
    seven = [root, 2, root, 2 + root, root, 2, root]
    np.testing.assert_allclose(got, [*seven, 1 + ratio**2, *seven], rtol=1e-14)
    for k in range(1, 12):  # by induction over the pattern, the n = 2^k − 1 steps add up to this
        total = schedules.silver(2.0, 2**k - 1)(np.arange(2**k - 1)).sum()
        assert total == pytest.approx(ratio**k - 1, rel=1e-12)


@quick
@given(
    steps=st.integers(1, 60),
    tenths=st.integers(1, 10),
    end=st.integers(0, 12).map(lambda k: Fraction(k, 8)),
)
def test_wsd_stays_and_then_falls_along_the_straight_line_that_was_published(steps, tenths, end):
    """Hägele et al. 2024: α_0 (N − n)/N_decay after N − N_decay steps, here also to an end."""
    falls = steps * Fraction(tenths, 10)
    got = schedules.wsd(1.0, steps, tenths / 10, float(end))(np.arange(steps + 4))
    for t, rate in enumerate(got):
        left = max(Fraction(0), steps - Fraction(t))
        exact = 1 if left >= falls else end + (1 - end) * left / falls
        assert rate == pytest.approx(float(exact), rel=1e-12, abs=1e-15)


def test_wsd_is_linear_when_all_of_it_falls_and_is_given_a_warmup_like_any_other():
    t = np.arange(30)
    whole = schedules.wsd(0.3, 20, 1.0, end=0.1)
    np.testing.assert_allclose(whole(t), schedules.linear(0.3, 20, end=0.1)(t), rtol=1e-14)
    full = schedules.warmup(schedules.wsd(0.4, 8, 0.5), 3)
    np.testing.assert_allclose(full(t[:12]), [0.1, 0.2, 0.3, *[0.4] * 5, 0.3, 0.2, 0.1, 0])


def test_restarts_far_away_come_without_a_long_walk():
    schedule = schedules.cosine_restarts(1.0, 1, growth=[1, 2, 10**9])
    np.testing.assert_allclose(schedule(10**12)[0], 1.0)
    assert (schedule(np.array([0, 10**15])) > 0).all()


def test_one_cycle_may_only_rise_or_only_fall():
    rises = schedules.one_cycle(1.0, 4, warmup_share=1.0)(np.arange(4))
    falls = schedules.one_cycle(1.0, 4, warmup_share=0.25)(np.arange(4))
    np.testing.assert_allclose(rises[[0, -1]], [0.04, 1.0])
    np.testing.assert_allclose(falls[[0, -1]], [1.0, 4e-6])
    assert (np.diff(rises) > 0).all() and (np.diff(falls) < 0).all()
    assert schedules.one_cycle(1.0, 1)(0) == pytest.approx(4e-6)


def test_warmup_joins_a_family_a_number_and_a_plain_function():
    family = schedules.warmup(schedules.exponential([1.0, 2.0], 0.5), 1)
    np.testing.assert_allclose(family(np.arange(3)), [[0.5, 1, 0.5], [1, 2, 1]])
    np.testing.assert_allclose(schedules.warmup(0.3, 2)(np.arange(4)), [0.1, 0.2, 0.3, 0.3])
    np.testing.assert_allclose(schedules.warmup(lambda t: 1 / (1 + t), 0)(3), 0.25)


@pytest.mark.parametrize("row", PLATEAUS["plateaus"], ids=named)
def test_a_plateau_equals_pytorch(row):
    plateau = Plateau(PLATEAUS["rate"], loss=len, **row["arguments"])
    state = plateau.init(())
    for loss, rate in zip(PLATEAUS["losses"], row["rates"], strict=True):
        state = plateau.update(state, loss)
        np.testing.assert_allclose(state.rate, rate, rtol=1e-12)


def test_a_batch_of_plateaus_equals_each_of_them():
    losses = np.random.default_rng(0).exponential(size=(40, 3))
    patience, factor = np.array([0, 1, 3]), 0.5
    batch = Plateau(1.0, loss=len, factor=factor, patience=patience, cooldown=2)
    assert batch.shape == (3,)
    together = batch.init(batch.shape)
    alone = [Plateau(1.0, loss=len, factor=factor, patience=p, cooldown=2) for p in patience]
    states = [one.init(()) for one in alone]
    for loss in losses:
        together = batch.update(together, loss)
        states = [a.update(s, one) for a, s, one in zip(alone, states, loss, strict=True)]
        np.testing.assert_array_equal(together.rate, [s.rate for s in states])
    assert len(set(together.rate)) == 3


def test_a_plateau_hands_its_state_on_and_changes_nothing():
    plateau = Plateau(1.0, loss=len, factor=0.5, patience=0)
    state = plateau.update(plateau.init(()), 1.0)
    assert plateau.update(state, 1.0).rate == 0.5
    assert plateau.update(state, 1.0).rate == 0.5
    assert (state.rate, plateau.rate) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: schedules.constant(0), ValueError, "rate must be positive and finite, got 0.0"),
        (lambda: schedules.constant(True), TypeError, "rate must be a number .* got True"),
        (lambda: schedules.constant("fast"), TypeError, "rate must be a number .* got 'fast'"),
        (lambda: schedules.constant([0.1, np.nan]), ValueError, "rate .* got nan at index 1"),
        (lambda: schedules.linear(0.1, 0), ValueError, "steps must be 1 or more, got 0"),
        (lambda: schedules.linear(0.1, 2.5), TypeError, "steps must be an integer .* got 2.5"),
        (lambda: schedules.linear(0.1, 5, end=-1), ValueError, "end must be 0 or more and finite"),
        (lambda: schedules.linear([1, 2], [1, 2, 3]), ValueError, r"broadcast .* steps \(3,\)"),
        (lambda: schedules.polynomial(0.1, 5, power=0), ValueError, "power must be positive"),
        (lambda: schedules.exponential(0.1, 0), ValueError, "decay must be positive"),
        (lambda: schedules.step(0.1, 0.5, every=0), ValueError, "every must be 1 or more"),
        (lambda: schedules.step(0.1, -0.5, every=1), ValueError, "drop must be positive"),
        (lambda: schedules.piecewise(0.1, [5, 3], 0.5), ValueError, "ascending, got 3 at index 1"),
        (lambda: schedules.piecewise(0.1, [-1], 0.5), ValueError, "milestones must be 0 or more"),
        (lambda: schedules.piecewise(0.1, 5, 0.5), ValueError, "milestones must have shape"),
        (lambda: schedules.inverse_time(0.1, -1), ValueError, "decay must be 0 or more"),
        (lambda: schedules.cosine(0.1, [3, 0]), ValueError, "steps must be 1 .* got 0 at index 1"),
        (lambda: schedules.cosine_restarts(0.1, 5, growth=0), ValueError, "growth must be 1"),
        (lambda: schedules.cyclic(0.3, 0.1, 5), ValueError, "low must be at most high, got 0.3"),
        (lambda: schedules.cyclic(0.1, 0.3, 0), ValueError, "half_period must be 1 or more"),
        (lambda: schedules.one_cycle(0.1, 5, warmup_share=2), ValueError, "between 0 and 1"),
        (lambda: schedules.one_cycle(0.1, 5, end_divisor=0), ValueError, "end_divisor must be"),
        (lambda: schedules.chebyshev(3, 1, 4), ValueError, "low must be at most high, got 3.0"),
        (lambda: schedules.chebyshev(0, 1, 4), ValueError, "low must be between .* got 0.0"),
        (lambda: schedules.chebyshev(1, 3, 6), ValueError, "steps must be a power of two .* got 6"),
        (lambda: schedules.chebyshev(1, 3, 4, "up"), ValueError, "order must be one of ascending"),
        (lambda: schedules.chebyshev([1, 2], 3, [1, 2, 4]), ValueError, r"broadcast .* low \(2,\)"),
        (lambda: schedules.silver(0.0, 4), ValueError, "edge must be between .* got 0.0"),
        (lambda: schedules.silver(1.0, 0), ValueError, "steps must be 1 or more, got 0"),
        (lambda: schedules.wsd(0.1, 5, 0), ValueError, "decay_share must be above 0, got 0.0"),
        (lambda: schedules.wsd(0.1, 5, 1.5), ValueError, "decay_share must be between 0 and 1"),
        (lambda: schedules.wsd(0.1, 0, 0.5), ValueError, "steps must be 1 or more, got 0"),
        (lambda: schedules.wsd(0.1, 5, 0.5, -1), ValueError, "end must be 0 or more"),
        (lambda: schedules.warmup(-0.1, 5), ValueError, "schedule must be positive"),
        (lambda: schedules.warmup(0.1, -1), ValueError, "steps must be an integer ≥ 0, got -1"),
        (lambda: schedules.constant(0.1)(-1), ValueError, "step must be 0 or more, got -1"),
        (lambda: schedules.constant(0.1)(1.0), TypeError, "step must be an integer"),
        (lambda: Plateau(0.0, loss=len), ValueError, "rate must be positive"),
        (lambda: Plateau(0.1, loss=3.0), TypeError, "loss must be callable, got 3.0"),
        (lambda: Plateau(0.1, len, factor=1.0), ValueError, "factor must be .* below 1, got 1.0"),
        (lambda: Plateau(0.1, len, patience=-1), ValueError, "patience must be 0 or more"),
        (lambda: Plateau(0.1, len, threshold=-1), ValueError, "threshold must be 0 or more"),
    ],
)
def test_bad_parameters_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
