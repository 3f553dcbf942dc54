// What every story stands in: an API of its own in the page, the studio's root around it, theme and language from the toolbar.
import type { Preview } from "@storybook/react-vite";
import { configure } from "storybook/test";
import "../components/styles/index.css";
import "./preview.css";
import { inStudio } from "./studio-decorator.tsx";
import { tellFaults, watchFaults } from "./watch-faults.ts";

/** Milliseconds that a play waits for what must come, on machines that run other things too. */
configure({ asyncUtilTimeout: 8000 });

const preview: Preview = {
  globalTypes: {
    theme: {
      description: "Theme of the widget",
      toolbar: { title: "Theme", icon: "circlehollow", dynamicTitle: true, items: ["light", "dark", "auto"] },
    },
    locale: {
      description: "Language of the widget",
      toolbar: {
        title: "Language",
        icon: "globe",
        dynamicTitle: true,
        items: [
          { value: "en", title: "English" },
          { value: "zh", title: "中文" },
          { value: "ru", title: "Русский" },
        ],
      },
    },
  },
  initialGlobals: { theme: "light", locale: "en" },
  decorators: [inStudio],
  beforeEach: watchFaults,
  afterEach: tellFaults,
  parameters: {
    layout: "fullscreen",
    a11y: { test: "error" },
    controls: { disable: true },
    actions: { disable: true },
    // The studio has its own ground.
    backgrounds: { disable: true },
    options: {
      storySort: {
        order: [
          "Guide",
          ["Getting started", "Token", "Theming", "Languages", "Headless hooks", "Slots and features", "Examples"],
          "Studio",
          "Parts",
        ],
      },
    },
    docs: { story: { inline: false, height: "640px" } },
  },
};

export default preview;
