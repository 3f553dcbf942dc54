// Photos and SKUs that come in: what is asked for, what is on its way, and which SKU is shown after that.
import { useCallback, useRef, useState } from "react";
import type { DroppedFile } from "../shared/dropped.ts";
import { type Upload, type Uploads, useUpload } from "../upload/useUpload.ts";

export interface Arrivals {
  /** What new SKUs are asked for of; undefined while their dialog is closed. */
  readonly dropped: readonly DroppedFile[] | undefined;
  readonly ask: (dropped: readonly DroppedFile[]) => void;
  readonly made: (code: string, files: readonly File[]) => void;
  readonly closeAsked: () => void;
  /** By the tile of the SKU that is shown; they outlive its being shown. */
  readonly tile: Uploads;
  /** Sends what was dropped on the list. */
  readonly send: (code: string, files: readonly File[]) => void;
  /** The uploads that no tile tells of. */
  readonly untold: readonly Upload[];
  /** The SKU that photos came into last; a new object each time. */
  readonly added: Added | undefined;
}

export interface Added {
  readonly sku: string;
}

/** @param current the SKU that is shown */
export function useArrivals(current: string | undefined, choose: (code: string) => void): Arrivals {
  const [dropped, setDropped] = useState<readonly DroppedFile[]>();
  const [added, setAdded] = useState<Added>();
  const onAdded = useCallback((sku: string) => setAdded({ sku }), []);
  const tile = useUpload(onAdded);
  const list = useUpload(onAdded);
  const firstMade = useRef<string>(undefined);
  const send = (code: string, files: readonly File[]): void => void list.send(code, files);
  return {
    dropped,
    ask(next) {
      firstMade.current = undefined;
      setDropped(next);
    },
    made(code, files) {
      firstMade.current ??= code;
      if (files.length > 0) send(code, files);
    },
    closeAsked() {
      setDropped(undefined);
      if (firstMade.current !== undefined) choose(firstMade.current);
    },
    tile,
    send,
    untold: [list, tile.besides(current)],
    added,
  };
}
