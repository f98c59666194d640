export interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

/** A gate that holds all who wait for it to be passed. */
export function gate(): Gate {
  let open = () => undefined as void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}
