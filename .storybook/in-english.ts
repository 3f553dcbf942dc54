// Plays find their way by English words; in another language, or as an illustration of the guide, a story is drawn and left at that.
import type { ReactRenderer } from "@storybook/react-vite";
import type { PlayFunction } from "storybook/internal/types";

export function inEnglish<Args>(play: PlayFunction<ReactRenderer, Args>): PlayFunction<ReactRenderer, Args> {
  return async (context) => {
    if (context.globals["locale"] === "en" && !isIllustration()) await play(context);
  };
}

/** Several stories in frames of one page would take the focus from each other. */
function isIllustration(): boolean {
  try {
    return window.parent.location.search.includes("viewMode=docs");
  } catch {
    // The page around is somebody else's, such as one that shows this Storybook in a frame.
    return false;
  }
}
