// The certified oidc-provider with one account and one client, for the sign-in tests.  usage: node provider.mjs PORT CALLBACK LOGOUT
import { Provider } from "oidc-provider";

const [port, callback, afterLogout] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "foyer",
      client_secret: "a secret both sides know",
      redirect_uris: [callback],
      post_logout_redirect_uris: [afterLogout],
    },
  ],
  pkce: { required: () => true },
  scopes: ["openid", "profile", "email", "groups"],
  claims: {
    openid: ["sub"],
    profile: ["name", "preferred_username"],
    email: ["email", "email_verified"],
    groups: ["groups"],
  },
  findAccount: (ctx, sub) => ({
    accountId: sub,
    claims: () => ({
      sub,
      name: "Ada Lindgren",
      preferred_username: sub,
      email: `${sub}@example.com`,
      email_verified: true,
      groups: ["platform"],
    }),
  }),
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
});

provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
