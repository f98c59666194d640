import type { QueueReply } from '../../../workflows/contract.ts';
import type { ErrorDocument } from '../exit.ts';

/** What `longhand consume --json` shows, a line each. */
export type ConsumeEvent =
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'ready' }
  /** A message has started a transcription. */
  | { readonly type: 'started'; readonly id: string }
  /** A message came that had started it before. */
  | { readonly type: 'known'; readonly id: string }
  /** A message, or a reply that no queue takes, is a dead letter. `messageId`: null where it has none. */
  | { readonly type: 'dead'; readonly messageId: string | null; readonly error: ErrorDocument }
  /** The end of a transcription was told. */
  | { readonly type: 'replied'; readonly id: string; readonly state: QueueReply['state'] };

/** An event for people. */
export function lineOf(event: ConsumeEvent): string {
  switch (event.type) {
    case 'notice':
      return event.text;
    case 'ready':
      return 'Ready; Ctrl-C ends it when what it holds is done';
    case 'started':
      return `Started ${event.id}`;
    case 'known':
      return `Already started: ${event.id}`;
    case 'replied':
      return `Replied: ${event.id} is ${event.state}`;
    case 'dead':
      return `Dead letter${event.messageId === null ? '' : ` ${event.messageId}`}: ${event.error.code}: ${event.error.message}`;
  }
}
