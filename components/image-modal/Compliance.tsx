// How the shown result stands against a marketplace's rules: what fails first, and what nobody can measure with a dash.
import { Check, Minus, X } from "lucide-react";
import { useState } from "react";
import { ComplianceDocument, type Verdict } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { QuietChoice } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { useRead } from "../shared/useRead.ts";

export interface CompliancePreset {
  readonly name: string;
  readonly title: string;
}

export interface ComplianceProps {
  /** Id of the result. */
  readonly result: string;
  readonly presets: readonly CompliancePreset[];
  /** What is checked until another is chosen. */
  readonly preset: string | undefined;
}

const order: readonly Verdict[] = ["FAILED", "PASSED", "NOT_CHECKED"];
/** Lines that stand while the rules are measured, so that little moves when they come. */
const bones = [168, 132, 148, 120, 156];

export function Compliance({ result, presets, preset }: ComplianceProps) {
  const { t, say } = useStudio();
  const [chosen, setChosen] = useState<string>();
  const name = chosen ?? preset ?? presets[0]?.name;
  const { data, error, refresh } = useRead(ComplianceDocument, { id: result, preset: name ?? "" }, { pause: name === undefined });
  if (name === undefined) return null;
  const node = data?.node;
  const title = presets.find((each) => each.name === name)?.title ?? name;
  const rules = node != null && node.id === result && "compliance" in node ? node.compliance : undefined;
  return (
    <section className="studio-section" aria-label={t("compliance")}>
      <div className="studio-line">
        <h3 className="studio-section-title studio-cut studio-grow" title={title}>
          {title}
        </h3>
        <QuietChoice
          name={t("preset")}
          value={name}
          onChange={setChosen}
          options={presets.map((each) => ({ value: each.name, label: each.title }))}
          word={t("preset")}
        />
      </div>
      {rules !== undefined ? (
        <ul className="studio-rules studio-small">
          {rules
            .toSorted((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict))
            .map((rule) => (
              <li key={rule.rule} className="studio-rule-line" data-is={rule.verdict} title={rule.actual ? say(rule.actual) : undefined}>
                <Sign verdict={rule.verdict} />
                <span className="studio-rule-words">
                  {sentence(say(rule.expected))}
                  {rule.verdict === "FAILED" ? (
                    <span className="studio-bad">{rule.actual ? sentence(say(rule.actual)) : t("ruleFailed")}</span>
                  ) : null}
                </span>
                {rule.verdict === "NOT_CHECKED" ? <span className="studio-3rd">{t("notChecked")}</span> : null}
              </li>
            ))}
        </ul>
      ) : error !== undefined ? (
        <div className="studio-line">
          <span className="studio-small studio-2nd studio-grow">{t("complianceFailed")}</span>
          <Button kind="quiet" size="s" onClick={refresh}>
            {t("tryAgain")}
          </Button>
        </div>
      ) : (
        <div className="studio-bones" aria-busy="true">
          {bones.map((width) => (
            <i key={width} className="studio-bone" style={{ width, height: 10, marginBlock: 3 }} />
          ))}
        </div>
      )}
    </section>
  );
}

/** In a list the full stop of a sentence is one dot too many. */
const sentence = (text: string): string => text.replace(/[.。]$/, "");

function Sign({ verdict }: { readonly verdict: Verdict }) {
  const { t } = useStudio();
  if (verdict === "FAILED") return <X className="studio-icon studio-bad" role="img" aria-hidden={false} aria-label={t("ruleFailed")} />;
  if (verdict === "PASSED") return <Check className="studio-icon studio-ok" role="img" aria-hidden={false} aria-label={t("rulePassed")} />;
  return <Minus className="studio-icon studio-3rd" />;
}
