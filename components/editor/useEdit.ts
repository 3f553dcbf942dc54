// An edit under way without its looks: what is changed, back and forth, and saved as a new result.
import { useCallback, useMemo, useState } from "react";
import { failureText } from "../api/failure.ts";
import { type EditBase, EditImageDocument, type EditOperationInput, type PairCellFragment } from "../api/generated/graphql.ts";
import { largePixels } from "../comparison/ImageComparison.tsx";
import { useStudio } from "../shared/context.ts";
import { type Edit, operationsOf, untouched } from "./edit.ts";
import type { Size } from "./geometry.ts";
import { begin, changed, redone, settled, undone } from "./history.ts";

export interface EditHandle {
  readonly edit: Edit;
  /** What the API would be asked for; empty where nothing is changed. */
  readonly operations: readonly EditOperationInput[];
  /** Changes about the same thing in a row are one step back, until `settle`. */
  readonly change: (next: Edit, about?: string) => void;
  readonly settle: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly reset: () => void;
  /** The pair with its new result, or undefined where the server refused; `failure` says why. */
  readonly save: () => Promise<PairCellFragment | undefined>;
  readonly isSaving: boolean;
  readonly failure: string | undefined;
}

/** @param picture the size of what is edited: of the source, or of the current result; another size begins anew */
export function useEdit(pair: string, base: EditBase, { width, height }: Size): EditHandle {
  const { client, t, say, widths } = useStudio();
  const picture = useMemo(() => ({ width, height }), [width, height]);
  const key = `${pair} ${base} ${width} ${height}`;
  const [held, setHeld] = useState(() => ({ key, history: begin(untouched(picture)) }));
  const history = held.key === key ? held.history : begin(untouched(picture));
  const [isSaving, setIsSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  const step = useCallback(
    (next: (now: typeof history) => typeof history) => {
      setFailure(undefined);
      setHeld((now) => ({ key, history: next(now.key === key ? now.history : begin(untouched(picture))) }));
    },
    [key, picture],
  );
  const edit = history.now;
  const operations = useMemo(() => operationsOf(edit, picture), [edit, picture]);
  const save = useCallback(async () => {
    setIsSaving(true);
    setFailure(undefined);
    const input = { pair, base, operations: [...operations] };
    const { data, error } = await client.mutation(EditImageDocument, { input, ...widths, large: largePixels });
    setIsSaving(false);
    if (error !== undefined) setFailure(failureText(error, say) ?? t("serverSilent"));
    return data?.editImage;
  }, [client, pair, base, operations, widths, t, say]);
  return {
    edit,
    operations,
    change: (next, about) => step((now) => changed(now, next, about)),
    settle: () => step(settled),
    undo: () => step(undone),
    redo: () => step(redone),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    reset: () => step((now) => changed(now, untouched(picture))),
    save,
    isSaving,
    failure,
  };
}
