// What to run, how, and what comes out; the count stands beside the button that starts it.
import { Check, CircleSlash, Play } from "lucide-react";
import { type RefObject, useId, useRef, useState } from "react";
import type { JobStateFragment, PairCellFragment, PairStatus, SkuRowFragment, SubmitJobInput } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { Modal } from "../shared/Modal.tsx";
import type { Translate } from "../shared/messages/messages.ts";
import { Picture } from "../shared/Picture.tsx";
import { Ring } from "../shared/Ring.tsx";
import type { RunTarget } from "../shared/run-target.ts";
import { RunWord, runName } from "./RunWord.tsx";
import { useChangeSettings } from "./useChangeSettings.ts";
import { type RunChoices, useRun } from "./useRun.ts";

export interface PromptModalProps {
  /** Undefined closes the dialog. */
  readonly target: RunTarget | undefined;
  readonly choices: RunChoices;
  /** Photos of the target that are known: shown as thumbnails. */
  readonly pairs: readonly PairCellFragment[];
  readonly onClose: () => void;
  readonly onStarted: (job: JobStateFragment) => void;
  readonly finalFocus?: RefObject<HTMLElement | null>;
}

/** Thumbnails shown; more are counted. */
const thumbsShown = 14;

export function PromptModal(props: PromptModalProps) {
  const { target } = props;
  // What was last asked for stays while the dialog closes; each opening starts afresh.
  const [last, setLast] = useState({ target, opening: 0 });
  if (target !== undefined && target !== last.target) setLast({ target, opening: last.opening + 1 });
  return last.target === undefined ? null : (
    <OpenPromptModal key={last.opening} {...props} target={last.target} isOpen={target !== undefined} />
  );
}

function OpenPromptModal({
  target,
  isOpen,
  choices,
  pairs,
  onClose,
  onStarted,
  finalFocus,
}: PromptModalProps & { readonly target: RunTarget; readonly isOpen: boolean }) {
  const { t, format } = useStudio();
  const run = useRun();
  const settings = useChangeSettings();
  const startButton = useRef<HTMLButtonElement>(null);
  const failureId = useId();
  const [engine, setEngine] = useState<string>();
  const [preset, setPreset] = useState<string>();
  const [includeDone, setIncludeDone] = useState(false);

  const photos = photosOf(target, includeDone);
  const shownPairs = target.kind === "pairs" ? target.pairs : photosToShow(target.skus, pairs).filter((pair) => isRun(pair, includeDone));
  const engineName = engine ?? choices.engine;
  const presetName = preset ?? choices.preset;
  const chosenPreset = choices.presets.find((each) => each.name === presetName);

  const start = async (): Promise<void> => {
    const what: Pick<SubmitJobInput, "mode" | "skus" | "pairs" | "includeDone"> =
      target.kind === "skus"
        ? { mode: "BATCH", skus: target.skus.map((sku) => sku.code), includeDone }
        : { mode: "SINGLE", pairs: target.pairs.map((pair) => pair.id) };
    const job = await run.start({
      ...what,
      ...(engineName === undefined ? {} : { engine: engineName }),
      ...(presetName === undefined ? {} : { output: { preset: presetName } }),
    });
    if (job !== undefined) onStarted(job);
  };

  return (
    <Modal
      open={isOpen}
      onClose={onClose}
      name="prompt"
      width="880px"
      finalFocus={finalFocus}
      initialFocus={startButton}
      title={t("runPhotos", { count: photos })}
      header={
        <>
          <span className="studio-2nd studio-cut">{target.kind === "pairs" ? t("runChosen") : skusWords(target.skus, t)}</span>
          <span className="studio-grow" />
        </>
      }
      footer={
        <>
          <span className="studio-grow studio-prompt-count">
            {run.failure === undefined ? (
              <span className="studio-medium">{t("photos", { count: photos })}</span>
            ) : (
              <span className="studio-bad studio-small" role="alert" id={failureId}>
                {t("notStarted")}. {run.failure}
              </span>
            )}
          </span>
          <Button kind="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            kind="primary"
            ref={startButton}
            aria-label={runName(t)}
            aria-describedby={run.failure === undefined ? undefined : failureId}
            icon={run.isStarting ? <Ring size={16} /> : <Play className="studio-icon" />}
            disabled={photos === 0 || run.isStarting}
            onClick={() => void start()}
          >
            <RunWord count={photos} />
          </Button>
        </>
      }
    >
      <div className="studio-body studio-prompt">
        <div className="studio-pane">
          {target.kind === "skus" ? (
            <label className="studio-check-line">
              <span className="studio-check" data-on={includeDone ? "" : undefined}>
                <input
                  type="checkbox"
                  className="studio-check-input"
                  checked={includeDone}
                  onChange={(event) => setIncludeDone(event.target.checked)}
                />
                {includeDone ? <Check className="studio-icon" /> : null}
              </span>
              <span>{t("runIncludeDone")}</span>
              <span className="studio-3rd">{format.number(photosOf(target, true) - photosOf(target, false))}</span>
            </label>
          ) : null}
          <div className="studio-formrow">
            <span className="studio-label">{t(includeDone || target.kind === "pairs" ? "runChosen" : "runWaitingOnly")}</span>
            {photos === 0 ? <p className="studio-small studio-2nd">{t("runNone")}</p> : <Thumbs pairs={shownPairs} count={photos} />}
          </div>
        </div>
        <div className="studio-pane studio-pane-side">
          <SelectField
            label={t("engine")}
            value={engineName ?? ""}
            onChange={setEngine}
            options={choices.engines.map((each) => ({
              value: each.name,
              label: each.title,
              disabled: !each.available,
              hint: each.available ? undefined : (each.unavailableReason ?? undefined),
            }))}
          />
          {choices.groups.length === 0 ? null : (
            <SelectField
              label={t("prompts")}
              value={choices.group ?? ""}
              onChange={(group) => settings.change({ group })}
              options={[
                { value: "", label: t("promptsNone") },
                ...choices.groups.map((each) => ({
                  value: each.id,
                  label: each.name,
                  hint: t("templates", { count: each.templates.filter((template) => template.enabled).length }),
                })),
              ]}
            />
          )}
          {settings.failure === undefined ? null : (
            <p className="studio-bad studio-small" role="alert">
              {settings.failure}
            </p>
          )}
          <SelectField
            label={t("output")}
            value={presetName ?? ""}
            onChange={setPreset}
            options={[
              ...(choices.preset === undefined && preset === undefined ? [{ value: "", label: t("presetOwn") }] : []),
              ...choices.presets.map((each) => ({
                value: each.name,
                label: each.title,
                hint: format.size(each.output.width, each.output.height),
              })),
            ]}
          />
          {chosenPreset === undefined ? null : (
            <div className="studio-facts studio-small">
              <div className="studio-fact">
                <span className="studio-fact-name">{t("factFile")}</span>
                <span className="studio-fact-value">
                  {chosenPreset.output.format}
                  {chosenPreset.output.maxBytes === null ? "" : ` ≤ ${format.bytes(chosenPreset.output.maxBytes)}`}
                </span>
              </div>
            </div>
          )}
          <EnginesOff engines={choices.engines} />
        </div>
      </div>
    </Modal>
  );
}

function skusWords(skus: readonly SkuRowFragment[], t: Translate): string {
  const only = skus.length === 1 ? skus[0] : undefined;
  return only === undefined ? t("ofSkus", { count: skus.length }) : t("ofSku", { code: only.code });
}

type Thumb = NonNullable<SkuRowFragment["mainPair"]>;

const runsAgain: readonly PairStatus[] = ["READY", "APPROVED", "REJECTED", "FAILED"];
const isRun = ({ status }: Thumb, includeDone: boolean): boolean => status === "WAITING" || (includeDone && runsAgain.includes(status));

/** The photos that are known, and the main one of each other SKU. */
function photosToShow(skus: readonly SkuRowFragment[], known: readonly PairCellFragment[]): readonly Thumb[] {
  const ids = new Set(known.map((pair) => pair.id));
  const others = skus.flatMap((sku) => (sku.mainPair === null || ids.has(sku.mainPair.id) ? [] : [sku.mainPair]));
  return [...known, ...others];
}

/** Photos that a run would take. */
export function photosOf(target: RunTarget, includeDone: boolean): number {
  if (target.kind === "pairs") return target.pairs.length;
  return target.skus.reduce(
    (sum, { counts }) => sum + counts.waiting + (includeDone ? counts.ready + counts.approved + counts.rejected + counts.failed : 0),
    0,
  );
}

function Thumbs({ pairs, count }: { readonly pairs: readonly Thumb[]; readonly count: number }) {
  const { t } = useStudio();
  const shown = pairs.slice(0, count > thumbsShown ? thumbsShown - 1 : thumbsShown);
  const rest = count - shown.length;
  return (
    <div className="studio-thumbs">
      {shown.map((pair) => (
        <div key={pair.id} className="studio-tile studio-mini">
          <Picture photo={pair.source} url={pair.source.thumb} size="thumb" alt={pair.source.name} />
        </div>
      ))}
      {rest > 0 ? (
        <div
          className="studio-tile studio-mini studio-small studio-2nd"
          role="img"
          aria-label={t("more", { count: rest })}
        >{`+${rest}`}</div>
      ) : null}
    </div>
  );
}

function EnginesOff({ engines }: Pick<RunChoices, "engines">) {
  const { t } = useStudio();
  const off = engines.filter((engine) => !engine.available);
  if (off.length === 0) return null;
  return (
    <div className="studio-formrow">
      <span className="studio-label">{t("enginesOff")}</span>
      {off.map((engine) => (
        <div key={engine.name} className="studio-off studio-small studio-2nd">
          <CircleSlash className="studio-icon" />
          <span>{t("engineOff", { engine: engine.title, reason: engine.unavailableReason ?? "" })}</span>
        </div>
      ))}
    </div>
  );
}
