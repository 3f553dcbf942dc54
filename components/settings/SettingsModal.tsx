// The settings: what runs take unless told otherwise, prompts in their order, and keys for scripts. Changes save themselves.
import { Tabs } from "@base-ui/react/tabs";
import { Check, KeyRound, ListOrdered, SlidersHorizontal } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import type { PairCellFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { Modal } from "../shared/Modal.tsx";
import { Ring } from "../shared/Ring.tsx";
import { type Saving, useSaving } from "../shared/useSaving.ts";
import { ApiKeys } from "./ApiKeys.tsx";
import { Defaults } from "./Defaults.tsx";
import { Prompts } from "./Prompts.tsx";

export type SettingsTab = "defaults" | "prompts" | "keys";

export interface SettingsModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Shown at first; default `defaults`. */
  readonly tab?: SettingsTab | undefined;
  /** May change prompts and try them. */
  readonly canEdit: boolean;
  /** May make and revoke keys. */
  readonly isOwner: boolean;
  /** Photos that a template can be tried on. */
  readonly photos?: readonly PairCellFragment[];
  readonly finalFocus?: RefObject<HTMLElement | null> | undefined;
}

const noPhotos: readonly PairCellFragment[] = [];

export function SettingsModal({ open, ...props }: SettingsModalProps) {
  return open ? <OpenSettings {...props} /> : null;
}

function OpenSettings({
  onClose,
  tab: first = "defaults",
  canEdit,
  isOwner,
  photos = noPhotos,
  finalFocus,
}: Omit<SettingsModalProps, "open">) {
  const { t } = useStudio();
  const saving = useSaving();
  const [tab, setTab] = useState<SettingsTab>(first);
  const doneButton = useRef<HTMLButtonElement>(null);
  const tabs = [
    { value: "defaults", word: "settingsDefaults", icon: <SlidersHorizontal className="studio-icon" /> },
    { value: "prompts", word: "prompts", icon: <ListOrdered className="studio-icon" /> },
    ...(isOwner ? [{ value: "keys", word: "settingsKeys", icon: <KeyRound className="studio-icon" /> } as const] : []),
  ] as const;
  return (
    <Modal
      open
      onClose={onClose}
      name="settings"
      width="1168px"
      height="640px"
      title={t("settings")}
      initialFocus={doneButton}
      finalFocus={finalFocus}
      footer={
        <>
          <Saved saving={saving} />
          <Button kind="primary" ref={doneButton} onClick={onClose}>
            {t("settingsDone")}
          </Button>
        </>
      }
    >
      <Tabs.Root
        className="studio-body studio-settings"
        orientation="vertical"
        value={tab}
        onValueChange={(value: SettingsTab) => setTab(value)}
      >
        <Tabs.List className="studio-settings-tabs" aria-label={t("settings")}>
          {tabs.map(({ value, word, icon }) => (
            <Tabs.Tab key={value} value={value} className="studio-settings-tab">
              {icon}
              <span>{t(word)}</span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="defaults" className="studio-settings-panel">
          <Defaults saving={saving} />
        </Tabs.Panel>
        <Tabs.Panel value="prompts" className="studio-settings-panel">
          <Prompts saving={saving} canEdit={canEdit} photos={photos} />
        </Tabs.Panel>
        {isOwner ? (
          <Tabs.Panel value="keys" className="studio-settings-panel">
            <ApiKeys saving={saving} />
          </Tabs.Panel>
        ) : null}
      </Tabs.Root>
    </Modal>
  );
}

function Saved({ saving: { state, failure } }: { readonly saving: Saving }) {
  const { t } = useStudio();
  if (failure !== undefined) {
    return (
      <span className="studio-grow studio-bad studio-small" role="alert">
        {t("putBack", { reason: failure })}
      </span>
    );
  }
  return (
    <span className="studio-grow studio-line studio-2nd" role="status">
      {state === "saving" ? <Ring size={16} /> : state === "saved" ? <Check className="studio-icon studio-ok" /> : null}
      {state === "saving" ? t("settingsSaving") : state === "saved" ? t("settingsSaved") : ""}
    </span>
  );
}
