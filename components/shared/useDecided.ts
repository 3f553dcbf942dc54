// Photos as the viewer has decided on them, before the server has answered.
import { useMemo, useSyncExternalStore } from "react";
import type { Decided } from "../api/decided.ts";
import { useStudio } from "./context.ts";

const none: ReadonlyMap<string, Decided> = new Map();

/** The same objects where nothing is decided. */
export function useDecided<Pair extends { readonly id: string }>(pairs: readonly Pair[]): readonly Pair[] {
  const { decided } = useStudio();
  const all = useSyncExternalStore(decided.subscribe, decided.read, () => none);
  return useMemo(() => {
    if (all.size === 0 || !pairs.some(({ id }) => all.has(id))) return pairs;
    return pairs.map((pair) => {
      const own = all.get(pair.id);
      return own === undefined ? pair : { ...pair, ...own };
    });
  }, [pairs, all]);
}
