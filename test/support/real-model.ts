import { findModel } from '../../models/catalogue.ts';
import type { EngineModel } from '../../models/engine/protocol.ts';
import { ensureGraphs } from '../../models/whisper/graphs.ts';

/** Whisper base with its graphs of a precision; the global set-up has laid those of int8 ready. */
export async function realModel(precision: EngineModel['precision'] = 'int8'): Promise<EngineModel> {
  const { LONGHAND_TEST_HOME: home, LONGHAND_TEST_MODEL: folder } = process.env;
  if (!home || !folder) throw new Error('Expected LONGHAND_TEST_HOME and LONGHAND_TEST_MODEL to be set');
  const { name, revision } = findModel('base');
  return {
    folder,
    graphs: await ensureGraphs({ home, name, revision, folder, precision }),
    precision,
  };
}
