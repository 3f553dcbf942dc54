// What has the focus, also within a shadow root, where the document itself knows only the host element.

/** @param near any element of the same document or shadow root; null asks the document */
export function activeElement(near: Element | null): Element | null {
  const root = near?.getRootNode();
  const scope = root instanceof ShadowRoot ? root : document;
  return scope.activeElement === document.body ? null : scope.activeElement;
}
