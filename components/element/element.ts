// The script for pages without React: importing or loading it defines `image-studio`. It exports nothing, so that it runs as a module and as a plain script.
import { ImageStudioElement } from "./ImageStudioElement.tsx";

export type { ImageStudioElement, ImageStudioEventMap } from "./ImageStudioElement.tsx";

declare global {
  interface HTMLElementTagNameMap {
    "image-studio": ImageStudioElement;
  }
}

// Twice on a page, as by two bundles of one app, the first stays.
if (typeof customElements !== "undefined" && customElements.get("image-studio") === undefined) {
  customElements.define("image-studio", ImageStudioElement);
}
