"""Namings of answers that were set aside, read by hand and found true of the results."""

TRUE = frozenset(
    """
compare_lookbacks: a flip counts twice, as flips doubled
compare_lookbacks: adds up the size of the changes: a turn from +1 to -1 counts twice, as a flip counts twice
compare_lookbacks: adds up the size of the changes: a turn from +1 to -1 counts twice, as flips doubled
compare_lookbacks: an average without today, as 1 more than the lookback, in the moving average
compare_lookbacks: an average without today, as average without today
compare_lookbacks: an exponential average, as an exponential average in the moving average
compare_lookbacks: an exponential average, as exponential average
compare_lookbacks: compares the price with the one a lookback ago, no average, as the value that many rows before in place of the mean, in the moving average
compare_lookbacks: counts only flips downwards, as flips in one direction
compare_lookbacks: counts the flips of the whole history, before the sample too, as flips of the whole history
compare_lookbacks: counts the flips over all rows that have a signal, not over the sample, as flips of the whole history
compare_lookbacks: days and flips exchanged, as n_days and flips exchanged
compare_lookbacks: days of the whole market, as the simple return in place of the sample, in n_days
compare_lookbacks: divides by the volatility of the same day, the return itself included, as the same row, not the one before, in the strategy return
compare_lookbacks: divides by the volatility of the same day, the return itself included, as today's volatility on today's return
compare_lookbacks: divides the returns by the variance of 60 days, as divides by the variance
compare_lookbacks: every lookback has a sample of its own, as soon as it has a signal, as each lookback has a sample of its own
compare_lookbacks: flips doubled, other code, as flips doubled
compare_lookbacks: flips of the whole series, as flips of the whole history
compare_lookbacks: log returns, as a logarithm in place of the simple return, in the simple return
compare_lookbacks: log returns, as log returns
compare_lookbacks: log returns, other code, as a logarithm in place of the simple return, in the simple return
compare_lookbacks: long or flat: below the average the signal is 0, as long only
compare_lookbacks: lookahead: the signal of a day earns that same day's return, as the signal in place of the held signal, in the strategy return
compare_lookbacks: lookahead: the signal of a day earns that same day's return, as today's signal on today's return
compare_lookbacks: measures volatility over the lookback in place of 60 days, as the lookback in place of 60, in the volatility
compare_lookbacks: measures volatility over the lookback in place of 60 days, as volatility over the lookback
compare_lookbacks: no volatility, as a part of the strategy return left out, which depends on the volatility
compare_lookbacks: no volatility, as no volatility scaling
compare_lookbacks: only turns to long count, as flips in one direction
compare_lookbacks: price changes in place of returns, as the change in place of the simple return, in the simple return
compare_lookbacks: ratio of a day, other code, as not annualised
compare_lookbacks: the 60 is forgotten, as forgets the 60 days of the volatility
compare_lookbacks: the 60 is forgotten, as no lower limit of 60, in the start
compare_lookbacks: the average and the volatility each need their days, so the warm-ups are added up, as adds lookback and volatility window
compare_lookbacks: the average is over the closes before today's, as 1 more than the lookback, in the moving average
compare_lookbacks: the average is over the closes before today's, as average without today
compare_lookbacks: the sample begins at the longest lookback, the 60 days forgotten, as forgets the 60 days of the volatility
compare_lookbacks: the sample begins at the longest lookback, the 60 days forgotten, as no lower limit of 60, in the start
compare_lookbacks: the sample from the shortest lookback, as the smallest in place of the largest, in the start
compare_lookbacks: the signal of two days ago, as lags twice
compare_lookbacks: the signal of two days ago, as two rows before, not one, in the held signal
compare_lookbacks: the trend is today's price against the price so many days ago, not against the average, as the value that many rows before in place of the mean, in the moving average
compare_lookbacks: today's signal on today's return, as the same row, not the one before, in the held signal
compare_lookbacks: volatility of the same day, as the same row, not the one before, in the strategy return
compare_lookbacks: volatility over the lookback, as the lookback in place of 60, in the volatility
compare_lookbacks: window of 20, as 20 in place of 60, in the volatility
compare_lookbacks: window of 61, as 61 in place of 60, in the volatility
conviction_size: Kelly is a share of the target, as Kelly multiplies the target
conviction_size: Kelly may raise the target, as the Kelly target alone, not the smaller of it and target_volatility, in the target
conviction_size: Kelly scales the target: target times fraction times estimate, no more, as Kelly multiplies the target
conviction_size: a floor of a tenth, as 0.1 in place of 0.0001, in the floored volatility
conviction_size: a floor of one percent, as 0.01 in place of 0.0001, in the floored volatility
conviction_size: a floor of one percent, as a floor of one percent
conviction_size: a negative estimate is not cut at 0 and turns every position round, as a negative estimate turns the weights around
conviction_size: a negative estimate is not cut at 0 and turns every position round, as no lower limit of 0, in the Kelly target
conviction_size: a negative estimate turns positions round, as no lower limit of 0, in the Kelly target
conviction_size: an estimate of 0 counts as no estimate, as 0 for sharpe_estimate treated as if none were given
conviction_size: an estimate of 0 counts as no estimate, as an estimate of 0 is no estimate
conviction_size: an estimate of 0 counts as none, as 0 for sharpe_estimate treated as if none were given
conviction_size: an unknown volatility is filled with the mean of the others, as their mean in place of missing values in volatility
conviction_size: an unknown volatility is the mean of the others, as their mean in place of missing values in volatility
conviction_size: an unknown volatility is turned into 0, and so into the floor and a huge weight, as an unknown volatility is the floor
conviction_size: applies the diversification multiplier after the cap on the weight, as the multiplier after the cap
conviction_size: cuts long weights only, a short may be of any size, as only positive weights are cut
conviction_size: cuts the weight first and multiplies by the multiplier afterwards, as the multiplier after the cap
conviction_size: divides by the variance, as in Kelly's formula, as divided by the variance
conviction_size: divides by the variance, as in Kelly's formula, as the floored volatility squared
conviction_size: negative estimates taken as they are, other code, as no lower limit of 0, in the Kelly target
conviction_size: no cap on the forecast, other code, as forecast not cut off
conviction_size: no floor, other code, as no lower limit of 0.0001, in the floored volatility
conviction_size: no position where the volatility is below the floor, as no position in a calm market
conviction_size: the estimate without its fraction, as full Kelly
conviction_size: the estimate without its fraction, as kelly_fraction left out of the Kelly target
conviction_size: the floor is added, as the floor added
conviction_size: the floor of the volatility is mistyped as 0.001, as 0.001 in place of 0.0001, in the floored volatility
conviction_size: the forecast as a share of its cap, as divided by the forecast cap
conviction_size: the forecast as a share of its cap, as forecast_cap in place of 10, in the weight
conviction_size: the forecast over the cap in place of over 10, as divided by the forecast cap
conviction_size: the forecast over the cap in place of over 10, as forecast_cap in place of 10, in the weight
conviction_size: the multiplier after the cap, as the multiplier after the cap
conviction_size: the multiplier below the fraction bar, as a division by diversification_multiplier in place of a multiplication, in the weight
conviction_size: the multiplier below the fraction bar, as divided by the diversification multiplier
conviction_size: the weight is cut above alone, as only positive weights are cut
conviction_size: variance below the fraction bar, as the floored volatility squared
conviction_size: where one weight is above the cap, all are scaled down together to keep the mix, as all weights shrink together
correlation_filter: Spearman correlation, as the correlation of ranks in place of the returns', in the correlation
correlation_filter: absolute correlation, as the correlation without its sign
correlation_filter: all rows since the start in place of the last window, as the window grows
correlation_filter: correlates prices (compounded returns) in place of returns, as correlation of price levels
correlation_filter: correlates the price paths instead of the returns, as correlation of price levels
correlation_filter: correlation of summed returns, as the correlation of running totals in place of the returns', in the correlation
correlation_filter: correlation of the whole sample, as all rows of the daily returns, not a part of them, in the correlation
correlation_filter: cuts only from two twins on, so a pair is left alone, as nothing is cut
correlation_filter: cuts only from two twins on, so a pair is left alone, as nothing reaches the threshold
correlation_filter: cuts yesterday's weights again, so that a cut is never taken back, as never restores
correlation_filter: everybody is cut as soon as two are twins, as one pair cuts all
correlation_filter: hedges are cut as well, as the correlation without its sign
correlation_filter: keeps 1 minus the highest correlation, next to nothing for close twins, as weight times 1 − ρ
correlation_filter: no weights at all until the first window is full, as weight 0 in the warm-up
correlation_filter: of two twins only the later column is cut, as only the later twin is cut
correlation_filter: renormalises: the weights add up to the sum of the base weights again, as weights are renormalised
correlation_filter: shares one cut among the twins: who has more of them is cut less, as more twins, smaller cut
correlation_filter: shifted once more, as all rows of the correlation one too early
correlation_filter: takes the size of the correlation, so that hedges are cut too, as hedges are cut
correlation_filter: takes the size of the correlation, so that hedges are cut too, as the correlation without its sign
correlation_filter: the correlation itself is cut off, as weight times 1 − ρ
correlation_filter: the first row that has a full window is still left alone, as the first of window and the daily returns left out
correlation_filter: the share is one less the highest correlation, which leaves close twins almost nothing, as weight times 1 − ρ
correlation_filter: the window ends with the day itself, as all rows of the correlation one too late
correlation_filter: the window has a row less, as the first row of the correlation one too late
correlation_filter: the window includes today, as all rows of the correlation one too late
correlation_filter: today in the window, by count, as all rows of the correlation one too late
correlation_filter: today in the window, other code, as all rows of the correlation one too late
correlation_filter: twins have no weight, as twins are removed
correlation_filter: window off by one, as all rows of the correlation one too early
leave_one_out: 252 whatever the periods, as 252 days whatever the data
leave_one_out: 252 whatever the periods, as periods_per_year ignored
leave_one_out: a missing return is 0, as 0 in place of missing values, in the complete rows
leave_one_out: a missing return is taken for 0, as 0 in place of missing values, in the complete rows
leave_one_out: a missing return is taken for 0, as fills missing returns with 0
leave_one_out: adds up raw returns, no equal volatility, as equal dollars
leave_one_out: adds up raw returns, no equal volatility, as the standard deviation of the complete rows left out of the scaled returns
leave_one_out: annualises by 252 whatever periods_per_year says, as 252 days whatever the data
leave_one_out: annualises by 252 whatever periods_per_year says, as periods_per_year ignored
leave_one_out: counts only the losing periods as risk in the ratio, as the standard deviation of the losses alone, in the Sharpe ratio
leave_one_out: deviations over all rows, as returns in place of the complete rows, in the scaled returns
leave_one_out: deviations over each asset's whole history, rows dropped afterwards, as returns in place of the complete rows, in the scaled returns
leave_one_out: divides by the variance of each asset, as divides by the variance
leave_one_out: divides by the variance of each asset, as the variance in place of the standard deviation, in the scaled returns
leave_one_out: divides the assets by their variance, as divides by the variance
leave_one_out: drops the last column instead of the one asked for, as always drops the last column
leave_one_out: fills missing returns with the asset's mean instead of leaving the rows out, as the mean in place of missing values, in the complete rows
leave_one_out: gaps filled forward, as the last value in place of missing ones, in the complete rows
leave_one_out: gaps filled with zeros, other code, as 0 in place of missing values, in the complete rows
leave_one_out: log returns, as log returns of the total
leave_one_out: mean absolute deviation, as the mean absolute deviation in place of the standard deviation, in the scaled returns
leave_one_out: not scaled to equal volatility, as the standard deviation of the complete rows left out of the scaled returns
leave_one_out: one number for both: the portfolio without gets the multiplier of all, as one scale for both portfolios
leave_one_out: ratios of a day, other code, as not annualised
leave_one_out: takes the portfolio's Sharpe ratio for the mean of its assets' ratios, as averages Sharpe ratios
leave_one_out: takes the target for the volatility of one period, as annualised once too often
leave_one_out: target of a day, as annualised once too often
leave_one_out: the asset alone, as keeps the asset alone
leave_one_out: the change as a ratio, as change in percent of the ratio
leave_one_out: the change the other way round, as sign turned round
leave_one_out: the change the wrong way round, what the asset adds, as change with the wrong sign
leave_one_out: the change the wrong way round, what the asset adds, as sign turned round
leave_one_out: the portfolio without the asset uses every row that its own assets have, as drops rows apart
ledger: a fill through zero opens its whole quantity on the other side, as what position was before left out of it
ledger: a fill through zero realises its whole quantity, not only what it closes, as a flip realises the whole fill
ledger: a flip keeps the old average, as a flip keeps the average
ledger: a flip keeps the old average, as a step that sets average_price left out
ledger: a flip realises nothing, as a step that sets realised left out
ledger: a sale lowers or raises the average too: net money paid over what is held, as a reduction moves the average
ledger: after a flip nothing is held, as a flip stops at flat
ledger: after a flip the average of the old position is kept, as a flip keeps the average
ledger: after a flip the average of the old position is kept, as a step that sets average_price left out
ledger: asks whether the fill is larger than the new position: a large sale restarts the average, as a reduction restarts the average
ledger: books without the first fill, as the first of fills left out
ledger: closing is measured at the mark, as mark in place of the price, in realised
ledger: first in, first out in place of average cost, as first in, first out
ledger: leaves the last average standing when the position is closed, as average_price never set in the case that depends on position
ledger: leaves the last average standing when the position is closed, as the average stays when flat
ledger: lowers the average by the profit taken so far, as a break-even price of what is left, as a reduction moves the average
ledger: no abs around the position in the average, so adding to a short gives a wrong one, as position without its sign, in average_price
ledger: open profit from the absolute position, as position without its sign, in unrealised
ledger: open profit is all the profit, as realised counted in unrealised as well
ledger: realised and unrealised are exchanged in the result, as realised and unrealised exchanged
ledger: realised holds the profit of the last close only, as only the last reduction
ledger: realised holds the profit of the last close only, as what realised was before left out of it
ledger: realised is of the last close only, as what realised was before left out of it
ledger: realises shorts like longs, price minus average, as shorts realise like longs
ledger: sets the new average before booking the profit when a fill goes through zero, as a step that sets realised left out
ledger: shorts have a negative average, as the average is negative when short
ledger: the average is the plain mean of the old average and the new price, as half the way to each new price
ledger: the average survives a close, as average_price never set in the case that depends on position
ledger: the rest is valued at the last fill, as marked at the last fill
ledger: unrealised of shorts, other code, as position without its sign, in unrealised
ledger: values what is held at the price of the last fill in place of the mark, as marked at the last fill
ledger: worth instead of profit, as average_price left out of unrealised
levels_experiment: adds the daily returns instead of comparing the last value with the first, as daily returns summed
levels_experiment: counts closed trades only: a position open at the end earns nothing, as closed trades alone
levels_experiment: drawdown as a negative number, as drawdown negative
levels_experiment: drawdown as a negative number, as sign turned round
levels_experiment: drawdown in money over the start, as the first of the equity curve in place of the peak, in max_drawdown
levels_experiment: fall at the end, as drawdown at the end
levels_experiment: fall at the end, as the last in place of the largest, in max_drawdown
levels_experiment: fall below the start alone, as drawdown from the start
levels_experiment: fall below the start alone, as the first of the equity curve in place of the peak, in max_drawdown
levels_experiment: gives the log return, as log(a/b) in place of a/b − 1, in total_return
levels_experiment: highest and lowest value of the whole run, whichever came first, as drawdown from the highest value of all
levels_experiment: highest to lowest, in any order, as drawdown from the highest value of all
levels_experiment: levels in rising order, as sorted
levels_experiment: levels in rising order, as sorted index
levels_experiment: log return, as log(a/b) in place of a/b − 1, in total_return
levels_experiment: measures the fall from the money at the start, not from the peak, as drawdown from the start
levels_experiment: measures the fall from the money at the start, not from the peak, as the first of the equity curve in place of the peak, in max_drawdown
levels_experiment: never hands the leverage on, so that every run has the default of 3, as leverage ignored
levels_experiment: one level too many, as 1 more than the levels, in the equity curve
levels_experiment: reads max_levels as the number of add-ons and runs one level more, as 1 more than the levels, in the equity curve
levels_experiment: reads max_levels as the number of add-ons and runs one level more, as levels counted as add-ons
levels_experiment: return from closed trades only; a position that is open at the end is left out, as closed trades alone
levels_experiment: return of the last over the largest, as the largest of the equity curve in place of the first, in total_return
levels_experiment: return without the last bar, as the last but one of the equity curve in place of the last, in total_return
levels_experiment: runs the market without trading costs, to see the levels' own effect, as no costs
levels_experiment: sorts the table by the number of levels, as sorted
levels_experiment: sorts the table by the number of levels, as sorted index
levels_experiment: splits the total risk of 2 % among the levels 'to compare fairly', as risk shared between the levels
levels_experiment: sum of the bars' returns, as the sum of the returns in place of the whole return, in total_return
levels_experiment: the fall is divided by the highest equity of the whole run, not of the run so far, as the largest of the peak in place of each, in max_drawdown
levels_experiment: the last value is taken one bar too early, as the last but one of the equity curve in place of the last, in total_return
plan_scale_in: buys in the order of the entries until the cap is used up; only the last ones shrink, as the cap cuts the last entries
plan_scale_in: cap at equity, as max_leverage left out of the size by cap
plan_scale_in: distance of the farthest entry, as the largest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: distance of the middle, as the plain mean of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: distance of the nearest entry, as the smallest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: each entry has a cap of its own, as the cap cuts each entry
plan_scale_in: entries are sorted first, as entries sorted
plan_scale_in: gives every entry the whole risk budget, as the full budget at each entry
plan_scale_in: loss of a unit from the plain mean of the distances, splits left out, as plain average of the entries
plan_scale_in: loss of a unit from the plain mean of the distances, splits left out, as the plain mean of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: measures the loss from the plain mean of the entries, as plain average of the entries
plan_scale_in: notional is valued at the stop's price, as stop in place of the entry, in the value per unit
plan_scale_in: over the cap it cuts the last entries and leaves the first ones whole, as the cap cuts the last entries
plan_scale_in: returns short quantities with a minus, as shorts in negative units
plan_scale_in: returns short quantities with a minus, as sign turned round for shorts
plan_scale_in: shares of the risk, as splits of risk
plan_scale_in: splits the money: units go with share over entry price, as splits of money
plan_scale_in: splits the risk: every entry has its share of the loss at the stop, as splits of risk
plan_scale_in: takes max_leverage for the leverage to use: the cap is always reached, as always at the cap
plan_scale_in: takes max_leverage for the leverage to use: the cap is always reached, as the size by cap alone, not the smaller of it and the size by risk, in the size
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
pyramid_risk: a risk cannot be below 0: levels in profit at the stop count as 0, as only the terms above 0 in the sum, in stop_risk
pyramid_risk: a risk cannot be below 0: levels in profit at the stop count as 0, as risk cut off at zero
pyramid_risk: adds after multiples of the first risk (1 R = the stop distance), not of the ATR, as steps of the stop distance
pyramid_risk: adds up the distances to the stop without sign: a locked profit is risk, as locked-in profit counted as risk
pyramid_risk: adds up the distances to the stop without sign: a locked profit is risk, as the absolute values of the terms in the sum, in stop_risk
pyramid_risk: confuses two arguments: the stop is one add-on step behind the newest entry, as add_threshold_atr in place of atr_stop_mult, in stop
pyramid_risk: confuses two arguments: the stop is one add-on step behind the newest entry, as the stop one step behind
pyramid_risk: counts levels from 1 in the size, so that the first one is shrunk already, as 1 more than the level, in quantities
pyramid_risk: counts levels from 1 in the size, so that the first one is shrunk already, as decay counted from one
pyramid_risk: every distance counts as a loss, as locked-in profit counted as risk
pyramid_risk: every distance counts as a loss, as the absolute values of the terms in the sum, in stop_risk
pyramid_risk: heat measured from the first entry, as the first of entries in place of the last, in open_heat
pyramid_risk: heat of the newest level alone, as heat of the newest level alone
pyramid_risk: leaves the stop behind the first entry, where it was set at the start, as the first of entries in place of the last, in stop
pyramid_risk: leaves the stop behind the first entry, where it was set at the start, as the stop never moves
pyramid_risk: levels counted from 1 in the size, as 1 more than the level, in quantities
pyramid_risk: one step more before each level, as the level counted from 1
pyramid_risk: only losing levels count at the stop, as only the terms above 0 in the sum, in stop_risk
pyramid_risk: open heat is overwritten in the loop instead of added up: the last level's alone, as heat of the newest level alone
pyramid_risk: open heat is that of the newest level alone, not of all the units held, as heat of the newest level alone
pyramid_risk: puts the stop below the newest entry for shorts as well, as side left out of stop
pyramid_risk: puts the stop below the newest entry for shorts as well, as the stop below shorts
pyramid_risk: size from one ATR, without the stop's multiple, as atr_stop_mult left out of quantities
pyramid_risk: size from one ATR, without the stop's multiple, as stop distance of one ATR
pyramid_risk: sizes shrink by a fixed factor from level to level (compounded decay), as geometric decay
pyramid_risk: sizes shrink by a fixed factor from level to level (compounded decay), as powers of 1 + x in place of 1 + x · k, so that it compounds, in quantities
pyramid_risk: steps of one stop distance, as atr_stop_mult in place of add_threshold_atr, in entries
pyramid_risk: steps of points, not of ATR, as atr left out of entries
pyramid_risk: stop at the average entry less the distance, as the mean of entries in place of the last, in stop
pyramid_risk: stop risk from the plain mean of the entries, as if all levels were of one size, as plain average of the entries
pyramid_risk: stop risk is the number of levels times the risk of one, as nominal risk
pyramid_risk: takes add_threshold_atr for a distance in price, without the ATR, as atr left out of entries
pyramid_risk: the decay compounds from level to level, as powers of 1 + x in place of 1 + x · k, so that it compounds, in quantities
pyramid_risk: the decay is subtracted, as a multiplication by 1 − x in place of a division by 1 + x, in quantities
pyramid_risk: the risk is shared among the levels, as quantities divided by n_levels
pyramid_risk: the stop belongs to the level before the newest, as the stop one level late
pyramid_risk: the stop stands one step behind the last entry, not one stop distance, as the stop one step behind
risk_sweep: 0 once below, but two losses multiply to a gain, as floored at the end alone
risk_sweep: a loss beyond everything turns into a gain, as what is below 0 taken as positive, not as 0, in the current equity
risk_sweep: a loss cannot be larger than what was risked: no trade costs more than 1 R, as no loss beyond what was risked
risk_sweep: always risks the fraction of the starting equity: nothing compounds, as gains not reinvested
risk_sweep: compounds continuously, by exp(f R), as exp(x) in place of 1 + x, in the current equity
risk_sweep: compounds continuously, by exp(f R), as growth as an exponential
risk_sweep: compounds continuously: equity times exp(f R), as growth as an exponential
risk_sweep: cuts at 0 only at the end: a second bad trade turns a debt into money again, as floored at the end alone
risk_sweep: divides the fall from the peak by the starting equity, as drawdown over starting equity
risk_sweep: fractions read as percent, as each of risk_fractions read as percent
risk_sweep: fractions read as percent, as fractions read as percent
risk_sweep: from the overall peak to the overall low, as drawdown from the highest value of all
risk_sweep: growth by exponentials, as exp(x) in place of 1 + x, in the current equity
risk_sweep: half the fraction is at risk, as each of risk_fractions halved
risk_sweep: profit in place of the final equity, as equity taken off final_equity
risk_sweep: risk doubled, as each of risk_fractions doubled
risk_sweep: sorts the fractions first, from small to large, as sorted
risk_sweep: sorts the fractions first, from small to large, as sorted index
risk_sweep: takes the first trade for the starting point and begins with the second, as first trade left out
risk_sweep: the drawdown is the largest loss of a single trade, not of a losing run, as the worst trade
risk_sweep: the fall is measured on the start, as equity in place of the peak, in the fall
risk_sweep: the first peak is the equity after the first trade, as the start is no peak
risk_sweep: the first trade is left out, as first trade left out
risk_sweep: the first trade is left out, as the first of r_multiples left out
risk_sweep: the largest loss of one trade, as the worst trade
risk_sweep: the last fall, not the largest, as the fall alone, not the larger of it and max_drawdown, in max_drawdown
risk_sweep: the next fraction goes on with what the one before has left, as equity carried over
risk_sweep: trades from last to first, as the first of r_multiples left out
scale_out: a gapped target fills at its price, as gaps fill the target at its price
scale_out: a gapped target fills at its price, as the first of the waiting targets in place of open_, in the gap price
scale_out: a stop beyond the open fills at the stop, as the stop price always stop, whatever side, stop, open_ and the bar
scale_out: a stop fills at the bar's worst price, as the worst price in place of open_, in the stop price
scale_out: a target counts as touched only where the bar also closes at or beyond it, as targets judged by the close
scale_out: a target that the open has passed is filled at the target's price, as gaps fill the target at its price
scale_out: a target that the open has passed is filled at the target's price, as the first of the waiting targets in place of open_, in the gap price
scale_out: a touched stop needs to be passed, as equality not counted in the comparison of side, the worst price and stop
scale_out: after a gap through the stop sells at that bar's close instead of its open, as close in place of open_, in the stop price
scale_out: at most one target fills within a bar, as one at most in a round, where the condition on the waiting targets, side and the best price can hold again
scale_out: at most one target fills within a bar, as one target a bar
scale_out: each target sells its fraction of what is left, not of the original quantity, as fractions of what is left
scale_out: each target sells its fraction of what is left, not of the original quantity, as the quantity left in place of quantity, in the quantity sold
scale_out: fills counted from one, as 1 more than the bar, in fills
scale_out: fractions of what is left, as the quantity left in place of quantity, in the quantity sold
scale_out: moves the stop to the entry price once the first target is filled, as the stop at break-even
scale_out: nothing happens on the bar of the entry, as targets from the bar after the entry
scale_out: nothing happens on the bar of the entry, as the stop from the bar after the entry
scale_out: one target a bar, as one at most in a round, where the condition on the waiting targets, side and the best price can hold again
scale_out: one target a bar, as one target a bar
scale_out: only a close beyond the stop counts as a touch of it, as close in place of the worst price, in the condition on side, the worst price and stop
scale_out: only one target can fill at an open; others that it passed fill at their own price, as one at most in a round, where the condition on the waiting targets, the bar, side and open_ can hold again
scale_out: open profit on the whole quantity, as quantity in place of the quantity left, in pnl
scale_out: position as a share, as position divided by quantity
scale_out: position with the sign of the side, as sign turned round for shorts
scale_out: profit of what is closed, without the rest, as a part of pnl left out, which depends on the quantity left, side, the entry, close and the bar
scale_out: profit of what is closed, without the rest, as realised profit alone
scale_out: profit of what is open is counted on the whole original quantity, as quantity in place of the quantity left, in pnl
scale_out: profits count from the first close, as entered at the close
scale_out: returns the quantity that was sold as the position, as position sold instead of left
scale_out: sells more than is left where the fractions add up to more than 1, as more sold than held
scale_out: sells more than is left where the fractions add up to more than 1, as what comes from quantity and the waiting fractions alone, not the smaller of it and the quantity left, in the quantity sold
scale_out: strict comparisons, as equality not counted in the comparison of side, open_, the bar and the waiting targets
scale_out: strict comparisons, as equality not counted in the comparison of side, the best price and the waiting targets
scale_out: strict comparisons, as equality not counted in the comparison of side, the worst price and stop
scale_out: targets are judged by the close, as close in place of the best price, in the condition on the waiting targets, side and the best price
scale_out: targets before the stop: in a bar that touches both, the target is filled first, as the target before the stop
scale_out: the stop is always filled at its price, also when the bar opens beyond it, as gaps fill the stop at its price
scale_out: the stop is always filled at its price, also when the bar opens beyond it, as the stop price always stop, whatever side, stop, open_ and the bar
scale_out: the stop is judged by the close, as close in place of the worst price, in the condition on side, the worst price and stop
scale_out: the stop moves to the entry after a target, as the stop at break-even
scale_out: values what is left from the bar's own open, not from the entry, as open_ in place of the entry, in pnl
""".strip().splitlines()
)
"""Exercise and answer, and after "as" the name under which it was told."""
