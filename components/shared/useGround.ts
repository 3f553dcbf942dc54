// The plain ground of a picture that a page may read: looked for when it is wanted, in a small copy.
import { useEffect, useState } from "react";
import { type FoundGround, findGround } from "./ground.ts";

/** Longest side that is looked at, pixels: enough to see by, read while a finger waits. */
const longestSide = 900;

export interface SeenPhoto {
  readonly large: string;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

export type SeenGround = FoundGround & { readonly width: number; readonly height: number };

/** Undefined until it is known. A picture whose host lets nobody read it has a ground that is not known. */
export function useGround({ large, sha256, width, height }: SeenPhoto, isWanted: boolean): SeenGround | undefined {
  const [found, setFound] = useState<{ sha256: string; looked: SeenGround }>();
  const isKnown = found?.sha256 === sha256;
  useEffect(() => {
    if (!isWanted || isKnown) return;
    let isMeant = true;
    const look = async (): Promise<void> => {
      const looked = await lookAt(large, { width, height });
      if (isMeant) setFound({ sha256, looked });
    };
    void look();
    return () => {
      isMeant = false;
    };
  }, [isWanted, isKnown, large, sha256, width, height]);
  return isKnown ? found.looked : undefined;
}

async function lookAt(url: string, size: { width: number; height: number }): Promise<SeenGround> {
  const scale = Math.min(1, longestSide / Math.max(size.width, size.height));
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  try {
    const image = new Image();
    image.crossOrigin = "anonymous";
    image.src = url;
    await image.decode();
    const surface = document.createElement("canvas");
    surface.width = width;
    surface.height = height;
    const context = surface.getContext("2d", { willReadFrequently: true });
    if (context === null) return { kind: "unknown", width, height };
    context.drawImage(image, 0, 0, width, height);
    return { ...findGround(context.getImageData(0, 0, width, height)), width, height };
  } catch {
    // Not readable from this page: then it is painted unseen, and that is said.
    return { kind: "unknown", width, height };
  }
}
