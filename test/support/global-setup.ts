/** Before any test: fetches, as a first run would, what real parts need, and tells the tests where it is. */
import { locateFfmpeg } from '../../activities/media/locate.ts';
import { ensureModel } from '../../models/catalogue.ts';
import { longhandHome } from '../../models/home.ts';
import { ensureGraphs } from '../../models/whisper/graphs.ts';
import { locateTemporalCli } from '../../workers/supervisor/temporal-cli.ts';

export default async function setup(): Promise<void> {
  const home = longhandHome();
  const options = { home, onNotice: (text: string) => void process.stderr.write(`${text}\n`) };
  const model = await ensureModel('base', options);
  await ensureGraphs({
    ...options,
    name: model.name,
    revision: model.revision,
    folder: model.folder,
    precision: 'int8',
  });
  const ffmpeg = await locateFfmpeg(options);
  process.env.LONGHAND_TEST_HOME = home;
  process.env.LONGHAND_TEST_MODEL = model.folder;
  process.env.TEMPORAL_CLI = await locateTemporalCli(options);
  process.env.LONGHAND_FFMPEG = ffmpeg.ffmpeg;
  process.env.LONGHAND_FFPROBE = ffmpeg.ffprobe;
}
