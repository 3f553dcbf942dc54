// Under the picture: quarter turns, the dial that straightens, and mirrors.
import { FlipHorizontal2, FlipVertical2, RotateCcwSquare, RotateCwSquare } from "lucide-react";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { Dial } from "./Dial.tsx";
import { type Edit, mirrored, quarterTurned } from "./edit.ts";
import type { Size } from "./geometry.ts";

export interface TurnBarProps {
  readonly edit: Edit;
  readonly picture: Size;
  readonly onChange: (edit: Edit, about?: string) => void;
  readonly onCommit: () => void;
}

export function TurnBar({ edit, picture, onChange, onCommit }: TurnBarProps) {
  const { t } = useStudio();
  return (
    <div className="studio-turn" role="toolbar" aria-label={t("turn")}>
      <Button
        kind="quiet"
        label={t("turnLeft")}
        icon={<RotateCcwSquare className="studio-icon" />}
        onClick={() => onChange(quarterTurned(edit, -1, picture))}
      />
      <Button
        kind="quiet"
        label={t("turnRight")}
        icon={<RotateCwSquare className="studio-icon" />}
        onClick={() => onChange(quarterTurned(edit, 1, picture))}
      />
      <span className="studio-rule" />
      <span className="studio-grow" />
      <Dial value={edit.straighten} onChange={(straighten) => onChange({ ...edit, straighten }, "straighten")} onCommit={onCommit} />
      <span className="studio-grow" />
      <span className="studio-rule" />
      <Button
        kind="quiet"
        label={t("flipSides")}
        icon={<FlipHorizontal2 className="studio-icon" />}
        onClick={() => onChange(mirrored(edit, "sides"))}
      />
      <Button
        kind="quiet"
        label={t("flipEnds")}
        icon={<FlipVertical2 className="studio-icon" />}
        onClick={() => onChange(mirrored(edit, "ends"))}
      />
    </div>
  );
}
