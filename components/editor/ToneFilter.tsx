// An SVG filter that shows the tone on any picture, without reading its pixels: those of another origin may be shown, not read.
import { type Tone, toneNames } from "./edit.ts";
import { toneTables } from "./tone.ts";

/** Screen pixels around which sharpening looks. */
const sharpenRadius = 1;

export const hasTone = (tone: Tone): boolean => toneNames.some((name) => tone[name] !== 0);

export function ToneFilter({ id, tone, shownSide }: { readonly id: string; readonly tone: Tone; readonly shownSide: number }) {
  const { curve, saturate, red, blue, blur, sharpen } = toneTables(tone, shownSide);
  return (
    <svg className="studio-hidden" aria-hidden="true" width="0" height="0">
      <filter id={id} x="0" y="0" width="1" height="1" colorInterpolationFilters="sRGB">
        <feComponentTransfer>
          <feFuncR type="table" tableValues={curve} />
          <feFuncG type="table" tableValues={curve} />
          <feFuncB type="table" tableValues={curve} />
        </feComponentTransfer>
        <feColorMatrix type="saturate" values={String(saturate)} />
        <feComponentTransfer result="toned">
          <feFuncR type="table" tableValues={red} />
          <feFuncB type="table" tableValues={blue} />
        </feComponentTransfer>
        {blur > 0 ? <feGaussianBlur stdDeviation={blur} edgeMode="duplicate" /> : null}
        {sharpen > 0 ? <feGaussianBlur stdDeviation={sharpenRadius} edgeMode="duplicate" result="soft" /> : null}
        {sharpen > 0 ? <feComposite in="toned" in2="soft" operator="arithmetic" k2={1 + sharpen} k3={-sharpen} /> : null}
      </filter>
    </svg>
  );
}
