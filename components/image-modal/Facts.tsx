// What is known about a pair: status, how sure the engine is, what to look at first, and the facts of the shown result.
import { TriangleAlert } from "lucide-react";
import { useStudio } from "../shared/context.ts";
import { reasonOf } from "../shared/reason.ts";
import { pairSigns, Status } from "../shared/Status.tsx";
import { Compliance, type CompliancePreset } from "./Compliance.tsx";
import { Publications } from "./Publications.tsx";
import type { PairInFull, ResultInFull } from "./usePair.ts";

export interface FactsProps {
  readonly pair: PairInFull;
  readonly result: ResultInFull | undefined;
  readonly engineTitle: (name: string) => string;
  readonly galleryTitle: (name: string) => string;
  readonly presets: readonly CompliancePreset[];
  readonly preset: string | undefined;
}

export function Facts({ pair, result, engineTitle, galleryTitle, presets, preset }: FactsProps) {
  const { t, say, format } = useStudio();
  const { mark, word } = pairSigns[pair.status];
  const image = result?.image ?? pair.source;
  const facts: [string, string | null | undefined][] = [
    [t("factSize"), format.size(image.width, image.height)],
    [t("factFile"), `${fileKind(image.mimeType)}, ${format.bytes(image.bytes)}`],
  ];
  if (result === undefined) facts.push([t("factAdded"), format.moment(pair.createdAt)]);
  else {
    const seconds = format.seconds(result.durationMs);
    facts.push(
      [t("factEngine"), [engineTitle(result.engine), result.model].filter(Boolean).join(", ")],
      [t("factFidelity"), result.fidelity == null ? null : t("fidelity", { percent: format.percent(result.fidelity) })],
      [t("factPrompt"), result.prompt],
      [t("factTook"), result.costUsd > 0 ? t("tookCost", { seconds, cost: format.money(result.costUsd) }) : t("tookFree", { seconds })],
      [t("factMade"), format.moment(result.createdAt)],
    );
  }
  return (
    <div className="studio-side-scroll">
      <div className="studio-section">
        <div className="studio-line">
          <Status mark={mark}>{t(word)}</Status>
          <span className="studio-grow" />
          {result?.confidence == null ? null : (
            <span className="studio-3rd studio-small">{t("confidence", { percent: format.percent(result.confidence) })}</span>
          )}
        </div>
        {pair.note === null ? null : <p className="studio-small studio-2nd">{reasonOf(pair, say)}</p>}
        {result === undefined || result.warnings.length === 0 ? null : (
          <ul className="studio-warnings" aria-label={t("lookHere")}>
            {result.warnings.map((warning) => (
              <li key={warning.text} className="studio-warning studio-warn studio-small">
                <TriangleAlert className="studio-icon" />
                <span>{say(warning)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="studio-section">
        <h3 className="studio-section-title">{t("facts")}</h3>
        <dl className="studio-facts">
          {facts.map(([name, value]) =>
            value == null || value === "" ? null : (
              <div key={name} className="studio-fact">
                <dt className="studio-fact-name">{name}</dt>
                <dd className="studio-fact-value">{value}</dd>
              </div>
            ),
          )}
        </dl>
      </div>
      <Publications publications={pair.publications} galleryTitle={galleryTitle} />
      {result === undefined ? null : <Compliance result={result.id} presets={presets} preset={preset} />}
    </div>
  );
}

/** `image/jpeg` is what people call JPEG. */
const fileKind = (mimeType: string): string =>
  mimeType
    .slice(mimeType.indexOf("/") + 1)
    .replace("svg+xml", "svg")
    .toUpperCase()
    .replace("WEBP", "WebP");
