"""Namings of answers that were set aside, read by hand and found true of the results."""

TRUE = frozenset(
    """
compare_lookbacks: a flip counts twice, as flips doubled
compare_lookbacks: an average without today, as 1 more than the lookback, in the moving average
compare_lookbacks: an average without today, as average without today
compare_lookbacks: an exponential average, as an exponential average in the moving average
compare_lookbacks: an exponential average, as exponential average
compare_lookbacks: days of the whole market, as the simple return in place of the sample, in n_days
compare_lookbacks: flips doubled, other code, as flips doubled
compare_lookbacks: flips of the whole series, as flips of the whole history
compare_lookbacks: log returns, as a logarithm in place of the simple return, in the simple return
compare_lookbacks: log returns, as log returns
compare_lookbacks: log returns, other code, as a logarithm in place of the simple return, in the simple return
compare_lookbacks: no volatility, as a part of the strategy return left out, which depends on the volatility
compare_lookbacks: no volatility, as no volatility scaling
compare_lookbacks: only turns to long count, as flips in one direction
compare_lookbacks: price changes in place of returns, as the change in place of the simple return, in the simple return
compare_lookbacks: ratio of a day, other code, as not annualised
compare_lookbacks: the 60 is forgotten, as forgets the 60 days of the volatility
compare_lookbacks: the 60 is forgotten, as no lower limit of 60, in the start
compare_lookbacks: the sample from the shortest lookback, as the smallest in place of the largest, in the start
compare_lookbacks: the signal of two days ago, as lags twice
compare_lookbacks: the signal of two days ago, as two rows before, not one, in the held signal
compare_lookbacks: today's signal on today's return, as the same row, not the one before, in the held signal
compare_lookbacks: volatility of the same day, as the same row, not the one before, in the strategy return
compare_lookbacks: volatility over the lookback, as the lookback in place of 60, in the volatility
compare_lookbacks: window of 61, as 61 in place of 60, in the volatility
conviction_size: Kelly is a share of the target, as Kelly multiplies the target
conviction_size: Kelly may raise the target, as the Kelly target alone, not the smaller of it and target_volatility, in the target
conviction_size: a floor of one percent, as 0.01 in place of 0.0001, in the floored volatility
conviction_size: a floor of one percent, as a floor of one percent
conviction_size: a negative estimate turns positions round, as no lower limit of 0, in the Kelly target
conviction_size: an estimate of 0 counts as none, as 0 for sharpe_estimate treated as if none were given
conviction_size: negative estimates taken as they are, other code, as no lower limit of 0, in the Kelly target
conviction_size: no cap on the forecast, other code, as forecast not cut off
conviction_size: no floor, other code, as no lower limit of 0.0001, in the floored volatility
conviction_size: the estimate without its fraction, as full Kelly
conviction_size: the estimate without its fraction, as kelly_fraction left out of the Kelly target
conviction_size: the floor is added, as the floor added
conviction_size: the forecast as a share of its cap, as divided by the forecast cap
conviction_size: the forecast as a share of its cap, as forecast_cap in place of 10, in the weight
conviction_size: the multiplier after the cap, as the multiplier after the cap
conviction_size: the multiplier below the fraction bar, as a division by diversification_multiplier in place of a multiplication, in the weight
conviction_size: the multiplier below the fraction bar, as divided by the diversification multiplier
conviction_size: the weight is cut above alone, as only positive weights are cut
conviction_size: variance below the fraction bar, as the floored volatility squared
correlation_filter: absolute correlation, as the correlation without its sign
correlation_filter: correlation of the whole sample, as all rows of the daily returns, not a part of them, in the correlation
correlation_filter: everybody is cut as soon as two are twins, as one pair cuts all
correlation_filter: hedges are cut as well, as the correlation without its sign
correlation_filter: shifted once more, as all rows of the correlation one too early
correlation_filter: the correlation itself is cut off, as weight times 1 − ρ
correlation_filter: the window has a row less, as the first row of the correlation one too late
correlation_filter: the window includes today, as all rows of the correlation one too late
correlation_filter: today in the window, by count, as all rows of the correlation one too late
correlation_filter: today in the window, other code, as all rows of the correlation one too late
correlation_filter: twins have no weight, as twins are removed
correlation_filter: window off by one, as all rows of the correlation one too early
leave_one_out: 252 whatever the periods, as 252 days whatever the data
leave_one_out: 252 whatever the periods, as periods_per_year ignored
leave_one_out: a missing return is 0, as 0 in place of missing values, in the complete rows
leave_one_out: deviations over all rows, as returns in place of the complete rows, in the scaled returns
leave_one_out: gaps filled with zeros, other code, as 0 in place of missing values, in the complete rows
leave_one_out: log returns, as log returns of the total
leave_one_out: not scaled to equal volatility, as the standard deviation of the complete rows left out of the scaled returns
leave_one_out: ratios of a day, other code, as not annualised
leave_one_out: target of a day, as annualised once too often
leave_one_out: the asset alone, as keeps the asset alone
leave_one_out: the change as a ratio, as change in percent of the ratio
leave_one_out: the change the other way round, as sign turned round
ledger: a flip keeps the old average, as a flip keeps the average
ledger: a flip keeps the old average, as a step that sets average_price left out
ledger: a flip realises nothing, as a step that sets realised left out
ledger: after a flip nothing is held, as a flip stops at flat
ledger: books without the first fill, as the first of fills left out
ledger: closing is measured at the mark, as mark in place of the price, in realised
ledger: open profit from the absolute position, as position without its sign, in unrealised
ledger: open profit is all the profit, as realised counted in unrealised as well
ledger: realised is of the last close only, as what realised was before left out of it
ledger: shorts have a negative average, as the average is negative when short
ledger: the average survives a close, as average_price never set in the case that depends on position
ledger: the rest is valued at the last fill, as marked at the last fill
ledger: unrealised of shorts, other code, as position without its sign, in unrealised
ledger: worth instead of profit, as average_price left out of unrealised
levels_experiment: drawdown in money over the start, as the first of the equity curve in place of the peak, in max_drawdown
levels_experiment: fall at the end, as drawdown at the end
levels_experiment: fall at the end, as the last in place of the largest, in max_drawdown
levels_experiment: fall below the start alone, as drawdown from the start
levels_experiment: fall below the start alone, as the first of the equity curve in place of the peak, in max_drawdown
levels_experiment: highest to lowest, in any order, as drawdown from the highest value of all
levels_experiment: levels in rising order, as sorted
levels_experiment: levels in rising order, as sorted index
levels_experiment: log return, as log(a/b) in place of a/b − 1, in total_return
levels_experiment: one level too many, as 1 more than the levels, in the equity curve
levels_experiment: return of the last over the largest, as the largest of the equity curve in place of the first, in total_return
plan_scale_in: cap at equity, as max_leverage left out of the size by cap
plan_scale_in: distance of the farthest entry, as the largest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: distance of the middle, as the plain mean of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: distance of the nearest entry, as the smallest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: each entry has a cap of its own, as the cap cuts each entry
plan_scale_in: entries are sorted first, as entries sorted
plan_scale_in: shares of the risk, as splits of risk
plan_scale_in: the cap counts the first entry's price only, as the first of the entry in place of its mean weighted by the share, in the value per unit
plan_scale_in: the cap is on equity, without leverage, as max_leverage left out of the size by cap
plan_scale_in: the cap is valued at the plain mean price, as the cap measured at the plain average
plan_scale_in: the cap is valued at the plain mean price, as the plain mean of the entry in place of its mean weighted by the share, in the value per unit
plan_scale_in: the cap is valued at the stop, as stop in place of the entry, in the value per unit
plan_scale_in: the larger of the two sizes, as the larger of the two sizes
plan_scale_in: the larger of the two sizes, as the larger of two, not the smaller, in the size
plan_scale_in: the loss from the entry farthest from the stop, as the largest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: the loss from the last entry, as distance of the last entry
plan_scale_in: the loss from the last entry, as the last of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: the loss from the plain mean of the entries, as the plain mean of the entry less stop in place of its mean weighted by the share, in the loss per unit
pyramid_risk: every distance counts as a loss, as locked-in profit counted as risk
pyramid_risk: every distance counts as a loss, as the absolute values of the terms in the sum, in stop_risk
pyramid_risk: heat measured from the first entry, as the first of entries in place of the last, in open_heat
pyramid_risk: heat of the newest level alone, as heat of the newest level alone
pyramid_risk: levels counted from 1 in the size, as 1 more than the level, in quantities
pyramid_risk: one step more before each level, as the level counted from 1
pyramid_risk: only losing levels count at the stop, as only the terms above 0 in the sum, in stop_risk
pyramid_risk: size from one ATR, without the stop's multiple, as atr_stop_mult left out of quantities
pyramid_risk: size from one ATR, without the stop's multiple, as stop distance of one ATR
pyramid_risk: steps of one stop distance, as atr_stop_mult in place of add_threshold_atr, in entries
pyramid_risk: steps of points, not of ATR, as atr left out of entries
pyramid_risk: stop at the average entry less the distance, as the mean of entries in place of the last, in stop
pyramid_risk: the decay compounds from level to level, as powers of 1 + x in place of 1 + x · k, so that it compounds, in quantities
pyramid_risk: the decay is subtracted, as a multiplication by 1 − x in place of a division by 1 + x, in quantities
pyramid_risk: the risk is shared among the levels, as quantities divided by n_levels
pyramid_risk: the stop belongs to the level before the newest, as the stop one level late
risk_sweep: 0 once below, but two losses multiply to a gain, as floored at the end alone
risk_sweep: a loss beyond everything turns into a gain, as what is below 0 taken as positive, not as 0, in the current equity
risk_sweep: fractions read as percent, as each of risk_fractions read as percent
risk_sweep: fractions read as percent, as fractions read as percent
risk_sweep: from the overall peak to the overall low, as drawdown from the highest value of all
risk_sweep: growth by exponentials, as exp(x) in place of 1 + x, in the current equity
risk_sweep: half the fraction is at risk, as each of risk_fractions halved
risk_sweep: profit in place of the final equity, as equity taken off final_equity
risk_sweep: risk doubled, as each of risk_fractions doubled
risk_sweep: the fall is measured on the start, as equity in place of the peak, in the fall
risk_sweep: the first trade is left out, as first trade left out
risk_sweep: the first trade is left out, as the first of r_multiples left out
risk_sweep: trades from last to first, as the first of r_multiples left out
risk_sweep: the largest loss of one trade, as the worst trade
risk_sweep: the last fall, not the largest, as the fall alone, not the larger of it and max_drawdown, in max_drawdown
scale_out: a gapped target fills at its price, as gaps fill the target at its price
scale_out: a gapped target fills at its price, as the first of the waiting targets in place of open_, in the gap price
scale_out: a stop beyond the open fills at the stop, as the stop price always stop, whatever side, stop, open_ and the bar
scale_out: a stop fills at the bar's worst price, as the worst price in place of open_, in the stop price
scale_out: a touched stop needs to be passed, as equality not counted in the comparison of side, the worst price and stop
scale_out: fills counted from one, as 1 more than the bar, in fills
scale_out: fractions of what is left, as the quantity left in place of quantity, in the quantity sold
scale_out: nothing happens on the bar of the entry, as targets from the bar after the entry
scale_out: nothing happens on the bar of the entry, as the stop from the bar after the entry
scale_out: one target a bar, as one at most in a round, where the condition on the waiting targets, side and the best price can hold again
scale_out: one target a bar, as one target a bar
scale_out: open profit on the whole quantity, as quantity in place of the quantity left, in pnl
scale_out: position as a share, as position divided by quantity
scale_out: position with the sign of the side, as sign turned round for shorts
scale_out: profit of what is closed, without the rest, as a part of pnl left out, which depends on the quantity left, side, the entry, close and the bar
scale_out: profit of what is closed, without the rest, as realised profit alone
scale_out: profits count from the first close, as entered at the close
scale_out: strict comparisons, as equality not counted in the comparison of side, open_, the bar and the waiting targets
scale_out: strict comparisons, as equality not counted in the comparison of side, the best price and the waiting targets
scale_out: strict comparisons, as equality not counted in the comparison of side, the worst price and stop
scale_out: targets are judged by the close, as close in place of the best price, in the condition on the waiting targets, side and the best price
scale_out: the stop is judged by the close, as close in place of the worst price, in the condition on side, the worst price and stop
scale_out: the stop moves to the entry after a target, as the stop at break-even
""".strip().splitlines()
)
"""Exercise and answer, and after "as" the name under which it was told."""
