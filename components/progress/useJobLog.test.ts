// The log: in order, each line once, the newest kept.
import { expect, it } from "vitest";
import type { LogLineFragment } from "../api/generated/graphql.ts";
import { mergedLines } from "./useJobLog.ts";

const line = (number: number, message = "done"): LogLineFragment => ({
  id: `line-${number}`,
  at: new Date(Date.UTC(2026, 4, 4, 9, 0, number)).toISOString(),
  level: "INFO",
  message: { text: message, code: null, values: {} },
  item: null,
});

it("tells each line once, in the order of time, whichever way it came", () => {
  const lines = mergedLines([line(1), line(3)], [line(2), line(3, "told again")]);
  expect(lines.map(({ id }) => id)).toEqual(["line-1", "line-2", "line-3"]);
  expect(lines.at(-1)?.message.text).toBe("told again");
});

it("lets the oldest go", () => {
  const many = Array.from({ length: 250 }, (_, index) => line(index));
  const lines = mergedLines(many, [line(250)]);
  expect(lines).toHaveLength(200);
  expect(lines.at(-1)?.id).toBe("line-250");
});
