// Files that are dragged over the list: into the SKU under the pointer, or beside the rows for new ones.
import { type DragEvent, useState } from "react";
import { bringsFiles, type DroppedFile, droppedFiles } from "../shared/dropped.ts";

/** Where what is dragged would go: into the SKU of this code, or beside the rows. */
export const beside = "";

export interface FileDropProps {
  /** Photos that were dropped on a SKU. Left out, none are taken. */
  readonly onFiles?: ((code: string, files: readonly File[]) => void) | undefined;
  /** Asks for new SKUs, of what was dropped beside the rows or, by the button, of nothing. Left out, none are made. */
  readonly onNew?: ((dropped: readonly DroppedFile[]) => void) | undefined;
}

export function useFileDrop({ onFiles, onNew }: FileDropProps) {
  const [over, setOver] = useState<string>();
  const targetOf = ({ target, dataTransfer }: DragEvent): string | undefined => {
    if (!bringsFiles(dataTransfer)) return undefined;
    const code = onFiles && (target as Element).closest("[data-code]")?.getAttribute("data-code");
    return code || (onNew && beside);
  };
  const onDragOver = (event: DragEvent): void => {
    const target = targetOf(event);
    if (target !== undefined) event.preventDefault();
    setOver(target);
  };
  const onDragLeave = ({ currentTarget, relatedTarget }: DragEvent): void => {
    if (!currentTarget.contains(relatedTarget as Node | null)) setOver(undefined);
  };
  const onDrop = async (event: DragEvent): Promise<void> => {
    onDragOver(event);
    setOver(undefined);
    const target = targetOf(event);
    if (target === undefined) return;
    const dropped = await droppedFiles(event.dataTransfer);
    if (target === beside) onNew?.(dropped);
    else
      onFiles?.(
        target,
        dropped.map(({ file }) => file),
      );
  };
  return { over, handlers: { onDragOver, onDragLeave, onDrop } };
}
