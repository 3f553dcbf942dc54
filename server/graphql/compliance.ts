// How results stand against marketplaces' rules.
import { complianceOf, measuredResult } from "../domain/compliance.ts";
import type { RuleOutcome } from "../images/compliance.ts";
import { tellApart } from "../say.ts";
import { builder } from "./builder.ts";
import { SentenceType, said } from "./sentence.ts";

const VerdictEnum = builder.enumType("Verdict", {
  values: {
    PASSED: {},
    FAILED: {},
    NOT_CHECKED: { description: "The rule cannot be measured; never counted as passed." },
  },
});

const RuleOutcomeType = builder.objectRef<RuleOutcome>("RuleOutcome").implement({
  fields: (t) => ({
    rule: t.exposeString("rule"),
    verdict: t.expose("verdict", { type: VerdictEnum }),
    expected: t.exposeString("expected", { description: "What the rule wants, and what the encoded file has." }),
    actual: t.exposeString("actual", { nullable: true }),
    expectedSentence: t.field({ type: SentenceType, resolve: ({ expected }) => tellApart(expected) }),
    actualSentence: t.field({ type: SentenceType, nullable: true, resolve: ({ actual }) => said(actual) }),
  }),
});

builder.prismaObjectField("Result", "compliance", (t) =>
  t.field({
    type: [RuleOutcomeType],
    description: "How the picture stands against a marketplace's rules.",
    args: { preset: t.arg.string({ required: true }) },
    select: measuredResult,
    resolve: async (result, { preset }, { app }) => [...(await complianceOf(app, result, preset))],
  }),
);
