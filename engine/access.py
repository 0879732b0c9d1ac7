"""How people get in, besides the password: whether a second factor is asked, our address, the sign-in provider.

Read from the environment with the other settings (installation.py); verbs find it in the runtime.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.core.errors import BadRequest
from engine.core.messages import Message

OFF, OFFERED, FOR_RIGHTS, FOR_ALL = "off", "offered", "required-for-rights", "required"
POLICIES = (OFF, OFFERED, FOR_RIGHTS, FOR_ALL)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NIP, EMAIL = "nip", "email"
SCOPES = "openid profile email"


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Who else may say who somebody is (OpenID Connect).

    `claim`: the one that names the person: `email`, or one that holds the NIP. `trusted_factor`: a second factor that
    was shown there counts here (`amr` has `mfa`, RFC 8176).
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str
    claim: str = NIP
    scopes: str = SCOPES
    trusted_factor: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """`second_factor`: one of POLICIES. `public_url`: our address outside, without a slash at its end."""

    second_factor: str = OFFERED
    public_url: str | None = None
    provider: ProviderSettings | None = None


def read_access(known: Mapping[str, str]) -> Access:
    """The settings of an environment. Raises BadRequest for one that cannot be."""
    policy = known.get("SIKLUS_SECOND_FACTOR") or OFFERED
    if policy not in POLICIES:
        raise BadRequest(Message("settings.second_factor", found=policy, allowed=", ".join(POLICIES)))
    public_url = _address("SIKLUS_PUBLIC_URL", known)
    return Access(policy, public_url, _provider(known, public_url))


def _provider(known: Mapping[str, str], public_url: str | None) -> ProviderSettings | None:
    issuer = _address("SIKLUS_OIDC_ISSUER", known, keep_path=True)
    if issuer is None:
        return None
    client_id = known.get("SIKLUS_OIDC_CLIENT_ID", "")
    for name, value in (("SIKLUS_OIDC_CLIENT_ID", client_id), ("SIKLUS_PUBLIC_URL", public_url)):
        if not value:
            raise BadRequest(Message("settings.provider_needs", name=name))
    return ProviderSettings(
        issuer=issuer,
        client_id=client_id,
        client_secret=known.get("SIKLUS_OIDC_CLIENT_SECRET", ""),
        name=known.get("SIKLUS_OIDC_NAME") or urlsplit(issuer).hostname or issuer,
        claim=known.get("SIKLUS_OIDC_CLAIM") or NIP,
        scopes=known.get("SIKLUS_OIDC_SCOPES") or SCOPES,
        trusted_factor=known.get("SIKLUS_OIDC_TRUST_SECOND_FACTOR", "").lower() in ("1", "yes", "true"),
    )


def _address(name: str, known: Mapping[str, str], *, keep_path: bool = False) -> str | None:
    """An address over https, or over http on this machine alone. An issuer is compared letter by letter: as written."""
    given = known.get(name, "").strip()
    if not given:
        return None
    if not is_safe_address(given) or (urlsplit(given).path.rstrip("/") and not keep_path):
        raise BadRequest(Message("settings.url", name=name, found=given))
    return given if keep_path else given.rstrip("/")


def is_safe_address(url: str) -> bool:
    """Whether what goes to an address cannot be read or changed on the way: https, or this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        good = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
        return good and bool(host) and parts.username is None and not parts.fragment and parts.port != 0
    except ValueError:
        return False
