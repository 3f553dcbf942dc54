// What GraphiQL opens with: the operations that a script begins with, ready to run one by one.

export const exampleOperations = `# Paste the key from the file \`api-key\` in the data folder into Headers below, put the cursor into an
# operation and press Ctrl-Enter.

# Who am I, and what is there?
query Overview {
  viewer { userId workspaceId role }
  skuCounts { all pending processing review approved }
  skus(first: 10) {
    totalCount
    edges { node { code title status counts { total waiting ready approved } } }
  }
}

# Which engines and marketplace presets can I choose from?
query Choices {
  engines { name title available unavailableReason }
  outputPresets { name title output { width height format maxBytes } rules }
}

# Run every waiting photo of a SKU.
mutation Run {
  submitJob(input: { mode: BATCH, skus: ["MUG-001"], output: { preset: "square-master" } }) {
    id
    number
    progress { total }
  }
}

# Watch photos of a SKU change: the present state first, then each change.
subscription Watch {
  pairs(sku: "MUG-001") { id status current { confidence warnings } result { url(width: 400) } }
}

# Look at the results, and how they stand against a marketplace's rules.
query Results {
  sku(code: "MUG-001") {
    pairs {
      edges {
        node {
          id
          status
          source { name }
          current { durationMs confidence warnings compliance(preset: "amazon-main") { rule verdict expected actual } }
        }
      }
    }
  }
}
`;
