// Puts the rules of a scenario into force while a run goes on: in the market, at the liquidation engine, at the circuit
// breaker and the risk controller, in the insurance fund.

import { createRng } from '../base/random.ts';
import { PPM } from '../base/units.ts';
import type { CircuitBreaker } from '../exchange/circuit-breaker.ts';
import type { LiquidationEngine } from '../exchange/liquidation-engine.ts';
import type { Recalibrator } from '../exchange/recalibrator.ts';
import type { RiskController } from '../exchange/risk-controller.ts';
import type { TradingPhases } from '../exchange/trading-phases.ts';
import type { Market } from '../market/market.ts';
import type { Decisions } from './decisions.ts';
import { breakerRules, controllerRules, instrumentSpec, liquidationRules, marginScale } from './rules.ts';
import type { Scenario } from './scenario.ts';

export interface EnforcementOptions {
  readonly seed: string;
  readonly market: Market;
  readonly engine: LiquidationEngine;
  readonly breaker: CircuitBreaker;
  readonly controller: RiskController;
  readonly recalibrator: Recalibrator;
  readonly phases: TradingPhases;
  readonly decisions: Decisions | undefined;
}

export class Enforcement {
  private readonly options: EnforcementOptions;
  /** As they are written. */
  private breakers: string | undefined;
  private controls: string | undefined;

  constructor(options: EnforcementOptions, { config }: Scenario) {
    this.options = options;
    this.breakers = JSON.stringify(config.breakers);
    this.controls = JSON.stringify(config.controls);
  }

  /** Everything that change number `tag` makes of the rules `before`. */
  change(before: Scenario, changed: Scenario, tag: number): void {
    const { market, controller } = this.options;
    changed.instruments.forEach((instrument, i) => {
      const scale = marginScale(changed, market.instrument(i + 1).marginScale);
      market.changeRules(i + 1, { ...instrumentSpec(instrument), ...scale });
    });
    changed.collateral.forEach(({ terms }, i) => {
      // A haircut that the controller raised stays raised.
      const { haircut } = market.collateral.held.terms(i + 1);
      const isRaised = changed.controls.rules.length > 0 && haircut > before.collateral[i].terms.haircut;
      market.collateral.setTerms(i + 1, isRaised ? { ...terms, haircut: Math.max(haircut, terms.haircut) } : terms);
    });
    controller.learnHaircuts((asset) => changed.collateral[asset - 1].terms.haircut);
    this.decide(changed, tag);
    const cash = changed.insuranceFund.cash - before.insuranceFund.cash;
    // What it lacks cannot be taken from it.
    if (cash > 0) market.deposit(market.fundAccount, cash);
    else if (cash < 0) market.withdraw(market.fundAccount, Math.max(0, Math.min(-cash, market.fund.cash)));
  }

  /** Who decides from now on, and how. Breakers and controls that stay as they are go on with what they have seen. */
  decide(changed: Scenario, tag: number): void {
    const { seed, market, engine, breaker, controller, recalibrator, phases, decisions } = this.options;
    const rng = (purpose: string) => createRng(`${seed}/intervention/${tag}/${purpose}`);
    engine.changeRules(liquidationRules(changed, rng, market, decisions));
    recalibrator.changeRules(changed.liquidation.recalibration);
    const [breakers, controls] = [changed.config.breakers, changed.config.controls].map((config) => JSON.stringify(config));
    if (breakers !== this.breakers) {
      breaker.changeRules(breakerRules(changed, rng, (id) => market.indexPrice(id)));
      phases.changeRules(changed.breakers);
    }
    if (controls !== this.controls) {
      controller.changeRules(controllerRules(changed, rng));
      if (changed.controls.rules.length === 0) for (const { id } of market.instruments) breaker.widen(id, PPM);
    }
    this.breakers = breakers;
    this.controls = controls;
  }
}
