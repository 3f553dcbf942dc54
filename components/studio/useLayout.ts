// How wide the studio itself is, not the window: a list, a rail of thumbnails, or a drawer.
import { type RefObject, useEffect, useState } from "react";

export type Layout = "wide" | "rail" | "drawer";

/** Narrower than this, the list becomes a rail. */
const railBelow = 900;
/** Narrower than this, the rail becomes a drawer. */
const drawerBelow = 640;

export const layoutOf = (width: number): Layout => (width >= railBelow ? "wide" : width >= drawerBelow ? "rail" : "drawer");

export function useLayout(root: RefObject<HTMLElement | null>): Layout {
  const [layout, setLayout] = useState<Layout>("wide");
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const measure = (): void => setLayout(layoutOf(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [root]);
  return layout;
}
