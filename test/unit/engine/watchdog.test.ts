import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watchdog } from '../../../models/engine/watchdog.ts';

const LIMIT = 10_000;

describe('Watchdog', () => {
  let silences = 0;
  let watchdog: Watchdog;

  beforeEach(() => {
    vi.useFakeTimers();
    silences = 0;
    watchdog = new Watchdog(LIMIT, () => (silences += 1));
  });
  afterEach(() => {
    watchdog.stop();
    vi.useRealTimers();
  });

  it('calls once when something busy is silent for the limit', () => {
    watchdog.busy(true);
    vi.advanceTimersByTime(LIMIT - 1000);
    expect(silences).toBe(0);
    vi.advanceTimersByTime(2000);
    expect(silences).toBe(1);
    vi.advanceTimersByTime(10 * LIMIT);
    expect(silences).toBe(1);
  });

  it('stays quiet while signs of life come', () => {
    watchdog.busy(true);
    for (let time = 0; time < 10 * LIMIT; time += LIMIT / 2) {
      vi.advanceTimersByTime(LIMIT / 2);
      watchdog.alive();
    }
    expect(silences).toBe(0);
  });

  it('counts from the moment work begins, not the time without work', () => {
    vi.advanceTimersByTime(10 * LIMIT);
    watchdog.busy(true);
    vi.advanceTimersByTime(LIMIT - 1000);
    watchdog.busy(false);
    vi.advanceTimersByTime(10 * LIMIT);
    watchdog.busy(true);
    vi.advanceTimersByTime(LIMIT - 1000);
    expect(silences).toBe(0);
  });

  it('does not let more work hide a silence', () => {
    watchdog.busy(true);
    vi.advanceTimersByTime(LIMIT - 1000);
    watchdog.busy(true);
    vi.advanceTimersByTime(2000);
    expect(silences).toBe(1);
  });

  it('says for how long something busy has been silent', () => {
    vi.advanceTimersByTime(LIMIT / 2);
    expect(watchdog.silence).toBe(0);
    watchdog.busy(true);
    vi.advanceTimersByTime(LIMIT / 2);
    expect(watchdog.silence).toBe(LIMIT / 2);
    watchdog.alive();
    expect(watchdog.silence).toBe(0);
  });

  it('takes a new limit', () => {
    watchdog.busy(true);
    watchdog.limit = LIMIT / 5;
    vi.advanceTimersByTime(LIMIT / 5 + 1000);
    expect(silences).toBe(1);
  });

  it('does not count time in which the process did not run', () => {
    watchdog.busy(true);
    const now = performance.now();
    const later = vi.spyOn(performance, 'now').mockReturnValue(now + 100 * LIMIT);
    vi.advanceTimersByTime(500);
    later.mockRestore();
    expect(silences).toBe(0);
  });
});
