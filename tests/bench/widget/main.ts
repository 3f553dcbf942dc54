// `npm run bench:widget`: what the widget weighs, against what it may.
import { widgetSize } from "./size.ts";

/** Gzipped bytes besides React that a page may have to load before the widget is shown. */
const firstLoadBytes = 90_000;

const react = ["react", "react-dom"];
const sizes = [
  ["besides React", await widgetSize(react)],
  ["besides React, urql, graphql and graphql-ws", await widgetSize([...react, "urql", "@urql/core", "graphql", "graphql-ws"])],
] as const;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
for (const [besides, { first, later, styles }] of sizes) {
  console.log(`${besides}: first load ${kilobytes(first)}, on demand ${kilobytes(later)}, styles ${kilobytes(styles)}`);
}
const [[, { first }]] = sizes;
if (first > firstLoadBytes) {
  console.error(
    `The first load is ${kilobytes(first)}, more than ${kilobytes(firstLoadBytes)}: move what is not seen at first behind onDemand.`,
  );
  process.exitCode = 1;
}
