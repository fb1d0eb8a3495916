// Portfolio margin by scenarios: how much a scenario beyond the normal range of prices counts (Paradex).

/** range ÷ |shock|: what lies twice as far counts half; within the range a scenario counts in full. */
export function scenarioWeight(shock: number, range: number): number {
  return Math.abs(shock) <= range ? 1 : range / Math.abs(shock);
}
