// The templates of a group: chosen by a click, moved by their handle (pointer or arrows), switched on and off.
import { GripVertical } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useStudio } from "../shared/context.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { Switch } from "../shared/Switch.tsx";
import { movedTo } from "./order.ts";
import type { Group, PromptsHandle, Template } from "./usePrompts.ts";

export const scopeWords: Readonly<Record<Template["appliesTo"], MessageKey>> = {
  ALL: "scopeAll",
  MAIN: "scopeMain",
  DETAIL: "scopeDetail",
};

/** Height of a row, pixels. */
const rowPixels = 40;

export interface TemplateListProps {
  readonly group: Group;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly prompts: PromptsHandle;
  readonly canEdit: boolean;
}

export function TemplateList({ group, chosen, onChoose, prompts, canEdit }: TemplateListProps) {
  const { t, format } = useStudio();
  const kept = group.templates.map(({ id }) => id);
  /** The order while it is being changed, and until the server has it. */
  const [own, setOwn] = useState<{ readonly of: string; readonly ids: readonly string[] }>();
  const drag = useRef<{ id: string; y: number; from: number }>(undefined);
  const [dragged, setDragged] = useState<string>();
  const key = kept.join();
  const ids = own?.of === key ? own.ids : kept;
  const shown = ids.flatMap((id) => group.templates.find((template) => template.id === id) ?? []);

  const place = (id: string, to: number): void => setOwn({ of: key, ids: movedTo(ids, id, to) });
  const send = (id: string, to: number): void => {
    const template = group.templates.find((each) => each.id === id);
    if (template !== undefined && template.position !== to) prompts.moveTemplate(template, to);
  };
  const onKeyDown = (event: KeyboardEvent, id: string): void => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const to = Math.min(ids.length - 1, Math.max(0, ids.indexOf(id) + step));
    place(id, to);
    send(id, to);
  };
  const release = (): void => {
    const { current } = drag;
    drag.current = undefined;
    setDragged(undefined);
    if (current !== undefined) send(current.id, ids.indexOf(current.id));
  };
  return (
    <ol className="studio-templates">
      {shown.map((template, index) => (
        <li
          key={template.id}
          className="studio-template"
          data-on={template.id === chosen ? "" : undefined}
          data-dragged={template.id === dragged ? "" : undefined}
        >
          {canEdit ? (
            <button
              type="button"
              className="studio-grip"
              aria-label={t("templateMove", { name: template.name })}
              onKeyDown={(event) => onKeyDown(event, template.id)}
              onPointerDown={(event: PointerEvent<HTMLButtonElement>) => {
                drag.current = { id: template.id, y: event.clientY, from: index };
                setDragged(template.id);
                event.currentTarget.setPointerCapture(event.pointerId);
              }}
              onPointerMove={(event) => {
                const { current } = drag;
                if (current === undefined) return;
                const to = Math.min(ids.length - 1, Math.max(0, current.from + Math.round((event.clientY - current.y) / rowPixels)));
                if (ids.indexOf(current.id) !== to) place(current.id, to);
              }}
              onPointerUp={release}
              onPointerCancel={release}
            >
              <GripVertical className="studio-icon" />
            </button>
          ) : null}
          <span className="studio-3rd studio-template-number">{format.number(index + 1)}</span>
          <button
            type="button"
            className="studio-template-name"
            aria-pressed={template.id === chosen}
            data-off={template.enabled ? undefined : ""}
            onClick={() => onChoose(template.id)}
          >
            <span className="studio-cut" title={template.name}>
              {template.name}
            </span>
          </button>
          <span className="studio-small studio-2nd studio-cut">{t(scopeWords[template.appliesTo])}</span>
          <Switch
            label={t("templateOn", { name: template.name })}
            isNameHidden
            checked={template.enabled}
            disabled={!canEdit}
            onChange={(enabled) => void prompts.updateTemplate(template.id, { ...template, enabled })}
          />
        </li>
      ))}
    </ol>
  );
}
