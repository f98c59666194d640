import type { HubSource } from '../artifact.ts';
import { download } from '../download.ts';
import { writeFiles, type Delivery } from './delivery.ts';

const HUB = 'https://huggingface.co';

/** Downloads each file from the model hub, or from the one that `HF_ENDPOINT` names. */
export async function deliverFromHub(source: HubSource, delivery: Delivery): Promise<void> {
  const hub = (delivery.env.HF_ENDPOINT || HUB).replace(/\/+$/, '');
  await writeFiles(delivery, ({ name }) =>
    download(`${hub}/${source.repository}/resolve/${source.revision}/${name}`, delivery.signal),
  );
}
