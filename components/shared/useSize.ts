// How large an element is, kept up to date.
import { type RefObject, useState } from "react";
import { useIsomorphicLayoutEffect } from "./useIsomorphicLayoutEffect.ts";

const nothing = { width: 0, height: 0 };

/** Pixels within its border; 0 by 0 before the first layout. */
export function useSize(element: RefObject<HTMLElement | null>): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState(nothing);
  const [current, setCurrent] = useState<HTMLElement | null>(null);
  // After each rendering: it may come later than what measures it, in the place of what stood there while it loaded.
  useIsomorphicLayoutEffect(() => setCurrent(element.current));
  useIsomorphicLayoutEffect(() => {
    if (current === null) return;
    const measure = (): void => setSize({ width: current.clientWidth, height: current.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [current]);
  return size;
}
