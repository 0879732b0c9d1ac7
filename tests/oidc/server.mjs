// A real provider (oidc-provider, OpenID certified) for the tests: it signs in whom the header X-Person names.
// usage: node server.mjs FOLDER-OF-PACKAGES PORT CALLBACK PEOPLE, where PEOPLE is {"login": {claims}} as JSON
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [packages, port, callback, people] = process.argv.slice(2);
const found = createRequire(`${packages}/package.json`).resolve('oidc-provider');
const { default: Provider } = await import(pathToFileURL(found));
const known = JSON.parse(people);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'siklus',
    client_secret: 'a secret of the tests',
    redirect_uris: [callback],
    post_logout_redirect_uris: [callback.replace('/provider/callback', '')],
  }],
  claims: { openid: ['sub'], profile: ['name', 'nip'], email: ['email', 'email_verified'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (context, id) => known[id] && { accountId: id, claims: () => ({ sub: id, ...known[id] }) },
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});
provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next();
  await provider.interactionFinished(context.req, context.res, { login: { accountId: context.get('X-Person') } });
  context.respond = false;
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
