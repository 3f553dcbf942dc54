// A layout effect that stays silent while rendered on a server, where React 18 warns of it.
import { useEffect, useLayoutEffect } from "react";

export const useIsomorphicLayoutEffect = typeof window === "undefined" ? useEffect : useLayoutEffect;
