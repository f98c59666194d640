import type { FetchOptions } from '../models/cache/fetch.ts';
import { hold } from '../models/cache/hold.ts';
import type { Model } from '../models/catalogue.ts';
import type { EngineModel } from '../models/engine/protocol.ts';
import { findVersion, loadModel } from '../models/load.ts';
import { GRAPH_VERSION } from '../models/whisper/manifest.ts';
import type { Precision, Rung } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';

/** Milliseconds after which a use is marked again, for a disk budget that goes by the last one. */
const MARKED_FOR = 3_600_000;

interface Known {
  readonly model: Promise<EngineModel>;
  marked: number;
}

/**
 * What the engines of a gpu worker load, by version and precision, each fetched and built at its first use: a
 * transcription keeps the version that it began with while others begin with a newer one.
 */
export class EngineModels {
  readonly #options: FetchOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: FetchOptions) {
    this.#options = options;
  }

  /**
   * Rejects with LH_MODEL_VERSION_MISSING, also where this worker builds graphs of another version, which may give another
   * text; and as `loadModel` does.
   */
  async ofRung({ model, revision, graph, precision }: Rung): Promise<EngineModel> {
    if (graph !== GRAPH_VERSION) {
      throw new LonghandError(
        'LH_MODEL_VERSION_MISSING',
        `Expected graphs of version ${graph} of ${model} on this worker, but it has version ${GRAPH_VERSION}.`,
        { details: { model, graph } },
      );
    }
    const known = this.#known.get(`${revision} ${precision}`);
    return known ? this.#used(known) : this.at(findVersion(model, revision, this.#options.home), precision);
  }

  /** Rejects as `loadModel` does. */
  at(model: Model, precision: Precision): Promise<EngineModel> {
    const key = `${model.revision} ${precision}`;
    const known = this.#known.get(key);
    if (known) return this.#used(known);
    const loaded = loadModel(model, precision, this.#options);
    this.#known.set(key, { model: loaded, marked: Date.now() });
    // What failed once, a full disk say, is tried again by the next chunk.
    loaded.catch(() => this.#known.delete(key));
    return loaded;
  }

  async #used(known: Known): Promise<EngineModel> {
    const model = await known.model;
    if (Date.now() - known.marked > MARKED_FOR) {
      known.marked = Date.now();
      await Promise.all([hold(model.graphs), hold(model.folder)]).catch(() => undefined);
    }
    return model;
  }
}
