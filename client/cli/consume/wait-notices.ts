import type { LonghandError } from '../../../workflows/errors.ts';
import { explain } from '../exit.ts';

/** Says once that messages wait for something that is away, however many do and however often they try, and its end. */
export function waitNotices(say: (text: string) => void) {
  let waits = false;
  return {
    begun: (reason: LonghandError): void => {
      if (!waits) say(`Messages are held and wait: ${explain(reason)}`);
      waits = true;
    },
    over: (): void => {
      if (waits) say('Messages wait no longer');
      waits = false;
    },
  };
}
