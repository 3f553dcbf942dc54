// Rendering on a server: markup without an error, without a question to the API, and taken over by the browser as it is.
import { createElement, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { ImageStudio } from "../index.ts";

it("says what it is in the host's language, and asks nobody for anything", () => {
  const getToken = vi.fn<() => Promise<string>>(async () => "key");
  const fetched = vi.spyOn(globalThis, "fetch");
  const told = vi.spyOn(console, "error");
  const studio = createElement(ImageStudio, {
    endpoint: "/graphql",
    getToken,
    locale: "ru",
    theme: "dark",
    sku: "MUG-001",
    className: "mine",
  });
  const html = renderToString(createElement(StrictMode, null, studio, studio));
  expect(html.match(/role="region" aria-label="Студия изображений" lang="ru" class="studio mine" data-theme="dark"/g)).toHaveLength(2);
  expect(getToken).not.toHaveBeenCalled();
  expect(fetched).not.toHaveBeenCalled();
  expect(told).not.toHaveBeenCalled();
});

it("imports the custom element without harm where there are no elements", async () => {
  await expect(import("../element/element.ts")).resolves.toBeDefined();
});
