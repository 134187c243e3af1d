"""Update rules: what gradient descent steps along instead of the gradient itself.

Each function returns an `Optimizer`. All have the form θ_{t+1} = θ_t − α_t m_t; they differ in the
direction m_t they make of the gradients g_0 … g_t. Their parameters may be arrays, which broadcast
with the learning rates, so that a family of optimizers is one run.

Sources: Polyak 1964 and Sutskever et al. 2013 (momentum), Duchi et al. 2011 (AdaGrad), Tieleman and
Hinton 2012 (RMSProp), Kingma and Ba 2015 (Adam), Loshchilov and Hutter 2019 (AdamW), each in the
form that PyTorch computes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from lrlab import _check
from lrlab._call import Made


@dataclass(frozen=True, eq=False, repr=False)
class Optimizer(Made):
    """An update rule, as two functions, and the call that made it.

    Functions of this module make optimizers. They are equal when they were made by the same
    function with equal arguments.

    Attributes
    ----------
    make : callable
        The function that made it.
    arguments : mapping of str to array or bool
        What that function was given, defaults included; arrays are copies and read-only.
    init : callable (..., d) -> state
        Makes the state before the first step from θ_0.
    update : callable (gradient (..., d), state, theta (..., d)) -> (direction (..., d), state)
        Makes the direction m_t. The state is handed on and never changed. A rule that does not
        look at θ_t can be called without it.
    shape : tuple
        Common shape (...) of the parameters; () for numbers.

    Examples
    --------
    >>> momentum(), momentum(0.9) == momentum(beta=0.9)
    (momentum(beta=0.9, nesterov=False), True)
    """

    init: Callable
    update: Callable
    shape: tuple


def momentum(beta=0.9, nesterov=False):
    """Return the rule that keeps a share of its velocity.

    v_t = β v_{t−1} + g_t and m_t = v_t. With Nesterov, m_t = g_t + β v_t.

    Parameters
    ----------
    beta : number or array (...)
        β in [0, 1), dimensionless. 0 is gradient descent.
    nesterov : bool
        Whether to look ahead.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        β is not a number in [0, 1).

    Examples
    --------
    >>> rule = momentum(0.5)
    >>> state = rule.init(np.zeros(1))
    >>> direction, state = rule.update(np.ones(1), state)
    >>> rule.update(np.ones(1), state)[0].tolist()
    [1.5]
    """
    parameters = {"beta": _check.numbers("beta", beta, "at least 0 and below 1")}
    nesterov = _check.flag("nesterov", nesterov)

    def update(gradient, velocity, beta):
        velocity = beta * velocity + gradient
        return (gradient + beta * velocity if nesterov else velocity), velocity

    return _optimizer(momentum, np.zeros_like, update, parameters, nesterov=nesterov)


def adagrad(eps=1e-10):
    """Return the rule that divides by the size of all gradients so far.

    s_t = s_{t−1} + g_t² and m_t = g_t / (√s_t + ε), entry by entry.

    Parameters
    ----------
    eps : number or array (...)
        ε > 0, in the gradient's unit.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        ε is not a positive, finite number.

    Examples
    --------
    >>> rule = adagrad()
    >>> rule.update(np.array([3.0]), np.array([16.0]))[0].round(6).tolist()
    [0.6]
    """
    parameters = {"eps": _check.numbers("eps", eps, "positive and finite")}

    def update(gradient, total, eps):
        total = total + gradient**2
        return gradient / (np.sqrt(total) + eps), total

    return _optimizer(adagrad, np.zeros_like, update, parameters)


def rmsprop(rho=0.99, eps=1e-8):
    """Return the rule that divides by the size of recent gradients.

    s_t = ρ s_{t−1} + (1 − ρ) g_t² and m_t = g_t / (√s_t + ε), entry by entry.

    Parameters
    ----------
    rho : number or array (...)
        ρ in [0, 1), dimensionless: how much of the past is kept.
    eps : number or array (...)
        ε > 0, in the gradient's unit.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        ρ is not a number in [0, 1) or ε is not positive and finite.

    Examples
    --------
    >>> rule = rmsprop(rho=0.75)
    >>> rule.update(np.array([2.0]), rule.init(np.zeros(1)))[0].round(6).tolist()
    [2.0]
    """
    parameters = {
        "rho": _check.numbers("rho", rho, "at least 0 and below 1"),
        "eps": _check.numbers("eps", eps, "positive and finite"),
    }

    def update(gradient, mean_square, rho, eps):
        mean_square = rho * mean_square + (1 - rho) * gradient**2
        return gradient / (np.sqrt(mean_square) + eps), mean_square

    return _optimizer(rmsprop, np.zeros_like, update, parameters)


def adam(beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the rule that joins momentum and RMSProp, both freed of their start at 0.

    v_t = β₁ v_{t−1} + (1 − β₁) g_t, s_t = β₂ s_{t−1} + (1 − β₂) g_t² and
    m_t = v_t/(1 − β₁^{t+1}) / (√(s_t/(1 − β₂^{t+1})) + ε), entry by entry.

    Parameters
    ----------
    beta1, beta2 : number or array (...)
        β₁ and β₂ in [0, 1), dimensionless.
    eps : number or array (...)
        ε > 0, in the gradient's unit.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        A β is not a number in [0, 1) or ε is not positive and finite.

    Examples
    --------
    The first step is α long, whatever the gradient:

    >>> rule = adam()
    >>> rule.update(np.array([2.0, 2e6]), rule.init(np.zeros(2)))[0].round(6).tolist()
    [1.0, 1.0]
    """
    parameters = {
        "beta1": _check.numbers("beta1", beta1, "at least 0 and below 1"),
        "beta2": _check.numbers("beta2", beta2, "at least 0 and below 1"),
        "eps": _check.numbers("eps", eps, "positive and finite"),
    }

    def init(theta):
        return 0, np.zeros_like(theta), np.zeros_like(theta)

    def update(gradient, state, beta1, beta2, eps):
        t, mean, mean_square = state
        t = t + 1
        mean = beta1 * mean + (1 - beta1) * gradient
        mean_square = beta2 * mean_square + (1 - beta2) * gradient**2
        size = np.sqrt(mean_square / (1 - beta2**t)) + eps
        return mean / (1 - beta1**t) / size, (t, mean, mean_square)

    return _optimizer(adam, init, update, parameters)


def adamw(beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Return Adam with decoupled weight decay: each step shrinks θ besides, by a share of itself.

    m_t = Adam's m_t + δ θ_t. So θ_{t+1} = (1 − α_t δ) θ_t − α_t · Adam's m_t: δ stands outside the
    gradient, and is not divided by its size as the gradient of a penalty δ‖θ‖²/2 would be. The
    start, and each step, is forgotten in about 1/(αδ) steps. With δ = 0 it is `adam`.

    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019; as in
    PyTorch, α_t multiplies δ as well.

    Parameters
    ----------
    beta1, beta2, eps : number or array (...)
        As for `adam`.
    weight_decay : number or array (...)
        δ ≥ 0, in units of one over α, which is in the unit of θ: 1/δ is a length.

    Returns
    -------
    Optimizer
        Its `update` needs θ_t.

    Raises
    ------
    TypeError, ValueError
        An argument of `adam` is not as it should be, or δ is not 0 or more and finite.

    Examples
    --------
    Without a gradient there is no Adam step, and θ shrinks by δ = 0.5 times α:

    >>> rule = adamw(weight_decay=0.5)
    >>> theta = np.array([8.0])
    >>> rule.update(np.zeros(1), rule.init(theta), theta)[0].tolist()
    [4.0]
    """
    weight_decay = _check.numbers("weight_decay", weight_decay, "0 or more and finite")
    rule = adam(beta1, beta2, eps)
    arguments = {**rule.arguments, "weight_decay": weight_decay}
    shape = _check.broadcast(**{name: value.shape for name, value in arguments.items()})
    share = weight_decay[..., None]

    def update(gradient, state, theta):
        direction, state = rule.update(gradient, state)
        with np.errstate(over="ignore"):
            return direction + share * theta, state

    return Optimizer(adamw, arguments, rule.init, update, shape)


def _optimizer(make, init, update, parameters, **others):
    """Return the rule of `update(gradient, state, **parameters)`, made by `make`.

    Parameters get an axis for d and broadcast together; `others` are arguments that do not.
    """
    shape = _check.broadcast(**{name: value.shape for name, value in parameters.items()})
    columns = {name: value[..., None] for name, value in parameters.items()}
    known = partial(update, **columns)

    def without_theta(gradient, state, theta=None):
        return known(gradient, state)

    return Optimizer(make, parameters | others, init, without_theta, shape)
