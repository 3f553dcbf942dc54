// What may come after the picture that the eye is on.

/** Acts once what was drawn until now is on the screen; at once on a page that nobody sees, where no frames come. */
export function afterPaint(act: () => void): void {
  if (document.visibilityState === "hidden") act();
  else requestAnimationFrame(() => setTimeout(act));
}
