// The router: the browser's address is the state, read through its history events.
import { useSyncExternalStore } from "react";
import { pathOf, type Route, routeOf } from "../routes.ts";

// pushState itself tells nobody, so the app's own moves send this.
const movedEvent = "nordlager:moved";

export function useRoute(): { route: Route | undefined; go: (route: Route) => void } {
  const pathname = useSyncExternalStore(subscribe, () => location.pathname);
  return { route: routeOf(pathname), go };
}

function go(route: Route): void {
  const path = pathOf(route);
  if (path === location.pathname) return;
  const isNextProduct = route.page === "photos" && routeOf(location.pathname)?.page === "photos";
  // Going through products one after the other is one stay on the page: Back leaves it at once.
  if (isNextProduct) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new Event(movedEvent));
}

function subscribe(onChange: () => void): () => void {
  addEventListener("popstate", onChange);
  addEventListener(movedEvent, onChange);
  return () => {
    removeEventListener("popstate", onChange);
    removeEventListener(movedEvent, onChange);
  };
}
