// Where a run can be taken up again. What is kept is a whole simulation, and never played: who takes one gets a copy.

import type { Micros } from '../base/units.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { createSimulation, type Simulation } from '../simulation/simulation.ts';
import { Chronicle, type Mark } from './chronicle.ts';
import type { Keyframes } from './playback.ts';

export function keyframesOf(scenario: Scenario): Keyframes {
  return {
    keep() {},
    take(_at: Micros): { simulation: Simulation; mark: Mark } {
      const simulation = createSimulation(scenario);
      return { simulation, mark: new Chronicle(createSimulation(scenario)).mark(-1) };
    },
  };
}
