// Tokens and keys: what is let in, and what is said to what is not.
import { createHmac, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { exportJWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createAuthenticate, hashApiKey } from "./authenticate.ts";
import type { Viewer } from "./viewer.ts";

const secret = "a secret of the tests, long enough to be one";
const noKeys = async (): Promise<null> => null;
const authenticate = createAuthenticate({ kind: "secret", secret, issuer: undefined, audience: undefined }, null, noKeys);

interface Claims {
  readonly [claim: string]: unknown;
}

const sign = (claims: Claims, key = secret): Promise<string> =>
  new SignJWT({ sub: "ann", workspace: "w", role: "EDITOR", exp: Math.floor(Date.now() / 1000) + 60, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(key));

describe("tokens", () => {
  it("makes a viewer of a good one", async () => {
    const viewer = await authenticate({ authorization: `Bearer ${await sign({})}` });
    expect(viewer).toMatchObject({ userId: "ann", workspace: "w", role: "EDITOR" });
    expect(viewer.expiresAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it.each([
    ["that has expired", { exp: Math.floor(Date.now() / 1000) - 60 }, "expired"],
    ["that holds only later", { nbf: Math.floor(Date.now() / 1000) + 600 }, "nbf"],
    ["without a workspace", { workspace: undefined }, "workspace"],
    ["with an unknown role", { role: "KING" }, "role"],
    ["with an empty subject", { sub: "" }, "sub"],
  ])("refuses one %s, saying so", async (_case, claims, words) => {
    const refused = authenticate({ authorization: `Bearer ${await sign(claims)}` });
    await expect(refused).rejects.toMatchObject({ code: "UNAUTHENTICATED", message: expect.stringContaining(words) });
  });

  it("refuses one signed with another secret, with none, or not signed by us at all", async () => {
    const payload = Buffer.from(JSON.stringify({ sub: "ann", workspace: "w", role: "OWNER", exp: 9_999_999_999 })).toString("base64url");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    const other = await sign({}, "another secret that is just as long as ours");
    const wrongHeader = `${Buffer.from('{"alg":"RS256"}').toString("base64url")}.${payload}`;
    const confused = `${wrongHeader}.${createHmac("sha256", secret).update(wrongHeader).digest("base64url")}`;
    for (const token of [unsigned, other, confused, "a.b.c", "nonsense"]) {
      await expect(authenticate({ authorization: `Bearer ${token}` })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    }
  });

  it("asks for credentials where none came", async () => {
    for (const authorization of [undefined, "", "Basic abc"]) {
      await expect(authenticate({ authorization })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    }
  });

  it("honours issuer and audience where they are configured", async () => {
    const strict = createAuthenticate({ kind: "secret", secret, issuer: "host", audience: "studio" }, null, noKeys);
    await expect(strict({ authorization: `Bearer ${await sign({ iss: "host", aud: "studio" })}` })).resolves.toMatchObject({
      userId: "ann",
    });
    await expect(strict({ authorization: `Bearer ${await sign({ iss: "host" })}` })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await expect(strict({ authorization: `Bearer ${await sign({ iss: "thief", aud: "studio" })}` })).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it("checks tokens against a JWKS", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256" }] };
    const server = createServer((_request, response) => response.end(JSON.stringify(keys)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const jwks = createAuthenticate(
      { kind: "jwks", url: `http://127.0.0.1:${port}/`, issuer: undefined, audience: undefined },
      null,
      noKeys,
    );
    const token = await new SignJWT({ sub: "bob", workspace: "w", role: "VIEWER" })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setExpirationTime("1m")
      .sign(privateKey);
    await expect(jwks({ authorization: `Bearer ${token}` })).resolves.toMatchObject({ userId: "bob", role: "VIEWER" });
    await expect(jwks({ authorization: `Bearer ${await sign({})}` })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    server.close();
  });
});

describe("API keys", () => {
  const viewer: Viewer = { userId: "key:1", workspace: "w", role: "OWNER", expiresAt: null };
  const withKey = createAuthenticate({ kind: "development" }, secret, async (hash) => (hash === hashApiKey("isk_good") ? viewer : null));

  it("are taken from either header", async () => {
    expect(await withKey({ authorization: "Bearer isk_good" })).toBe(viewer);
    expect(await withKey({ apiKey: "isk_good" })).toBe(viewer);
  });

  it("are refused when they are unknown", async () => {
    await expect(withKey({ apiKey: "isk_bad" })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});
