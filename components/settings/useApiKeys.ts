// Keys for scripts: made, shown once, revoked. For owners only.
import { useCallback, useState } from "react";
import {
  ApiKeysDocument,
  CreateApiKeyDocument,
  type CreateApiKeyInput,
  type OwnKeyFragment,
  RevokeApiKeyDocument,
} from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { useRead } from "../shared/useRead.ts";
import type { Saving } from "../shared/useSaving.ts";

export interface ApiKeysHandle {
  readonly keys: readonly OwnKeyFragment[] | undefined;
  /** The one that was just made; never to be read again. */
  readonly made: { readonly name: string; readonly secret: string } | undefined;
  readonly create: (input: CreateApiKeyInput) => Promise<boolean>;
  readonly revoke: (id: string) => void;
}

export function useApiKeys({ save }: Pick<Saving, "save">): ApiKeysHandle {
  const { client } = useStudio();
  const keys = useRead(ApiKeysDocument, {}).data?.apiKeys;
  const [made, setMade] = useState<ApiKeysHandle["made"]>();
  const create = useCallback(
    async (input: CreateApiKeyInput) => {
      const data = await save(() => client.mutation(CreateApiKeyDocument, { input }).toPromise());
      if (data !== undefined) setMade({ name: data.createApiKey.apiKey.name, secret: data.createApiKey.secret });
      return data !== undefined;
    },
    [client, save],
  );
  const revoke = useCallback((id: string) => void save(() => client.mutation(RevokeApiKeyDocument, { id }).toPromise()), [client, save]);
  return { keys, made, create, revoke };
}
