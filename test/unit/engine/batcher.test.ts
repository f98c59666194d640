import { describe, expect, it } from 'vitest';
import { Batcher } from '../../../models/engine/batcher.ts';
import type { EngineModel } from '../../../models/engine/protocol.ts';

const int8: EngineModel = { folder: 'base', graphs: 'base/int8', precision: 'int8' };
const fp32: EngineModel = { folder: 'base', graphs: 'base/fp32', precision: 'fp32' };
const item = (id: number, model = int8, decode: { prompt?: string; hotwords?: string } = {}) => ({
  id,
  window: { model, pcm: new Int16Array(1), decode: { language: 'en', ...decode } },
});

describe('Batcher', () => {
  it('gives the oldest first, and mates of its model and prompt in order of arrival', () => {
    const batcher = new Batcher();
    for (const [id, model] of [int8, fp32, int8, fp32, int8].entries()) batcher.add(item(id, model));
    const first = batcher.takeFirst();
    expect(first?.id).toBe(0);
    expect(batcher.takeMate(item(0))?.id).toBe(2);
    expect(batcher.takeMate(item(0))?.id).toBe(4);
    expect(batcher.takeMate(item(0))).toBeUndefined();
    expect(batcher.takeFirst()?.id).toBe(1);
    expect(batcher.takeFirst()?.id).toBe(3);
    expect(batcher.takeFirst()).toBeUndefined();
  });

  it('parts windows by prompt and hotwords, not by language', () => {
    const batcher = new Batcher();
    batcher.add(item(1, int8, { prompt: 'a' }));
    batcher.add(item(2, int8, { hotwords: 'a' }));
    batcher.add(item(3));
    expect(batcher.takeMate(item(0))?.id).toBe(3);
    expect(batcher.takeMate(item(0, int8, { hotwords: 'a' }))?.id).toBe(2);
    expect(batcher.takeMate(item(0, int8, { prompt: 'b' }))).toBeUndefined();
  });

  it('gives a window that is alone no mate, and makes it nobody’s', () => {
    const batcher = new Batcher();
    const alone = (id: number) => ({ ...item(id), window: { ...item(id).window, isAlone: true } });
    for (const one of [alone(0), item(1), alone(2), item(3)]) batcher.add(one);
    expect(batcher.takeMate(alone(9))).toBeUndefined();
    expect(batcher.takeMate(item(9))?.id).toBe(1);
    expect(batcher.takeMate(item(9))?.id).toBe(3);
    expect(batcher.takeMate(item(9))).toBeUndefined();
  });

  it('forgets what is cancelled, and nothing else', () => {
    const batcher = new Batcher();
    for (const id of [0, 1, 2]) batcher.add(item(id));
    batcher.cancel(0);
    batcher.cancel(7);
    expect(batcher.takeFirst()?.id).toBe(1);
    expect(batcher.takeFirst()?.id).toBe(2);
  });
});
