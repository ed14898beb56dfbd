"""Names given to answers to exercises on portfolios and conviction."""

PORTFOLIOS = frozenset(
    """
compare_lookbacks: a flip counts twice, as flips doubled
compare_lookbacks: a price on the average counts as short, as a price on the average is short
compare_lookbacks: adds up the size of the changes: a turn from +1 to -1 counts twice, as a flip counts twice
compare_lookbacks: adds up the size of the changes: a turn from +1 to -1 counts twice, as flips doubled
compare_lookbacks: all rows counted, the warm-up as days with a return of 0, as counts the warm-up
compare_lookbacks: an average without today, as 1 more than the lookback, in the moving average
compare_lookbacks: an average without today, as average without today
compare_lookbacks: an exponential average in place of the simple one, as exponential average
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
compare_lookbacks: each lookback has a sample of its own, as each lookback has a sample of its own
compare_lookbacks: every lookback has a sample of its own, as soon as it has a signal, as each lookback has a sample of its own
compare_lookbacks: every lookback starts its own sample, as each lookback has a sample of its own
compare_lookbacks: flips are counted over the whole history, as flips of the whole history
compare_lookbacks: flips as the sum of the changes, two for each turn, as a flip counts twice
compare_lookbacks: flips counted over the whole history, as flips of the whole history
compare_lookbacks: flips doubled, other code, as flips doubled
compare_lookbacks: flips of the whole series, as flips of the whole history
compare_lookbacks: from +1 to -1 counts as two flips, as a flip counts twice
compare_lookbacks: log returns, as a logarithm in place of the simple return, in the simple return
compare_lookbacks: log returns, as log returns
compare_lookbacks: log returns, other code, as a logarithm in place of the simple return, in the simple return
compare_lookbacks: long or flat: below the average the signal is 0, as long only
compare_lookbacks: long or flat: no short below the average, as long only
compare_lookbacks: long or flat: the signal is 0 below the average, as long only
compare_lookbacks: lookahead: the signal of a day earns that same day's return, as the signal in place of the held signal, in the strategy return
compare_lookbacks: lookahead: the signal of a day earns that same day's return, as today's signal on today's return
compare_lookbacks: measures volatility over the lookback in place of 60 days, as the lookback in place of 60, in the volatility
compare_lookbacks: measures volatility over the lookback in place of 60 days, as volatility over the lookback
compare_lookbacks: momentum: today's price against the one a lookback ago, as the value that many rows before in place of the mean, in the moving average
compare_lookbacks: no volatility, as a part of the strategy return left out, which depends on the volatility
compare_lookbacks: no volatility, as no volatility scaling
compare_lookbacks: only turns to long count, as flips in one direction
compare_lookbacks: price changes in place of returns, as the change in place of the simple return, in the simple return
compare_lookbacks: ratio of a day, other code, as not annualised
compare_lookbacks: returns are not divided by volatility, as no volatility scaling
compare_lookbacks: returns not divided by the volatility, as no volatility scaling
compare_lookbacks: rows sorted, as rows in another order
compare_lookbacks: the 60 days are forgotten in the sample's begin, as no lower limit of 60, in the start
compare_lookbacks: the 60 is forgotten, as forgets the 60 days of the volatility
compare_lookbacks: the 60 is forgotten, as no lower limit of 60, in the start
compare_lookbacks: the 60 rows of the volatility forgotten in the start of the sample, as no lower limit of 60, in the start
compare_lookbacks: the Sharpe ratio is not annualised, as daily Sharpe ratio
compare_lookbacks: the average and the volatility each need their days, so the warm-ups are added up, as adds lookback and volatility window
compare_lookbacks: the average is over the closes before today's, as 1 more than the lookback, in the moving average
compare_lookbacks: the average is over the closes before today's, as average without today
compare_lookbacks: the average leaves out the row's own close, as average without today
compare_lookbacks: the index is 0, 1, 2 …, as row numbers in place of the index
compare_lookbacks: the ratio not annualised, as daily Sharpe ratio
compare_lookbacks: the sample begins at the longest lookback, the 60 days forgotten, as forgets the 60 days of the volatility
compare_lookbacks: the sample begins at the longest lookback, the 60 days forgotten, as no lower limit of 60, in the start
compare_lookbacks: the sample begins one row early, as starts a day early
compare_lookbacks: the sample from the shortest lookback, as the smallest in place of the largest, in the start
compare_lookbacks: the sign of the price's change over the lookback, as the value that many rows before in place of the mean, in the moving average
compare_lookbacks: the signal of two days ago, as lags twice
compare_lookbacks: the signal of two days ago, as two rows before, not one, in the held signal
compare_lookbacks: the trend is today's price against the price so many days ago, not against the average, as the value that many rows before in place of the mean, in the moving average
compare_lookbacks: the volatility is not lagged, as today's volatility on today's return
compare_lookbacks: today's signal earns today's return, as today's signal on today's return
compare_lookbacks: today's signal on today's return, as the same row, not the one before, in the held signal
compare_lookbacks: today's volatility instead of yesterday's, as today's volatility on today's return
compare_lookbacks: volatility of the same day, as the same row, not the one before, in the strategy return
compare_lookbacks: volatility over the lookback in place of 60 days, as volatility over the lookback
compare_lookbacks: volatility over the lookback instead of 60 days, as volatility over the lookback
compare_lookbacks: volatility over the lookback, as the lookback in place of 60, in the volatility
compare_lookbacks: window of 20, as 20 in place of 60, in the volatility
compare_lookbacks: window of 61, as 61 in place of 60, in the volatility
conviction_size: Kelly is a share of the target, as Kelly multiplies the target
conviction_size: Kelly may raise the target, as the Kelly target alone, not the smaller of it and target_volatility, in the target
conviction_size: Kelly replaces the target even where it is larger, as Kelly raises the target
conviction_size: Kelly replaces the target instead of limiting it, as Kelly raises the target
conviction_size: Kelly scales the target: target times fraction times estimate, no more, as Kelly multiplies the target
conviction_size: a floor of a tenth, as 0.1 in place of 0.0001, in the floored volatility
conviction_size: a floor of one percent, as 0.01 in place of 0.0001, in the floored volatility
conviction_size: a floor of one percent, as a floor of one percent
conviction_size: a negative estimate is not cut at 0 and turns every position round, as a negative estimate turns the weights around
conviction_size: a negative estimate is not cut at 0 and turns every position round, as no lower limit of 0, in the Kelly target
conviction_size: a negative estimate turns positions round, as no lower limit of 0, in the Kelly target
conviction_size: a negative estimate turns the positions round, as a negative estimate turns the weights around
conviction_size: a volatility below the floor counts as unknown, as no position in a calm market
conviction_size: a volatility below the floor gives no position, as no position in a calm market
conviction_size: an estimate below 0 turns the positions round, as a negative estimate turns the weights around
conviction_size: an estimate of 0 counts as no estimate, as 0 for sharpe_estimate treated as if none were given
conviction_size: an estimate of 0 counts as no estimate, as an estimate of 0 is no estimate
conviction_size: an estimate of 0 counts as none, as 0 for sharpe_estimate treated as if none were given
conviction_size: an estimate of 0 is taken for none, as an estimate of 0 is no estimate
conviction_size: an estimate of 0 is treated like none, as an estimate of 0 is no estimate
conviction_size: an unknown volatility counts as 0 and so as the floor, as an unknown volatility is the floor
conviction_size: an unknown volatility is filled with 0, and then floored, as an unknown volatility is the floor
conviction_size: an unknown volatility is filled with the mean of the others, as their mean in place of missing values in volatility
conviction_size: an unknown volatility is the mean of the others, as their mean in place of missing values in volatility
conviction_size: an unknown volatility is turned into 0, and so into the floor and a huge weight, as an unknown volatility is the floor
conviction_size: applies the diversification multiplier after the cap on the weight, as the multiplier after the cap
conviction_size: cuts long weights only, a short may be of any size, as only positive weights are cut
conviction_size: cuts the weight first and multiplies by the multiplier afterwards, as the multiplier after the cap
conviction_size: divided by the cap of the forecast instead of 10, as divided by the forecast cap
conviction_size: divided by the variance, as divided by the variance
conviction_size: divides by the variance, as in Kelly's formula, as divided by the variance
conviction_size: divides by the variance, as in Kelly's formula, as the floored volatility squared
conviction_size: full Kelly, the fraction is forgotten, as full Kelly
conviction_size: negative estimates taken as they are, other code, as no lower limit of 0, in the Kelly target
conviction_size: no cap on the forecast, other code, as forecast not cut off
conviction_size: no floor, other code, as no lower limit of 0.0001, in the floored volatility
conviction_size: no position where the volatility is below the floor, as no position in a calm market
conviction_size: the annual target turned into a daily one, as annualised again
conviction_size: the cap on the weight holds on the long side only, as only positive weights are cut
conviction_size: the diversification multiplier comes after the cap on the weight, as the multiplier after the cap
conviction_size: the diversification multiplier is forgotten, as no diversification multiplier
conviction_size: the estimate without its fraction, as full Kelly
conviction_size: the estimate without its fraction, as kelly_fraction left out of the Kelly target
conviction_size: the floor is added, as the floor added
conviction_size: the floor of the volatility is mistyped as 0.001, as 0.001 in place of 0.0001, in the floored volatility
conviction_size: the forecast as a share of its cap, as divided by the forecast cap
conviction_size: the forecast as a share of its cap, as forecast_cap in place of 10, in the weight
conviction_size: the forecast is cut after the division by 10, as forecasts cut after dividing by 10
conviction_size: the forecast is not capped, as no cap on the forecast
conviction_size: the forecast measured by its cap instead of by 10, as divided by the forecast cap
conviction_size: the forecast over the cap in place of over 10, as divided by the forecast cap
conviction_size: the forecast over the cap in place of over 10, as forecast_cap in place of 10, in the weight
conviction_size: the larger of target and Kelly, as the larger of the two targets
conviction_size: the multiplier after the cap, as the multiplier after the cap
conviction_size: the multiplier below the fraction bar, as a division by diversification_multiplier in place of a multiplication, in the weight
conviction_size: the multiplier below the fraction bar, as divided by the diversification multiplier
conviction_size: the multiplier comes after the cap on the weight, as the multiplier after the cap
conviction_size: the target divided by the number of assets, as in the trend portfolio, as the capped forecast divided by the number of forecast
conviction_size: the target is divided among the assets, as the capped forecast divided by the number of forecast
conviction_size: the target is multiplied by what Kelly allows, as Kelly multiplies the target
conviction_size: the weight is capped for longs only, as only positive weights are cut
conviction_size: the weight is cut above alone, as only positive weights are cut
conviction_size: the weight is not capped, as no cap on the weight
conviction_size: unknown values stay NaN, as unknown stays unknown
conviction_size: variance below the fraction bar, as the floored volatility squared
conviction_size: where one weight is above the cap, all are scaled down together to keep the mix, as all weights shrink together
correlation_filter: 0.7 whatever the threshold, as 0.7 whatever the threshold
correlation_filter: 0.7 whatever the threshold, as threshold ignored
correlation_filter: Spearman correlation, as the correlation of ranks in place of the returns', in the correlation
correlation_filter: a cut is never lifted again, as the weights set for every later row as well
correlation_filter: a strong negative correlation counts as well, as hedges are cut
correlation_filter: a strong negative correlation counts as well, as the correlation without its sign
correlation_filter: absolute correlation, as the correlation without its sign
correlation_filter: all rows from the first, not the last ones of the window, as the window grows
correlation_filter: all rows since the start in place of the last window, as the window grows
correlation_filter: all rows so far instead of the last window, as the window grows
correlation_filter: an asset counts as its own twin, as the condition on the other and the asset left out
correlation_filter: an asset is cut by its mean correlation with the others, as average correlation
correlation_filter: an asset is cut by its mean correlation with the others, as nothing is cut
correlation_filter: an asset is cut where its mean correlation with the others is above the threshold, as average correlation
correlation_filter: any pair of twins cuts every asset, as one pair cuts all
correlation_filter: correlates prices (compounded returns) in place of returns, as correlation of price levels
correlation_filter: correlates the price paths instead of the returns, as correlation of price levels
correlation_filter: correlation of summed returns, as the correlation of running totals in place of the returns', in the correlation
correlation_filter: correlation of the whole sample, as all rows of the daily returns, not a part of them, in the correlation
correlation_filter: correlations of the price levels in place of the returns, as correlation of price levels
correlation_filter: cuts in the first rows too, by whatever rows there are, as cuts before the window is full
correlation_filter: cuts only from two twins on, so a pair is left alone, as nothing is cut
correlation_filter: cuts only from two twins on, so a pair is left alone, as nothing reaches the threshold
correlation_filter: cuts yesterday's weights again, so that a cut is never taken back, as never restores
correlation_filter: divided by the number of twins, so one twin cuts nothing, as nothing is cut
correlation_filter: every asset counts as its own twin, as the condition on the other and the asset left out
correlation_filter: everybody is cut as soon as two are twins, as one pair cuts all
correlation_filter: hedges are cut as well, as the correlation without its sign
correlation_filter: keeps 1 minus the highest correlation, next to nothing for close twins, as weight times 1 − ρ
correlation_filter: no weights at all until the first window is full, as weight 0 in the warm-up
correlation_filter: of two twins only the later column is cut, as only the later twin is cut
correlation_filter: once cut, an asset stays cut, as the weights set for every later row as well
correlation_filter: one correlation table of the whole sample, as all rows of the daily returns, not a part of them, in the correlation
correlation_filter: one correlation table of the whole sample, as correlation of the whole sample
correlation_filter: one pair of twins cuts all assets, as one pair cuts all
correlation_filter: only the later one of a pair is cut, as only the later twin is cut
correlation_filter: renormalises: the weights add up to the sum of the base weights again, as weights are renormalised
correlation_filter: shares one cut among the twins: who has more of them is cut less, as more twins, smaller cut
correlation_filter: shifted once more, as all rows of the correlation one too early
correlation_filter: strong negative correlations are cut too, as hedges are cut
correlation_filter: strong negative correlations are cut too, as the correlation without its sign
correlation_filter: takes the size of the correlation, so that hedges are cut too, as hedges are cut
correlation_filter: takes the size of the correlation, so that hedges are cut too, as the correlation without its sign
correlation_filter: the correlation itself is cut off, as weight times 1 − ρ
correlation_filter: the first row that has a full window is still left alone, as the first of window and the daily returns left out
correlation_filter: the first row with a full window is left out, as the first of window and the daily returns left out
correlation_filter: the share is 1 less the highest correlation, almost nothing for close twins, as weight times 1 − ρ
correlation_filter: the share is 1 minus the highest correlation, as weight times 1 − ρ
correlation_filter: the share is one less the highest correlation, which leaves close twins almost nothing, as weight times 1 − ρ
correlation_filter: the window ends with the day itself, as all rows of the correlation one too late
correlation_filter: the window ends with the row itself, as all rows of the correlation one too late
correlation_filter: the window has a row less, as the first row of the correlation one too late
correlation_filter: the window includes the row itself, as all rows of the correlation one too late
correlation_filter: the window includes today, as all rows of the correlation one too late
correlation_filter: today in the window, by count, as all rows of the correlation one too late
correlation_filter: today in the window, other code, as all rows of the correlation one too late
correlation_filter: twins are sold altogether, as twins are removed
correlation_filter: twins are taken out altogether, as twins are removed
correlation_filter: twins have no weight, as twins are removed
correlation_filter: weight 0 before the first full window, as weight 0 in the warm-up
correlation_filter: weights are scaled back to the sum of the base weights, as weights are renormalised
correlation_filter: weights scaled back up to the sum of the base weights, as weights are renormalised
correlation_filter: window off by one, as all rows of the correlation one too early
leave_one_out: 252 periods whatever the argument says, as 252 days whatever the data
leave_one_out: 252 whatever the periods, as 252 days whatever the data
leave_one_out: 252 whatever the periods, as periods_per_year ignored
leave_one_out: Sharpe ratio from the compound growth of a year, as compound growth a year in place of the mean times the periods, in the Sharpe ratio
leave_one_out: Sharpe ratios are not annualised, as daily Sharpe ratio
leave_one_out: Sharpe ratios times the number of periods instead of its root, as annualises by the periods, not their root
leave_one_out: a compounded mean, as compound growth a year in place of the mean times the periods, in the Sharpe ratio
leave_one_out: a missing return counts as 0, as fills missing returns with 0
leave_one_out: a missing return is 0, as 0 in place of missing values, in the complete rows
leave_one_out: a missing return is taken for 0, as 0 in place of missing values, in the complete rows
leave_one_out: a missing return is taken for 0, as fills missing returns with 0
leave_one_out: adds up raw returns, no equal volatility, as equal dollars
leave_one_out: adds up raw returns, no equal volatility, as the standard deviation of the complete rows left out of the scaled returns
leave_one_out: an annual target set against the volatility of a period, as annualised once too often
leave_one_out: annualises by 252 whatever periods_per_year says, as 252 days whatever the data
leave_one_out: annualises by 252 whatever periods_per_year says, as periods_per_year ignored
leave_one_out: assets are not scaled to equal volatility, as equal dollars
leave_one_out: both portfolios multiplied by the number of the first, as one scale for both portfolios
leave_one_out: compound growth in place of the mean, as compound growth a year in place of the mean times the periods, in the Sharpe ratio
leave_one_out: counts only the losing periods as risk in the ratio, as the standard deviation of the losses alone, in the Sharpe ratio
leave_one_out: deviations over all rows, as returns in place of the complete rows, in the scaled returns
leave_one_out: deviations over each asset's whole history, rows dropped afterwards, as returns in place of the complete rows, in the scaled returns
leave_one_out: divides by the variance of each asset, as divides by the variance
leave_one_out: divides by the variance of each asset, as the variance in place of the standard deviation, in the scaled returns
leave_one_out: divides the assets by their variance, as divides by the variance
leave_one_out: drops the last column instead of the one asked for, as always drops the last column
leave_one_out: each asset's deviation over all of its own rows, before the rows are chosen, as returns in place of the complete rows, in the scaled returns
leave_one_out: fills missing returns with the asset's mean instead of leaving the rows out, as the mean in place of missing values, in the complete rows
leave_one_out: gaps filled forward, as the last value in place of missing ones, in the complete rows
leave_one_out: gaps filled with zeros, other code, as 0 in place of missing values, in the complete rows
leave_one_out: log returns, as log returns of the total
leave_one_out: mean absolute deviation, as the mean absolute deviation in place of the standard deviation, in the scaled returns
leave_one_out: missing returns set to 0 and kept, as fills missing returns with 0
leave_one_out: not scaled to equal volatility, as the standard deviation of the complete rows left out of the scaled returns
leave_one_out: one factor, that of the whole portfolio, for both, as one scale for both portfolios
leave_one_out: one number for both: the portfolio without gets the multiplier of all, as one scale for both portfolios
leave_one_out: ratios of a day, other code, as not annualised
leave_one_out: raw returns added up, assets not brought to equal volatility, as equal dollars
leave_one_out: rows with missing returns are kept, as adds what is there
leave_one_out: rows with missing returns are kept, as returns in place of the complete rows, in the scaled returns
leave_one_out: standard deviations from all rows, before incomplete ones are left out, as returns in place of the complete rows, in the scaled returns
leave_one_out: takes the portfolio's Sharpe ratio for the mean of its assets' ratios, as averages Sharpe ratios
leave_one_out: takes the target for the volatility of one period, as annualised once too often
leave_one_out: target of a day, as annualised once too often
leave_one_out: the annual target is applied to the deviation of one period, as annualised once too often
leave_one_out: the asset alone in place of the portfolio without it, as keeps the asset alone
leave_one_out: the asset alone, as keeps the asset alone
leave_one_out: the change as a fraction of the ratio of all, as change in percent of the ratio
leave_one_out: the change as a ratio, as change in percent of the ratio
leave_one_out: the change as what the asset adds: all minus without, as change with the wrong sign
leave_one_out: the change is all less without, as change with the wrong sign
leave_one_out: the change relative to the ratio of the whole portfolio, as change in percent of the ratio
leave_one_out: the change the other way round, as sign turned round
leave_one_out: the change the wrong way round, what the asset adds, as change with the wrong sign
leave_one_out: the change the wrong way round, what the asset adds, as sign turned round
leave_one_out: the mean of the assets' own ratios, as averages Sharpe ratios
leave_one_out: the portfolio without the asset uses all rows in which the others have returns, as drops rows apart
leave_one_out: the portfolio without the asset uses all rows that the others have, as drops rows apart
leave_one_out: the portfolio without the asset uses every row that its own assets have, as drops rows apart
leave_one_out: the portfolios are not brought to the target, as a step that sets the portfolio returns left out
leave_one_out: the ratio from the compound annual return, as compound growth a year in place of the mean times the periods, in the Sharpe ratio
leave_one_out: the ratio not annualised, as daily Sharpe ratio
leave_one_out: weights by one over the variance, as divides by the variance
""".strip().splitlines()
)
