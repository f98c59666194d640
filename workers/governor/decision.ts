/**
 * What a governor does to its device: the batch, memory given back step by step, the new start of an engine, how many of its
 * precisions are left to lower rungs.
 */
export type DecisionKind = 'batch' | 'release' | 'maintenance' | 'ceiling';

/** One decision and why. `from` and `to`: windows of a batch; the step of a release; whether engines work or drain. */
export interface Decision {
  readonly kind: DecisionKind;
  readonly reason: string;
  readonly from: number | string;
  readonly to: number | string;
}

/** A decision as a line of a log. */
export const decisionLine = ({ kind, reason, from, to }: Decision, isDry: boolean): string =>
  `${isDry ? 'would change ' : ''}${kind} from ${from} to ${to}: ${reason}`;

/** A share of a device, 0–1, as the reasons of decisions name it. */
export const percent = (share: number): string => `${Math.round(100 * share)} %`;
