import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { testHome, type TestHome } from '../../support/home.ts';
import type { Command } from '../../support/longhand.ts';
import { addressOf, standing } from '../../support/up.ts';
import { expectNothingLeft, interrupt } from './command.ts';

/** A home on which an `up` stands for all tests of a file, and leaves nothing after them. */
export class StandingHome {
  #home!: TestHome;
  #up!: Command;

  /** `prepare` puts into the home what the tests need. */
  constructor(prepare: () => Promise<unknown> = () => Promise.resolve()) {
    beforeAll(async () => {
      this.#home = await testHome();
      await prepare();
      this.#up = await standing(this.folder);
    });
    afterAll(async () => {
      expect((await interrupt(this.#up)).status).toBe(0);
      await expectNothingLeft(this.folder);
      await this.#home[Symbol.asyncDispose]();
    });
  }

  get folder(): string {
    return this.#home.path;
  }

  /** `host:port` of its Temporal server. */
  get address(): string {
    return addressOf(this.#up);
  }

  /** A path in the home. */
  readonly path = (name: string): string => join(this.folder, name);
}
