"""A sign-in provider that can lie in every way that a test asks for, over real HTTP on this machine."""

import base64
import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwk, jws

CLIENT, SECRET = "siklus", "a secret of the tests"
RSA, OTHER_RSA, EC = jwk.RSAKey.generate_key(2048), jwk.RSAKey.generate_key(2048), jwk.ECKey.generate_key("P-256")


def packed(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Liar:
    """Honest until told otherwise: `claims` and `header` are laid over what it would say."""

    def __init__(self):
        self.address, self.now = "", time.time
        self.key, self.kid, self.alg = RSA, "first", "RS256"
        self.published = [(RSA, "first")]
        self.description, self.claims, self.header, self.info = {}, {}, {}, {}
        self.sealed = None  # how a token is signed; None: as it should be
        self.asked, self.visit, self.moves = [], {}, ""

    def told(self, address):
        """The browser arrives with the address that it was sent to; answers the query of the way back."""
        self.visit = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return {"code": "a code", "state": self.visit["state"]}

    def describe(self):
        names = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
        names |= {"userinfo_endpoint": "/me", "end_session_endpoint": "/end"}
        honest = {"issuer": self.address, **{name: self.address + path for name, path in names.items()}}
        return {**honest, **self.description}

    def keys(self):
        return {"keys": [{**key.as_dict(private=False), "kid": kid, "use": "sig"} for key, kid in self.published]}

    def token(self):
        now = int(self.now())
        honest = {"iss": self.address, "aud": CLIENT, "sub": "x1", "iat": now, "exp": now + 300}
        honest |= {"nonce": self.visit.get("nonce"), "nip": "199003032015032003"}
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not None}
        header = {"alg": self.alg, "kid": self.kid, **self.header}
        if self.sealed:
            return self.sealed(header, claims)
        return jws.serialize_compact(header, json.dumps(claims), self.key, algorithms=[self.alg])

    def exchange(self, form):
        self.asked.append(form)
        verifier = form.get("code_verifier", "").encode()
        if packed(hashlib.sha256(verifier).digest()) != self.visit["code_challenge"]:
            return {"error": "invalid_grant"}
        return {"access_token": "an access token", "token_type": "Bearer", "id_token": self.token()}


def unsigned(header, claims):
    """A token that says it needs no signature."""
    return f"{packed(json.dumps({**header, 'alg': 'none'}).encode())}.{packed(json.dumps(claims).encode())}."


def signed_with_the_public_key(header, claims):
    """A token signed with a secret that everybody knows: the provider's public key (RFC 8725, 2.1)."""
    body = f"{packed(json.dumps({**header, 'alg': 'HS256'}).encode())}.{packed(json.dumps(claims).encode())}"
    mac = hmac.digest(RSA.as_pem(private=False), body.encode(), "sha256")
    return f"{body}.{packed(mac)}"


def signed_by_another(header, claims):
    """A token under the name of the right key, signed by another one."""
    return jws.serialize_compact(header, json.dumps(claims), OTHER_RSA, algorithms=["RS256"])


def altered(header, claims):
    """A token whose claims were changed after it was signed."""
    first, _, last = jws.serialize_compact(header, json.dumps(claims), RSA, algorithms=["RS256"]).split(".")
    return f"{first}.{packed(json.dumps({**claims, 'nip': '197502022000031002'}).encode())}.{last}"


@contextmanager
def serving(liar):
    """Serve it on a free port of 127.0.0.1."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            found = {"/.well-known/openid-configuration": liar.describe, "/keys": liar.keys, "/me": lambda: liar.info}
            self.send(200, found[self.path]())

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if liar.moves:
                self.send(302, {}, Location=liar.moves)
                return
            found = liar.exchange({**form, "authorization": self.headers.get("Authorization", "")})
            self.send(400 if "error" in found else 200, found)

        def send(self, status, document, **headers):
            body = json.dumps(document).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    liar.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
