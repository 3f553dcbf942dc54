// No story may log an error or load what is not there: whatever does is told as that story's failure.

interface Canvas {
  readonly canvasElement: Element;
}

const faultsOf = new WeakMap<Element, string[]>();

/** Collects from before the story is drawn. @returns what ends it */
export function watchFaults({ canvasElement }: Canvas): () => void {
  const faults: string[] = [];
  faultsOf.set(canvasElement, faults);
  const told = console.error;
  console.error = (...words: unknown[]) => {
    faults.push(words.map(String).join(" "));
    told(...words);
  };
  const onError = (event: Event): void => {
    const { target } = event;
    if (target instanceof HTMLImageElement) faults.push(`The picture ${target.src} did not load.`);
    else if (event instanceof ErrorEvent) faults.push(event.message);
  };
  const onRejection = ({ reason }: PromiseRejectionEvent): number => faults.push(String(reason));
  addEventListener("error", onError, { capture: true });
  addEventListener("unhandledrejection", onRejection);
  return () => {
    console.error = told;
    removeEventListener("error", onError, { capture: true });
    removeEventListener("unhandledrejection", onRejection);
  };
}

/** Once the story was played. @throws where something went wrong */
export function tellFaults({ canvasElement }: Canvas): void {
  const faults = faultsOf.get(canvasElement)?.splice(0) ?? [];
  if (faults.length > 0) throw new Error(`The story logged errors:\n${faults.join("\n")}`);
}
