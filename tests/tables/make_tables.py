"""Make the tables of expected values beside this file, with PyTorch 2.13 in float64.

    python -m venv torch && torch/bin/pip install torch==2.13.0
    torch/bin/python tests/tables/make_tables.py

PyTorch is wanted for this alone: the tests read the tables. Nothing here imports lrlab. In every
row "arguments" are lrlab's, and "torch" is what PyTorch was asked for instead.
"""

import itertools
import json
import math
from functools import partial
from pathlib import Path

import torch
from torch import optim
from torch.optim import lr_scheduler as lr

HERE = Path(__file__).parent
# lrlab's name and arguments, what makes the same in PyTorch, and how many steps the two share.
SCHEDULES = [
    ("constant", {"rate": 0.3}, partial(lr.ConstantLR, factor=1.0), 24),
    (
        "linear",
        {"rate": 0.3, "steps": 10},
        partial(lr.LinearLR, start_factor=1.0, end_factor=0.0, total_iters=10),
        24,
    ),
    (
        "linear",
        {"rate": 0.4, "steps": 16, "end": 0.1},
        partial(lr.LinearLR, start_factor=1.0, end_factor=0.25, total_iters=16),
        24,
    ),
    (
        "polynomial",
        {"rate": 0.3, "steps": 12, "power": 2.0},
        partial(lr.PolynomialLR, total_iters=12, power=2.0),
        24,
    ),
    (
        "polynomial",
        {"rate": 0.3, "steps": 30, "power": 0.5},
        partial(lr.PolynomialLR, total_iters=30, power=0.5),
        24,
    ),
    ("exponential", {"rate": 0.3, "decay": 0.9}, partial(lr.ExponentialLR, gamma=0.9), 24),
    ("exponential", {"rate": 1e-3, "decay": 1.3}, partial(lr.ExponentialLR, gamma=1.3), 24),
    (
        "step",
        {"rate": 0.3, "drop": 0.5, "every": 5},
        partial(lr.StepLR, step_size=5, gamma=0.5),
        24,
    ),
    (
        "piecewise",
        {"rate": 0.3, "milestones": [3, 8, 8, 20], "drop": 0.1},
        partial(lr.MultiStepLR, milestones=[3, 8, 8, 20], gamma=0.1),
        24,
    ),
    # After T_max PyTorch's rate climbs again, and lrlab's stays.
    (
        "cosine",
        {"rate": 0.3, "steps": 20, "end": 0.01},
        partial(lr.CosineAnnealingLR, T_max=20, eta_min=0.01),
        21,
    ),
    (
        "cosine_restarts",
        {"rate": 0.3, "period": 7},
        partial(lr.CosineAnnealingWarmRestarts, T_0=7),
        24,
    ),
    (
        "cosine_restarts",
        {"rate": 0.3, "period": 3, "growth": 2, "end": 0.01},
        partial(lr.CosineAnnealingWarmRestarts, T_0=3, T_mult=2, eta_min=0.01),
        48,
    ),
    (
        "cyclic",
        {"low": 0.01, "high": 0.3, "half_period": 5},
        partial(lr.CyclicLR, base_lr=0.01, max_lr=0.3, step_size_up=5, cycle_momentum=False),
        24,
    ),
    (
        "one_cycle",
        {"rate": 0.3, "steps": 24},
        partial(lr.OneCycleLR, max_lr=0.3, total_steps=24, cycle_momentum=False),
        24,
    ),
    (
        "one_cycle",
        {
            "rate": 0.3,
            "steps": 20,
            "warmup_share": 0.25,
            "start_divisor": 10.0,
            "end_divisor": 100.0,
        },
        partial(
            lr.OneCycleLR,
            max_lr=0.3,
            total_steps=20,
            pct_start=0.25,
            div_factor=10.0,
            final_div_factor=100.0,
            cycle_momentum=False,
        ),
        20,
    ),
]

# As above, and by how many steps of warm-up each is led in.
WARMUPS = [
    ("exponential", {"rate": 0.3, "decay": 0.9}, partial(lr.ExponentialLR, gamma=0.9), 6),
    (
        "step",
        {"rate": 0.3, "drop": 0.5, "every": 5},
        partial(lr.StepLR, step_size=5, gamma=0.5),
        9,
    ),
]

PLATEAUS = [
    ({}, partial(lr.ReduceLROnPlateau)),
    ({"factor": 0.5, "patience": 2}, partial(lr.ReduceLROnPlateau, factor=0.5, patience=2)),
    ({"patience": 1, "cooldown": 4}, partial(lr.ReduceLROnPlateau, patience=1, cooldown=4)),
    (
        {"patience": 3, "threshold": 0.05, "relative": False},
        partial(lr.ReduceLROnPlateau, patience=3, threshold=0.05, threshold_mode="abs"),
    ),
    ({"patience": 3, "threshold": 0.05}, partial(lr.ReduceLROnPlateau, patience=3, threshold=0.05)),
    ({"patience": 0, "min_rate": 0.002}, partial(lr.ReduceLROnPlateau, patience=0, min_lr=0.002)),
    ({"patience": 0, "min_change": 0.01}, partial(lr.ReduceLROnPlateau, patience=0, eps=0.01)),
]

# A loss that falls fast, then slowly, then hovers, and at last falls again.
LOSSES = [
    (4.0 * 0.5**t if t < 6 else 0.1 - 0.001 * t if t < 18 else 0.08 + 0.01 * math.cos(t))
    * (0.2 if t > 50 else 1.0)
    for t in range(64)
]

# J(θ) = ½(θ − θ*)ᵀH(θ − θ*), badly conditioned on purpose.
HESSIAN = [[2.0, 0.6, 0.0], [0.6, 0.5, 0.1], [0.0, 0.1, 0.05]]
MINIMIZER = [2.0, 3.0, -1.0]
THETA0 = [0.0, 0.0, 0.0]

OPTIMIZERS = [
    ("momentum", {"beta": 0.0}, partial(optim.SGD, lr=0.3)),
    ("momentum", {"beta": 0.9}, partial(optim.SGD, lr=0.1, momentum=0.9)),
    (
        "momentum",
        {"beta": 0.8, "nesterov": True},
        partial(optim.SGD, lr=0.1, momentum=0.8, nesterov=True),
    ),
    ("adagrad", {}, partial(optim.Adagrad, lr=0.5)),
    ("adagrad", {"eps": 0.1}, partial(optim.Adagrad, lr=0.5, eps=0.1)),
    ("rmsprop", {}, partial(optim.RMSprop, lr=0.05)),
    ("rmsprop", {"rho": 0.9, "eps": 0.01}, partial(optim.RMSprop, lr=0.05, alpha=0.9, eps=0.01)),
    ("adam", {}, partial(optim.Adam, lr=0.2)),
    (
        "adam",
        {"beta1": 0.5, "beta2": 0.9, "eps": 0.01},
        partial(optim.Adam, lr=0.2, betas=(0.5, 0.9), eps=0.01),
    ),
    ("adamw", {}, partial(optim.AdamW, lr=0.2)),
    ("adamw", {"weight_decay": 0.7}, partial(optim.AdamW, lr=0.2, weight_decay=0.7)),
    (
        "adamw",
        {"beta1": 0.5, "beta2": 0.9, "eps": 0.01, "weight_decay": 2.0},
        partial(optim.AdamW, lr=0.1, betas=(0.5, 0.9), eps=0.01, weight_decay=2.0),
    ),
]


def rates(make, start, steps):
    """Return the rates that a scheduler sets, step by step."""
    optimizer = optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=start)
    scheduler = make(optimizer)
    seen = []
    for _ in range(steps):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


def schedules():
    """Yield the rates of steps 0, 1, …."""
    for name, arguments, make, steps in SCHEDULES:
        start = arguments.get("rate", 1.0)  # CyclicLR sets its own
        yield {
            "schedule": name,
            "arguments": arguments,
            "torch": said(make),
            "rates": rates(make, start, steps),
        }


def led_in(make, steps, optimizer):
    """Return a scheduler that rises for so many steps before the one that `make` makes."""
    rise = lr.LinearLR(optimizer, start_factor=1 / (steps + 1), total_iters=steps)
    return lr.SequentialLR(optimizer, [rise, make(optimizer)], [steps])


def warmups():
    """Yield the rates of steps 0, 1, …, led in by a warm-up."""
    for name, arguments, make, steps in WARMUPS:
        yield {
            "schedule": name,
            "arguments": arguments,
            "steps": steps,
            "torch": f"LinearLR, then {said(make)}",
            "rates": rates(partial(led_in, make, steps), arguments["rate"], 24),
        }


def plateaus():
    """Yield the rates after each of LOSSES has been seen."""
    for arguments, make in PLATEAUS:
        optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        scheduler = make(optimizer)
        seen = []
        for loss in LOSSES:
            scheduler.step(loss)
            seen.append(optimizer.param_groups[0]["lr"])
        yield {"arguments": arguments, "torch": said(make), "rates": seen}


def optimizers():
    """Yield the iterates θ_0, θ_1, … at a constant rate and at one that decays."""
    for (name, arguments, make), decay in itertools.product(OPTIMIZERS, (1.0, 0.9)):
        scheduler = partial(lr.ExponentialLR, gamma=decay)
        yield {
            "optimizer": name,
            "arguments": arguments,
            "learning_rate": make.keywords["lr"],
            "decay": decay,
            "torch": f"{said(make)}, {said(scheduler)}",
            "theta": iterates(make, scheduler)[0],
        }


def descents():
    """Yield the iterates and the rates of a descent whose rate drops when its loss does not."""
    arguments = {"factor": 0.5, "patience": 1, "threshold": 0.2}
    scheduler = partial(lr.ReduceLROnPlateau, **arguments)
    theta, used = iterates(partial(optim.SGD, lr=0.9), scheduler, feeds=True)
    yield {
        "arguments": arguments,
        "learning_rate": 0.9,
        "torch": said(scheduler),
        "theta": theta,
        "rates": used,
    }


def iterates(make, make_scheduler, *, feeds=False):
    """Return θ_0, θ_1, … and the rates in use; the gradient is autograd's."""
    hessian = torch.tensor(HESSIAN, dtype=torch.float64)
    minimizer = torch.tensor(MINIMIZER, dtype=torch.float64)
    theta = torch.tensor(THETA0, dtype=torch.float64, requires_grad=True)
    optimizer = make([theta])
    scheduler = make_scheduler(optimizer)

    def loss():
        error = theta - minimizer
        return 0.5 * error @ hessian @ error

    seen, used = [theta.tolist()], []
    for _ in range(24):
        optimizer.zero_grad()
        loss().backward()
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        seen.append(theta.tolist())
        scheduler.step(*([loss().item()] if feeds else []))
    return seen, used


def said(make):
    """Return the call that `make` stands for, as one would write it."""
    options = ", ".join(f"{name}={value}" for name, value in make.keywords.items())
    return f"{make.func.__name__}({options})"


def write(name, facts, **tables):
    """Write a file of tables, a line for each row, so that a diff shows which row has changed."""
    parts = [f'"{key}": {json.dumps(value)}' for key, value in facts.items()]
    for table, rows in tables.items():
        lines = ",\n".join(json.dumps(row) for row in rows)
        parts.append(f'"{table}": [\n{lines}\n]')
    (HERE / name).write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    made = {"made_with": "torch " + torch.__version__.split("+")[0]}
    write("schedules.json", made, schedules=schedules(), warmups=warmups())
    write("plateaus.json", {**made, "rate": 0.1, "losses": LOSSES}, plateaus=plateaus())
    problem = {"hessian": HESSIAN, "minimizer": MINIMIZER, "theta0": THETA0}
    write("optimizers.json", {**made, **problem}, optimizers=optimizers(), descents=descents())
