"""The seventh set on ``conviction_size``, right ones in another way and wrong ones."""

ALSO_RIGHT = (
    (
        "conviction_size",
        "one asset after the other in plain Python, a list",
        (
            (
                """\
    capped = np.clip(views, -forecast_cap, forecast_cap)
    strength = capped / 10
    floored = np.maximum(vols, 0.0001)
    raw = strength * tau * diversification_multiplier / floored
    weights = np.clip(raw, -max_weight, max_weight)
    weights = np.where(unknown, 0.0, weights)
    if weights.ndim == 0:
        return float(weights)
    return weights
""",
                """\
    def one(view, vol):
        if view != view or vol != vol:
            return 0.0
        view = max(-forecast_cap, min(forecast_cap, view))
        weight = view * tau * diversification_multiplier / (10 * max(vol, 1e-4))
        return max(-max_weight, min(max_weight, weight))

    if unknown.ndim == 0:
        return one(float(views), float(vols))
    both = np.broadcast_arrays(views, vols)
    return [one(float(view), float(vol)) for view, vol in zip(*both)]
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the target as Kelly's bet clipped between 0 and the target, size and sign apart",
        (
            (
                """\
        allowed = max(0.0, kelly)
        tau = min(target_volatility, allowed)
""",
                """\
        tau = np.clip(kelly, 0.0, target_volatility)
""",
            ),
            (
                """\
    raw = strength * tau * diversification_multiplier / floored
    weights = np.clip(raw, -max_weight, max_weight)
""",
                """\
    size = np.abs(strength) * (tau / floored) * diversification_multiplier
    weights = np.sign(strength) * np.minimum(size, max_weight)
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "unknown values set to harmless ones first, a Series where there are several",
        (
            (
                "    capped = np.clip(views,",
                """\
    known = np.where(unknown, 0.0, views)
    capped = np.clip(known,""",
            ),
            ("np.maximum(vols, 0.0001)", "np.maximum(np.where(unknown, 1.0, vols), 1e-4)"),
            (
                """\
    weights = np.where(unknown, 0.0, weights)
""",
                "",
            ),
            (
                """\
    return weights
""",
                """\
    return pd.Series(weights)
""",
            ),
        ),
    ),
)

WRONG = (
    (
        "conviction_size",
        "the forecast measured by its cap instead of by 10",
        (
            (
                """\
    strength = capped / 10
""",
                """\
    strength = capped / forecast_cap
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "divided by the variance",
        (
            (
                """\
    raw = strength * tau * diversification_multiplier / floored
""",
                """\
    raw = strength * tau * diversification_multiplier / floored ** 2
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "Kelly replaces the target instead of limiting it",
        (
            (
                """\
        tau = min(target_volatility, allowed)
""",
                """\
        tau = allowed
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "an estimate of 0 or less falls back on the target",
        (
            (
                """\
        tau = min(target_volatility, allowed)
""",
                """\
        tau = min(target_volatility, kelly) if kelly > 0 else target_volatility
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the cap on the weight holds for all weights together",
        (
            (
                """\
    weights = np.clip(raw, -max_weight, max_weight)
""",
                """\
    gross = np.nansum(np.abs(raw))
    weights = raw * (max_weight / gross if gross > max_weight else 1.0)
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "an estimate of 0 is taken for none",
        (
            (
                """\
    if sharpe_estimate is not None:
""",
                """\
    if sharpe_estimate:
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "a negative estimate turns the positions round",
        (
            (
                """\
        allowed = max(0.0, kelly)
""",
                """\
        allowed = kelly
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "a volatility below the floor counts as unknown",
        (("np.isnan(views) | np.isnan(vols)", "np.isnan(views) | np.isnan(vols) | (vols < 0.0001)"),),
    ),
    (
        "conviction_size",
        "the forecast is cut after the division by 10",
        (
            (
                """\
    capped = np.clip(views, -forecast_cap, forecast_cap)
    strength = capped / 10
""",
                """\
    strength = np.clip(views / 10, -forecast_cap, forecast_cap)
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the multiplier comes after the cap on the weight",
        (
            (
                """\
    raw = strength * tau * diversification_multiplier / floored
""",
                """\
    raw = strength * tau / floored
""",
            ),
            (
                """\
    weights = np.clip(raw, -max_weight, max_weight)
""",
                """\
    weights = np.clip(raw, -max_weight, max_weight) * diversification_multiplier
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the target divided by the number of assets, as in the trend portfolio",
        (
            (
                """\
    weights = np.clip(raw, -max_weight, max_weight)
""",
                """\
    weights = np.clip(raw / raw.size, -max_weight, max_weight)
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "an unknown volatility counts as 0 and so as the floor",
        (
            (
                """\
    unknown = np.isnan(views) | np.isnan(vols)
""",
                """\
    unknown = np.isnan(views)
""",
            ),
            ("np.maximum(vols, 0.0001)", "np.maximum(np.nan_to_num(vols), 0.0001)"),
        ),
    ),
    (
        "conviction_size",
        "the cap on the weight holds on the long side only",
        (
            (
                """\
    weights = np.clip(raw, -max_weight, max_weight)
""",
                """\
    weights = np.minimum(raw, max_weight)
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the target is multiplied by what Kelly allows",
        (
            (
                """\
        tau = min(target_volatility, allowed)
""",
                """\
        tau = target_volatility * allowed
""",
            ),
        ),
    ),
    (
        "conviction_size",
        "the annual target turned into a daily one",
        (("    raw = strength * tau *", "    raw = strength * tau / np.sqrt(252) *"),),
    ),
)
