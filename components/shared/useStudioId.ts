// Ids that are unique on the page: React's own are unique within one root, and a host may have a root for each studio.
import { useId, useState, useSyncExternalStore } from "react";
import { useStudio } from "./context.ts";

let instances = 0;
const never = (): (() => void) => () => {};
const onServer = (): string => "";

/** Of one studio; empty on a server and while its markup is taken over, so that both say the same. */
export function useInstanceId(): string {
  const [id] = useState(() => `studio-${++instances}`);
  return useSyncExternalStore(never, () => id, onServer);
}

/** An id for an element of a part, unique on the page. */
export function useStudioId(): string {
  const { instanceId } = useStudio();
  return `${instanceId}${useId()}`;
}
