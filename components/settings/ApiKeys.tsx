// Keys for scripts: a new one is shown once, in place, to be copied; old ones are told apart by their beginnings.
import { Check, Copy, Eye, EyeOff, Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { OwnKeyFragment, Role } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { SelectField } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import type { MessageKey } from "../shared/messages/messages.ts";
import { Status } from "../shared/Status.tsx";
import { Blank } from "../shared/Trouble.tsx";
import type { Saving } from "../shared/useSaving.ts";
import { type ApiKeysHandle, useApiKeys } from "./useApiKeys.ts";

const roleWords: Readonly<Record<Role, MessageKey>> = {
  VIEWER: "roleViewer",
  REVIEWER: "roleReviewer",
  EDITOR: "roleEditor",
  OWNER: "roleOwner",
};
const roles: readonly Role[] = ["VIEWER", "REVIEWER", "EDITOR", "OWNER"];
/** Days that a key may hold; none is for ever. */
const lifetimes = ["", "30", "90", "365"] as const;
const dayMs = 86_400_000;
/** As the API takes it. */
const maxNameLength = 100;
/** Characters of a hidden key that are seen. */
const seenCharacters = 8;

export function ApiKeys({ saving }: { readonly saving: Saving }) {
  const { t } = useStudio();
  const handle = useApiKeys(saving);
  const [isMaking, setIsMaking] = useState(false);
  const { keys, made } = handle;
  return (
    <div className="studio-keys-panel">
      <div className="studio-line">
        <span className="studio-2nd studio-grow">{t("keysHint")}</span>
        {isMaking ? null : (
          <Button kind="primary" icon={<Plus className="studio-icon" />} onClick={() => setIsMaking(true)}>
            {t("keyNew")}
          </Button>
        )}
      </div>
      {isMaking ? <NewKey handle={handle} onDone={() => setIsMaking(false)} /> : null}
      {made === undefined ? null : <MadeKey key={made.secret} {...made} />}
      {keys === undefined ? (
        <Blank title={t("loading")} />
      ) : keys.length === 0 ? (
        <p className="studio-2nd">{t("keysNone")}</p>
      ) : (
        <KeyTable keys={keys} onRevoke={handle.revoke} />
      )}
    </div>
  );
}

function NewKey({ handle, onDone }: { readonly handle: ApiKeysHandle; readonly onDone: () => void }) {
  const { t } = useStudio();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("EDITOR");
  const [days, setDays] = useState<(typeof lifetimes)[number]>("90");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const input = {
      name: name.trim(),
      role,
      ...(days === "" ? {} : { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
    };
    if (await handle.create(input)) onDone();
  };
  return (
    <form className="studio-key-form" onSubmit={(event) => void submit(event)}>
      <label className="studio-formrow">
        <span className="studio-label">{t("keyName")}</span>
        <input
          className="studio-field studio-input"
          data-framed=""
          // biome-ignore lint/a11y/noAutofocus: it comes in place of the button that was pressed
          autoFocus
          maxLength={maxNameLength}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <SelectField
        label={t("keyRole")}
        value={role}
        onChange={setRole}
        options={roles.map((value) => ({ value, label: t(roleWords[value]) }))}
      />
      <SelectField
        label={t("keyEnds")}
        value={days}
        onChange={setDays}
        options={lifetimes.map((value) => ({ value, label: value === "" ? t("keyNever") : t("keyDays", { count: Number(value) }) }))}
      />
      <Button kind="primary" type="submit" disabled={name.trim() === ""}>
        {t("keyMake")}
      </Button>
      <Button kind="quiet" onClick={onDone}>
        {t("cancel")}
      </Button>
    </form>
  );
}

function MadeKey({ name, secret }: NonNullable<ApiKeysHandle["made"]>) {
  const { t } = useStudio();
  const [isSeen, setIsSeen] = useState(false);
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="studio-made-key" role="status">
      <span className="studio-line studio-medium">
        <Check className="studio-icon studio-ok" />
        {t("keyMade", { name })}
      </span>
      <div className="studio-line">
        <input
          className="studio-field studio-input studio-grow studio-mono"
          data-framed=""
          readOnly
          aria-label={t("keyPrefix")}
          value={isSeen ? secret : secret.slice(0, seenCharacters) + "•".repeat(Math.max(0, secret.length - seenCharacters))}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          kind="quiet"
          label={t(isSeen ? "keyHide" : "keyShow")}
          icon={isSeen ? <EyeOff className="studio-icon" /> : <Eye className="studio-icon" />}
          onClick={() => setIsSeen(!isSeen)}
        />
        <Button
          icon={isCopied ? <Check className="studio-icon" /> : <Copy className="studio-icon" />}
          onClick={async () => {
            await navigator.clipboard.writeText(secret);
            setIsCopied(true);
          }}
        >
          {t(isCopied ? "copied" : "copy")}
        </Button>
      </div>
    </div>
  );
}

function KeyTable({ keys, onRevoke }: { readonly keys: readonly OwnKeyFragment[]; readonly onRevoke: (id: string) => void }) {
  const { t, format } = useStudio();
  /** Revoking cannot be undone: it asks once more, in place. */
  const [asking, setAsking] = useState<string>();
  const [now] = useState(Date.now);
  return (
    <table className="studio-table">
      <thead>
        <tr>
          {(["name", "keyPrefix", "keyRole", "keyLastUsed", "keyEnds"] as const).map((word) => (
            <th key={word} scope="col">
              {t(word)}
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => {
          const isOver = key.expiresAt !== null && Date.parse(key.expiresAt) <= now;
          const isDead = key.revokedAt !== null || isOver;
          return (
            <tr key={key.id} data-off={isDead ? "" : undefined}>
              <td className="studio-medium">{key.name}</td>
              <td className="studio-mono">{key.prefix}…</td>
              <td data-word={t("keyRole")}>{t(roleWords[key.role])}</td>
              <td className="studio-2nd" data-word={t("keyLastUsed")}>
                {key.lastUsedAt === null ? t("keyNever") : format.moment(key.lastUsedAt)}
              </td>
              <td className="studio-2nd" data-word={t("keyEnds")}>
                {key.revokedAt !== null ? (
                  <Status mark="archived">{t("keyRevoked", { when: format.day(key.revokedAt) })}</Status>
                ) : key.expiresAt === null ? (
                  t("keyNever")
                ) : isOver ? (
                  <Status mark="archived">{t("keyEnded", { when: format.day(key.expiresAt) })}</Status>
                ) : (
                  format.day(key.expiresAt)
                )}
              </td>
              <td className="studio-table-end">
                {isDead ? null : asking === key.id ? (
                  <Button kind="bad" size="s" onBlur={() => setAsking(undefined)} onClick={() => onRevoke(key.id)}>
                    {t("keyRevokeSure")}
                  </Button>
                ) : (
                  <Button kind="bad" size="s" aria-label={`${t("keyRevoke")} ${key.name}`} onClick={() => setAsking(key.id)}>
                    {t("keyRevoke")}
                  </Button>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
