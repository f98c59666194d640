import { expect, it } from 'vitest';
import { engineTroubles } from '../../../workers/figures/vitals.ts';

it('engines that are ready, or are started for the first time since they died, are no trouble', () => {
  expect(engineTroubles([])).toEqual([]);
  expect(engineTroubles(['ready', 'starting'])).toEqual([]);
});

it('an engine that is silent, was hung or does not start is one, with its number', () => {
  expect(engineTroubles(['ready', 'silent'])).toEqual(['Engine 2 of 2 has work and gives no sign of life']);
  expect(engineTroubles(['hung'])).toEqual(['Engine 1 of 1 was killed for its silence, and is not back yet']);
  expect(engineTroubles(['failing', 'failing'])).toHaveLength(2);
});
