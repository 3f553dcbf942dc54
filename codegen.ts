// Typed documents for the widget: schema.graphql and the operations beside each part become components/api/generated.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["components/**/*.graphql"],
  generates: {
    "components/api/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: ".ts",
        onlyOperationTypes: true,
        dedupeFragments: true,
        scalars: { DateTime: "string", URL: "string", JSON: "unknown" },
      },
    },
  },
};

export default config;
