// What stands in the place of pairs while they load, in cells of their size.
import type { CSSProperties } from "react";
import { useStudio } from "../shared/context.ts";

/** Smallest width of a cell in pixels; as many columns as fit. */
export const cellPixels = { small: 248, medium: 320, large: 480 } as const;
export type CellSize = keyof typeof cellPixels;

export const sizeStyle = (size: CellSize): CSSProperties & Record<string, unknown> => ({ "--studio-cell": `${cellPixels[size]}px` });

export function PairBones({ size = "medium" }: { readonly size?: CellSize }) {
  const { t } = useStudio();
  return (
    <div className="studio-pairs" style={sizeStyle(size)}>
      <div role="grid" className="studio-grid" aria-label={t("pairs")} aria-busy="true">
        {[96, 80, 88, 84, 92, 76].map((width) => (
          <div key={width} role="row" className="studio-cell">
            <div role="gridcell" className="studio-pair" aria-label={t("loading")} data-bone="">
              <div className="studio-tiles">
                <div className="studio-tile" />
                <div className="studio-tile" />
              </div>
              <div className="studio-bones">
                <i className="studio-bone" style={{ width, height: 10 }} />
                <i className="studio-bone" style={{ width: 56, height: 8 }} />
              </div>
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
