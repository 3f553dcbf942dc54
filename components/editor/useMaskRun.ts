// A mask under way without its looks: strokes back and forth, and the run of one photo with it.
import { useCallback, useState } from "react";
import { failureText } from "../api/failure.ts";
import { CompleteUploadsDocument, CreateUploadsDocument, type JobStateFragment, SubmitJobDocument } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import type { Said } from "../shared/messages/sentences.ts";
import { randomId } from "../shared/random-id.ts";
import { begin, changed, redone, undone } from "./history.ts";
import { maskFile, type Stroke } from "./strokes.ts";

/** An engine as it matters here. */
export interface MaskEngine {
  readonly name: string;
  readonly title: string;
  readonly available: boolean;
  readonly unavailableReason: Said | null;
  readonly acceptsMask: boolean;
  readonly promptable: boolean;
}

export interface MaskedPhoto {
  readonly id: string;
  readonly sku: { readonly code: string };
  readonly source: { readonly name: string; readonly width: number; readonly height: number };
}

export interface MaskRun {
  readonly strokes: readonly Stroke[];
  readonly add: (stroke: Stroke) => void;
  readonly clear: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The job, or undefined where it was not started; `failure` says why. */
  readonly run: (engine: MaskEngine, prompt: string) => Promise<JobStateFragment | undefined>;
  readonly isStarting: boolean;
  readonly failure: string | undefined;
}

const nothing: readonly Stroke[] = [];

export function useMaskRun(photo: MaskedPhoto | undefined): MaskRun {
  const { client, t, say, transport, widths } = useStudio();
  const [history, setHistory] = useState(() => begin(nothing));
  const [isStarting, setIsStarting] = useState(false);
  const [failure, setFailure] = useState<string>();
  const strokes = history.now;

  const upload = useCallback(async (): Promise<string> => {
    if (photo === undefined) throw new Error("There is no photo to mask.");
    const file = await maskFile(strokes, photo.source);
    const name = `${photo.source.name.replace(/\.\w+$/, "")}-mask.png`;
    const input = { sku: photo.sku.code, files: [{ name, mimeType: "image/png", bytes: file.size, purpose: "MASK" as const }] };
    const tickets = await client.mutation(CreateUploadsDocument, { input });
    const [ticket] = tickets.data?.createUploads ?? [];
    if (ticket === undefined) throw new Error((tickets.error && failureText(tickets.error, say)) ?? t("uploadNotSent"));
    // The browser sets these two by itself, and forbids anybody else to.
    const headers = ticket.headers
      .filter((header) => !/^(content-length|host)$/i.test(header.name))
      .map((header) => [header.name, header.value]);
    const sent = await (transport.fetch ?? fetch)(ticket.url, { method: "PUT", body: file, headers: Object.fromEntries(headers) });
    if (!sent.ok) throw new Error(t("uploadStoreRefused", { status: String(sent.status) }));
    const completed = await client.mutation(CompleteUploadsDocument, { ids: [ticket.id], ...widths });
    const failed = completed.data?.completeUploads.failures[0];
    const refused = failed ? say(failed.said) : completed.error && (failureText(completed.error, say) ?? t("serverSilent"));
    if (refused !== undefined) throw new Error(refused);
    return ticket.id;
  }, [client, photo, strokes, t, say, transport, widths]);

  const run = useCallback<MaskRun["run"]>(
    async (engine, prompt) => {
      if (photo === undefined) return undefined;
      setIsStarting(true);
      setFailure(undefined);
      try {
        const mask = await upload();
        const input = {
          mode: "CUSTOM" as const,
          pairs: [photo.id],
          engine: engine.name,
          // For an engine that follows no prompts the mask is enough.
          ...(engine.promptable ? { prompt: prompt.trim() } : {}),
          mask,
          idempotencyKey: randomId(),
        };
        const { data, error } = await client.mutation(SubmitJobDocument, { input });
        if (error !== undefined) setFailure(failureText(error, say) ?? t("serverSilent"));
        return data?.submitJob;
      } catch (error) {
        setFailure(error instanceof Error ? error.message : String(error));
        return undefined;
      } finally {
        setIsStarting(false);
      }
    },
    [client, photo, t, say, upload],
  );

  return {
    strokes,
    add: (stroke) => setHistory((now) => changed(now, [...now.now, stroke])),
    clear: () => setHistory((now) => changed(now, nothing)),
    undo: () => setHistory(undone),
    redo: () => setHistory(redone),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    run,
    isStarting,
    failure,
  };
}
