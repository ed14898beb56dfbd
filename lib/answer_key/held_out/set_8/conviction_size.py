"""The eighth set on ``conviction_size``: right ones, likely slips, unusual ones."""

ALSO_RIGHT = (
    (
        "conviction_size",
        "the target cut between 0 and the target in one step, sign and size apart, a tuple",
        (
            (
                "tau = min(target_volatility, allowed)",
                "tau = float(np.clip(kelly_fraction * sharpe_estimate, 0, target_volatility))",
            ),
            (
                "return max(-max_weight, min(max_weight, raw))",
                "return np.sign(raw) * min(abs(raw), max_weight)",
            ),
            (
                "return [one(view, risk) for view, risk in zip(views, risks)]",
                "return tuple(one(view, risk) for view, risk in zip(views, risks))",
            ),
        ),
    ),
    (
        "conviction_size",
        "NumPy numbers in a list, noise of 1e-12",
        (
            (
                "raw = view / 10 *",
                "raw = np.float64(1 + 1e-12) * view / 10 *",
            ),
            (
                "risk = max(risk, 0.0001)",
                "risk = np.fmax(risk, 10.0 ** -4)",
            ),
        ),
    ),
)
WRONG = (
    (
        "conviction_size",
        "with an estimate, Kelly alone sets the target, even above the target volatility",
        (
            (
                "tau = min(target_volatility, allowed)",
                "tau = allowed",
            ),
        ),
    ),
    (
        "conviction_size",
        "a negative estimate turns the position round",
        (
            (
                "max(0.0, kelly_fraction * sharpe_estimate)",
                "kelly_fraction * sharpe_estimate",
            ),
        ),
    ),
    (
        "conviction_size",
        "max_weight as a limit on the sum of all weights",
        (
            (
                "return max(-max_weight, min(max_weight, raw))",
                "return raw",
            ),
            (
                """\
    if views.ndim == 0:
        return one(float(views), float(risks))
    return [one(view, risk) for view, risk in zip(views, risks)]
""",
                """\
    weights = np.array([one(view, risk) for view, risk in zip(views.ravel(), risks.ravel())]).reshape(views.shape)
    gross = np.abs(weights).sum()
    return weights * min(1.0, max_weight / gross) if gross > 0 else weights
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "divided by the variance, as in Kelly's formula",
        (
            (
                "diversification_multiplier / risk",
                "diversification_multiplier / risk ** 2",
            ),
        ),
    ),
    (
        "conviction_size",
        "the target shared out equally among the assets",
        (
            (
                "raw = view / 10 * tau",
                "raw = view / 10 * tau / views.size",
            ),
        ),
    ),
    (
        "conviction_size",
        "an unknown volatility gets the floor",
        (
            (
                "np.isnan(view) or np.isnan(risk)",
                "np.isnan(view)",
            ),
            (
                "risk = max(risk, 0.0001)",
                "risk = np.fmax(risk, 0.0001)",
            ),
        ),
    ),
    (
        "conviction_size",
        "the forecast is capped on the buy side only",
        (
            (
                "max(-forecast_cap, min(forecast_cap, view))",
                "min(forecast_cap, view)",
            ),
        ),
    ),
    (
        "conviction_size",
        "an estimate of 0 is taken for no estimate",
        (
            (
                "if sharpe_estimate is None:",
                "if not sharpe_estimate:",
            ),
        ),
    ),
    (
        "conviction_size",
        "one unknown value, and nobody gets a position",
        (
            (
                """\
    if views.ndim == 0:
""",
                """\
    if np.isnan(views + risks).any():
        return np.zeros(views.shape)
    if views.ndim == 0:
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the floor is added to every volatility",
        (
            (
                "max(risk, 0.0001)",
                "risk + 0.0001",
            ),
        ),
    ),
    (
        "conviction_size",
        "the larger of target and Kelly",
        (
            (
                "min(target_volatility, allowed)",
                "max(target_volatility, allowed)",
            ),
        ),
    ),
    (
        "conviction_size",
        "the forecast divided by its cap instead of by 10",
        (
            (
                "raw = view / 10 *",
                "raw = view / forecast_cap *",
            ),
        ),
    ),
    (
        "conviction_size",
        "the volatility taken as daily and annualised",
        (
            (
                """\
        risk = max(risk, 0.0001)
""",
                """\
        risk = max(risk * 252 ** 0.5, 0.0001)
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the weights are cut before the multiplier",
        (
            (
                "tau * diversification_multiplier / risk",
                "tau / risk",
            ),
            (
                "return max(-max_weight, min(max_weight, raw))",
                "return max(-max_weight, min(max_weight, raw)) * diversification_multiplier",
            ),
        ),
    ),
    (
        "conviction_size",
        "the Kelly fraction on the smaller of the target and the estimate",
        (
            (
                "max(0.0, kelly_fraction * sharpe_estimate)",
                "max(0.0, sharpe_estimate)",
            ),
            (
                "tau = min(target_volatility, allowed)",
                "tau = kelly_fraction * min(target_volatility, allowed)",
            ),
        ),
    ),
)
UNUSUAL = (
    (
        "conviction_size",
        "unknown assets are dropped and their zeros put at the end",
        (
            (
                """\
    return [one(view, risk) for view, risk in zip(views, risks)]
""",
                """\
    known = ~np.isnan(views) & ~np.isnan(risks)
    sizes = [one(view, risk) for view, risk in zip(views[known], risks[known])]
    return sizes + [0.0] * (len(views) - len(sizes))
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the multiplier is worked into the target inside the loop, once more for every asset",
        (
            (
                """\
    def one(view, risk):
""",
                """\
    def one(view, risk):
        nonlocal tau
""",
            ),
            (
                """\
        raw = view / 10 * tau * diversification_multiplier / risk
""",
                """\
        tau *= diversification_multiplier
        raw = view / 10 * tau / risk
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "an output array of the forecast's type: whole-number forecasts give whole-number weights",
        (
            (
                """\
    return [one(view, risk) for view, risk in zip(views, risks)]
""",
                """\
    weights = np.zeros(len(views), dtype=np.asarray(forecast).dtype)
    for i in range(len(views)):
        weights[i] = one(views[i], risks[i])
    return weights
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "a forecast beyond the cap on either side is set to the cap, the sign lost",
        (
            (
                """\
        view = max(-forecast_cap, min(forecast_cap, view))
""",
                """\
        if abs(view) > forecast_cap:
            view = forecast_cap
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the line of the first cap copied, one name not changed: weights cut at +max_weight and -forecast_cap",
        (
            (
                "return max(-max_weight, min(max_weight, raw))",
                "return max(-forecast_cap, min(max_weight, raw))",
            ),
        ),
    ),
)
