import { writeJson, writeLine } from '../output.ts';
import { formatTable } from '../table.ts';
import { endpointsOf, endpointUrl, scrape } from './endpoints.ts';
import { Exposition } from './exposition.ts';
import { devicesOf, totalsOf, type DeviceStats, type TotalStats } from './summarise.ts';

const COLUMNS = [
  'DEVICE',
  'CHUNKS',
  'CACHED',
  'P50',
  'P95',
  'P99',
  'QUEUE P95',
  'RTF',
  'RTF P50',
  'RTF P95',
  'BATCH',
  'MEMORY',
  'OOM',
  'ERRORS',
];

/** `longhand stats`: what workers have counted since they began, a row each device, then all of them together. */
export async function stats(given: readonly string[], home: string, json: boolean): Promise<void> {
  const urls = given.length > 0 ? given.map(endpointUrl) : await endpointsOf(home);
  const asked = await Promise.allSettled(urls.map(async (url) => ({ url, text: await scrape(url) })));
  const scraped = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const away = urls.filter((_, index) => asked[index]?.status === 'rejected');
  const failed = asked.find((one) => one.status === 'rejected');
  // Where some answer, those are what is asked for.
  if (failed && scraped.length === 0) throw failed.reason;
  const devices = scraped.flatMap(({ url, text }) => devicesOf(url, new Exposition(text)));
  const totals = totalsOf(new Exposition(scraped.map(({ text }) => text).join('\n')));
  if (json) return writeJson({ workers: scraped.map(({ url }) => url), away, devices, ...totals });
  for (const line of formatTable([COLUMNS, ...devices.map(rowOf)])) await writeLine(line);
  for (const line of linesOf(totals)) await writeLine(line);
  for (const url of away) await writeLine(`no answer from ${url}`);
}

function rowOf(stats: DeviceStats): string[] {
  const { device, transcribed, found, chunk, queueWait, realTimeFactor, outOfMemory, errors } = stats;
  return [
    device,
    String(transcribed),
    String(found),
    seconds(chunk.p50),
    seconds(chunk.p95),
    seconds(chunk.p99),
    seconds(queueWait.p95),
    factor(realTimeFactor.mean),
    factor(realTimeFactor.p50),
    factor(realTimeFactor.p95),
    percent(stats.batchEfficiency),
    `${Math.round(stats.memoryPeak / 1e6)} MB`,
    String(outOfMemory),
    String(errors),
  ];
}

function linesOf({ falls, gaps, retries, errors, textShare, downloads }: TotalStats): string[] {
  const codes = Object.entries(errors).map(([code, count]) => `${code} ${count}`);
  const { files, failed, bytes } = downloads;
  return [
    `falls ${falls} · gaps ${gaps} · retries ${retries}`,
    `text steps ${percent(textShare.p50)} of a transcription's time, of 95 in 100 at most ${percent(textShare.p95)}`,
    `downloads ${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${failed} failed`,
    `errors ${codes.join(' · ') || 'none'}`,
  ];
}

const seconds = (value: number | null): string => (value === null ? '–' : `${value.toFixed(2)} s`);
const factor = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
const percent = (part: number | null): string => (part === null ? '–' : `${(100 * part).toFixed(1)} %`);
