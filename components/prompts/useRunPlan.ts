// The plan of a run while it is made: what is chosen, what the API would be asked for, and what that would take.
import { useState } from "react";
import { EstimateJobDocument, type EstimateJobQuery, type PairCellFragment, type SubmitJobInput } from "../api/generated/graphql.ts";
import type { RunTarget } from "../shared/run-target.ts";
import { useRead } from "../shared/useRead.ts";
import { inputOf, type RunPlan } from "./plan.ts";
import type { RunChoices } from "./useRun.ts";

export interface PlanHandle {
  readonly plan: RunPlan;
  readonly set: (part: Partial<RunPlan>) => void;
  /** Undefined where something is still missing. */
  readonly input: SubmitJobInput | undefined;
  readonly estimate: EstimateJobQuery["estimateJob"] | undefined;
}

interface Asked {
  readonly target: RunTarget;
  readonly choices: RunChoices;
  /** Photos of the target that are known. */
  readonly known: readonly PairCellFragment[];
  readonly isOpen: boolean;
}

/** Stands for a question that is not asked. */
const noInput: SubmitJobInput = { mode: "BATCH" };

/** Of the group in use, else of any. */
function firstTemplate({ groups, group }: RunChoices): string | undefined {
  const used = groups.find(({ id }) => id === group);
  const templates = [used, ...groups].flatMap((each) => each?.templates ?? []);
  return templates.find(({ enabled }) => enabled)?.id;
}

export function useRunPlan({ target, choices, known, isOpen }: Asked): PlanHandle {
  const [own, setOwn] = useState<Partial<RunPlan>>({});
  const engine = own.engine ?? choices.engine;
  const plan: RunPlan = {
    mode: "batch",
    prompt: "",
    includeDone: false,
    template: firstTemplate(choices),
    model: undefined,
    options: undefined,
    preset: choices.preset,
    ...own,
    engine,
  };
  const input = inputOf(target, known, plan);
  const { data } = useRead(EstimateJobDocument, { input: input ?? noInput }, { pause: input === undefined || !isOpen });
  return {
    plan,
    // Another engine has another model and other options, another preset its own size and format.
    set: (part) =>
      setOwn((now) => ({
        ...now,
        ...("engine" in part ? { model: undefined, options: undefined } : {}),
        ...("preset" in part ? { size: undefined, format: undefined } : {}),
        ...part,
      })),
    input,
    estimate: input === undefined ? undefined : data?.estimateJob,
  };
}
