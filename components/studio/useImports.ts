// The studio's import from a gallery: which one the bar tells of, and whether its dialog is open.
import { useCallback, useState } from "react";
import type { GalleriesRead } from "../gallery/useGalleries.ts";

export interface Imports {
  /** Of the import that the bar tells of; undefined: of none. */
  readonly id: string | undefined;
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
  readonly started: (sync: { readonly id: string }) => void;
  readonly ended: (sync: { readonly id: string }) => void;
}

/** @param onEnded told once for each import that has ended */
export function useImports(galleries: GalleriesRead, onEnded: () => void): Imports {
  const [own, setOwn] = useState<string>();
  const [over, setOver] = useState<string>();
  const [isOpen, setIsOpen] = useState(false);
  const { running, refresh } = galleries;
  // Kept once it was seen under way, so that its end is seen too; the next one takes the place of one that is over.
  if (running !== undefined && running !== over && running !== own && (own === undefined || own === over)) setOwn(running);
  return {
    id: own,
    isOpen,
    open: useCallback(() => setIsOpen(true), []),
    close: () => {
      setIsOpen(false);
      // How it ended was looked at.
      if (over === own) setOwn(undefined);
    },
    started: (sync) => {
      setOver(undefined);
      setOwn(sync.id);
    },
    ended: (sync) => {
      setOver(sync.id);
      refresh();
      onEnded();
    },
  };
}
