// Review: decisions at once on the screen, sent behind it, put back with the reason where the server refuses, and undone in turn.
import { useCallback, useMemo, useRef, useState } from "react";
import type { Decided } from "../api/decided.ts";
import type { PairStatus } from "../api/generated/graphql.ts";
import { type Decision, useStudio } from "../shared/context.ts";
import { type Step, stepBack, stepFor } from "../shared/decisions.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { type Failure, type Group, type Outcome, send } from "./send.ts";
import { makeMain, selectResult } from "./single.ts";
import { changeSkus } from "./skus.ts";
import { useNotice } from "./useNotice.ts";

/** Decisions that can be taken back, the newest first to go. */
const undoDepth = 100;

/** A photo as review needs to know it. */
export interface ReviewedPair {
  readonly id: string;
  readonly status: PairStatus;
  readonly note: string | null;
  readonly source: { readonly name: string };
}

export interface ReviewNotice {
  readonly tone: "done" | "refused";
  readonly text: string;
  /** What did not go, a line each. */
  readonly details: readonly string[];
  readonly canUndo: boolean;
}

export interface ReviewHandle {
  /** Decides on those of the photos that the decision says something about. */
  readonly decide: (decision: Decision, pairs: readonly ReviewedPair[], reason?: string) => void;
  /** Approves what keeps the preset's rules and says what does not. */
  readonly approvePassing: (pairs: readonly ReviewedPair[], preset: string) => void;
  readonly decideSkus: (decision: "approve" | "archive", codes: readonly string[]) => void;
  readonly makeMain: (id: string) => void;
  readonly selectResult: (id: string) => void;
  /** Takes the newest decision back. */
  readonly undo: () => void;
  /** The photos whose decision was taken back last, a new object each time. */
  readonly undone: { readonly ids: readonly string[] } | undefined;
  readonly notice: ReviewNotice | undefined;
  readonly dismiss: () => void;
  /** While the server checks what passes. */
  readonly isChecking: boolean;
}

interface Entry {
  /** Ids of photos, none where it was about SKUs. */
  ids: readonly string[];
  readonly settled: Promise<void>;
  readonly back: () => Promise<Outcome>;
}

const oneWords: Readonly<Record<Decision, MessageKey>> = {
  approve: "didApproveOne",
  reject: "didRejectOne",
  archive: "didArchiveOne",
  reopen: "didReopenOne",
  activate: "didActivateOne",
};
const manyWords: Readonly<Record<Decision, MessageKey>> = {
  approve: "didApprove",
  reject: "didReject",
  archive: "didArchive",
  reopen: "didReopen",
  activate: "didActivate",
};
const decisionOf = (step: Step): Decision => (step === "reapprove" ? "approve" : step);

export function useReview(): ReviewHandle {
  const { client, t, say, widths, host, outbox, decided, settled } = useStudio();
  const { notice, say: show, sayAfterPaint: showAfterPaint } = useNotice<ReviewNotice>();
  const [undone, setUndone] = useState<ReviewHandle["undone"]>();
  const [isChecking, setIsChecking] = useState(false);
  const stack = useRef<Entry[]>([]);
  /** How photos stood before they were archived: where they go back to. */
  const archivedFrom = useRef(new Map<string, PairStatus>());

  const perform = useCallback(
    async (groups: readonly Group[]): Promise<Outcome> => {
      const outcomes = await Promise.all(
        groups.map(async (group) => {
          const end = decided.put(shownOf(group, archivedFrom.current));
          const outcome = await send(client, group, { silent: t("serverSilent"), say, outbox });
          // Ended sooner, the photo would look undecided for a moment.
          if (outcome.pairs.length > 0) void settled().then(end);
          else end();
          if (outcome.pairs.length > 0) host.onReview?.({ pairs: outcome.pairs, decision: decisionOf(group.step) });
          return outcome;
        }),
      );
      return { pairs: outcomes.flatMap((each) => each.pairs), failures: outcomes.flatMap((each) => each.failures) };
    },
    [client, host, outbox, decided, settled, t, say],
  );

  const refuse = useCallback(
    (failures: readonly Failure[], nameOf: (subject: string) => string) => {
      const [first] = failures;
      if (first === undefined) return;
      const text =
        failures.length === 1
          ? t("putBack", { reason: first.message })
          : t("putBackMany", { count: failures.length, reason: first.message });
      const isSame = failures.every((each) => each.message === first.message);
      const details = isSame ? [] : failures.map(({ subject, message }) => t("refusedLine", { name: nameOf(subject), reason: message }));
      show({ tone: "refused", text, details, canUndo: false });
    },
    [t, show],
  );

  const push = useCallback((entry: Entry) => {
    stack.current = [...stack.current, entry].slice(-undoDepth);
  }, []);

  const decide = useCallback<ReviewHandle["decide"]>(
    (decision, pairs, reason) => {
      const taken = pairs.flatMap((pair) => {
        const step = stepFor(decision, pair.status);
        return step === undefined ? [] : [{ pair, step }];
      });
      const [first] = taken;
      if (first === undefined) return;
      if (decision === "archive") for (const { pair } of taken) archivedFrom.current.set(pair.id, pair.status);
      const sent = perform(grouped(taken.map(({ pair, step }) => ({ id: pair.id, step, reason: reason?.trim() || null }))));
      const back = taken.flatMap(({ pair, step }) => {
        const undoing = stepBack(step, pair.status);
        return undoing === undefined ? [] : [{ id: pair.id, step: undoing, reason: pair.note }];
      });
      const settle = async (): Promise<void> => {
        const { failures } = await sent;
        const refused = new Set(failures.map(({ subject }) => subject));
        entry.ids = entry.ids.filter((id) => !refused.has(id));
        if (entry.ids.length === 0) stack.current = stack.current.filter((each) => each !== entry);
        refuse(failures, (subject) => nameIn(pairs, subject));
      };
      const entry: Entry = {
        ids: back.map(({ id }) => id),
        settled: settle(),
        back: () => perform(grouped(back.filter(({ id }) => entry.ids.includes(id)))),
      };
      push(entry);
      const text =
        taken.length === 1 ? t(oneWords[decision], { name: first.pair.source.name }) : t(manyWords[decision], { count: taken.length });
      // After the photo itself, which the eye is on.
      showAfterPaint({ tone: "done", text, details: [], canUndo: true });
    },
    [perform, push, refuse, showAfterPaint, t],
  );

  const approvePassing = useCallback<ReviewHandle["approvePassing"]>(
    async (pairs, preset) => {
      const ids = pairs.filter((pair) => pair.status === "READY").map((pair) => pair.id);
      if (ids.length === 0) return;
      setIsChecking(true);
      const { pairs: approved, failures } = await perform([{ step: "approve", ids, compliantWith: preset }]);
      setIsChecking(false);
      const done = approved.map(({ id }) => id);
      if (done.length > 0) {
        push({ ids: done, settled: Promise.resolve(), back: () => perform([{ step: "reopen", ids: done }]) });
      }
      const text = [
        done.length > 0 || failures.length === 0 ? t("didApprove", { count: done.length }) : undefined,
        failures.length > 0 ? t("notPassing", { count: failures.length }) : undefined,
      ];
      show({
        tone: done.length > 0 ? "done" : "refused",
        text: text.filter(Boolean).join(t("sentenceGap")),
        details: failures.map(({ subject, message }) => t("refusedLine", { name: nameIn(pairs, subject), reason: message })),
        canUndo: done.length > 0,
      });
    },
    [perform, push, t, show],
  );

  const decideSkus = useCallback<ReviewHandle["decideSkus"]>(
    async (decision, codes) => {
      const { done, failures, back } = await changeSkus(client, { decision, codes, widths, silent: t("serverSilent"), say });
      if (done > 0) {
        const approved = "ids" in back ? back.ids.map((id) => ({ id, status: "APPROVED" as const })) : [];
        if (approved.length > 0) host.onReview?.({ pairs: approved, decision: "approve" });
        push({
          ids: [],
          settled: Promise.resolve(),
          back: async () => ("ids" in back ? perform([{ step: "reopen", ids: back.ids }]) : back.run()),
        });
      }
      const words = decision === "approve" ? "didApproveSkus" : "didArchiveSkus";
      const text = [
        done > 0 ? t(words, { count: done }) : undefined,
        failures.length > 0 ? t("skusRefused", { count: failures.length }) : undefined,
      ];
      show({
        tone: done > 0 ? "done" : "refused",
        text: text.filter(Boolean).join(t("sentenceGap")),
        details: failures.map(({ subject, message }) => t("refusedLine", { name: subject, reason: message })),
        canUndo: done > 0,
      });
    },
    [client, host, perform, push, t, widths, say, show],
  );

  const undo = useCallback(async () => {
    const entry = stack.current.at(-1);
    if (entry === undefined) return;
    stack.current = stack.current.slice(0, -1);
    show(undefined);
    setUndone({ ids: entry.ids });
    const isAboutSkus = entry.ids.length === 0;
    // At once, though the decision itself may still be under way: the server hears of both in their order.
    const { failures } = await entry.back();
    await entry.settled;
    // What was refused has been told already, and is not there to be taken back.
    refuse(
      failures.filter(({ subject }) => isAboutSkus || entry.ids.includes(subject)),
      (subject) => subject,
    );
  }, [refuse, show]);

  const alone = useCallback(
    async (action: typeof makeMain, id: string) => {
      const message = await action(client, { id, widths, silent: t("serverSilent"), say });
      if (message !== undefined) show({ tone: "refused", text: t("putBack", { reason: message }), details: [], canUndo: false });
    },
    [client, t, widths, say, show],
  );
  const dismiss = useCallback(() => show(undefined), [show]);

  return useMemo(
    () => ({
      decide,
      approvePassing: (pairs, preset) => void approvePassing(pairs, preset),
      decideSkus: (decision, codes) => void decideSkus(decision, codes),
      makeMain: (id) => void alone(makeMain, id),
      selectResult: (id) => void alone(selectResult, id),
      undo: () => void undo(),
      undone,
      notice,
      dismiss,
      isChecking,
    }),
    [decide, approvePassing, decideSkus, alone, undo, undone, notice, dismiss, isChecking],
  );
}

const nameIn = (pairs: readonly ReviewedPair[], id: string): string => pairs.find((pair) => pair.id === id)?.source.name ?? id;

interface Taken {
  readonly id: string;
  readonly step: Step;
  readonly reason: string | null;
}

/** One request for all photos that take the same step for the same reason. */
function grouped(taken: readonly Taken[]): readonly Group[] {
  const groups = new Map<string, Taken[]>();
  for (const each of taken) {
    const reason = each.step === "reject" ? each.reason : null;
    const key = JSON.stringify([each.step, reason]);
    groups.set(key, [...(groups.get(key) ?? []), { ...each, reason }]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ step: first.step, reason: first.reason, ids: group.map(({ id }) => id) }];
  });
}

const statusAfter = { approve: "APPROVED", reapprove: "APPROVED", reject: "REJECTED", reopen: "READY", archive: "ARCHIVED" } as const;

/** What the step makes of each photo; of none where only the server can say which it is taken on. */
function shownOf({ step, ids, reason, compliantWith }: Group, archivedFrom: ReadonlyMap<string, PairStatus>): ReadonlyMap<string, Decided> {
  if (compliantWith !== undefined) return new Map();
  return new Map(
    ids.map((id): [string, Decided] => {
      if (step === "activate") return [id, { status: archivedFrom.get(id) ?? "READY" }];
      return [id, step === "archive" ? { status: statusAfter[step] } : { status: statusAfter[step], note: reason ?? null }];
    }),
  );
}
