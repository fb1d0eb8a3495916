// The text that `sandpile init` writes, without its first line (which names the schema). A test checks and runs it.

export const STARTER = `#
# Question: What do you want to know? Here: how far does the price fall when levered longs are caught by bad news?
# Census: Who is in it? Here: 1,000 levered accounts, 6 makers, 4 arbitrageurs, and some who trade for other reasons.
# Source: Where do the numbers come from? Here: invented, to be changed.
#
# Numbers are written with their unit: 5%, 12bp, 250ms, 10s, 1h; prices and money in the settlement asset, sizes in coins.
# Any value can be changed for one run: sandpile run FILE --set traders.retail.longShare=80% --set liquidation.enabled=false
# All that can be named, with its parameters: sandpile list
name: starter
start: 2025-01-01T10:00:00Z     # calendar time of the beginning; funding settles by the calendar
duration: 30m
seed: 1                         # the same seed gives the same run, to the last bit; --seed overrides it
settlement: USDT

instruments:
  BTC-PERP:
    tick: 0.1                   # price step
    lot: 0.001                  # size step, in coins
    maxPrice: 200000            # bounds all money, so that it stays exact
    maxOrder: 500
    maxPosition: 2000
    maxOpenInterest: 100000

# What the price would do if nobody traded here.
index: { kind: geometric-brownian, price: 60000, volatility: 40% }

# What happens to it besides.
shocks:
  - { name: bad-news, at: 10m, size: -4%, over: 5m, recovery: 20m }

traders:
  # A crowd is many accounts. A distribution is drawn for each of them, from a stream of its own.
  retail:
    kind: crowd
    members: 1000
    longShare: 70%
    size: { lognormal: { median: 0.3, sigma: 1.2 }, max: 40 }
    leverage: { lognormal: { median: 15, sigma: 0.7 }, min: 1, max: 100 }
  makers: { kind: market-maker, count: 6 }
  arbitrageurs: { kind: arbitrageur, count: 4, capital: 10000000 }
  value: { kind: value, count: 15 }
  momentum: { kind: momentum, count: 10 }
  noise: { kind: noise, count: 60 }

latency: { kind: constant, delay: 10ms }

# The venue's rules. What is left out has the default that \`sandpile list\` and the schema name.
rules:
  liquidation:
    policy: full-close
    marginCall: 1.25            # a warning when equity is below this times maintenance margin
  margin:
    tiers:                      # the larger a position, the higher its rates
      - { from: 0, maintenance: 0.5%, leverage: 100 }
      - { from: 1000000, maintenance: 1%, leverage: 50 }
      - { from: 10000000, maintenance: 2.5%, leverage: 20 }
      - { from: 50000000, maintenance: 5%, leverage: 10 }
  fees: { maker: 2bp, taker: 5bp, liquidation: 50bp }
  losses: [insurance-fund, auto-deleveraging]
  insuranceFund: { cash: 1000000 }

# Rules may change while it runs, for instance:
# interventions:
#   - { at: 12m, set: { fees.liquidation: 0bp } }
`;
