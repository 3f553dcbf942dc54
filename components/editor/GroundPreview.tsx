// A new ground shown before it is painted: behind a picture that stands free, over the white of a finished one.
import { type ReactNode, useEffect, useRef } from "react";
import { type SeenGround, useGround } from "../shared/useGround.ts";
import type { Ground } from "./edit.ts";

/** Squares of the checkerboard, in the same pixels. */
const checkerSide = 9;

export interface GroundPreviewProps {
  readonly photo: { readonly large: string; readonly sha256: string; readonly width: number; readonly height: number };
  readonly ground: Ground | undefined;
  readonly onSeen: (isSeen: boolean) => void;
  readonly children: ReactNode;
}

export function GroundPreview({ photo, ground, onSeen, children }: GroundPreviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const found = useGround(photo, ground !== undefined);
  const isSeen = found === undefined || found.kind !== "unknown";
  useEffect(() => onSeen(isSeen), [onSeen, isSeen]);
  useEffect(() => {
    if (canvas.current !== null && found?.kind === "white" && ground !== undefined) paint(canvas.current, found, ground);
  }, [found, ground]);
  return (
    <>
      {ground !== undefined && ground !== "transparent" && found?.kind === "clear" ? (
        <i className="studio-ground" style={{ background: ground }} />
      ) : null}
      {children}
      {ground !== undefined && found?.kind === "white" ? (
        <canvas className="studio-ground" data-over="" ref={canvas} width={found.width} height={found.height} />
      ) : null}
    </>
  );
}

/** The colour where the ground is, laid on by multiplying: white takes the colour, a shadow darkens it. */
function paint(canvas: HTMLCanvasElement, { mask, width, height }: Extract<SeenGround, { kind: "clear" | "white" }>, ground: Ground): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const pixels = context.createImageData(width, height);
  const colour = ground === "transparent" ? undefined : colourOf(ground);
  const checkers = checkerColours(canvas);
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    const isDark = (Math.floor((at % width) / checkerSide) + Math.floor(at / width / checkerSide)) % 2 === 1;
    const [red, green, blue] = colour ?? (isDark ? checkers.dark : checkers.light);
    pixels.data.set([red, green, blue, 255], at * 4);
  }
  context.putImageData(pixels, 0, 0);
}

type Colour = readonly [red: number, green: number, blue: number];

function colourOf(hex: string): Colour {
  const digits = hex.slice(1);
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const value = Number.parseInt(full, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function checkerColours(near: Element): { readonly light: Colour; readonly dark: Colour } {
  const style = getComputedStyle(near);
  const read = (name: string): Colour => colourOf(style.getPropertyValue(name).trim() || "#dedede");
  return { light: read("--studio-checker-a"), dark: read("--studio-checker-b") };
}
