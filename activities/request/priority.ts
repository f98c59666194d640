/** Whose chunks go first where devices have more to do than they can: each goes before all of those behind it. */
export const PRIORITIES = ['interactive', 'normal', 'batch'] as const;
export type PriorityName = (typeof PRIORITIES)[number];

/** Of the five that a Temporal server has by default, 1 goes first. */
const KEYS: Readonly<Record<PriorityName, number>> = { interactive: 1, normal: 3, batch: 5 };

/** A turn as Temporal takes it; its own type would make users of the library load all of Temporal's. */
interface Turn {
  readonly priorityKey: number;
  readonly fairnessKey?: string;
}

/**
 * When a transcription's turn comes, as Temporal takes it. Its sections and activities inherit it. Among equals the tenants
 * take turns, and those without one are one of them.
 */
export const turnOf = (priority: PriorityName, tenant: string | null): Turn => ({
  priorityKey: KEYS[priority],
  ...(tenant !== null && { fairnessKey: tenant }),
});
