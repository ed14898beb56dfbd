"""Names given to answers of the eighth set."""

SET_8 = frozenset(
    """
compare_lookbacks: an exponential average, as exponential average
compare_lookbacks: annualised with 252, not with its root, as annualises by 252, not its root
compare_lookbacks: as published: the whole history, with zeros while warming up, as flips of the whole history
compare_lookbacks: each lookback has a sample of its own, as each lookback has a sample of its own
compare_lookbacks: flips over the whole history, as flips of the whole history
compare_lookbacks: from +1 to -1 counts as two flips, a sale and a short sale, as a flip counts twice
compare_lookbacks: long or flat, never short, as long only
compare_lookbacks: not divided by volatility, as no volatility scaling
compare_lookbacks: the average over the closes before, without the day's own, as average without today
compare_lookbacks: the list of held signals is not emptied for the next lookback, as added up
compare_lookbacks: the position counted among the returns, whose first row is gone: one row too late, as starts a day late
compare_lookbacks: the sample ends one row early, as the last day left out
compare_lookbacks: the signal lagged by two days, as lags twice
compare_lookbacks: the volatility over the lookback's own window, as volatility over the lookback
compare_lookbacks: today's signal on today's return, as today's signal on today's return
compare_lookbacks: today's volatility for today's position, as today's volatility on today's return
conviction_size: a negative estimate turns the position round, as a negative estimate turns the weights around
conviction_size: an estimate of 0 is taken for no estimate, as an estimate of 0 is no estimate
conviction_size: an unknown volatility gets the floor, as an unknown volatility is the floor
conviction_size: divided by the variance, as in Kelly's formula, as divided by the variance
conviction_size: one unknown value, and nobody gets a position, as one unknown value empties the portfolio
conviction_size: the Kelly fraction on the smaller of the target and the estimate, as the fraction after the minimum
conviction_size: the floor is added to every volatility, as the floor added
conviction_size: the forecast divided by its cap instead of by 10, as divided by the forecast cap
conviction_size: the forecast is capped on the buy side only, as only positive forecasts are cut
conviction_size: the larger of target and Kelly, as the larger of the two targets
conviction_size: the line of the first cap copied, one name not changed: weights cut at +max_weight and -forecast_cap, as forecast_cap in place of max_weight, in the capped weight
conviction_size: the target shared out equally among the assets, as the capped forecast divided by the number of forecast
conviction_size: the volatility taken as daily and annualised, as annualised again
conviction_size: the weights are cut before the multiplier, as the multiplier after the cap
conviction_size: with an estimate, Kelly alone sets the target, even above the target volatility, as Kelly raises the target
correlation_filter: a strong negative correlation is cut too, as hedges are cut
correlation_filter: a strong negative correlation is cut too, as the correlation without its sign
correlation_filter: an asset counts as a twin of itself, as the condition on the other and the asset left out
correlation_filter: an asset is cut when its average correlation with the others is above the threshold, as average correlation
correlation_filter: an asset that was cut stays cut, as the weights set for every later row as well
correlation_filter: of two twins only the one with the larger weight is cut, as only the larger twin is cut
correlation_filter: one correlation table over all the data, as all rows of the daily returns, not a part of them, in the correlation
correlation_filter: one correlation table over all the data, as correlation of the whole sample
correlation_filter: rank correlations in place of Pearson's, as the correlation of ranks in place of the returns', in the correlation
correlation_filter: the base weights are cut in place, so every further row cuts again, as never restores
correlation_filter: the correlation of price levels instead of returns, as correlation of price levels
correlation_filter: the loop ends one row early and leaves the last row uncut, as the last of window and the daily returns left out
correlation_filter: the share is 1 minus the correlation, far below 20 % for close twins, as weight times 1 − ρ
correlation_filter: the weights renormalised to their sum before the cut, as weights are renormalised
correlation_filter: the window ends with the row itself, as all rows of the correlation one too late
correlation_filter: what is cut goes to the assets without a twin, as the cut is given to others
leave_one_out: 252 rows a year whatever the argument says, as 252 days whatever the data
leave_one_out: a missing return counts as 0, as fills missing returns with 0
leave_one_out: each asset's volatility over all the days that it has, as returns in place of the complete rows, in the scaled returns
leave_one_out: equal dollars: the assets are not scaled, as equal dollars
leave_one_out: rows are dropped only where every asset is missing, as adds what is there
leave_one_out: scaled by the variance, as divides by the variance
leave_one_out: the Sharpe ratio of one period, not annual, as daily Sharpe ratio
leave_one_out: the change is all less without, as change with the wrong sign
leave_one_out: the compounded annual return over the volatility, as compound growth a year in place of the mean times the periods, in the Sharpe ratio
leave_one_out: the lesson's weights: each asset gets an equal part of the target, the sum is not rescaled, as portfolio is not rescaled
leave_one_out: the mean of the assets' own Sharpe ratios, as averages Sharpe ratios
leave_one_out: the portfolio without keeps the multiplier of the whole one, as one scale for both portfolios
leave_one_out: the portfolio without uses every row in which the others have a return, as drops rows apart
leave_one_out: the volatilities noted before the portfolio is scaled, as a step that sets the portfolio returns left out
ledger: a fill larger than the position only closes it, as a flip stops at flat
ledger: a flip realises profit on the whole fill, not only on what was held, as a flip realises the whole fill
ledger: a negative average price for shorts, as the average is negative when short
ledger: a sale lowers the average to the break-even price of the rest, as a reduction moves the average
ledger: after a flip the average goes on instead of starting at the fill, as a flip keeps the average
ledger: after a flip the position is the whole fill, as what position was before left out of it
ledger: closing exactly is taken for a flip: flat, with the fill's price as the average, as equality not counted in the comparison of the quantity and position
ledger: first in, first out in place of the average cost, as first in, first out
ledger: on a flip the position is updated first and its new size is realised, as realised set after the step that sets position, in the wrong order
ledger: realised holds the last closing only, as only the last reduction
ledger: reductions move the average too, as if every fill were an entry, as a reduction averages in
ledger: the average is not put back to 0 when flat, as the average stays when flat
ledger: the average weighted by money instead of by units, as average weighted by value
ledger: the loop's variable is called mark too, so the last fill's price marks the rest, as marked at the last fill
ledger: the plain mean of the old average and the new price, as half the way to each new price
ledger: the profit of shorts counted as if they were longs, as shorts realise like longs
ledger: unrealised is the whole profit, with what was realised, as realised counted in unrealised as well
ledger: wrong indentation: the average is put to 0 after every reduction, as average_price started anew in the case that depends on the quantity and position
levels_experiment: a ranking: the best return on top, as rows in another order
levels_experiment: cost_bps=0 taken over from a lesson's cell, as no costs
levels_experiment: leverage not passed on, as leverage ignored
levels_experiment: lowest value over highest value, whichever came first, as drawdown from the highest value of all
levels_experiment: max_levels read as the number of add-ons after the first entry, as levels counted as add-ons
levels_experiment: rows sorted by the number of levels, as sorted index
levels_experiment: the drawdown from closed trade to closed trade, open losses left out, as closed trades alone
levels_experiment: the fall from the highest value to the end, as drawdown at the end
levels_experiment: the largest fall in money over the starting capital, as drawdown over initial equity
levels_experiment: the last bar cut off by a slice to -1 before both measures, as the last but one of the equity curve in place of the last, in total_return
levels_experiment: the return from the closed trades only, a position open at the end left out, as closed trades alone
levels_experiment: the returns of the bars added up, as daily returns summed
levels_experiment: the rows in the given order under a sorted index, as rows in another order
levels_experiment: the rows in the given order under a sorted index, as sorted
levels_experiment: the worst single bar in place of the drawdown, as the worst day
plan_scale_in: always the full leverage, as always at the cap
plan_scale_in: as published: capital times share times leverage, by price, as always at the cap
plan_scale_in: as published: capital times share times leverage, by price, as splits of money
plan_scale_in: each entry capped on its own, with its share of the leverage, as the cap cuts each entry
plan_scale_in: entries are filled in order until the notional is used up, the last ones go short of it, as the cap cuts the last entries
plan_scale_in: mean in place of sum for the loss of one unit, as the loss per unit divided by the number of entries
plan_scale_in: negative quantities for a short, as shorts in negative units
plan_scale_in: normalised only at the end, after loss and value were measured with the raw splits, as the total split left out of the loss per unit
plan_scale_in: notional with the first entry's price for all, as the cap measured at the first entry
plan_scale_in: the budget divided evenly by the number of entries, as each entry sized for the same loss
plan_scale_in: the cap on the position's value at the stop, as stop in place of the entry, in the value per unit
plan_scale_in: the distance from the entry that is nearest to the stop, for the whole plan, as the smallest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: the distance to the stop from the plain mean of the entries, as plain average of the entries
plan_scale_in: the loss is measured on sorted entries, the quantities returned in the given order, as entries sorted
plan_scale_in: the splits share out the money, as splits of money
plan_scale_in: the splits share out the risk, as splits of risk
plan_scale_in: whole units only, rounded down, as whole units
pyramid_risk: a geometric decay: divided by (1 + decay) to the power k, as geometric decay
pyramid_risk: levels counted from 1 in the decay, as decay counted from one
pyramid_risk: levels that are already in profit at the stop count as no risk, as risk cut off at zero
pyramid_risk: open heat of the newest level only, as heat of the newest level alone
pyramid_risk: the add-on threshold read as money, not as multiples of the ATR, as atr left out of entries
pyramid_risk: the published claim, number of levels times the risk per level, as nominal risk
pyramid_risk: the risk of every level from a stop of its own, not from the common one, as each level at its own first stop
pyramid_risk: the risk per level shared out among the levels, as quantities divided by n_levels
pyramid_risk: the steps themselves grow: a running sum of the level numbers, as the entry in place of price, in the entry
pyramid_risk: the stop below the last entry for shorts too, as the stop below shorts
pyramid_risk: the stop risk from the plain mean of the entries, as plain average of the entries
pyramid_risk: the stop stays behind the first entry, as the stop never moves
pyramid_risk: the total not put back to 0 between stop risk and open heat, as stop_risk counted in open_heat as well
risk_sweep: a cumulative product, cut at 0 afterwards, so that two ruins make a fortune, as floored at the end alone
risk_sweep: at ruin the loop is left before the zero is noted, as the last trade before ruin
risk_sweep: continuous compounding: exp(f R), as growth as an exponential
risk_sweep: lowest over highest equity, whichever came first, as drawdown from the highest value of all
risk_sweep: no floor: equity goes below 0 and may come back, as no floor at zero
risk_sweep: no trade can lose more than it risked, as no loss beyond what was risked
risk_sweep: rows sorted by the fraction, as sorted index
risk_sweep: the account goes on from one fraction to the next, as equity carried over
risk_sweep: the drawdown as a negative number, as drawdown negative
risk_sweep: the drawdown at the end, not the largest, as drawdown at the end
risk_sweep: the drawdown in money, as drawdown in money
risk_sweep: the drawdown measured from the starting equity, as drawdown from the start
risk_sweep: the drawdown on a sum of trade returns, not on the compounded equity, as gains not reinvested
risk_sweep: the drawdowns are put in at the front of their list, the equities at the end, as reversed
risk_sweep: the first peak is the equity after the first trade, as the start is no peak
risk_sweep: the first trade is skipped, as if it were the start, as first trade left out
risk_sweep: the fraction of the starting equity in every trade, as gains not reinvested
risk_sweep: the fractions taken as percent, as fractions read as percent
risk_sweep: the worst fall is not put back to 0 for the next fraction, as max_drawdown carried from one round to the next, not started anew
scale_out: a limit order fills at its price, also when the open has gone past it, as gaps fill the target at its price
scale_out: a long-only example: the high is the best and the low the worst for shorts too, as the best price and the worst price not exchanged, whatever side
scale_out: a price that only touches does not count, it has to go through, as a touch is not enough
scale_out: after the first target the stop goes to the entry, as the stop at break-even
scale_out: as published: the stop is tested at the close, and all is sold there, as the stop at closes
scale_out: fractions of what is left, as fractions of what is left
scale_out: no cap at what is left: fractions above 1 in sum oversell, as more sold than held
scale_out: one target a bar at most in the third step, as one target a bar
scale_out: pnl as the change of each bar, as profit bar by bar
scale_out: the bar of the entry cannot fill anything, as targets from the bar after the entry
scale_out: the bar of the entry cannot fill anything, as the stop from the bar after the entry
scale_out: the last target closes all that is left, as the last target sells the rest
scale_out: the list of targets is shortened while the loop walks over it, so every second touched one is missed, as one target a bar
scale_out: the rest is valued with the quantity noted at the top of the bar, before its fills, as what is left counted before the fills
scale_out: the stop always fills at its price, as gaps fill the stop at its price
scale_out: within a bar the targets come before the stop, as the target before the stop
""".strip().splitlines()
)
