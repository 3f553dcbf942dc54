// Which React these tests run under: the newest, and in a project of its own the oldest that the package says it works with.
import { version } from "react";
import { version as domVersion } from "react-dom";
import { expect, inject, it } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    reactMajor: number;
  }
}

it("is the one that the project is for, in both its halves", () => {
  expect([version, domVersion].map((each) => Number(each.split(".")[0]))).toEqual([inject("reactMajor"), inject("reactMajor")]);
});
