import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stack traces of failures into a payload, which a codec encrypts: they may name a source. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
