import type { FetchReport } from '../../models/cache/progress.ts';
import { count } from './runtime.ts';

/** Counts what is fetched of models and tools. */
export const downloads = (kind: 'model' | 'tool'): Required<Pick<FetchReport, 'onDownload'>> => ({
  onDownload: (delivered) => {
    count('longhand_downloads', delivered?.files ?? 1, { kind, outcome: delivered ? 'done' : 'failed' });
    if (delivered) count('longhand_download', delivered.bytes, { kind });
  },
});

/** Counts a source that was fetched. What does not come is an error of its activity. */
export function countSource(bytes: number): void {
  count('longhand_downloads', 1, { kind: 'source', outcome: 'done' });
  count('longhand_download', bytes, { kind: 'source' });
}
