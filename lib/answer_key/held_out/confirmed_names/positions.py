"""Names given to answers to exercises on one position: pyramiding, scaling in and out."""

POSITIONS = frozenset(
    """
ledger: a fill that is larger than the position only closes it, as a flip stops at flat
ledger: a fill through zero opens its whole quantity on the other side, as what position was before left out of it
ledger: a fill through zero realises its whole quantity, not only what it closes, as a flip realises the whole fill
ledger: a flip keeps the old average, as a flip keeps the average
ledger: a flip keeps the old average, as a step that sets average_price left out
ledger: a flip only closes, the rest of the fill is lost, as a flip stops at flat
ledger: a flip realises its gain on the whole fill, not on what was closed, as a flip realises the whole fill
ledger: a flip realises nothing, as a step that sets realised left out
ledger: a flip realises on the whole fill, not only on what it closes, as a flip realises the whole fill
ledger: a flip restarts the average before the profit of what it closes is booked, as a step that sets realised left out
ledger: a reduction moves the average, as a reduction moves the average
ledger: a reduction moves the average, as in a break-even price, as a reduction moves the average
ledger: a sale lowers or raises the average too: net money paid over what is held, as a reduction moves the average
ledger: adding takes the plain mean of the average and the new price, as half the way to each new price
ledger: after a flip nothing is held, as a flip stops at flat
ledger: after a flip the average of the old position is kept, as a flip keeps the average
ledger: after a flip the average of the old position is kept, as a step that sets average_price left out
ledger: after a flip the position is the whole fill, as what position was before left out of it
ledger: after a flip the whole fill is held, not what was left of it, as what position was before left out of it
ledger: asks whether the fill is larger than the new position: a large sale restarts the average, as a reduction restarts the average
ledger: books without the first fill, as the first of fills left out
ledger: closing is measured at the mark, as mark in place of the price, in realised
ledger: entries weighted by value instead of quantity, as average weighted by value
ledger: every fill on the other side restarts the average at its price, a reduction too, as a reduction restarts the average
ledger: every purchase moves the average, every sale realises: thought for longs only, as the position before left out of the condition on the position before and the quantity
ledger: first in, first out in place of average cost, as first in, first out
ledger: first in, first out instead of average cost, as first in, first out
ledger: first in, first out instead of the average cost, as first in, first out
ledger: leaves the last average standing when the position is closed, as average_price never set in the case that depends on position
ledger: leaves the last average standing when the position is closed, as the average stays when flat
ledger: lowers the average by the profit taken so far, as a break-even price of what is left, as a reduction moves the average
ledger: no abs around the position in the average, so adding to a short gives a wrong one, as position without its sign, in average_price
ledger: no abs around the position in the average, so adding to a short gives a wrong one, as the absolute value left out of average_price
ledger: only the last realised profit is kept, = in place of +=, as only the last reduction
ledger: open profit from the absolute position, as position without its sign, in unrealised
ledger: open profit is all the profit, as realised counted in unrealised as well
ledger: profit realised on a short has the sign of a long's, as shorts realise like longs
ledger: realised and unrealised are exchanged in the result, as realised and unrealised exchanged
ledger: realised holds the profit of the last close only, as only the last reduction
ledger: realised holds the profit of the last close only, as what realised was before left out of it
ledger: realised is of the last close only, as what realised was before left out of it
ledger: realised is overwritten by the last gain instead of added up, as only the last reduction
ledger: realised profit has a long's sign for shorts too, as shorts realise like longs
ledger: realised profit starts again at 0 when the position is closed, as realised started anew in the case that depends on position
ledger: realises shorts like longs, price minus average, as shorts realise like longs
ledger: sets the new average before booking the profit when a fill goes through zero, as a step that sets realised left out
ledger: shorts have a negative average, as the average is negative when short
ledger: the average does not restart when the position flips, as a flip keeps the average
ledger: the average is the mean of the old average and the new price, as half the way to each new price
ledger: the average is the plain mean of the old average and the new price, as half the way to each new price
ledger: the average stays when the position is closed, as the average stays when flat
ledger: the average stays where it was when the position is closed, as the average stays when flat
ledger: the average survives a close, as average_price never set in the case that depends on position
ledger: the rest is valued at the last fill, as marked at the last fill
ledger: unrealised is the market value of what is held, as value as profit
ledger: unrealised of a short has the sign of a long's, as shorts are marked like longs
ledger: unrealised of shorts, other code, as position without its sign, in unrealised
ledger: unrealised profit has a long's sign for shorts too, as shorts are marked like longs
ledger: values what is held at the price of the last fill in place of the mark, as marked at the last fill
ledger: worth instead of profit, as average_price left out of unrealised
levels_experiment: adds the daily returns instead of comparing the last value with the first, as daily returns summed
levels_experiment: both numbers in percent, as drawdown in percent
levels_experiment: both numbers in percent, as return in percent
levels_experiment: costs switched off, as in a cell of the lesson, as no costs
levels_experiment: counts closed trades only: a position open at the end earns nothing, as closed trades alone
levels_experiment: drawdown as a negative number, as drawdown negative
levels_experiment: drawdown as a negative number, as sign turned round
levels_experiment: drawdown in money over the start, as the first of the equity curve in place of the peak, in max_drawdown
levels_experiment: fall at the end, as drawdown at the end
levels_experiment: fall at the end, as the last in place of the largest, in max_drawdown
levels_experiment: fall below the start alone, as drawdown from the start
levels_experiment: fall below the start alone, as the first of the equity curve in place of the peak, in max_drawdown
levels_experiment: gives the log return, as log(a/b) in place of a/b − 1, in total_return
levels_experiment: growth instead of return: 1 not subtracted, as growth factor instead of return
levels_experiment: highest against lowest value, whichever came first, as drawdown from the highest value of all
levels_experiment: highest and lowest value of the whole run, whichever came first, as drawdown from the highest value of all
levels_experiment: highest to lowest, in any order, as drawdown from the highest value of all
levels_experiment: levels in rising order, as sorted
levels_experiment: levels in rising order, as sorted index
levels_experiment: levels taken as add-ons, so one level too many, as levels counted as add-ons
levels_experiment: leverage is not passed on, as leverage ignored
levels_experiment: log return, as log(a/b) in place of a/b − 1, in total_return
levels_experiment: measures the fall from the money at the start, not from the peak, as drawdown from the start
levels_experiment: measures the fall from the money at the start, not from the peak, as the first of the equity curve in place of the peak, in max_drawdown
levels_experiment: never hands the leverage on, so that every run has the default of 3, as leverage ignored
levels_experiment: one level too many, as 1 more than the levels, in the equity curve
levels_experiment: percent instead of fractions, as drawdown in percent
levels_experiment: percent instead of fractions, as return in percent
levels_experiment: reads max_levels as the number of add-ons and runs one level more, as 1 more than the levels, in the equity curve
levels_experiment: reads max_levels as the number of add-ons and runs one level more, as levels counted as add-ons
levels_experiment: return from closed trades only; a position that is open at the end is left out, as closed trades alone
levels_experiment: return of the last over the largest, as the largest of the equity curve in place of the first, in total_return
levels_experiment: return without the last bar, as the last but one of the equity curve in place of the last, in total_return
levels_experiment: rounded to four digits, as rounded
levels_experiment: rows in the given order, but labels sorted, as rows in another order
levels_experiment: runs the market without trading costs, to see the levels' own effect, as no costs
levels_experiment: sorts the table by the number of levels, as sorted
levels_experiment: sorts the table by the number of levels, as sorted index
levels_experiment: splits the total risk of 2 % among the levels 'to compare fairly', as risk shared between the levels
levels_experiment: sum of the bars' returns, as the sum of the returns in place of the whole return, in total_return
levels_experiment: the drawdown at the end instead of the largest, as drawdown at the end
levels_experiment: the drawdown below 0, as drawdown negative
levels_experiment: the drawdown from the highest to the lowest value, whichever came first, as drawdown from the highest value of all
levels_experiment: the drawdown in money, as drawdown in money
levels_experiment: the drawdown is measured from the starting equity, as drawdown from the start
levels_experiment: the drawdown is negative, as drawdown negative
levels_experiment: the fall as a fraction of the starting equity, as drawdown over initial equity
levels_experiment: the fall from the peak at the last bar, not the largest, as drawdown at the end
levels_experiment: the fall is divided by the highest equity of the whole run, not of the run so far, as the largest of the peak in place of each, in max_drawdown
levels_experiment: the index is 0, 1, 2 …, as row numbers in place of the index
levels_experiment: the last value is taken one bar too early, as the last but one of the equity curve in place of the last, in total_return
levels_experiment: the leverage not handed on, as leverage ignored
levels_experiment: the log return, as log(a/b) in place of a/b − 1, in total_return
levels_experiment: the number of levels is not passed on, every run has the default, as levels ignored
levels_experiment: the number taken for that of the add-ons, one more level run, as levels counted as add-ons
levels_experiment: the return adds up the closed trades, what is open at the end is left out, as closed trades alone
levels_experiment: the return as the sum of the daily returns, as daily returns summed
levels_experiment: the return from the closed trades alone, a position that is open at the end forgotten, as closed trades alone
levels_experiment: the return is last over first, without minus 1, as growth factor instead of return
levels_experiment: the return is the profit in money, as the difference a − b in place of a/b − 1, in total_return
levels_experiment: the rows are sorted by the number of levels, as sorted index
levels_experiment: the table sorted by the number of levels, as sorted index
plan_scale_in: bought in order until the cap is reached, the last entries get less, as the cap cuts the last entries
plan_scale_in: buys in the order of the entries until the cap is used up; only the last ones shrink, as the cap cuts the last entries
plan_scale_in: cap at equity, as max_leverage left out of the size by cap
plan_scale_in: cap at half of it, as max_leverage halved
plan_scale_in: distance of the farthest entry, as the largest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: distance of the middle, as the plain mean of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: distance of the nearest entry, as the smallest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: distance to the stop from the first entry only, as distance of the first entry
plan_scale_in: distance to the stop from the plain mean of the entries, as plain average of the entries
plan_scale_in: each entry has a cap of its own, as the cap cuts each entry
plan_scale_in: entries are sorted first, as entries sorted
plan_scale_in: gives every entry the whole risk budget, as each entry sized for the same loss
plan_scale_in: gives every entry the whole risk budget, as the loss per unit divided by the number of entries
plan_scale_in: leverage multiplies the size instead of limiting it, as max_leverage as a factor of the size by risk, not in a limit, in the size
plan_scale_in: leverage multiplies the size that follows from the risk, as leverage multiplies the risk budget
plan_scale_in: loss of a unit from the plain mean of the distances, splits left out, as plain average of the entries
plan_scale_in: loss of a unit from the plain mean of the distances, splits left out, as the plain mean of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: measures the loss from the plain mean of the entries, as plain average of the entries
plan_scale_in: no cap on notional, as no cap
plan_scale_in: notional counted at the price of the first entry, as the cap measured at the first entry
plan_scale_in: notional from the plain mean of the entries, as the cap measured at the plain average
plan_scale_in: notional is valued at the stop's price, as stop in place of the entry, in the value per unit
plan_scale_in: over the cap it cuts the last entries and leaves the first ones whole, as the cap cuts the last entries
plan_scale_in: quantities are negative for shorts, as shorts in negative units
plan_scale_in: quantities of a short are negative, as shorts in negative units
plan_scale_in: returns short quantities with a minus, as shorts in negative units
plan_scale_in: returns short quantities with a minus, as sign turned round for shorts
plan_scale_in: shares of the risk, as splits of risk
plan_scale_in: side is forgotten in the loss, so shorts come out negative and are never capped, as side left out of the loss per unit
plan_scale_in: splits are shares of the money, as splits of money
plan_scale_in: splits are shares of the risk budget, as splits of risk
plan_scale_in: splits taken as shares of the money, as splits of money
plan_scale_in: splits taken as shares of the risk, as splits of risk
plan_scale_in: splits taken as they are, not divided by their sum, as splits not normalised
plan_scale_in: splits the money: units go with share over entry price, as splits of money
plan_scale_in: splits the risk: every entry has its share of the loss at the stop, as splits of risk
plan_scale_in: takes max_leverage for the leverage to use: the cap is always reached, as always at the cap
plan_scale_in: takes max_leverage for the leverage to use: the cap is always reached, as the size by cap alone, not the smaller of it and the size by risk, in the size
plan_scale_in: the cap counts the first entry's price only, as the first of the entry in place of its mean weighted by the share, in the value per unit
plan_scale_in: the cap cuts the later entries first instead of all alike, as the cap cuts the last entries
plan_scale_in: the cap is on equity, without leverage, as max_leverage left out of the size by cap
plan_scale_in: the cap is used up: the larger of the two sizes, as the larger of the two sizes
plan_scale_in: the cap is valued at the plain mean price, as the cap measured at the plain average
plan_scale_in: the cap is valued at the plain mean price, as the plain mean of the entry in place of its mean weighted by the share, in the value per unit
plan_scale_in: the cap is valued at the stop, as stop in place of the entry, in the value per unit
plan_scale_in: the cap on notional is left out, as no cap
plan_scale_in: the distance to the stop as a fraction of the entry, as distance as a share of the price
plan_scale_in: the distance to the stop is a fraction of the entry, and is used as money per unit, as distance as a share of the price
plan_scale_in: the larger of the two sizes instead of the smaller, as the larger of the two sizes
plan_scale_in: the larger of the two sizes, as the larger of the two sizes
plan_scale_in: the larger of the two sizes, as the larger of two, not the smaller, in the size
plan_scale_in: the loss from the entry farthest from the stop, as the largest of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: the loss from the last entry, as distance of the last entry
plan_scale_in: the loss from the last entry, as the last of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: the loss from the plain mean of the entries, as the plain mean of the entry less stop in place of its mean weighted by the share, in the loss per unit
plan_scale_in: the loss of a unit from the first entry alone, as distance of the first entry
plan_scale_in: the loss of a unit from the plain mean of the entries, as plain average of the entries
plan_scale_in: the loss per unit is overwritten in the loop: that of the last entry alone, as what the loss per unit was before left out of it
plan_scale_in: the size is multiplied by the raw splits, which need not add up to 1, as splits not normalised
plan_scale_in: whole units only, rounded down, as whole units
plan_scale_in: whole units, rounded down, as whole units
pyramid_risk: a level with profit locked in counts as no risk instead of a gain, as risk cut off at zero
pyramid_risk: a risk cannot be below 0: levels in profit at the stop count as 0, as only the terms above 0 in the sum, in stop_risk
pyramid_risk: a risk cannot be below 0: levels in profit at the stop count as 0, as risk cut off at zero
pyramid_risk: adds after multiples of the first risk (1 R = the stop distance), not of the ATR, as steps of the stop distance
pyramid_risk: adds up the distances to the stop without sign: a locked profit is risk, as locked-in profit counted as risk
pyramid_risk: adds up the distances to the stop without sign: a locked profit is risk, as the absolute values of the terms in the sum, in stop_risk
pyramid_risk: both risks are money, not divided by equity, as risk in money
pyramid_risk: confuses two arguments: the stop is one add-on step behind the newest entry, as add_threshold_atr in place of atr_stop_mult, in stop
pyramid_risk: confuses two arguments: the stop is one add-on step behind the newest entry, as the stop one step behind
pyramid_risk: counts levels from 1 in the size, so that the first one is shrunk already, as 1 more than the level, in quantities
pyramid_risk: counts levels from 1 in the size, so that the first one is shrunk already, as decay counted from one
pyramid_risk: each level is (1 - decay) times the one before, as 1 − x times the one before, not a division by 1 + x · k, in quantities
pyramid_risk: every distance counts as a loss, as locked-in profit counted as risk
pyramid_risk: every distance counts as a loss, as the absolute values of the terms in the sum, in stop_risk
pyramid_risk: every level has its own stop behind its own entry, so the risks add up, as each level at its own first stop
pyramid_risk: heat measured from the first entry, as the first of entries in place of the last, in open_heat
pyramid_risk: heat of the newest level alone, as heat of the newest level alone
pyramid_risk: leaves the stop behind the first entry, where it was set at the start, as the first of entries in place of the last, in stop
pyramid_risk: leaves the stop behind the first entry, where it was set at the start, as the stop never moves
pyramid_risk: levels always one ATR apart, the threshold forgotten, as add_threshold_atr ignored
pyramid_risk: levels counted from 1 in the decay, so the first is smaller already, as decay counted from one
pyramid_risk: levels counted from 1 in the size, as 1 more than the level, in quantities
pyramid_risk: levels counted from 1 in the sizes, so the first is decayed too, as decay counted from one
pyramid_risk: negative quantities for shorts, as quantities multiplied by side
pyramid_risk: one step more before each level, as the level counted from 1
pyramid_risk: only losing levels count at the stop, as only the terms above 0 in the sum, in stop_risk
pyramid_risk: open heat counts the quantity of the newest level only, as heat of the newest level alone
pyramid_risk: open heat from each level's own entry, copied from the stop risk, as heat from the entries
pyramid_risk: open heat is overwritten in the loop instead of added up: the last level's alone, as heat of the newest level alone
pyramid_risk: open heat is that of the newest level alone, not of all the units held, as heat of the newest level alone
pyramid_risk: puts the stop below the newest entry for shorts as well, as side left out of stop
pyramid_risk: puts the stop below the newest entry for shorts as well, as the stop below shorts
pyramid_risk: quantities are negative for shorts, as negative quantities for shorts
pyramid_risk: quantities carry the sign of the side, as quantities multiplied by side
pyramid_risk: shorts add on the way up: side is forgotten in the entries, as side left out of entries
pyramid_risk: side is forgotten in both sums of risk, as risk of shorts with the sign of longs
pyramid_risk: size from one ATR, without the stop's multiple, as atr_stop_mult left out of quantities
pyramid_risk: size from one ATR, without the stop's multiple, as stop distance of one ATR
pyramid_risk: sizes decay by a constant factor from level to level, as geometric decay
pyramid_risk: sizes decay linearly: times 1 minus decay times the level, as a multiplication by 1 − x in place of a division by 1 + x, in quantities
pyramid_risk: sizes shrink by a fixed factor from level to level (compounded decay), as geometric decay
pyramid_risk: sizes shrink by a fixed factor from level to level (compounded decay), as powers of 1 + x in place of 1 + x · k, so that it compounds, in quantities
pyramid_risk: steps of one stop distance, as atr_stop_mult in place of add_threshold_atr, in entries
pyramid_risk: steps of points, not of ATR, as atr left out of entries
pyramid_risk: stop at the average entry less the distance, as the mean of entries in place of the last, in stop
pyramid_risk: stop risk and open heat in money, not divided by equity, as risk in money
pyramid_risk: stop risk from the plain mean of the entries, as if all levels were of one size, as plain average of the entries
pyramid_risk: stop risk is the number of levels times the risk of one, as nominal risk
pyramid_risk: takes add_threshold_atr for a distance in price, without the ATR, as atr left out of entries
pyramid_risk: the decay compounds from level to level, as powers of 1 + x in place of 1 + x · k, so that it compounds, in quantities
pyramid_risk: the decay is compounded: divided by (1 + decay) to the power of k, as geometric decay
pyramid_risk: the decay is subtracted, as a multiplication by 1 − x in place of a division by 1 + x, in quantities
pyramid_risk: the divisor is applied to the level before, so the decay piles up, as 1 + x · k divides the one before, not the first, in quantities
pyramid_risk: the multiple of the stop forgotten in the size, as stop distance of one ATR
pyramid_risk: the open heat is that of the newest level alone, as heat of the newest level alone
pyramid_risk: the quantity divides by one ATR, the stop's multiple is forgotten, as stop distance of one ATR
pyramid_risk: the risk is shared among the levels, as quantities divided by n_levels
pyramid_risk: the risks of a long copied: no side in them, as risk of shorts with the sign of longs
pyramid_risk: the step is not multiplied by the ATR, as atr left out of entries
pyramid_risk: the stop belongs to the level before the newest, as the stop one level late
pyramid_risk: the stop lies below the last entry for shorts too, as the stop below shorts
pyramid_risk: the stop lies below the newest entry for a short, too, as the stop below shorts
pyramid_risk: the stop risk as a whole is cut off at 0, as stop_risk cut off at 0
pyramid_risk: the stop risk is cut off at 0, as stop_risk cut off at 0
pyramid_risk: the stop risk is the claim: levels times risk per level, as nominal risk
pyramid_risk: the stop risk is the claim: number of levels times the risk of one, as nominal risk
pyramid_risk: the stop stands one step behind the last entry, not one stop distance, as the stop one step behind
pyramid_risk: the stop stays behind the first entry, as the stop never moves
risk_sweep: 0 once below, but two losses multiply to a gain, as floored at the end alone
risk_sweep: a loss beyond everything turns into a gain, as what is below 0 taken as positive, not as 0, in the current equity
risk_sweep: a loss cannot be larger than what was risked: no trade costs more than 1 R, as no loss beyond what was risked
risk_sweep: a loss is never larger than what was risked, gaps cut to -1 R, as no loss beyond what was risked
risk_sweep: a trade multiplies by 1 + f to the power of R, as powers of 1 + x in place of 1 + x · k, so that it compounds, in the current equity
risk_sweep: after ruin it reports the worst fall before the trade that lost everything, as the loop left once the current equity is 0, before the steps after it
risk_sweep: always a fraction of the starting equity, nothing compounds, as gains not reinvested
risk_sweep: always risks the fraction of the starting equity: nothing compounds, as gains not reinvested
risk_sweep: compounds continuously, by exp(f R), as exp(x) in place of 1 + x, in the current equity
risk_sweep: compounds continuously, by exp(f R), as growth as an exponential
risk_sweep: compounds continuously: equity times exp(f R), as growth as an exponential
risk_sweep: cuts at 0 only at the end: a second bad trade turns a debt into money again, as floored at the end alone
risk_sweep: divides the fall from the peak by the starting equity, as drawdown over starting equity
risk_sweep: equity may go below 0 and come back, as no floor at zero
risk_sweep: equity not reset: the next fraction goes on with what the last one left, as equity carried over
risk_sweep: equity set to 0 only at the end, after trading on with debts, as floored at the end alone
risk_sweep: fractions read as percent, as each of risk_fractions read as percent
risk_sweep: fractions read as percent, as fractions read as percent
risk_sweep: from the overall peak to the overall low, as drawdown from the highest value of all
risk_sweep: growth by exponentials, as exp(x) in place of 1 + x, in the current equity
risk_sweep: half the fraction is at risk, as each of risk_fractions halved
risk_sweep: highest against lowest value, whichever came first, as drawdown from the highest value of all
risk_sweep: leaves the loop at ruin before the drawdown is updated, as the loop left once the current equity is 0, before the steps after it
risk_sweep: leaves the loop at ruin before the last fall is noted, as the loop left once the current equity is 0, before the steps after it
risk_sweep: no floor at 0, as no floor at zero
risk_sweep: no trade may lose more than it risked: R is cut at -1, as no loss beyond what was risked
risk_sweep: notes the highest equity where the final one belongs, as the peak in place of the current equity, in final_equity
risk_sweep: nothing compounds: each trade risks a fraction of the starting equity, as gains not reinvested
risk_sweep: peak and worst fall are not reset for the next fraction, as the peak and max_drawdown carried from one round to the next, not started anew
risk_sweep: profit in place of the final equity, as equity taken off final_equity
risk_sweep: risk doubled, as each of risk_fractions doubled
risk_sweep: sorts the fractions first, from small to large, as sorted
risk_sweep: sorts the fractions first, from small to large, as sorted index
risk_sweep: stops at ruin before it has noted the drawdown, as the loop left once the current equity is 0, before the steps after it
risk_sweep: stops before the trade that ruins, and keeps the equity before it, as the last trade before ruin
risk_sweep: takes the first trade for the starting point and begins with the second, as first trade left out
risk_sweep: the drawdown below 0, as drawdown negative
risk_sweep: the drawdown from the highest to the lowest equity, whichever came first, as drawdown from the highest value of all
risk_sweep: the drawdown is divided by the starting equity, as drawdown over starting equity
risk_sweep: the drawdown is negative, as drawdown negative
risk_sweep: the drawdown is the largest loss of a single trade, as the worst trade
risk_sweep: the drawdown is the largest loss of a single trade, not of a losing run, as the worst trade
risk_sweep: the equity is not reset for the next fraction, as the current equity carried from one round to the next, not started anew
risk_sweep: the fall as a fraction of the starting equity, as drawdown over starting equity
risk_sweep: the fall is measured on the start, as equity in place of the peak, in the fall
risk_sweep: the first peak is the equity after the first trade, as the start is no peak
risk_sweep: the first peak is the equity after the first trade, not the starting equity, as the start is no peak
risk_sweep: the first trade is left out, as first trade left out
risk_sweep: the first trade is left out, as the first of r_multiples left out
risk_sweep: the index is 0, 1, 2 …, as row numbers in place of the index
risk_sweep: the largest loss of one trade, as the worst trade
risk_sweep: the last fall, not the largest, as the fall alone, not the larger of it and max_drawdown, in max_drawdown
risk_sweep: the next fraction goes on with what the one before has left, as equity carried over
risk_sweep: the peak is not reset for the next fraction, as the peak carried from one round to the next, not started anew
risk_sweep: the peak is set once before the loop and carried from one fraction to the next, as the peak carried from one round to the next, not started anew
risk_sweep: the product runs on after ruin, only what is shown is cut at 0, as floored at the end alone
risk_sweep: the profit instead of the final equity, as profit instead of equity
risk_sweep: the rows are sorted by the fraction, as sorted index
risk_sweep: the table sorted by fraction, as sorted index
risk_sweep: trades from last to first, as the first of r_multiples left out
scale_out: a gapped target fills at its price, as gaps fill the target at its price
scale_out: a gapped target fills at its price, as the first of the waiting targets in place of open_, in the gap price
scale_out: a stop beyond the open fills at the stop, as the stop price always stop, whatever side, stop, open_ and the bar
scale_out: a stop fills at the bar's worst price, as the worst price in place of open_, in the stop price
scale_out: a target counts as touched only where the bar also closes at or beyond it, as targets judged by the close
scale_out: a target filled at the open is not crossed off and fills again, as a step that sets the waiting left out
scale_out: a target filled at the open is not crossed out and fills again within the bar, as a step that sets the waiting left out
scale_out: a target has to be passed, touching it is not enough, as a touch is not enough
scale_out: a target that the open has passed is filled at the target's price, as gaps fill the target at its price
scale_out: a target that the open has passed is filled at the target's price, as the first of the waiting targets in place of open_, in the gap price
scale_out: a target's quantity is not capped at what is left, as more sold than held
scale_out: a touch is not enough, the price must go beyond target or stop, as a touch is not enough
scale_out: a touched stop needs to be passed, as equality not counted in the comparison of side, the worst price and stop
scale_out: after a gap through the stop sells at that bar's close instead of its open, as close in place of open_, in the stop price
scale_out: at most one target fills within a bar, as one at most in a round, where the condition on the waiting targets, side and the best price can hold again
scale_out: at most one target fills within a bar, as one target a bar
scale_out: at most one target within a bar, as one target a bar
scale_out: books the profit of a fill at the open as if it had been at the target, as targets in place of open_, in the realised profit
scale_out: each target sells its fraction of what is left, as fractions of what is left
scale_out: each target sells its fraction of what is left, not of the original quantity, as fractions of what is left
scale_out: each target sells its fraction of what is left, not of the original quantity, as the quantity left in place of quantity, in the quantity sold
scale_out: fills counted from one, as 1 more than the bar, in fills
scale_out: fractions of what is left instead of the original quantity, as fractions of what is left
scale_out: fractions of what is left, as the quantity left in place of quantity, in the quantity sold
scale_out: high and low are not exchanged for shorts, as the best price and the worst price not exchanged, whatever side
scale_out: high and low not exchanged for a short, as the best price and the worst price not exchanged, whatever side
scale_out: moves the stop to the entry price once the first target is filled, as the stop at break-even
scale_out: nothing can fill in the bar of the entry, as targets from the bar after the entry
scale_out: nothing can fill in the bar of the entry, as the stop from the bar after the entry
scale_out: nothing happens on the bar of the entry, as targets from the bar after the entry
scale_out: nothing happens on the bar of the entry, as the stop from the bar after the entry
scale_out: one target a bar within the bar, the next one has to wait, as one target a bar
scale_out: one target a bar, as one at most in a round, where the condition on the waiting targets, side and the best price can hold again
scale_out: one target a bar, as one target a bar
scale_out: only a close beyond the stop counts as a touch of it, as close in place of the worst price, in the condition on side, the worst price and stop
scale_out: only one target can fill at an open; others that it passed fill at their own price, as one at most in a round, where the condition on the waiting targets, the bar, side and open_ can hold again
scale_out: open profit on the whole quantity, as quantity in place of the quantity left, in pnl
scale_out: position as a share, as position divided by quantity
scale_out: position with the sign of the side, as sign turned round for shorts
scale_out: profit counts only what is left, realised profit drops out, as realised profit lost
scale_out: profit counts only what is realised, as realised profit alone
scale_out: profit of the bar instead of since the entry, as profit bar by bar
scale_out: profit of what is closed, without the rest, as a part of pnl left out, which depends on the quantity left, side, the entry, close and the bar
scale_out: profit of what is closed, without the rest, as realised profit alone
scale_out: profit of what is open is counted on the whole original quantity, as quantity in place of the quantity left, in pnl
scale_out: profits count from the first close, as entered at the close
scale_out: returns the quantity that was sold as the position, as position sold instead of left
scale_out: sells more than is left where the fractions add up to more than 1, as fractions times quantity alone, not the smaller of it and the quantity left, in the quantity sold
scale_out: sells more than is left where the fractions add up to more than 1, as more sold than held
scale_out: sells more than is left where the fractions add up to more than 1, as what comes from quantity and the waiting fractions alone, not the smaller of it and the quantity left, in the quantity sold
scale_out: side is forgotten in the profit of what is left, as side left out of pnl
scale_out: strict comparisons, as equality not counted in the comparison of side, open_, the bar and the waiting targets
scale_out: strict comparisons, as equality not counted in the comparison of side, the best price and the waiting targets
scale_out: strict comparisons, as equality not counted in the comparison of side, the worst price and stop
scale_out: targets are judged by the close, as close in place of the best price, in the condition on the waiting targets, side and the best price
scale_out: targets before the stop: in a bar that touches both, the target is filled first, as the target before the stop
scale_out: targets not limited to what is left, so the position turns negative, as more sold than held
scale_out: targets passed by the open fill at their own price, as gaps fill the target at its price
scale_out: targets the bar touches fill before the stop is looked at, as the target before the stop
scale_out: targets within the bar come before the stop, as the target before the stop
scale_out: the last target sells all that is left, as the last target sells the rest
scale_out: the profit is that of what is still held; what was taken drops out, as realised profit lost
scale_out: the profit of the bar instead of that since the entry, as profit bar by bar
scale_out: the stop always fills at its price, however far beyond it the bar opens, as gaps fill the stop at its price
scale_out: the stop fills at its price even when the open is beyond it, as gaps fill the stop at its price
scale_out: the stop fills at the lower of stop and open for shorts too, as side left out of the stop price
scale_out: the stop is always filled at its price, also when the bar opens beyond it, as gaps fill the stop at its price
scale_out: the stop is always filled at its price, also when the bar opens beyond it, as the stop price always stop, whatever side, stop, open_ and the bar
scale_out: the stop is judged by the close, as close in place of the worst price, in the condition on side, the worst price and stop
scale_out: the stop is looked at on the close, as close in place of the worst price, in the condition on side, the worst price and stop
scale_out: the stop is not looked at in the bar of the entry, as the stop from the bar after the entry
scale_out: the stop moves to the entry after a target, as the stop at break-even
scale_out: the stop moves to the entry after the first target, as the stop at break-even
scale_out: values what is left from the bar's own open, not from the entry, as open_ in place of the entry, in pnl
""".strip().splitlines()
)
