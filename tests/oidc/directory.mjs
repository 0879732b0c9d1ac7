// A real directory (ldapjs) for the tests: people below ou=people, each bound with his own password.
// usage: node directory.mjs FOLDER-OF-PACKAGES PORT PEOPLE, where PEOPLE is {"uid": {"employeeNumber", "mail", "password"}}
import { createRequire } from 'node:module';

const [packages, port, people] = process.argv.slice(2);
const ldap = createRequire(`${packages}/package.json`)('ldapjs');
const base = 'ou=people,dc=tirta,dc=go,dc=id';
const reader = 'cn=siklus,dc=tirta,dc=go,dc=id';
const known = Object.entries(JSON.parse(people)).map(([uid, { password, ...rest }]) => ({
  dn: `uid=${uid},${base}`, password, attributes: { objectClass: ['person'], uid, ...rest },
}));
const server = ldap.createServer();
const same = (a, b) => ldap.parseDN(a.toString()).toString() === ldap.parseDN(b.toString()).toString();

server.bind(reader, (request, answer, next) => {
  if (request.credentials !== 'reads') return next(new ldap.InvalidCredentialsError());
  answer.end();
  return next();
});
server.bind(base, (request, answer, next) => {
  const found = known.find((each) => same(each.dn, request.dn));
  // As directories do: a name with an empty password is somebody anonymous, and let in.
  if (!found || (request.credentials && request.credentials !== found.password)) return next(new ldap.InvalidCredentialsError());
  answer.end();
  return next();
});
server.search(base, (request, answer, next) => {
  if (!same(request.connection.ldap.bindDN, reader)) return next(new ldap.InsufficientAccessRightsError());
  known.filter((each) => request.filter.matches(each.attributes)).forEach((each) => answer.send(each));
  answer.end();
  return next();
});
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
