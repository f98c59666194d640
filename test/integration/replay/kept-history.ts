import proto, { type temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;
const { History } = proto.temporal.api.history.v1;

/** A history as the file of a test keeps it: the message's fields, with bytes as base64 and enums by name. */
export interface KeptHistory {
  readonly workflowId: string;
  readonly history: Readonly<Record<string, unknown>>;
}

/** What names the machine that recorded it, and decides nothing. */
const LOCAL: Readonly<Record<string, string>> = { identity: 'recorder', stackTrace: '' };

// The SDK's own historyToJSON and historyFromJSON throw `type must be a Type` when npm gives @temporalio/common a
// protobufjs apart from @temporalio/proto's.
export function writeHistory(workflowId: string, history: History): string {
  const plain = History.toObject(History.fromObject(history), {
    longs: String,
    bytes: String,
    enums: String,
  });
  return `${JSON.stringify({ workflowId, history: plain }, (name, value: unknown) => LOCAL[name] ?? value)}\n`;
}

export function readHistory(text: string): { workflowId: string; history: History } {
  const { workflowId, history } = JSON.parse(text) as KeptHistory;
  return { workflowId, history: History.fromObject(history) };
}
