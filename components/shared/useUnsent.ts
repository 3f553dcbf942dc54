// Photos whose decisions are kept until the API can be reached.
import { useSyncExternalStore } from "react";
import { useStudio } from "./context.ts";

const none: ReadonlySet<string> = new Set();

export function useUnsent(): ReadonlySet<string> {
  const { outbox } = useStudio();
  return useSyncExternalStore(outbox.subscribe, outbox.read, () => none);
}
