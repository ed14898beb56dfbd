"""Section 6.1: a pyramid's risk, levels on a market, risk per trade, and scaling out."""

from answer_key.pyramiding.levels_experiment import LEVELS_EXPERIMENT
from answer_key.pyramiding.pyramid_risk import PYRAMID_RISK
from answer_key.pyramiding.risk_sweep import RISK_SWEEP
from answer_key.pyramiding.scale_out import SCALE_OUT

__all__ = ["EXERCISES", "LEVELS_EXPERIMENT", "PYRAMID_RISK", "RISK_SWEEP", "SCALE_OUT"]

EXERCISES = (PYRAMID_RISK, LEVELS_EXPERIMENT, RISK_SWEEP, SCALE_OUT)
